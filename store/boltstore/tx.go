package boltstore

import (
	bolt "go.etcd.io/bbolt"
)

// The buckets, as drawn in the package comment.
const (
	inMeta          = "meta"
	inConversations = "conversations"
	inAudit         = "audit"
	inTimers        = "timers"
	inTimersDue     = "timers.due"
	inInbox         = "inbox"
	inInboxLines    = "inbox.lines"
	inInboxDue      = "inbox.due"
	inDone          = "done"
	inDoneAt        = "done.at"
	inOutbox        = "outbox"
	inOutboxTickets = "outbox.tickets"
	inOutboxLines   = "outbox.lines"
	inOutboxDue     = "outbox.due"
	inLiving        = "living"
	inBookings      = "bookings"
	inBookingsEnd   = "bookings.end"
	inRuns          = "runs"
	inRunsOpen      = "runs.open"
	inJournal       = "journal"
	inMarks         = "marks"
	inClosed        = "closed"
	inClosedAt      = "closed.at"
	inRunsTickets   = "runs.tickets"
)

var buckets = [...]string{
	inMeta, inConversations, inAudit, inTimers, inTimersDue,
	inInbox, inInboxLines, inInboxDue, inDone, inDoneAt,
	inOutbox, inOutboxTickets, inOutboxLines, inOutboxDue, inLiving,
	inBookings, inBookingsEnd, inRuns, inRunsOpen, inJournal, inMarks,
	inClosed, inClosedAt, inRunsTickets,
}

// A tx is a transaction on the buckets. The operations of each kind of row are
// methods of it, in the file of that kind.
type tx struct {
	bolt  *bolt.Tx
	store *Store
	lives bool // through what another store has lived: what it decides may have been said
}

func (t tx) in(name string) *bolt.Bucket { return t.bolt.Bucket([]byte(name)) }

// next returns a bucket's next number, which counts from 1 and is never used
// again.
func (t tx) next(bucket string) ([]byte, error) {
	n, err := t.in(bucket).NextSequence()
	return number(n), err
}
