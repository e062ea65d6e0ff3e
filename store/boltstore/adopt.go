package boltstore

import (
	"bytes"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/refreshbot/refreshbot/bot"
)

// A past is what a store knows of having been a backup: there was a time after it
// that other stores have lived. What happened then is read and decided again, and
// some of it was said before, under other epochs.
type past struct {
	From  time.Time `json:"from"`  // UTC; when the first backup was taken
	Until time.Time `json:"until"` // UTC; when the last one became a store again
}

// A stamp marks a file as a backup.
type stamp struct {
	Taken time.Time `json:"taken"` // UTC
}

// adopt makes a backup into a store of its own, at its first opening: however it
// came into its place, by `refreshbot store restore` or by cp. A file that has lost
// its last transaction is one, too: of a moment before it was last written.
//
// Nothing that it holds is known to be so any more. What waits to be sent may have
// been sent since, so it is looked for first. What runs may have ended since, with
// a target that others work on, so it is stopped and left to people.
func (s *Store) adopt(lost bool, written time.Time) error {
	var mark stamp
	var backup bool
	err := s.db.View(func(t *bolt.Tx) (err error) {
		mark, backup, err = get[stamp](t.Bucket([]byte(inMeta)), []byte(metaBackup))
		return err
	})
	if err != nil || !backup && !lost {
		return err
	}
	if !backup {
		mark.Taken = written.UTC()
	}
	return s.db.Update(func(b *bolt.Tx) error {
		t := tx{bolt: b, store: s}
		for _, part := range []func(stamp) error{t.beginEpoch, t.doubtAll, t.stopAll, t.showAll} {
			if err := part(mark); err != nil {
				return err
			}
		}
		return t.in(inMeta).Delete([]byte(metaBackup))
	})
}

// beginEpoch gives the store another epoch, and remembers since when others lived.
func (t tx) beginEpoch(mark stamp) error {
	meta := t.in(inMeta)
	was, _, err := get[past](meta, []byte(metaPast))
	if err != nil {
		return err
	}
	if was.From.IsZero() || mark.Taken.Before(was.From) {
		was.From = mark.Taken
	}
	was.Until = t.store.o.Clock.Now().UTC()
	if err := put(meta, []byte(metaPast), was); err != nil {
		return err
	}
	return meta.Put([]byte(metaEpoch), newEpoch())
}

// doubtAll has every message that waits looked for before it is sent.
func (t tx) doubtAll(stamp) error {
	var keys [][]byte
	err := t.in(inOutboxLines).ForEach(func(_, v []byte) error {
		keys = append(keys, bytes.Clone(v[8:]))
		return nil
	})
	if err != nil {
		return err
	}
	for _, key := range keys {
		r, err := t.message(bot.EffectKey(key))
		if err != nil {
			return err
		}
		if !r.Again { // one of a backup before goes back further
			r.Since = r.Queued
		}
		r.Doubt, r.Again, r.Until = true, true, t.store.o.Clock.Now().UTC()
		r.Attempts, r.First = 0, time.Time{} // who refused it then was asked by another store
		if err := t.keep(r); err != nil {
			return err
		}
	}
	return nil
}

// stopAll has every run stop that is at work, and undo what it knows to have done.
func (t tx) stopAll(stamp) error {
	var ids []bot.RunID
	err := t.in(inRunsOpen).ForEach(func(k, _ []byte) error {
		ids = append(ids, bot.RunID(k[8:]))
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		r, err := t.run(id)
		if err != nil {
			return err
		}
		if r.State.Over() {
			continue
		}
		r.Wish = bot.WishStop
		if err := t.keepRun(r); err != nil {
			return err
		}
	}
	return nil
}

// showAll has every open request shown as it is, and every one that ended lately and
// has a card, such as a clone that may have been brought back: what stands on its
// ticket and in Slack may be newer.
func (t tx) showAll(mark stamp) error {
	lately := instant(mark.Taken.Add(-t.store.o.Remember))
	return each(t.in(inConversations), nil, func(c bot.Conversation) error {
		if over(c) && (!c.Carded || bytes.Compare(t.in(inClosed).Get(named(c.Key)), lately) < 0) {
			return nil
		}
		return t.restored(c.Key)
	})
}

// restored tells a conversation that the store has been a backup.
func (t tx) restored(ticket bot.TicketKey) error {
	now, epoch := t.store.o.Clock.Now().UTC(), string(t.in(inMeta).Get([]byte(metaEpoch)))
	id := "store/restored/" + epoch + "/" + string(ticket)
	if t.known(id) {
		return nil
	}
	return t.receive(bot.Event{ID: id, Kind: bot.StoreRestored, Ticket: ticket, At: now}, now)
}

// livedThrough reports whether an event, or what its ticket says, is from a time that
// another store has lived: an engineer's command may be what first brings up what a
// client wrote then.
func (t tx) livedThrough(event string, heard time.Time) (bool, error) {
	until := t.store.known.past.Until
	if until.IsZero() {
		return false, nil
	}
	if !heard.IsZero() && !heard.After(until) {
		return true, nil
	}
	if event == "" {
		return false, nil
	}
	r, ok, err := get[inboxRow](t.in(inInbox), []byte(event))
	return ok && !r.Event.At.After(until), err
}

// behind reports whether the store has been a backup not long ago. Then it may not
// know of a card that stands: what it first hears of that ticket now, a click on it,
// may well be from a time of its own.
func (t tx) behind(now time.Time) bool {
	until := t.store.known.past.Until
	return !until.IsZero() && now.Before(until.Add(t.store.o.Remember))
}

// inFlight is how long after a restore a drawing may land that another store has
// sent, and undo what this one draws.
const inFlight = time.Minute

// again reports whether a message may have been said by another store: it answers
// what that one has lived, or it is the first drawing of a living message that this
// one knows of, soon after, or on a ticket that goes back to then. Of a living one
// that it knows that one may have sent a drawing at the very last.
func (t tx) again(m bot.Message, now time.Time) (bool, error) {
	if t.lives || m.Living == "" || t.store.known.past.Until.IsZero() {
		return t.lives, nil
	}
	if now.Before(t.store.known.past.Until.Add(inFlight)) {
		return true, nil
	}
	l, _, err := get[livingRow](t.in(inLiving), livingKey(m.Ticket, m.Living))
	if err != nil || l.Remote != "" || t.behind(now) {
		return err == nil && l.Remote == "", err
	}
	return t.goesBack(m.Ticket)
}

// goesBack reports whether something was said on a ticket when the store was behind.
func (t tx) goesBack(ticket bot.TicketKey) (bool, error) {
	_, first := t.in(inOutboxTickets).Cursor().Seek(named(ticket))
	r, _, err := get[outboxRow](t.in(inOutbox), first)
	return r.Message.Ticket == ticket && (r.Again || !r.Queued.After(t.store.known.past.Until)), err
}

// sayAgain makes a message that may have been said before one to look for.
func (t tx) sayAgain(r *bot.OutboxRow) {
	past := t.store.known.past
	r.Again, r.Doubt, r.Since, r.Until = true, true, past.From, past.Until
}
