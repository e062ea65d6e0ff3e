package boltstore

import (
	"context"
	"encoding/binary"
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// An outboxRow is a bot.OutboxRow with its place in its line. A newer drawing of
// a living message takes over the place of the one that it supersedes.
type outboxRow struct {
	bot.OutboxRow
	Place uint64 `json:"place"`
}

// A livingRow says where a living message stands and which drawing of it was
// queued last.
type livingRow struct {
	Remote bot.RemoteID  `json:"remote,omitempty"`
	Last   bot.EffectKey `json:"last"`
}

func (r outboxRow) spot() spot {
	return spot{byte(r.Message.Kind.Lane()), outboxLine(r.Message.Kind.Vendor(), r.Message.Ticket), r.Place}
}

func outboxLine(to bot.Vendor, ticket bot.TicketKey) string {
	return string(to) + "/" + string(ticket)
}

// pending reports whether the message stands in a line.
func (r outboxRow) pending() bool {
	return r.State == bot.Waiting || r.State == bot.Attempting || r.State == bot.Unsure
}

func (t tx) outboxQueue() queue { return queue{t.in(inOutboxLines), t.in(inOutboxDue)} }

func livingKey(ticket bot.TicketKey, name bot.LivingName) []byte {
	return join(named(ticket), []byte(name))
}

// keep writes a row, and its place in the line as long as it is pending.
func (t tx) keep(r outboxRow) error {
	if err := put(t.in(inOutbox), []byte(r.Message.Key), r); err != nil {
		return err
	}
	if !r.pending() {
		return t.outboxQueue().remove(r.spot())
	}
	return t.outboxQueue().set(r.spot(), string(r.Message.Key), r.Due)
}

// enqueue puts a new message into the outbox.
func (t tx) enqueue(m bot.Message, now time.Time) error {
	if t.in(inOutbox).Get([]byte(m.Key)) != nil {
		return refuse(bot.Invalid, "message %s is there already", m.Key)
	}
	n, err := t.in(inOutbox).NextSequence()
	if err != nil {
		return err
	}
	r := outboxRow{bot.OutboxRow{
		Message: m, State: bot.Waiting, Epoch: t.store.known.epoch, Queued: now, Due: m.NotBefore,
	}, n}
	again, err := t.again(m, now)
	if err != nil {
		return err
	}
	if again {
		t.sayAgain(&r.OutboxRow)
	}
	if err := t.in(inOutboxTickets).Put(join(named(m.Ticket), number(n)), []byte(m.Key)); err != nil {
		return err
	}
	if m.Living != "" {
		if r, err = t.supersede(r); err != nil {
			return err
		}
	}
	return t.keep(r)
}

// supersede retires the last drawing of a living message if it was never sent,
// and gives its place to the new one. What is being sent, or may have been, is
// left alone: the new drawing follows it, once it is known where it stands.
func (t tx) supersede(r outboxRow) (outboxRow, error) {
	key := livingKey(r.Message.Ticket, r.Message.Living)
	l, _, err := get[livingRow](t.in(inLiving), key)
	if err != nil {
		return r, err
	}
	old, ok, err := get[outboxRow](t.in(inOutbox), []byte(l.Last))
	if err != nil {
		return r, err
	}
	if ok && (old.State == bot.Waiting && !old.Doubt || old.State == bot.Dead) {
		r = takePlace(r, old)
		old.State = bot.Superseded
		if err := t.keep(old); err != nil {
			return r, err
		}
	}
	l.Last = r.Message.Key
	return r, put(t.in(inLiving), key, l)
}

// takePlace puts r where old stands, if it stands in the same line, and keeps to
// the time that a vendor asked to wait.
func takePlace(r, old outboxRow) outboxRow {
	if old.State != bot.Waiting || old.spot().line != r.spot().line {
		return r
	}
	r.Place = old.Place
	if old.Attempts > 0 && old.Due.After(r.Due) {
		r.Due = old.Due
	}
	return r
}

// NextMessages returns messages to send; see bot.Outbox.
func (s *Store) NextMessages(ctx context.Context, now time.Time, limit int, to ...bot.Vendor) (rows []bot.OutboxRow, err error) {
	err = s.view(ctx, "find messages", func(t tx) error {
		lines := map[string]bool{}
		return t.outboxQueue().ready(now, func(at, id []byte) (bool, error) {
			if len(to) > 0 && !t.goesTo(at, id, to) {
				return true, nil
			}
			r, _, err := get[outboxRow](t.in(inOutbox), id)
			if line := r.spot().line; err == nil && !lines[line] && len(rows) < limit {
				lines[line] = true
				rows = append(rows, r.OutboxRow)
			}
			return len(rows) < limit, err
		})
	})
	return rows, err
}

// goesTo reports whether a message with an entry by time goes to one of the
// vendors. In whose line it stands tells that without the message itself: behind
// a vendor that is down there may be thousands.
func (t tx) goesTo(at, id []byte, vendors []bot.Vendor) bool {
	ticket := bot.EffectKey(id).Ticket()
	lane, place := at[0], binary.BigEndian.Uint64(at[9:])
	return slices.ContainsFunc(vendors, func(to bot.Vendor) bool {
		return t.in(inOutboxLines).Get(spot{lane, outboxLine(to, ticket), place}.key()) != nil
	})
}

// Messages returns a ticket's messages; see bot.Outbox.
func (s *Store) Messages(ctx context.Context, ticket bot.TicketKey) (rows []bot.OutboxRow, err error) {
	prefix := named(ticket)
	if ticket == "" {
		prefix = nil
	}
	err = s.view(ctx, "list messages of "+string(ticket), func(t tx) error {
		rows, err = t.messages(prefix)
		return err
	})
	return rows, err
}

// Living returns where a living message stands; see bot.Outbox.
func (s *Store) Living(ctx context.Context, ticket bot.TicketKey, name bot.LivingName) (id bot.RemoteID, ok bool, err error) {
	err = s.view(ctx, "find living message of "+string(ticket), func(t tx) error {
		l, _, err := get[livingRow](t.in(inLiving), livingKey(ticket, name))
		id = l.Remote
		return err
	})
	return id, id != "", err
}
