package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
)

var bookings = []property{
	{"bookings are those of others, sorted by start", bookingsOfOthers},
	{"a run without a ticket books until it is settled", bookingOfRun},
	{"a hold counts until its time", holdExpires},
	{"a booking is put by its id and taken away by it", bookingPut},
	{"the ledger changes with every change of a booking", ledgerChanges},
	{"of two that book on one ledger the second is a conflict", ledgerConflict},
	{"of many that book at once on one ledger one wins", ledgerRace},
	{"a commit that only takes bookings away needs no ledger", unbookFreely},
	{"an order from the command line needs the ledger and the id", orderWithBooking},
}

// booking is two hours long.
func booking(id string, ticket bot.TicketKey, minute int) bot.Booking {
	return bot.Booking{ID: id, Ticket: ticket, Booking: rules.Booking{
		Interval:     rules.Interval{Start: at(minute), End: at(minute + 120)},
		Environments: []string{"ABCD_prod", "ABCD_test"},
	}}
}

// book commits bookings for a ticket on the present ledger.
func (d *disk) book(ticket bot.TicketKey, all ...bot.Booking) {
	_, ledger, err := d.Taken(d.t.Context(), start, ticket)
	require.NoError(d.t, err)
	c := d.next(ticket)
	c.Book, c.Ledger = all, ledger
	d.commit(c)
}

// taken returns the ids of what is taken at a minute, and the ledger.
func (d *disk) taken(minute int, except bot.TicketKey) (ids []string, ledger uint64) {
	all, ledger, err := d.Taken(d.t.Context(), at(minute), except)
	require.NoError(d.t, err)
	for _, b := range all {
		ids = append(ids, b.ID)
	}
	return ids, ledger
}

func bookingsOfOthers(t *testing.T, d *disk) {
	late, early := booking("HELP-1/A", "HELP-1", 600), booking("HELP-2/A", "HELP-2", 60)
	d.book("HELP-1", late)
	d.book("HELP-2", early)
	d.book("HELP-3", booking("HELP-3/A", "HELP-3", 300))
	d.reopen()
	all, _, err := d.Taken(t.Context(), start, "HELP-3")
	require.NoError(t, err)
	require.Equal(t, []bot.Booking{early, late}, all)
}

func bookingOfRun(t *testing.T, d *disk) {
	ctx := t.Context()
	run := bot.Run{ID: "mine", Ordered: start, State: bot.RunPending}
	_, ledger := d.taken(0, "")
	require.NoError(t, d.Order(ctx, run, booking(bot.BookingOf(run.ID), "", 0), ledger))
	for _, except := range []bot.TicketKey{"", "HELP-1"} {
		ids, _ := d.taken(1, except)
		require.Equal(t, []string{"run/mine"}, ids)
	}
	require.NoError(t, d.SettleRun(ctx, run.ID))
	ids, _ := d.taken(1, "")
	require.Empty(t, ids)
}

func holdExpires(t *testing.T, d *disk) {
	hold := booking("HELP-1/A", "HELP-1", 600)
	hold.Held, hold.Until = true, at(10)
	d.book("HELP-1", hold)
	ids, _ := d.taken(9, "")
	require.Equal(t, []string{"HELP-1/A"}, ids)
	ids, _ = d.taken(10, "")
	require.Empty(t, ids)
}

func bookingPut(t *testing.T, d *disk) {
	d.book("HELP-1", booking("HELP-1/A", "HELP-1", 600), booking("HELP-1/B", "HELP-1", 900))
	moved := booking("HELP-1/A", "HELP-1", 1200)
	d.book("HELP-1", moved)
	ids, ledger := d.taken(0, "")
	require.Equal(t, []string{"HELP-1/B", "HELP-1/A"}, ids)
	c := d.next("HELP-1")
	c.Unbook, c.Ledger = []string{"HELP-1/B", "never there"}, ledger
	d.commit(c)
	ids, _ = d.taken(0, "")
	require.Equal(t, []string{"HELP-1/A"}, ids)
}

func ledgerChanges(t *testing.T, d *disk) {
	seen := map[uint64]bool{}
	changed := func() {
		_, ledger := d.taken(0, "")
		require.False(t, seen[ledger], "ledger %d a second time", ledger)
		seen[ledger] = true
	}
	changed()
	d.book("HELP-1", booking("HELP-1/A", "HELP-1", 600))
	changed()
	d.book("HELP-1", booking("HELP-1/A", "HELP-1", 700))
	changed()
	c := d.next("HELP-1")
	c.Unbook = []string{"HELP-1/A"}
	d.commit(c)
	changed()
}

func ledgerConflict(t *testing.T, d *disk) {
	one, two := d.next("HELP-1"), d.next("HELP-2")
	one.Book = []bot.Booking{booking("HELP-1/A", "HELP-1", 600)}
	two.Book = []bot.Booking{booking("HELP-2/A", "HELP-2", 600)}
	d.commit(one)
	requireKind(t, bot.Conflict, d.Commit(t.Context(), two))
	ids, ledger := d.taken(0, "")
	require.Equal(t, []string{"HELP-1/A"}, ids)
	two.Ledger = ledger
	d.commit(two)
}

func ledgerRace(t *testing.T, d *disk) {
	var won atomic.Int32
	var all sync.WaitGroup
	for _, ticket := range []bot.TicketKey{"HELP-1", "HELP-2", "HELP-3", "HELP-4", "HELP-5"} {
		c := d.next(ticket)
		c.Book = []bot.Booking{booking(string(ticket), ticket, 600)}
		all.Go(func() {
			if d.Commit(t.Context(), c) == nil {
				won.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, won.Load())
	ids, _ := d.taken(0, "")
	require.Len(t, ids, 1)
}

func unbookFreely(_ *testing.T, d *disk) {
	d.book("HELP-1", booking("HELP-1/A", "HELP-1", 600))
	d.book("HELP-2", booking("HELP-2/A", "HELP-2", 600))
	c := d.next("HELP-1")
	c.Unbook = []string{"HELP-1/A"}
	d.commit(c)
}

func orderWithBooking(t *testing.T, d *disk) {
	ctx := t.Context()
	run, b := bot.Run{ID: "by-hand", Ordered: start}, booking("by-hand", "", 0)
	_, ledger := d.taken(0, "")
	requireKind(t, bot.Conflict, d.Order(ctx, run, b, ledger+1))
	ids, _ := d.taken(0, "HELP-1")
	require.Empty(t, ids)
	require.NoError(t, d.Order(ctx, run, b, ledger))
	ids, ledger = d.taken(0, "HELP-1")
	require.Equal(t, []string{"by-hand"}, ids)
	b.End = b.End.Add(time.Hour)
	requireKind(t, bot.Conflict, d.Order(ctx, run, b, ledger))
	_, after := d.taken(0, "HELP-1")
	require.Equal(t, ledger, after, "a refused order changed the bookings")
}
