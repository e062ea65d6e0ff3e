package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

var commits = []property{
	{"a conversation that never was has version 0", conversationZero},
	{"a conversation is kept as it was committed", conversationKept},
	{"conversations are listed by state, sorted by key", conversationsListed},
	{"of two commits on one version the second is a conflict", commitConflict},
	{"of many commits at once on one version one wins", commitRace},
	{"an event can be committed once", commitEventOnce},
	{"a commit that is refused leaves no trace", commitAtomic},
	{"a version follows the one before", commitVersion},
	{"where nothing was decided the conversation stays", commitNothing},
	{"where nothing was decided nothing can be done", commitNothingDone},
	{"the audit trail is kept in order, ticket by ticket", historyOrder},
}

func conversationZero(t *testing.T, d *disk) {
	c, err := d.Conversation(t.Context(), "HELP-7")
	require.NoError(t, err)
	require.Equal(t, bot.Conversation{Key: "HELP-7"}, c)
}

func conversationKept(t *testing.T, d *disk) {
	c := d.next("HELP-7")
	c.Next.State = bot.Proposed
	d.commit(c)
	d.reopen()
	got, err := d.Conversation(t.Context(), "HELP-7")
	require.NoError(t, err)
	require.Equal(t, c.Next, got)
}

func conversationsListed(t *testing.T, d *disk) {
	for key, state := range map[bot.TicketKey]bot.State{"HELP-2": bot.Proposed, "HELP-1": bot.Done, "HELP-3": bot.Proposed} {
		c := d.next(key)
		c.Next.State = state
		c.Next.Run = &bot.Progress{State: bot.RunRunning} // which is no state of a conversation
		c.Next.Missing = []string{`"state":"running"`}
		d.commit(c)
	}
	keys := func(states ...bot.State) (keys []bot.TicketKey) {
		all, err := d.Conversations(t.Context(), states...)
		require.NoError(t, err)
		for _, c := range all {
			keys = append(keys, c.Key)
		}
		return keys
	}
	require.Equal(t, []bot.TicketKey{"HELP-1", "HELP-2", "HELP-3"}, keys())
	require.Equal(t, []bot.TicketKey{"HELP-2", "HELP-3"}, keys(bot.Proposed))
	require.Empty(t, keys(bot.Running))
}

func commitConflict(t *testing.T, d *disk) {
	one, two := d.next("HELP-7"), d.next("HELP-7")
	d.commit(one)
	requireKind(t, bot.Conflict, d.Commit(t.Context(), two))
}

