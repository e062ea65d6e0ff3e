package wire

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/rules"
)

// An Office does what commands ask for, over an open store: the daemon's, over
// the socket beside it, or a command's own where no daemon runs.
type Office struct {
	Store  bot.Store
	Engine *clone.Engine
	Clock  bot.Clock
	World  func() rules.World
	Rouse  func() // makes the loops look for work; nil: there are none
}

var _ control.Handler = Office{}

// OpenOffice opens the store that a configuration names, for one command.
func OpenOffice(c *config.Config, o Options) (Office, error) {
	st, err := openStore(c, o)
	if err != nil {
		return Office{}, err
	}
	engine, err := Engine(c, st, o.Clock)
	if err != nil {
		return Office{}, errors.Join(err, st.Close())
	}
	return Office{Store: st, Engine: engine, Clock: o.Clock, World: c.World}, nil
}

// Plan implements control.Handler.
func (o Office) Plan(ctx context.Context, order bot.RunOrder) (string, error) {
	forecast, err := o.Engine.Forecast(ctx, order)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	err = forecast.WriteText(&text)
	return text.String(), err
}

// Order implements control.Handler. The run takes a booking from now on for a
// window's length, or to the end of its own window, as a request of a client's
// would: it is refused where an environment or the last place is taken.
func (o Office) Order(ctx context.Context, r bot.Run) error {
	now := o.Clock.Now()
	span := rules.Interval{Start: now, End: now.Add(o.World().Policy.Window)}
	if !r.Order.Window.End.IsZero() {
		span.End = r.Order.Window.End
	}
	b := bot.Booking{ID: bot.BookingOf(r.ID), Booking: rules.Booking{
		Interval: span, Environments: []string{r.Order.Source, r.Order.Target},
	}}
	taken, ledger, err := o.Store.Taken(ctx, now, "")
	if err != nil {
		return err
	}
	if err := o.free(b.Booking, taken); err != nil {
		return err
	}
	if err := o.Store.Order(ctx, r, b, ledger); err != nil {
		return err
	}
	o.rouse()
	return nil
}

// stillFree says what stands in the way of a run at work now.
func (o Office) stillFree(ctx context.Context, id bot.RunID) error {
	run, err := o.Store.Run(ctx, id)
	if err != nil {
		return err
	}
	now := o.Clock.Now()
	taken, _, err := o.Store.Taken(ctx, now, run.Ticket)
	if err != nil {
		return err
	}
	taken = slices.DeleteFunc(taken, func(b bot.Booking) bool { return b.ID == bot.BookingOf(id) })
	return o.free(rules.Booking{
		Interval:     rules.Interval{Start: now, End: now.Add(time.Minute)},
		Environments: []string{run.Order.Source, run.Order.Target},
	}, taken)
}

// free says what stands in the way of a booking.
func (o Office) free(b rules.Booking, taken []bot.Booking) error {
	const op = "order run"
	var places int
	for _, t := range taken {
		if !t.Overlaps(b.Interval) {
			continue
		}
		places++
		for _, env := range b.Environments {
			if slices.ContainsFunc(t.Environments, func(e string) bool { return strings.EqualFold(e, env) }) {
				return bot.Errorf(bot.Conflict, op, "%s is taken until %s by %s",
					env, t.End.Format("Mon 2 Jan 15:04 UTC"), t.ID)
			}
		}
	}
	if limit := o.World().Policy.Capacity; places >= limit {
		return bot.Errorf(bot.Conflict, op, "%d of %d places are taken in this time", places, limit)
	}
	return nil
}

// Wish implements control.Handler. A run that is to work again, after it was
// over, is refused where its environments are taken by another by now.
func (o Office) Wish(ctx context.Context, w bot.WishFor) error {
	if w.Wish == bot.WishRetry || w.Wish == bot.WishRollBack {
		if err := o.stillFree(ctx, w.Run); err != nil {
			return err
		}
	}
	if err := o.Store.WishRun(ctx, w); err != nil {
		return err
	}
	o.rouse()
	return nil
}

// Report implements control.Handler.
func (o Office) Report(ctx context.Context, id bot.RunID) (bot.RunReport, error) {
	return o.Engine.Report(ctx, id)
}

// Command implements control.Handler.
func (o Office) Command(ctx context.Context, e bot.Event) error {
	if _, err := o.Store.Receive(ctx, e); err != nil {
		return err
	}
	o.rouse()
	return nil
}

// Close releases the store.
func (o Office) Close() error { return o.Store.Close() }

func (o Office) rouse() {
	if o.Rouse != nil {
		o.Rouse()
	}
}
