package kill

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

// A reaper starts the daemon and kills it, again and again.
type reaper struct {
	*site
	marks
	out io.Writer
}

func newReaper(s *site, out io.Writer, dice *rand.Rand) *reaper {
	r := &reaper{site: s, out: out, marks: marks{dice: dice, hits: map[string]int{}}}
	plan, err := clone.NewPlan()
	if err != nil {
		panic(err) // the product's own, which its tests look at
	}
	r.tasks = plan.Tasks()
	return r
}

const (
	comesUp  = 20 * time.Second // within which a daemon has to
	progress = 25               // kills between two lines about how far it is
)

// reap kills so many times, and leaves a daemon running. It returns early with
// ctx's error, or where a daemon ended by itself or does not come up.
func (r *reaper) reap(ctx context.Context, kills int) error {
	for n := range kills {
		if err := r.strike(ctx); err != nil {
			return fmt.Errorf("kill %d: %w", n+1, err)
		}
		if (n+1)%progress == 0 {
			fmt.Fprintf(r.out, "%5d kills, %s in the world\n", n+1, r.clock.Now().Format("Mon 2 Jan 15:04"))
		}
	}
	return r.start(ctx)
}

// first lets a daemon take the store into use before anybody acts: what was there
// before its first start is not its business.
func (r *reaper) first(ctx context.Context) error {
	if err := r.start(ctx); err != nil {
		return err
	}
	for _, settled := r.clock.Pulse(); !settled && ctx.Err() == nil; _, settled = r.clock.Pulse() {
		rest(ctx, glance)
	}
	return errors.Join(r.bot.Stop(), ctx.Err())
}

// start starts a daemon and waits until it is up.
func (r *reaper) start(ctx context.Context) error {
	r.clock.Forget()
	if err := r.bot.Start(); err != nil {
		return err
	}
	began := time.Now()
	deadline := began.Add(comesUp)
	for !r.up() {
		select {
		case err := <-r.bot.Ended():
			return fmt.Errorf("the daemon ended by itself: %w", err)
		case <-time.After(glance):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the daemon is not up after %s", comesUp)
		}
	}
	r.took = time.Since(began)
	return ctx.Err()
}

// up reports whether the daemon has come up.
func (r *reaper) up() bool {
	p, _ := r.clock.Pulse()
	return up(p)
}

// strike starts a daemon, kills it at the next aim, and counts what was hit.
func (r *reaper) strike(ctx context.Context) error {
	r.clock.Forget()
	if err := r.bot.Start(); err != nil {
		return err
	}
	wait, t := r.draw()
	wait(ctx, r.site)
	r.calls.set(nil)
	writing := r.bot.Syncing(r.store)
	cut, born := r.calls.cut(), r.up()
	err := r.bot.Kill()
	r.clock.Forget()
	if t != nil {
		close(t.struck)
	}
	if err != nil {
		return err
	}
	phases, err := r.lookInto(ctx, born)
	if writing {
		phases = append(phases, committing)
	}
	for _, p := range append(phases, cut...) {
		r.hits[p]++
	}
	return err
}
