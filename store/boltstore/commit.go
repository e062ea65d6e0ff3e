package boltstore

import (
	"context"

	"github.com/refreshbot/refreshbot/bot"
)

// Commit makes a decision durable; see bot.Conversations. Its parts run in one
// transaction, which the first that refuses takes back as a whole.
func (s *Store) Commit(ctx context.Context, c bot.Commit) error {
	parts := []func(tx, bot.Commit) error{
		tx.checkCommit, tx.commitEvent, tx.commitConversation, tx.commitAudit,
		tx.commitBookings, tx.commitRun, tx.commitMessages,
	}
	return s.update(ctx, "commit "+string(c.Next.Key), func(t tx) (err error) {
		if t.lives, err = t.livedThrough(c.EventID, c.Heard); err != nil {
			return err
		}
		for _, part := range parts {
			if err := part(t, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// decided reports whether the commit changes the conversation.
func decided(c bot.Commit) bool { return c.Next.Version != c.Was }

func (t tx) checkCommit(c bot.Commit) error {
	switch {
	case decided(c) && c.Next.Version != c.Was+1:
		return refuse(bot.Invalid, "version %d can't follow %d", c.Next.Version, c.Was)
	case !decided(c) && (len(c.Messages) > 0 || len(c.Book) > 0 || len(c.Unbook) > 0 || c.Order != nil || c.Wish != nil):
		return refuse(bot.Invalid, "version %d stays, yet something is to be done", c.Was)
	}
	is, _, err := get[struct{ Version bot.Version }](t.in(inConversations), named(c.Next.Key))
	if err != nil {
		return err
	}
	if is.Version != c.Was {
		return refuse(bot.Conflict, "version %d was decided on, it is %d", c.Was, is.Version)
	}
	return nil
}

func (t tx) commitEvent(c bot.Commit) error {
	if c.EventID == "" {
		return nil
	}
	return t.finish(c.EventID, c.Now)
}

func (t tx) commitConversation(c bot.Commit) error {
	if decided(c) {
		if err := put(t.in(inConversations), named(c.Next.Key), c.Next); err != nil {
			return err
		}
		if err := t.noteClosed(c.Next, c.Now); err != nil {
			return err
		}
		if c.Was == 0 && t.behind(c.Now) { // it may have had a card
			if err := t.restored(c.Next.Key); err != nil {
				return err
			}
		}
	} else if c.Wake.IsZero() {
		return nil
	}
	return t.setTimer(bot.Timer{Ticket: c.Next.Key, Version: c.Next.Version, At: c.Wake})
}

func (t tx) commitAudit(c bot.Commit) error {
	for _, a := range c.Audit {
		n, err := t.next(inAudit)
		if err != nil {
			return err
		}
		if err := put(t.in(inAudit), join(named(a.Ticket), n), a); err != nil {
			return err
		}
	}
	return nil
}

func (t tx) commitBookings(c bot.Commit) error {
	if len(c.Book) > 0 {
		if err := t.checkLedger(c.Ledger); err != nil {
			return err
		}
	}
	for _, id := range c.Unbook {
		if err := t.unbook(id); err != nil {
			return err
		}
	}
	for _, b := range c.Book {
		if err := t.book(b); err != nil {
			return err
		}
	}
	if len(c.Book)+len(c.Unbook) == 0 {
		return nil
	}
	return t.clearBookings(c.Now)
}

func (t tx) commitRun(c bot.Commit) error {
	if c.Order != nil {
		if err := t.order(*c.Order); err != nil {
			return err
		}
	}
	if c.Wish != nil {
		if err := t.wish(*c.Wish); err != nil {
			return err
		}
	}
	if c.Settle != "" {
		return t.settleRun(c.Settle)
	}
	return nil
}

func (t tx) commitMessages(c bot.Commit) error {
	for _, m := range c.Messages {
		if err := t.enqueue(m, c.Now); err != nil {
			return err
		}
	}
	return nil
}
