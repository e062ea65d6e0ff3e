package boltstore

import (
	"bytes"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/refreshbot/refreshbot/bot"
)

// A past is what a store knows of having been a backup: there was a time after it
// that another store has lived. What happened then is read and decided again, and
// some of it was said before, under the epoch of then.
type past struct {
	Epoch string    `json:"epoch"`
	From  time.Time `json:"from"`  // UTC; when the backup was taken
	Until time.Time `json:"until"` // UTC; when it became a store again
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
		for _, part := range []func(stamp) error{t.beginEpoch, t.doubtAll, t.stopAll} {
			if err := part(mark); err != nil {
				return err
			}
		}
		return t.in(inMeta).Delete([]byte(metaBackup))
	})
}

// beginEpoch gives the store another epoch, and remembers the one before.
func (t tx) beginEpoch(mark stamp) error {
	meta := t.in(inMeta)
	was := past{Epoch: string(meta.Get([]byte(metaEpoch))), From: mark.Taken, Until: t.store.o.Clock.Now().UTC()}
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
		r.Doubt, r.Again = true, true
		if r.First.IsZero() {
			r.First = r.Queued
		}
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

// lived reports whether an event is from a time that another store has lived.
func (t tx) lived(event string) (bool, error) {
	until := t.store.known.past.Until
	if event == "" || until.IsZero() {
		return false, nil
	}
	r, ok, err := get[inboxRow](t.in(inInbox), []byte(event))
	return ok && !r.Event.At.After(until), err
}

// sayAgain makes a message that may have been said before one to look for.
func (t tx) sayAgain(r *bot.OutboxRow) {
	was := t.store.known.past
	r.Epoch, r.Again, r.Doubt = was.Epoch, true, true
	r.First = was.From
}
