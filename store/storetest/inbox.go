package storetest

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

var inbox = []property{
	{"an event is kept as it came", eventKept},
	{"an event that comes in again is dropped", eventOnce},
	{"an event that is done is dropped for long after", eventOnceDone},
	{"an event that comes in twenty times at once is kept once", eventRace},
	{"an event without an id, or a huge one, is invalid", eventInvalid},
	{"events of one ticket come one at a time, in order", eventOrder},
	{"events of several tickets come oldest first, to the limit", eventLimit},
	{"an event put off holds up its ticket alone", eventDelay},
	{"an event put off without end goes behind the others", eventPatience},
	{"an event that does not wait can't be put off", eventDelayUnknown},
}

func eventKept(t *testing.T, d *disk) {
	e := bot.Event{
		ID: "slack/action/1", Kind: bot.CommandGiven, Ticket: "HELP-7", At: start,
		Command: &bot.Command{Verb: bot.Approve, Actor: bot.Person{Slack: "U1"}, Surface: bot.SlackCard, Token: "3", Choice: "A"},
	}
	d.receive(e)
	d.reopen()
	rows, err := d.NextEvents(t.Context(), start, 1)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, e, rows[0].Event)
	require.Zero(t, rows[0].Attempts)
	require.Zero(t, rows[0].Due)
	require.False(t, rows[0].Received.IsZero())
}

func eventOnce(t *testing.T, d *disk) {
	d.receive(touch("a", "HELP-7"))
	d.reopen()
	fresh, err := d.Receive(t.Context(), touch("a", "HELP-7"))
	require.NoError(t, err)
	require.False(t, fresh)
	require.Equal(t, []string{"a"}, d.events(0))
}

func eventOnceDone(t *testing.T, d *disk) {
	d.receive(touch("a", "HELP-7"))
	c := d.next("HELP-7")
	c.EventID = "a"
	d.commit(c)
	d.reopen()
	fresh, err := d.Receive(t.Context(), touch("a", "HELP-7"))
	require.NoError(t, err)
	require.False(t, fresh)
	require.Empty(t, d.events(0))
}

func eventRace(t *testing.T, d *disk) {
	var fresh atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if ok, err := d.Receive(t.Context(), touch("a", "HELP-7")); err == nil && ok {
				fresh.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, fresh.Load())
	require.Equal(t, []string{"a"}, d.events(0))
}

func eventInvalid(t *testing.T, d *disk) {
	for _, id := range []string{"", strings.Repeat("x", 2000)} {
		_, err := d.Receive(t.Context(), touch(id, "HELP-7"))
		requireKind(t, bot.Invalid, err)
	}
	require.Empty(t, d.events(0))
}

func eventOrder(t *testing.T, d *disk) {
	d.receive(touch("b", "HELP-7"), touch("a", "HELP-7"), touch("c", "HELP-70"), touch("d", ""))
	require.Equal(t, []string{"b", "c", "d"}, d.events(0))
	c := d.next("HELP-7")
	c.EventID = "b"
	d.commit(c)
	require.Equal(t, []string{"a", "c", "d"}, d.events(0))
}

func eventLimit(t *testing.T, d *disk) {
	for i := range 5 {
		d.receive(touch(fmt.Sprint("e", i), bot.TicketKey(fmt.Sprint("HELP-", 9-i))))
	}
	rows, err := d.NextEvents(t.Context(), start, 2)
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, "e0", rows[0].Event.ID)
	require.Equal(t, "e1", rows[1].Event.ID)
	rows, err = d.NextEvents(t.Context(), start, 0)
	require.NoError(t, err)
	require.Empty(t, rows)
}

func eventDelay(t *testing.T, d *disk) {
	d.receive(touch("a", "HELP-7"), touch("b", "HELP-7"), touch("c", "HELP-8"))
	require.NoError(t, d.Delay(t.Context(), "a", at(5), "help center down"))
	d.reopen()
	require.Equal(t, []string{"c"}, d.events(4))
	require.Equal(t, []string{"c", "a"}, d.events(5))
	rows, err := d.NextEvents(t.Context(), at(5), 2)
	require.NoError(t, err)
	require.Equal(t, 1, rows[1].Attempts)
	require.Equal(t, "help center down", rows[1].Cause)
	require.Equal(t, at(5), rows[1].Due)
}

func eventPatience(t *testing.T, d *disk) {
	d.receive(touch("poison", "HELP-7"), touch("b", "HELP-7"))
	for i := range bot.Patience {
		require.Equal(t, []string{"poison"}, d.events(i))
		require.NoError(t, d.Delay(t.Context(), "poison", at(i), "panic"))
	}
	require.Equal(t, []string{"b"}, d.events(60))
	c := d.next("HELP-7")
	c.EventID = "b"
	d.commit(c)
	require.Equal(t, []string{"poison"}, d.events(60))
}

func eventDelayUnknown(t *testing.T, d *disk) {
	requireKind(t, bot.NotFound, d.Delay(t.Context(), "nothing", at(5), ""))
}
