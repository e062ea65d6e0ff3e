package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

var forget = []property{
	{"what is over is forgotten in its time, the oldest first", forgetOver},
	{"what may go on is never forgotten", forgetOpen},
	{"nothing is forgotten as long as something is left to do", forgetBusy},
	{"a tombstone stays, by which an old ticket is known", forgetTombstone},
	{"what is said anew makes the time begin anew", forgetAgain},
	{"runs and journals go with their ticket, or by themselves", forgetRuns},
}

// closed decides that a ticket is in a state, at a minute, and that all was said.
func (d *disk) closed(ticket bot.TicketKey, state bot.State, minute int) bot.Commit {
	c := d.next(ticket)
	c.Next.State, c.Now = state, at(minute)
	c.Next.Reporter = bot.Person{Name: "Ann", Email: "ann@abcd.example"}
	c.Next.Seen = bot.Seen{Description: "5eed", Comments: map[string]string{"17": "c0ffee"}}
	m := card
	m.Ticket, m.Key = ticket, bot.KeyOf(ticket, c.Next.Version, 0)
	c.Messages = []bot.Message{m}
	c.Audit = []bot.Audit{{Ticket: ticket, Version: c.Next.Version, At: at(minute), What: "said Ann", Actor: "Ann"}}
	d.commit(c)
	d.attempt(m.Key)
	d.settle(m.Key, bot.Outcome{State: bot.Delivered, Remote: "C1/1.0"})
	return c
}

// forgotten forgets what is over before a minute, and returns how much that was.
func (d *disk) forgotten(minute, limit int) int {
	n, err := d.Forget(d.t.Context(), at(minute), at(minute).Add(time.Hour), limit)
	require.NoError(d.t, err)
	return n
}

// kept reports whether anything but a tombstone is there.
func (d *disk) kept(ticket bot.TicketKey) bool {
	rows, err := d.Messages(d.t.Context(), ticket)
	require.NoError(d.t, err)
	return len(rows) > 0
}

func forgetOver(t *testing.T, d *disk) {
	for i, state := range []bot.State{bot.Done, bot.Cancelled, bot.Declined, bot.Silent} {
		d.closed(bot.TicketKey(fmt.Sprint("HELP-", i)), state, 10*i)
	}
	require.Equal(t, 0, d.forgotten(0, 10), "nothing is older than itself")
	require.Equal(t, 1, d.forgotten(31, 1))
	require.False(t, d.kept("HELP-0"))
	require.True(t, d.kept("HELP-1"))
	require.Equal(t, 2, d.forgotten(30, 10))
	d.reopen()
	require.False(t, d.kept("HELP-2"))
	require.True(t, d.kept("HELP-3"))
	require.Equal(t, 1, d.forgotten(31, 10))
	require.Equal(t, 0, d.forgotten(1000, 10), "a tombstone is not forgotten")
	all, err := d.Conversations(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 4)
}

func forgetOpen(t *testing.T, d *disk) {
	states := []bot.State{bot.Collecting, bot.Proposed, bot.Confirmed, bot.Running, bot.Failed, bot.Lapsed, bot.HandedOver}
	for i, state := range states {
		d.closed(bot.TicketKey(fmt.Sprint("HELP-", i)), state, 0)
	}
	require.Equal(t, 0, d.forgotten(1000, 100))
}

func forgetBusy(t *testing.T, d *disk) {
	for ticket, busy := range map[bot.TicketKey]func(){
		"HELP-1": func() { d.receive(touch("late", "HELP-1")) },
		"HELP-2": func() {
			c := d.next("HELP-2")
			c.Next.State, c.Wake = bot.Done, at(5000)
			d.commit(c)
		},
		"HELP-3": func() {
			c := d.next("HELP-3")
			c.Next.State, c.Order = bot.Done, &bot.Run{ID: "r", Ticket: "HELP-3", Ordered: start}
			d.commit(c)
		},
		"HELP-4": func() {
			c := d.next("HELP-4")
			c.Next.State = bot.Done
			c.Messages = []bot.Message{{Key: bot.KeyOf("HELP-4", 2, 0), Ticket: "HELP-4", Kind: bot.TicketReply}}
			d.commit(c)
		},
	} {
		d.closed(ticket, bot.Done, 0)
		busy()
		require.Equal(t, 0, d.forgotten(1000, 10), ticket)
		require.True(t, d.kept(ticket))
	}
	require.NoError(t, d.SettleRun(t.Context(), "r"))
	require.Equal(t, 1, d.forgotten(1000, 10))
	require.False(t, d.kept("HELP-3"))
}

func forgetTombstone(t *testing.T, d *disk) {
	was := d.closed("HELP-7", bot.Done, 0)
	d.closed("HELP-70", bot.Done, 500)
	require.Equal(t, 1, d.forgotten(1, 10))
	d.reopen()
	c, err := d.Conversation(t.Context(), "HELP-7")
	require.NoError(t, err)
	require.Equal(t, bot.Conversation{Key: "HELP-7", Version: 1, State: bot.Silent, Seen: was.Next.Seen}, c)
	trail, err := d.History(t.Context(), "HELP-7")
	require.NoError(t, err)
	require.Len(t, trail, 1)
	require.Equal(t, bot.Done, trail[0].Before)
	require.NotContains(t, fmt.Sprint(trail), "Ann")
	_, there, err := d.Living(t.Context(), "HELP-7", bot.RequestCard)
	require.NoError(t, err)
	require.False(t, there)
	require.True(t, d.kept("HELP-70"), "a ticket whose key begins alike is another one")
	d.queue("HELP-7", reply)
	require.Equal(t, bot.Waiting, d.message("HELP-7/2/0").State, "it can be taken up again")
}

func forgetAgain(t *testing.T, d *disk) {
	d.closed("HELP-7", bot.Done, 0)
	d.closed("HELP-7", bot.Collecting, 10)
	require.Equal(t, 0, d.forgotten(1000, 10))
	d.closed("HELP-7", bot.Cancelled, 20)
	require.Equal(t, 0, d.forgotten(20, 10))
	require.Equal(t, 1, d.forgotten(21, 10))
	require.False(t, d.kept("HELP-7"))
}

func forgetRuns(t *testing.T, d *disk) {
	ctx := t.Context()
	d.closed("HELP-7", bot.Done, 0)
	c := d.next("HELP-7")
	c.Next.State, c.Order = bot.Done, &bot.Run{ID: "HELP-7-1", Ticket: "HELP-7", Ordered: start}
	d.commit(c)
	for i, id := range []bot.RunID{"mine", "open"} {
		_, ledger := d.taken(0, "")
		run := bot.Run{ID: id, Ordered: at(i)}
		require.NoError(t, d.Order(ctx, run, booking(bot.BookingOf(id), "", 1000*i), ledger))
	}
	for _, id := range []bot.RunID{"HELP-7-1", "mine"} {
		token, err := d.Claim(ctx, id)
		require.NoError(t, err)
		require.NoError(t, d.Append(ctx, bot.RunRecord{Run: id, Seq: 1, Token: token}, bot.RunSucceeded))
		require.NoError(t, d.SettleRun(ctx, id))
	}
	d.forgotten(1000, 10)
	for _, id := range []bot.RunID{"HELP-7-1", "mine"} {
		_, err := d.Run(ctx, id)
		requireKind(t, bot.NotFound, err)
		journal, err := d.Journal(ctx, id)
		require.NoError(t, err)
		require.Empty(t, journal)
	}
	_, err := d.Run(ctx, "open")
	require.NoError(t, err)
}
