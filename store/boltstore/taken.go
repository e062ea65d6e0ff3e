package boltstore

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// A ledger remembers the bookings as they were last read: every decision rests on
// all of them, and few change in between. It is a copy of what is on disk and
// never more: each reading transaction holds it against the ledger's number.
type ledger struct {
	mu     sync.Mutex
	number uint64 // 0: nothing was read yet, or nothing was ever booked
	rows   map[string]bookingRow
	sorted []bot.Booking // by start; never written into
}

// A bookingRow is a booking and the bytes that it was read from.
type bookingRow struct {
	data    []byte
	booking bot.Booking
}

// Taken returns what others have booked, and the ledger; see bot.Bookings.
func (s *Store) Taken(ctx context.Context, now time.Time, except bot.TicketKey) (taken []bot.Booking, number uint64, err error) {
	err = s.view(ctx, "read bookings", func(t tx) error {
		taken, number, err = s.ledger.read(t)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	var counts []bot.Booking
	for _, b := range taken {
		if own := except != "" && b.Ticket == except; !own && (!b.Held || now.Before(b.Until)) {
			counts = append(counts, b)
		}
	}
	return counts, number, nil
}

// read returns every booking as the transaction sees it, sorted, and the number.
// The list is shared and not to be written into.
func (l *ledger) read(t tx) ([]bot.Booking, uint64, error) {
	number := t.in(inBookings).Sequence()
	l.mu.Lock()
	defer l.mu.Unlock()
	if number == l.number {
		return l.sorted, number, nil
	}
	rows, sorted := map[string]bookingRow{}, []bot.Booking{}
	c := t.in(inBookings).Cursor()
	for k, data := c.First(); k != nil; k, data = c.Next() {
		row := l.rows[string(k)]
		if !bytes.Equal(row.data, data) {
			row = bookingRow{data: bytes.Clone(data)}
			if err := decode(data, &row.booking); err != nil {
				return nil, 0, err
			}
		}
		rows[string(k)] = row
		sorted = append(sorted, row.booking)
	}
	slices.SortFunc(sorted, func(a, b bot.Booking) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID))
	})
	l.number, l.rows, l.sorted = number, rows, sorted
	return sorted, number, nil
}
