package stage

import (
	"context"
	"fmt"
	"time"
)

// most is how many things may be done at one instant before it is clear that they
// come to no end.
const most = 10_000

// Step does the next thing that there is to do now, and reports whether there was
// any: a message, an event, a timer, a task or a webhook, the first that there is.
// So every decision is said before the next is taken. Where it fails it counts as
// done.
func (s *Stage) Step(ctx context.Context) (did bool, err error) {
	if s.App == nil {
		return false, nil
	}
	r := s.App.Runner
	for _, once := range []func(context.Context) (bool, error){r.OutboxOnce, r.InboxOnce, r.TimersOnce, r.TaskOnce} {
		if did, err = once(ctx); did || err != nil {
			return true, err
		}
	}
	return s.Desk.Deliver(), nil
}

// Settle does everything that there is to do now.
func (s *Stage) Settle(ctx context.Context) error {
	for range most {
		did, err := s.Step(ctx)
		if did && s.options.Between != nil {
			err = s.options.Between(ctx, err)
		}
		if !did || err != nil {
			return err
		}
	}
	return fmt.Errorf("settle: %d things were done at %s, and there is no end", most, s.Clock.Now())
}

// Poll asks the help center what webhooks have missed, as the process does every
// minute, and settles.
func (s *Stage) Poll(ctx context.Context) error {
	if s.App == nil {
		return nil
	}
	if _, err := s.App.Runner.PollOnce(ctx); err != nil {
		return err
	}
	return s.Settle(ctx)
}

// Next returns when something is due that is not due yet; zero: nothing ever is.
func (s *Stage) Next(ctx context.Context) (next time.Time, err error) {
	now := s.Clock.Now()
	add := func(t time.Time) {
		if t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	if _, due := s.Desk.Pending(); !due.IsZero() {
		add(due)
	}
	if s.App == nil {
		return next, nil
	}
	agenda, err := s.App.Store.NextDue(ctx)
	for _, t := range []time.Time{agenda.Event, agenda.Message, agenda.Timer} {
		add(t)
	}
	return next, err
}

// Advance moves the clock to an instant, by way of everything that is due on the
// way, and settles at each stop. Heard is called after each; nil: nobody listens.
func (s *Stage) Advance(ctx context.Context, to time.Time, heard func()) error {
	for {
		if err := s.Settle(ctx); err != nil {
			return err
		}
		if heard != nil {
			heard()
		}
		next, err := s.Next(ctx)
		if err != nil {
			return err
		}
		if now := s.Clock.Now(); !now.Before(to) {
			return nil
		}
		if next.IsZero() || next.After(to) {
			next = to
		}
		s.Clock.Set(next)
	}
}
