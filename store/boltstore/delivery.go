package boltstore

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// messages returns the rows of the tickets whose keys begin with prefix, those
// of one ticket in the order of their decision, those of all by when they were
// queued.
func (t tx) messages(prefix []byte) (rows []bot.OutboxRow, err error) {
	c := t.in(inOutboxTickets).Cursor()
	for k, id := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, id = c.Next() {
		r, _, err := get[outboxRow](t.in(inOutbox), id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r.OutboxRow)
	}
	if prefix == nil {
		slices.SortStableFunc(rows, func(a, b bot.OutboxRow) int {
			return cmp.Or(a.Queued.Compare(b.Queued), cmp.Compare(a.Message.Ticket, b.Message.Ticket))
		})
	}
	return rows, nil
}

// message reads a row that has to be there.
func (t tx) message(key bot.EffectKey) (outboxRow, error) {
	r, ok, err := get[outboxRow](t.in(inOutbox), []byte(key))
	if err == nil && !ok {
		err = refuse(bot.NotFound, "there is no such message")
	}
	return r, err
}

// Attempt marks a message as about to be sent; see bot.Outbox.
func (s *Store) Attempt(ctx context.Context, key bot.EffectKey, now time.Time) error {
	return s.update(ctx, "attempt message "+string(key), func(t tx) error {
		r, err := t.message(key)
		if err != nil {
			return err
		}
		if !r.pending() {
			return refuse(bot.Conflict, "it is %s", r.State)
		}
		r.Doubt = r.Doubt || r.State == bot.Attempting
		r.State, r.Last = bot.Attempting, now
		r.Attempts++
		if r.First.IsZero() {
			r.First = now
		}
		return t.keep(r)
	})
}

// Settle records how an attempt ended; see bot.Outbox.
func (s *Store) Settle(ctx context.Context, key bot.EffectKey, o bot.Outcome) error {
	return s.update(ctx, "settle message "+string(key), func(t tx) error {
		r, err := t.message(key)
		switch {
		case err != nil:
			return err
		case r.pending():
			return t.settle(r, o)
		case r.State == o.State:
			return nil
		case r.State == bot.Dead && o.State == bot.Waiting:
			return t.revive(r, o)
		}
		return refuse(bot.Conflict, "it is %s, and can't become %s", r.State, o.State)
	})
}

func (t tx) settle(r outboxRow, o bot.Outcome) error {
	switch o.State {
	case bot.Waiting, bot.Unsure, bot.Delivered, bot.Expired, bot.Dead:
	default:
		return refuse(bot.Invalid, "no attempt ends as %q", o.State)
	}
	r.Doubt = r.Doubt || o.Doubt || o.State == bot.Unsure
	if o.State == bot.Unsure && r.State == bot.Attempting {
		r.Last = o.At
	}
	r.State, r.Due, r.Cause = o.State, o.Due, o.Cause
	if o.State == bot.Delivered {
		r.Remote, r.Last = o.Remote, o.At
		if err := t.liveAt(r); err != nil {
			return err
		}
	}
	return t.keep(r)
}

// revive puts a dead message into its line again, at the end.
func (t tx) revive(r outboxRow, o bot.Outcome) (err error) {
	if r.Place, err = t.in(inOutbox).NextSequence(); err != nil {
		return err
	}
	r.State, r.Due, r.Attempts = bot.Waiting, o.Due, 0
	return t.keep(r)
}

// liveAt remembers where a living message stands now.
func (t tx) liveAt(r outboxRow) error {
	if r.Message.Living == "" {
		return nil
	}
	key := livingKey(r.Message.Ticket, r.Message.Living)
	l, _, err := get[livingRow](t.in(inLiving), key)
	if err != nil {
		return err
	}
	l.Remote = r.Remote
	return put(t.in(inLiving), key, l)
}
