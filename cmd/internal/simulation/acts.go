package simulation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/wire"
)

// A deed is something that can happen next, with how often it does. It reports
// whether anything came of it.
type deed struct {
	weight int
	do     func() bool
}

// storm lets things happen in any order, and go wrong.
func (p *play) storm() error {
	type loop = func(context.Context) (bool, error)
	all := []deed{
		{8, p.turn("inbox", func() loop { return p.stage.App.Runner.InboxOnce })},
		{12, p.turn("outbox", func() loop { return p.stage.App.Runner.OutboxOnce })},
		{3, p.turn("timers", func() loop { return p.stage.App.Runner.TimersOnce })},
		{2, p.turn("poll", func() loop { return p.stage.App.Runner.PollOnce })},
		{12, p.turn("task", func() loop { return p.stage.App.Runner.TaskOnce })},
		{6, p.webhook}, {2, p.somebody}, {3, p.tick}, {4, p.jump}, {1, p.operator},
	}
	total := 0
	for _, d := range all {
		total += d.weight
	}
	for done, tried := 0, 0; done < deeds && tried < 10*deeds; tried++ {
		n := p.dice.IntN(total)
		for _, d := range all {
			if n -= d.weight; n < 0 {
				if d.do() {
					done++
				}
				break
			}
		}
		p.look()
		p.rest()
		if p.dice.dead {
			if err := p.reboot(); err != nil {
				return err
			}
		}
		p.land()
	}
	return nil
}

// turn is one call of a loop as a deed.
func (p *play) turn(name string, once func() func(context.Context) (bool, error)) func() bool {
	return func() bool {
		did, err := once()(p.ctx)
		if err != nil {
			p.story.tell("%s: %v", name, err)
		} else if did {
			p.story.tell("%s", name)
		}
		return did || err != nil
	}
}

// tick lets a little time pass.
func (p *play) tick() bool {
	p.pass(time.Second + p.dice.upTo(20*time.Second))
	return true
}

// jump passes the time to what is due next. Before much of it passes, what can be
// done is done, people answer and a poll comes through: what is played is not a week
// of silence.
func (p *play) jump() bool {
	next := p.next()
	if next.Sub(p.stage.Clock.Now()) > time.Hour {
		if p.busy() {
			return false
		}
		if p.diligent() {
			return true
		}
		if news, err := p.stage.App.Runner.PollOnce(p.ctx); news || err != nil {
			return true
		}
	}
	if open, err := p.stage.App.Store.OpenRuns(p.ctx); err != nil || len(open) > 0 && !p.dice.chance(20) {
		return false // clones are at work
	}
	if eve := next.Add(-p.dice.upTo(time.Minute)); p.dice.chance(2) && eve.After(p.stage.Clock.Now()) {
		next = eve
	}
	went := p.until(next)
	if went {
		p.arrive()
	}
	return went
}

// arrive lets people do something at the last moment, or when something is due.
func (p *play) arrive() {
	notes := p.dice.chance(p.dice.weather.notes)
	for _, r := range p.asked {
		if notes {
			p.note(r)
		}
		if _, answered := p.reads(r); answered {
			p.waver(r, 1)
		}
	}
}

// busy reports whether the process, or the help center, has something to do now.
func (p *play) busy() bool {
	agenda, err := p.stage.App.Store.NextDue(p.ctx)
	now := p.stage.Clock.Now()
	waiting, webhook := p.stage.Desk.Pending()
	return err != nil || agenda.Due(now) || waiting > 0 && !webhook.After(now)
}

// until passes the time to an instant, and does nothing where it has passed.
func (p *play) until(t time.Time) bool {
	now := p.stage.Clock.Now()
	if !t.After(now) {
		return false
	}
	p.story.tell("jump to %s", t.Format(clockForm))
	p.pass(t.Sub(now))
	return true
}

// next returns when something is due that is not due yet; zero: nothing ever is.
func (p *play) next() time.Time {
	next, err := p.stage.Next(p.ctx)
	if err != nil {
		p.errs = append(p.errs, err)
	}
	for _, l := range []*line{p.jira, p.chat} {
		for _, f := range l.flying {
			if next.IsZero() || f.at.Before(next) {
				next = f.at
			}
		}
	}
	return next
}

