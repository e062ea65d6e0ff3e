package boltstore

import (
	"bytes"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// over reports whether nothing is to come of a conversation any more, so that it
// may be forgotten one day.
func over(c bot.Conversation) bool {
	switch c.State {
	case bot.Done, bot.Cancelled, bot.Silent:
		return true
	case bot.Declined:
		return !c.Asking()
	default:
		return false
	}
}

func closedKey(at []byte, ticket bot.TicketKey) []byte { return join(at, named(ticket)) }

// noteClosed keeps the time of the last decision about a conversation that is
// over; one that goes on again has none.
func (t tx) noteClosed(c bot.Conversation, now time.Time) error {
	if err := t.noteOpen(c.Key); err != nil || !over(c) {
		return err
	}
	if err := t.in(inClosed).Put(named(c.Key), instant(now)); err != nil {
		return err
	}
	return t.in(inClosedAt).Put(closedKey(instant(now), c.Key), nil)
}

func (t tx) noteOpen(ticket bot.TicketKey) error {
	at := bytes.Clone(t.in(inClosed).Get(named(ticket)))
	if at == nil {
		return nil
	}
	if err := t.in(inClosed).Delete(named(ticket)); err != nil {
		return err
	}
	return t.in(inClosedAt).Delete(closedKey(at, ticket))
}

// indexClosed brings a file from schema 1 to 2: it is known since when each
// conversation is over, and which runs a ticket had. Where nothing tells when the
// last decision was made, it is as if it were now.
func (t tx) indexClosed() error {
	for _, name := range []string{inClosed, inClosedAt, inRunsTickets} {
		if _, err := t.bolt.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	err := each(t.in(inConversations), nil, func(c bot.Conversation) error {
		at, err := t.lastHeard(c.Key)
		if err != nil {
			return err
		}
		return t.noteClosed(c, at)
	})
	if err != nil {
		return err
	}
	return each(t.in(inRuns), nil, func(r runRow) error {
		return t.in(inRunsTickets).Put(runOfTicket(r.Run), nil)
	})
}

// lastHeard returns when something was last decided about a ticket, as far as its
// audit trail tells.
func (t tx) lastHeard(ticket bot.TicketKey) (time.Time, error) {
	at := t.store.o.Clock.Now()
	trail, err := list[bot.Audit](t.in(inAudit), named(ticket))
	if len(trail) > 0 {
		at = trail[len(trail)-1].At
	}
	return at, err
}
