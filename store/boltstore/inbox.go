package boltstore

import (
	"context"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// maxID bounds the ids that come from outside, far below what a key may hold.
const maxID = 1024

// prunedAtOnce is how many forgotten ids a transaction clears away at most: more
// than it adds, so that the past can't pile up.
const prunedAtOnce = 4

// An inboxRow is a bot.InboxRow with its place in its ticket's line.
type inboxRow struct {
	bot.InboxRow
	Place uint64 `json:"place"`
}

func (r inboxRow) spot() spot { return spot{line: string(r.Event.Ticket), place: r.Place} }

func (t tx) inboxQueue() queue { return queue{t.in(inInboxLines), t.in(inInboxDue)} }

// Receive makes the event durable; see bot.Inbox.
func (s *Store) Receive(ctx context.Context, e bot.Event) (fresh bool, err error) {
	if e.ID == "" || len(e.ID) > maxID {
		return false, bot.Errorf(bot.Invalid, "boltstore: receive event", "its id has %d bytes, allowed are 1 to %d", len(e.ID), maxID)
	}
	now := s.o.Clock.Now()
	err = s.update(ctx, "receive event "+e.ID, func(t tx) error {
		if fresh = !t.known(e.ID); !fresh {
			return nil // a wake time that it stood for is gone: one that is there was set since
		}
		if e.Kind == bot.TimerRang {
			if err := t.ring(e); err != nil {
				return err
			}
		}
		return t.receive(e, now)
	})
	return fresh && err == nil, err
}

func (t tx) known(id string) bool {
	return t.in(inInbox).Get([]byte(id)) != nil || t.in(inDone).Get([]byte(id)) != nil
}

func (t tx) receive(e bot.Event, now time.Time) error {
	place, err := t.in(inInbox).NextSequence()
	if err != nil {
		return err
	}
	return t.wait(inboxRow{bot.InboxRow{Event: e, Received: now}, place})
}

// wait keeps a row and its place in the line.
func (t tx) wait(r inboxRow) error {
	if err := put(t.in(inInbox), []byte(r.Event.ID), r); err != nil {
		return err
	}
	return t.inboxQueue().set(r.spot(), r.Event.ID, r.Due)
}

// NextEvents returns events to deal with; see bot.Conversations.
func (s *Store) NextEvents(ctx context.Context, now time.Time, limit int) (rows []bot.InboxRow, err error) {
	err = s.view(ctx, "find events", func(t tx) error {
		if limit <= 0 {
			return nil
		}
		return t.inboxQueue().ready(now, func(_, id []byte) (bool, error) {
			r, _, err := get[inboxRow](t.in(inInbox), id)
			rows = append(rows, r.InboxRow)
			return len(rows) < limit, err
		})
	})
	return rows, err
}

// Delay puts an event off; see bot.Conversations.
func (s *Store) Delay(ctx context.Context, id string, until time.Time, cause string) error {
	return s.update(ctx, "put off event "+id, func(t tx) error {
		r, ok, err := get[inboxRow](t.in(inInbox), []byte(id))
		if err != nil {
			return err
		}
		if !ok {
			return refuse(bot.NotFound, "it does not wait")
		}
		r.Attempts, r.Due, r.Cause = r.Attempts+1, until.UTC(), cause
		if r.Attempts < bot.Patience {
			return t.wait(r)
		}
		if err := t.inboxQueue().remove(r.spot()); err != nil {
			return err
		}
		if r.Place, err = t.in(inInbox).NextSequence(); err != nil {
			return err
		}
		return t.wait(r)
	})
}

// finish takes an event out of the inbox and remembers its id.
func (t tx) finish(id string, now time.Time) error {
	r, ok, err := get[inboxRow](t.in(inInbox), []byte(id))
	if err != nil {
		return err
	}
	if !ok {
		return refuse(bot.Conflict, "event %s waits no longer", id)
	}
	if err := t.inboxQueue().remove(r.spot()); err != nil {
		return err
	}
	if err := t.in(inInbox).Delete([]byte(id)); err != nil {
		return err
	}
	if err := t.in(inDone).Put([]byte(id), instant(now)); err != nil {
		return err
	}
	if err := t.in(inDoneAt).Put(join(instant(now), []byte(id)), nil); err != nil {
		return err
	}
	return t.forget(now.Add(-t.store.o.Remember))
}

// forget clears away a few ids of events that were done before an instant.
func (t tx) forget(before time.Time) error {
	old := instant(before)
	for range prunedAtOnce {
		k, _ := t.in(inDoneAt).Cursor().First()
		if k == nil || string(k[:8]) >= string(old) {
			return nil
		}
		if err := t.in(inDone).Delete(k[8:]); err != nil {
			return err
		}
		if err := t.in(inDoneAt).Delete(k); err != nil {
			return err
		}
	}
	return nil
}
