package boltstore

import (
	"bytes"
	"context"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

func dueKey(t bot.Timer) []byte { return join(instant(t.At), named(t.Ticket)) }

// setTimer puts a ticket's wake time in the place of the one before; a zero time
// takes it away.
func (t tx) setTimer(next bot.Timer) error {
	was, ok, err := get[bot.Timer](t.in(inTimers), named(next.Ticket))
	if err != nil {
		return err
	}
	if ok {
		if err := t.in(inTimersDue).Delete(dueKey(was)); err != nil {
			return err
		}
	}
	if next.At.IsZero() {
		return t.in(inTimers).Delete(named(next.Ticket))
	}
	if next.Number, err = t.in(inTimers).NextSequence(); err != nil {
		return err
	}
	if err := t.in(inTimersDue).Put(dueKey(next), nil); err != nil {
		return err
	}
	return put(t.in(inTimers), named(next.Ticket), next)
}

// ring takes away the wake time that a TimerRang event stands for, but not a
// later one that was set meanwhile.
func (t tx) ring(e bot.Event) error {
	was, ok, err := get[bot.Timer](t.in(inTimers), named(e.Ticket))
	if err != nil || !ok || was.At.After(e.At) {
		return err
	}
	return t.setTimer(bot.Timer{Ticket: e.Ticket})
}

// DueTimers returns the wake times that have come; see bot.Conversations.
func (s *Store) DueTimers(ctx context.Context, now time.Time, limit int) (due []bot.Timer, err error) {
	err = s.view(ctx, "find timers", func(t tx) error {
		c, last := t.in(inTimersDue).Cursor(), instant(now)
		for k, _ := c.First(); k != nil && len(due) < limit && bytes.Compare(k[:8], last) <= 0; k, _ = c.Next() {
			r, _, err := get[bot.Timer](t.in(inTimers), k[8:])
			if err != nil {
				return err
			}
			due = append(due, r)
		}
		return nil
	})
	return due, err
}

// NextDue returns what there is to do next; see bot.Store.
func (s *Store) NextDue(ctx context.Context) (a bot.Agenda, err error) {
	err = s.view(ctx, "look ahead", func(t tx) error {
		a.Event, a.Message = t.inboxQueue().soonest(), t.outboxQueue().soonest()
		if k, _ := t.in(inTimersDue).Cursor().First(); k != nil {
			a.Timer = when(k[:8])
		}
		return nil
	})
	return a, err
}