func commitRace(t *testing.T, d *disk) {
	var won, lost atomic.Int32
	var all sync.WaitGroup
	c := d.next("HELP-7")
	for range 8 {
		all.Go(func() {
			switch err := d.Commit(t.Context(), c); {
			case err == nil:
				won.Add(1)
			case bot.KindOf(err) == bot.Conflict:
				lost.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, won.Load())
	require.EqualValues(t, 7, lost.Load())
}

func commitEventOnce(t *testing.T, d *disk) {
	d.receive(touch("a", "HELP-7"))
	c := d.next("HELP-7")
	c.EventID = "a"
	d.commit(c)
	c = d.next("HELP-7")
	c.EventID = "a"
	requireKind(t, bot.Conflict, d.Commit(t.Context(), c))
}

// fullCommit does everything that a commit can do.
func fullCommit(d *disk) bot.Commit {
	d.receive(touch("a", "HELP-7"))
	c := d.next("HELP-7")
	c.EventID, c.Wake = "a", at(30)
	c.Messages = []bot.Message{{Key: bot.KeyOf("HELP-7", 1, 0), Ticket: "HELP-7", Kind: bot.TicketReply}}
	c.Audit = []bot.Audit{{Ticket: "HELP-7", Version: 1, At: start, What: "read"}}
	c.Book = []bot.Booking{booking("HELP-7/A", "HELP-7", 60)}
	c.Order = &bot.Run{ID: "run-1", Ticket: "HELP-7", Ordered: start}
	return c
}

func commitAtomic(t *testing.T, d *disk) {
	d.commit(bot.Commit{Next: bot.Conversation{Key: "HELP-9", Version: 1}, Order: &bot.Run{ID: "taken", Ordered: start}})
	_, ledger, err := d.Taken(t.Context(), start, "")
	require.NoError(t, err)
	good := fullCommit(d)
	good.Ledger = ledger
	refused := map[string]func(*bot.Commit){
		"version":  func(c *bot.Commit) { c.Was, c.Next.Version = 4, 5 },
		"event":    func(c *bot.Commit) { c.EventID = "gone" },
		"run":      func(c *bot.Commit) { c.Order = &bot.Run{ID: "taken"} },
		"ledger":   func(c *bot.Commit) { c.Ledger += 7 },
		"wish":     func(c *bot.Commit) { c.Wish = &bot.WishFor{Run: "no such run"} },
		"settle":   func(c *bot.Commit) { c.Settle = "no such run" },
		"messages": func(c *bot.Commit) { c.Messages = append(c.Messages, c.Messages[0]) },
	}
	for name, spoil := range refused {
		bad := good
		spoil(&bad)
		require.Error(t, d.Commit(t.Context(), bad), name)
		requireNoTrace(t, d)
	}
	d.commit(good)
}

func requireNoTrace(t *testing.T, d *disk) {
	t.Helper()
	d.reopen()
	require.Equal(t, []string{"a"}, d.events(0))
	c, err := d.Conversation(t.Context(), "HELP-7")
	require.NoError(t, err)
	require.Zero(t, c.Version)
	require.Empty(t, d.due(60))
	trail, err := d.History(t.Context(), "HELP-7")
	require.NoError(t, err)
	require.Empty(t, trail)
	taken, _, err := d.Taken(t.Context(), start, "")
	require.NoError(t, err)
	require.Empty(t, taken)
	_, err = d.Run(t.Context(), "run-1")
	requireKind(t, bot.NotFound, err)
	due, err := d.DueTimers(t.Context(), at(60), 10)
	require.NoError(t, err)
	require.Empty(t, due)
}

func commitVersion(t *testing.T, d *disk) {
	c := d.next("HELP-7")
	c.Next.Version = 3
	requireKind(t, bot.Invalid, d.Commit(t.Context(), c))
}

func commitNothing(t *testing.T, d *disk) {
	first := d.next("HELP-7")
	first.Wake = at(30)
	d.commit(first)
	d.receive(touch("a", "HELP-7"))
	d.commit(bot.Commit{
		EventID: "a", Was: 1, Next: bot.Conversation{Key: "HELP-7", Version: 1, State: bot.Cancelled}, Now: start,
		Audit: []bot.Audit{{Ticket: "HELP-7", Version: 1, What: "nothing"}},
	})
	require.Empty(t, d.events(0))
	c, err := d.Conversation(t.Context(), "HELP-7")
	require.NoError(t, err)
	require.Equal(t, first.Next, c)
	require.Equal(t, []bot.Timer{{Ticket: "HELP-7", Version: 1, At: at(30)}}, d.rung(30))
	trail, err := d.History(t.Context(), "HELP-7")
	require.NoError(t, err)
	require.Len(t, trail, 1)
}

func commitNothingDone(t *testing.T, d *disk) {
	same := bot.Commit{Next: bot.Conversation{Key: "HELP-7"}, Now: start}
	d.commit(same)
	for _, c := range []bot.Commit{
		{Messages: []bot.Message{{Key: "k"}}},
		{Book: []bot.Booking{booking("b", "HELP-7", 60)}},
		{Unbook: []string{"b"}},
		{Order: &bot.Run{ID: "r"}},
		{Wish: &bot.WishFor{Run: "r"}},
	} {
		c.Next = same.Next
		requireKind(t, bot.Invalid, d.Commit(t.Context(), c))
	}
}

func historyOrder(t *testing.T, d *disk) {
	for i := range 12 {
		c := d.next("HELP-7")
		c.Audit = []bot.Audit{
			{Ticket: "HELP-7", Version: c.Next.Version, At: at(i), What: fmt.Sprint("line ", 2*i)},
			{Ticket: "HELP-7", Version: c.Next.Version, At: at(i), What: fmt.Sprint("line ", 2*i+1)},
		}
		d.commit(c)
		c = d.next("HELP-70")
		c.Audit = []bot.Audit{{Ticket: "HELP-70", What: "other"}}
		d.commit(c)
	}
	trail, err := d.History(t.Context(), "HELP-7")
	require.NoError(t, err)
	require.Len(t, trail, 24)
	for i, a := range trail {
		require.Equal(t, fmt.Sprint("line ", i), a.What)
	}
}
