package boltstore

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// retention is who takes away what is forgotten, in the audit trail.
const retention = "retention"

// Forget takes away conversations that have been over for long; see bot.Store.
func (s *Store) Forget(ctx context.Context, before, now time.Time, limit int) (forgotten int, err error) {
	err = s.update(ctx, "forget what is over", func(t tx) error {
		forgotten = 0 // the function may be called twice
		keys, err := t.forgettable(before, limit)
		for _, key := range keys {
			if err != nil {
				return err
			}
			forgotten++
			err = t.forgetTicket(key, now)
		}
		if err == nil && forgotten < limit {
			err = t.forgetRuns(before, limit-forgotten)
		}
		return err
	})
	return forgotten, err
}

// forgettable returns up to limit tickets whose conversations were over before an
// instant, and of which nothing is left to do.
func (t tx) forgettable(before time.Time, limit int) (keys []bot.TicketKey, err error) {
	c, until := t.in(inClosedAt).Cursor(), instant(before)
	for k, _ := c.First(); k != nil && len(keys) < limit && bytes.Compare(k[:8], until) < 0; k, _ = c.Next() {
		key := bot.TicketKey(k[8 : len(k)-1])
		busy, err := t.busy(key)
		if err != nil {
			return nil, err
		}
		if !busy {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// busy reports whether something is still to be done about a ticket.
func (t tx) busy(key bot.TicketKey) (bool, error) {
	prefix := join([]byte{0}, named(key))
	if k, _ := t.in(inInboxLines).Cursor().Seek(prefix); bytes.HasPrefix(k, prefix) {
		return true, nil
	}
	if t.in(inTimers).Get(named(key)) != nil {
		return true, nil
	}
	for _, id := range t.runsOf(key) {
		if r, err := t.run(id); err != nil || !r.Settled {
			return true, err
		}
	}
	for _, id := range t.messagesOf(key) {
		if r, err := t.message(id); err != nil || r.pending() {
			return true, err
		}
	}
	return false, nil
}

func (t tx) runsOf(key bot.TicketKey) (ids []bot.RunID) {
	return tails[bot.RunID](t.in(inRunsTickets).Cursor(), named(key))
}

func (t tx) messagesOf(key bot.TicketKey) (ids []bot.EffectKey) {
	c, prefix := t.in(inOutboxTickets).Cursor(), named(key)
	for k, id := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, id = c.Next() {
		ids = append(ids, bot.EffectKey(id))
	}
	return ids
}

// forgetTicket takes away all that is kept about a ticket. What stays is a
// tombstone: that the ticket was dealt with and what of it was read, as hashes, so
// that a late webhook or an old comment is not taken for news, and no number is
// given out again; and one line of the audit trail. Neither says who or what.
func (t tx) forgetTicket(key bot.TicketKey, now time.Time) error {
	c, err := t.conversation(key)
	if err != nil {
		return err
	}
	for _, part := range []func(bot.TicketKey) error{
		t.forgetMessages, t.forgetRunsOf, t.noteOpen,
		func(key bot.TicketKey) error { return t.clear(inAudit, named(key)) },
		func(key bot.TicketKey) error { return t.clear(inLiving, named(key)) },
	} {
		if err := part(key); err != nil {
			return err
		}
	}
	// Only what is deleted lets pages that became almost empty grow together.
	if err := t.in(inConversations).Delete(named(key)); err != nil {
		return err
	}
	if err := put(t.in(inConversations), named(key), tombstone(c)); err != nil {
		return err
	}
	return t.commitAudit(bot.Commit{Audit: []bot.Audit{{
		Ticket: key, Version: c.Version, At: now, Actor: retention, Event: retention,
		Before: c.State, After: bot.Silent,
		What: fmt.Sprintf("what was kept about the ticket was removed; the request was %s", c.State),
	}}})
}

// tombstone is what stays of a conversation. A ticket in this state is read again
// only if somebody changes its description.
func tombstone(c bot.Conversation) bot.Conversation {
	return bot.Conversation{
		Key: c.Key, Version: c.Version, State: bot.Silent,
		Seen:    bot.Seen{Description: c.Seen.Description, Comments: c.Seen.Comments},
		Letters: c.Letters, Card: c.Card, Runs: c.Runs,
	}
}

func (t tx) forgetMessages(key bot.TicketKey) error {
	for _, id := range t.messagesOf(key) {
		if err := t.in(inOutbox).Delete([]byte(id)); err != nil {
			return err
		}
	}
	return t.clear(inOutboxTickets, named(key))
}

func (t tx) forgetRunsOf(key bot.TicketKey) error {
	for _, id := range t.runsOf(key) {
		if err := t.forgetRun(id); err != nil {
			return err
		}
	}
	return t.clear(inRunsTickets, named(key))
}

func (t tx) forgetRun(id bot.RunID) error {
	if err := t.in(inRuns).Delete([]byte(id)); err != nil {
		return err
	}
	return t.clear(inJournal, named(id))
}

// forgetRuns takes away runs that no ticket asked for.
func (t tx) forgetRuns(before time.Time, limit int) error {
	for _, id := range t.runsOf("") {
		r, err := t.run(id)
		if err != nil {
			return err
		}
		if !r.Settled || !r.Ordered.Before(before) {
			continue
		}
		if limit--; limit < 0 {
			return nil
		}
		if err := t.forgetRun(id); err != nil {
			return err
		}
		if err := t.in(inRunsTickets).Delete(runOfTicket(r.Run)); err != nil {
			return err
		}
	}
	return nil
}

// clear takes away every row whose key begins with prefix.
func (t tx) clear(bucket string, prefix []byte) error {
	for _, rest := range tails[string](t.in(bucket).Cursor(), prefix) {
		if err := t.in(bucket).Delete(join(prefix, []byte(rest))); err != nil {
			return err
		}
	}
	return nil
}
