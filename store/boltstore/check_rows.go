package boltstore

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/refreshbot/refreshbot/bot"
)

// rowChecks hold the rows of each bucket against those that they belong with. What
// is said in two places has to be said alike; what points at a row has to find it.
var rowChecks = map[string]func(t tx, k, v []byte) error{
	inConversations: checkConversation,
	inAudit:         checkAudit,
	inTimers:        checkTimer,
	inTimersDue:     func(t tx, k, _ []byte) error { return t.needs(inTimers, k[min(8, len(k)):]) },
	inInbox:         checkInbox,
	inInboxLines:    func(t tx, _, v []byte) error { return t.needs(inInbox, v[min(8, len(v)):]) },
	inInboxDue:      func(t tx, _, v []byte) error { return t.needs(inInbox, v) },
	inDone:          func(t tx, k, v []byte) error { return t.needs(inDoneAt, join(v, k)) },
	inDoneAt:        func(t tx, k, _ []byte) error { return t.needs(inDone, k[min(8, len(k)):]) },
	inOutbox:        checkOutbox,
	inOutboxTickets: func(t tx, _, v []byte) error { return t.needs(inOutbox, v) },
	inOutboxLines:   func(t tx, _, v []byte) error { return t.needs(inOutbox, v[min(8, len(v)):]) },
	inOutboxDue:     func(t tx, _, v []byte) error { return t.needs(inOutbox, v) },
	inLiving:        func(t tx, _, v []byte) error { return readable[livingRow](v) },
	inBookings:      checkBooking,
	inBookingsEnd:   func(t tx, k, _ []byte) error { return t.needs(inBookings, k[min(8, len(k)):]) },
	inRuns:          checkRun,
	inRunsOpen:      func(t tx, k, _ []byte) error { return t.needs(inRuns, k[min(8, len(k)):]) },
	inJournal:       checkRecord,
	inMarks:         checkInstant,
	inClosed:        func(t tx, k, v []byte) error { return t.needs(inClosedAt, join(v, k)) },
	inClosedAt:      func(t tx, k, _ []byte) error { return t.needs(inClosed, k[min(8, len(k)):]) },
	inRunsTickets:   func(t tx, k, _ []byte) error { return t.needs(inRuns, k[bytes.IndexByte(k, 0)+1:]) },
}

// needs complains where a row is missing that another one rests on.
func (t tx) needs(bucket string, key []byte) error {
	if b := t.in(bucket); len(key) == 0 || b == nil || b.Get(key) == nil {
		return fmt.Errorf("%s has no %.80q", bucket, key)
	}
	return nil
}

func readable[T any](v []byte) error {
	var row T
	return decode(v, &row)
}

// misplaced complains of a row that is kept under another name than its own.
func misplaced(k, want []byte) error {
	if bytes.Equal(k, want) {
		return nil
	}
	return fmt.Errorf("it is the row of %.80q", want)
}

func checkInstant(_ tx, _, v []byte) error {
	if len(v) != 8 {
		return fmt.Errorf("%d bytes are no instant", len(v))
	}
	return nil
}

func checkConversation(_ tx, k, v []byte) error {
	var c bot.Conversation
	if err := decode(v, &c); err != nil {
		return err
	}
	return misplaced(k, named(c.Key))
}

func checkAudit(_ tx, k, v []byte) error {
	var a bot.Audit
	if err := decode(v, &a); err != nil {
		return err
	}
	return misplaced(k[:max(0, len(k)-8)], named(a.Ticket))
}

func checkTimer(t tx, k, v []byte) error {
	var row bot.Timer
	if err := decode(v, &row); err != nil {
		return err
	}
	return errors.Join(misplaced(k, named(row.Ticket)), t.needs(inTimersDue, dueKey(row)))
}

func checkInbox(t tx, k, v []byte) error {
	var row inboxRow
	if err := decode(v, &row); err != nil {
		return err
	}
	return errors.Join(misplaced(k, []byte(row.Event.ID)), t.needs(inInboxLines, row.spot().key()),
		t.inboxQueue().sound(row.spot()))
}

func checkOutbox(t tx, k, v []byte) error {
	var row outboxRow
	if err := decode(v, &row); err != nil {
		return err
	}
	if err := misplaced(k, []byte(row.Message.Key)); err != nil || !row.pending() {
		return err
	}
	return errors.Join(t.needs(inOutboxLines, row.spot().key()), t.outboxQueue().sound(row.spot()))
}

func checkBooking(t tx, k, v []byte) error {
	var b bot.Booking
	if err := decode(v, &b); err != nil {
		return err
	}
	return errors.Join(misplaced(k, []byte(b.ID)), t.needs(inBookingsEnd, endKey(b)))
}

func checkRun(t tx, k, v []byte) error {
	var r runRow
	if err := decode(v, &r); err != nil {
		return err
	}
	err := misplaced(k, []byte(r.ID))
	if !r.Settled {
		err = errors.Join(err, t.needs(inRunsOpen, openKey(r)))
	}
	if r.Records > 0 {
		err = errors.Join(err, t.needs(inJournal, join(named(r.ID), number(uint64(r.Records)))))
	}
	return err
}

func checkRecord(t tx, k, v []byte) error {
	var rec bot.RunRecord
	if err := decode(v, &rec); err != nil {
		return err
	}
	err := errors.Join(misplaced(k, join(named(rec.Run), number(uint64(rec.Seq)))), t.needs(inRuns, []byte(rec.Run)))
	if rec.Seq > 1 {
		err = errors.Join(err, t.needs(inJournal, join(named(rec.Run), number(uint64(rec.Seq-1)))))
	}
	return err
}
