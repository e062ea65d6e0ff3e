// Package storetest holds every store to the contract of bot.Store: one suite,
// one function for each property, the same for all of them.
package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

// An Open opens one and the same store each time. The suite closes it before it
// opens it again, which is what a killed process comes to: every method is
// durable on return, so there is nothing that closing could add.
type Open func(t *testing.T) bot.Store

// Run runs the suite. Each property gets an empty store of its own from empty.
func Run(t *testing.T, empty func(t *testing.T) Open) {
	for _, p := range slices.Concat(inbox, commits, bookings, outbox, living, runs, timers, forget) {
		t.Run(p.name, func(t *testing.T) {
			open := empty(t)
			d := &disk{t: t, open: open, Store: open(t)}
			t.Cleanup(func() { require.NoError(t, d.Store.Close()) })
			p.holds(t, d)
		})
	}
}

// A property is something that holds of every store.
type property struct {
	name  string
	holds func(t *testing.T, d *disk)
}

// A disk is a store that can be opened again.
type disk struct {
	bot.Store
	t    *testing.T
	open Open
}

func (d *disk) reopen() {
	require.NoError(d.t, d.Store.Close())
	d.Store = d.open(d.t)
}

// start is the suite's now: a Wednesday.
var start = time.Date(2041, time.May, 8, 9, 0, 0, 0, time.UTC)

// at is some minutes after start.
func at(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }

func touch(id string, ticket bot.TicketKey) bot.Event {
	return bot.Event{ID: id, Kind: bot.TicketTouched, Ticket: ticket, At: start}
}

// receive brings events in and requires that they are new.
func (d *disk) receive(events ...bot.Event) {
	for _, e := range events {
		fresh, err := d.Receive(d.t.Context(), e)
		require.NoError(d.t, err)
		require.True(d.t, fresh, e.ID)
	}
}

// next returns a commit that leads the ticket's conversation one version on.
func (d *disk) next(ticket bot.TicketKey) bot.Commit {
	c, err := d.Conversation(d.t.Context(), ticket)
	require.NoError(d.t, err)
	was := c.Version
	c.Version++
	c.State = bot.Collecting
	return bot.Commit{Was: was, Next: c, Now: start}
}

func (d *disk) commit(c bot.Commit) { require.NoError(d.t, d.Commit(d.t.Context(), c)) }

// queue commits a decision with these messages and returns their keys.
func (d *disk) queue(ticket bot.TicketKey, messages ...bot.Message) []bot.EffectKey {
	c := d.next(ticket)
	var keys []bot.EffectKey
	for i, m := range messages {
		m.Ticket, m.Key = ticket, bot.KeyOf(ticket, c.Next.Version, i)
		c.Messages = append(c.Messages, m)
		keys = append(keys, m.Key)
	}
	d.commit(c)
	return keys
}

func (d *disk) settle(key bot.EffectKey, o bot.Outcome) {
	require.NoError(d.t, d.Settle(d.t.Context(), key, o))
}

func (d *disk) attempt(key bot.EffectKey) {
	require.NoError(d.t, d.Attempt(d.t.Context(), key, start))
}

// message returns the row of that key.
func (d *disk) message(key bot.EffectKey) bot.OutboxRow {
	rows, err := d.Messages(d.t.Context(), "")
	require.NoError(d.t, err)
	i := slices.IndexFunc(rows, func(r bot.OutboxRow) bool { return r.Message.Key == key })
	require.GreaterOrEqual(d.t, i, 0, key)
	return rows[i]
}

// due returns the keys of the messages to send at a minute.
func (d *disk) due(minute int) []bot.EffectKey {
	rows, err := d.NextMessages(d.t.Context(), at(minute), 100)
	require.NoError(d.t, err)
	keys := []bot.EffectKey{}
	for _, r := range rows {
		keys = append(keys, r.Message.Key)
	}
	return keys
}

// events returns the ids of the events to deal with at a minute.
func (d *disk) events(minute int) []string {
	rows, err := d.NextEvents(d.t.Context(), at(minute), 100)
	require.NoError(d.t, err)
	ids := []string{}
	for _, r := range rows {
		ids = append(ids, r.Event.ID)
	}
	return ids
}

func requireKind(t *testing.T, kind bot.Kind, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, kind, bot.KindOf(err), "%v", err)
}
