package kill

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/promise"
)

// Options say how often to kill, and whom. Kills is required.
type Options struct {
	Kills   int
	Tickets int    // that are filed at most; 0: without end
	Seed    uint64 // chooses what people do, and the moments
	Socket  bool   // Slack over Socket Mode in the place of HTTP
	Dir     string // for everything; empty: a temporary folder, kept where something went wrong
	Program string // that process.Argument makes the bot; empty: this one
}

// A Report is what came of it.
type Report struct {
	Kills      int
	Requests   int            // tickets that were filed
	Clones     int            // that took the place of a target, and stand or stood there
	Hits       map[string]int // kills by the phase that they hit
	Tasks      int            // of the clone engine's plan, parts of tasks too
	Spared     []string       // those of them that no kill has hit
	Took       time.Duration
	Violations []promise.Violation
}

// Run kills until it has killed often enough and every request has reached its
// end, and writes what it finds as it goes. Broken promises are in the report; an
// error means that it could not be played to the end.
func Run(ctx context.Context, out io.Writer, o Options) (r Report, err error) {
	dir := o.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "refreshbot-kill-"); err != nil {
			return r, err
		}
		defer func() {
			if err == nil && len(r.Violations) == 0 {
				err = os.RemoveAll(dir)
				return
			}
			fmt.Fprintln(out, "What is left of it is in", dir)
		}()
	}
	began := time.Now()
	s, err := openSite(dir, o)
	if err != nil {
		return r, fmt.Errorf("set up the site: %w", errors.Join(err, s.close()))
	}
	defer func() { err = errors.Join(err, s.close()) }()
	r, err = play(ctx, out, s, o)
	r.Took = time.Since(began)
	return r, err
}

// play lets people act while the reaper is at work, then until all is over, and
// has the witness testify.
func play(ctx context.Context, out io.Writer, s *site, o Options) (r Report, err error) {
	p := newPeople(s, rand.New(rand.NewPCG(o.Seed, 1)), o.Tickets)
	reaper := newReaper(s, out, rand.New(rand.NewPCG(o.Seed, 2)))
	if err := reaper.first(ctx); err != nil {
		return r, fmt.Errorf("the first start: %w", err)
	}
	reaping, stop := context.WithCancel(ctx)
	reaped := make(chan error, 1)
	go func() { reaped <- reaper.reap(reaping, o.Kills) }()
	err = p.live(ctx, reaped)
	stop()
	if err != nil {
		return r, fmt.Errorf("%w\nThe end of the bot's log:\n%s", err, s.lastWords())
	}
	r = Report{Kills: o.Kills, Requests: len(p.asked), Hits: reaper.hits, Tasks: len(reaper.tasks), Spared: reaper.spared()}
	if r.Violations, err = s.witness.Testify(s.clock.Now()); err != nil {
		return r, err
	}
	for _, k := range s.unsound {
		r.Violations = append(r.Violations, promise.Violation{Promise: promise.Whole, What: k})
	}
	reaper.sound() // counts the last clones too
	r.Clones = len(s.parked)
	s.upset(ctx)
	leaks, err := s.leaks()
	r.Violations = append(r.Violations, leaks...)
	return r, err
}
