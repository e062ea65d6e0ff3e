package kill

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/promise"
	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/process"
)

// people are the clients and the engineers, and the time that goes by while they
// act.
type people struct {
	*site
	dice  *rand.Rand
	most  int // tickets; 0: without end
	asked []*asked
}

// An asked is a ticket, as its client knows it.
type asked struct {
	key   string
	of    tenant
	terms promise.Terms
	more  string // an answer that the client still owes; empty: none
	over  bool   // withdrawn, or closed
}

func newPeople(s *site, dice *rand.Rand, most int) *people {
	return &people{site: s, dice: dice, most: most}
}

const (
	open    = 12                   // requests on their way at once
	pace    = 5 * time.Millisecond // between two looks
	bustle  = 60                   // looks between two acts in the middle of things, on average
	nudge   = time.Second          // by which the clock goes on while a clone is at work
	ending  = 30 * time.Minute     // within which all has to be over, after the kills
	longest = 8 * time.Hour        // that the clock goes on at once
	quiet   = 45 * 24 * time.Hour  // within which every request comes to its end by itself
	still   = 100                  // looks at which everything has to be over
)

// live lets people act until the reaper is done, and then until every request has
// come to its end.
func (p *people) live(ctx context.Context, reaped <-chan error) error {
	for {
		select {
		case err := <-reaped:
			if err != nil {
				return err
			}
			return p.finish(ctx)
		case <-ctx.Done():
			return errors.Join(ctx.Err(), <-reaped)
		default:
		}
		if err := p.pass(ctx, p.act); err != nil {
			return err
		}
	}
}

// finish has the engineers decide what is open and the clients answer, until
// nothing is on its way.
func (p *people) finish(ctx context.Context) error {
	deadline := time.Now().Add(ending)
	last := p.clock.Now().Add(quiet)
	for !p.over(ctx) {
		select {
		case err := <-p.bot.Ended():
			return fmt.Errorf("the daemon ended by itself: %w", err)
		default:
		}
		if time.Now().After(deadline) || p.clock.Now().After(last) {
			now, _ := p.clock.Pulse()
			return fmt.Errorf("not all is over at %s: %+v", p.clock.Now().Format(time.RFC3339), now)
		}
		if err := p.pass(ctx, p.conclude); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// over reports whether every request has come to its end, and nothing is left to
// be said.
func (p *people) over(ctx context.Context) bool {
	for range still {
		now, settled := p.clock.Pulse()
		webhooks, _ := p.desk.Pending()
		if !settled || !now.Idle || now.Live > 0 || webhooks > 0 {
			return false
		}
		rest(ctx, pace)
	}
	return true
}

// pass has the witness look, and somebody act or time go by: mostly where only one
// of the two can make something happen, now and then in the middle of things.
func (p *people) pass(ctx context.Context, act func()) error {
	if err := p.witness.Look(p.clock.Now()); err != nil {
		return err
	}
	rest(ctx, pace)
	pulse, calm := p.feelCalm()
	webhooks, _ := p.desk.Pending()
	switch {
	case !calm && p.dice.IntN(bustle) > 0:
	case !calm, p.dice.IntN(3) == 0:
		act()
	case pulse.Idle && pulse.Live == 0 && webhooks == 0: // nothing is to come
	default:
		p.clock.JumpTo(p.until(pulse))
	}
	return nil
}

// feelCalm returns the daemon's pulse, and whether nothing is in hand or on its way.
func (p *people) feelCalm() (pulse process.Pulse, calm bool) {
	pulse, settled := p.clock.Pulse()
	now := p.clock.Now()
	webhooks, next := p.desk.Pending()
	due := !pulse.Due.IsZero() && !pulse.Due.After(now) || webhooks > 0 && !next.After(now)
	return pulse, settled && !due
}

// until returns when something is due next, or an instant before.
func (p *people) until(pulse process.Pulse) time.Time {
	until := p.clock.Now().Add(longest)
	if pulse.Run != "" {
		until = p.clock.Now().Add(nudge)
	}
	_, webhook := p.desk.Pending()
	for _, due := range []time.Time{pulse.Due, webhook} {
		if !due.IsZero() && due.Before(until) {
			until = due
		}
	}
	return until
}

// act has somebody do something.
func (p *people) act() {
	pulse, _ := p.clock.Pulse()
	p.clock.Stir()
	switch n := p.dice.IntN(10); {
	case n < 3 && pulse.Live < open && (p.most == 0 || len(p.asked) < p.most):
		p.file()
	case n < 6:
		p.write()
	default:
		p.decide()
	}
}

// conclude has what is open brought to an end: engineers decide, clients answer or
// cancel.
func (p *people) conclude() {
	if pulse, _ := p.clock.Pulse(); pulse.Live == 0 {
		return
	}
	p.clock.Stir()
	if p.dice.IntN(2) == 0 {
		p.decide()
		return
	}
	if a := p.any(); a != nil {
		p.answer(a)
	}
}

// any returns a ticket whose client may want something.
func (p *people) any() *asked {
	var some []*asked
	for _, a := range p.asked {
		if !a.over {
			some = append(some, a)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return some[p.dice.IntN(len(some))]
}