// reboot starts another process after the one before died, sometimes long after, and
// sometimes on a backup of the store.
func (p *play) reboot() error {
	p.story.tell("the process dies")
	if err := p.stage.Close(); err != nil {
		return err
	}
	p.replica = nil
	p.pass(p.dice.upTo(20 * time.Second))
	if p.dice.chance(8) {
		died := p.stage.Clock.Now()
		p.pass(p.dice.upTo(40 * time.Hour))
		p.book.Away(died, p.stage.Clock.Now())
		p.story.tell("after a long time")
	}
	if p.restorable() && p.dice.fault(p.dice.weather.restored, "backup restored") {
		if err := p.restore(); err != nil {
			return err
		}
	}
	p.dice.dead = false
	return p.boot()
}

// boot starts a process. Who starts it sees to it that it comes up.
func (p *play) boot() error {
	on := p.dice.on
	p.dice.on = false
	defer func() { p.dice.on = on }()
	return p.stage.Boot(p.ctx)
}

// other lets somebody else deal with events meanwhile, often with what was just
// done: another process on the same store, as a replica would, or another worker of
// this one, if it can do without what a worker in the middle of a call holds.
func (p *play) other(worker bool) {
	switch {
	case p.giving:
	case worker:
		p.decide()
	case p.dice.chance(2):
		p.somebody()
	}
	app, who := p.stage.App, "other worker"
	if !worker {
		app, who = p.another(), "replica"
	}
	if app == nil {
		return
	}
	inbox := p.turn(who, func() func(context.Context) (bool, error) { return app.Runner.InboxOnce })
	for more := true; more && !p.dice.dead; {
		more = worker && p.stage.Desk.Deliver()
		more = inbox() && !p.dice.chance(4) || more
	}
}

// another returns the replica, and starts it where there is none. That it can't be
// started is a fault of the play; nil: it can't.
func (p *play) another() *wire.App {
	if p.replica != nil {
		return p.replica
	}
	app, err := wire.Build(p.stored(), wire.Options{
		Clock: p.stage.Clock, Log: quiet, Program: "replica", Store: p.stage.App.Store, Cloner: p.newCloner(p.stage.App.Store),
		Jira: p.jira, Slack: p.chat,
	})
	if err != nil {
		p.errs = append(p.errs, err)
		return nil
	}
	p.replica = app
	return app
}

// calm stops the faults and lets everything come to its end.
func (p *play) calm() error {
	p.story.tell("calm")
	p.dice.on = false
	p.jira.mend()
	p.chat.mend()
	p.post.gone = time.Time{}
	p.stage.Desk.Mend()
	const rounds = 600
	for range rounds {
		if err := p.settle(); err != nil {
			return err
		}
		news, err := p.stage.App.Runner.PollOnce(p.ctx)
		if err != nil {
			return fmt.Errorf("poll in the calm: %w", err)
		}
		if news {
			continue
		}
		if p.rest(); p.everybody() || p.busy() { // people take their time
			continue
		}
		next := p.next()
		if next.IsZero() {
			next = p.afterwards()
		}
		if !p.until(next) {
			return p.settle()
		}
	}
	return errors.New("no end in sight")
}

// afterwards returns when the first window is over that a client can read to be
// theirs: nothing may be due by itself until then, which is what has to be seen.
func (p *play) afterwards() time.Time {
	first, _ := p.witness.Promised()
	return first.End
}

// rest lets the witness look at what is offered for the requests on which there is
// nothing to decide or to say. Cards of a time that a restore forgot stand until
// their tickets are read.
func (p *play) rest() {
	if p.rewound {
		return
	}
	store, now := p.stage.App.Store, p.stage.Clock.Now()
	const many = 100
	events, err := store.NextEvents(p.ctx, now.AddDate(1, 0, 0), many)
	messages, other := store.NextMessages(p.ctx, now.AddDate(1, 0, 0), many)
	timers, third := store.DueTimers(p.ctx, now, many)
	if errors.Join(err, other, third) != nil {
		return
	}
	busy := map[string]bool{}
	for _, e := range events {
		busy[string(e.Event.Ticket)] = true
	}
	for _, m := range messages {
		busy[string(m.Message.Ticket)] = true
	}
	for _, t := range timers {
		busy[string(t.Ticket)] = true
	}
	p.witness.Offered(now, busy)
}

// settle does everything that there is to do now.
func (p *play) settle() error {
	const most = 5000
	for range most {
		p.land()
		did, err := p.stage.Step(p.ctx)
		p.look()
		if !did || err != nil {
			return err
		}
	}
	return fmt.Errorf("settle at %s: there is no end", p.stage.Clock.Now())
}
