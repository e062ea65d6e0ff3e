package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

var timers = []property{
	{"wake times come earliest first, to the limit", timersDue},
	{"a decision replaces the wake time", timerReplaced},
	{"a wake time that rang is gone", timerRang},
	{"a wake time that rang can be set again", timerSetAgain},
	{"the agenda tells what is next", agenda},
	{"marks are kept", marks},
	{"nothing is begun when the time is up", ended},
}

func (d *disk) wake(ticket bot.TicketKey, t time.Time) {
	c := d.next(ticket)
	c.Wake = t
	d.commit(c)
}

// rung returns the wake times that have come, less their numbers.
func (d *disk) rung(minute int) []bot.Timer {
	due, err := d.DueTimers(d.t.Context(), at(minute), 100)
	require.NoError(d.t, err)
	for i := range due {
		require.NotZero(d.t, due[i].Number)
		due[i].Number = 0
	}
	return due
}

func timersDue(t *testing.T, d *disk) {
	d.wake("HELP-1", at(30))
	d.wake("HELP-2", at(10))
	d.wake("HELP-3", at(20))
	d.reopen()
	require.Empty(t, d.rung(9))
	require.Equal(t, []bot.Timer{{Ticket: "HELP-2", Version: 1, At: at(10)}, {Ticket: "HELP-3", Version: 1, At: at(20)}}, d.rung(20))
	due, err := d.DueTimers(t.Context(), at(60), 1)
	require.NoError(t, err)
	require.Len(t, due, 1)
}

func timerReplaced(t *testing.T, d *disk) {
	d.wake("HELP-1", at(10))
	d.wake("HELP-1", at(20))
	require.Empty(t, d.rung(19))
	require.Equal(t, []bot.Timer{{Ticket: "HELP-1", Version: 2, At: at(20)}}, d.rung(20))
	d.wake("HELP-1", time.Time{})
	require.Empty(t, d.rung(60))
}

func timerRang(t *testing.T, d *disk) {
	ring := bot.Event{ID: "timer/HELP-1/1", Kind: bot.TimerRang, Ticket: "HELP-1", At: at(10)}
	d.wake("HELP-1", at(10))
	d.receive(ring)
	require.Empty(t, d.rung(60))
	d.wake("HELP-1", at(20))
	fresh, err := d.Receive(t.Context(), ring)
	require.NoError(t, err)
	require.False(t, fresh)
	require.Len(t, d.rung(60), 1, "a later wake time stays")
}

// timerSetAgain: what rang may be set again, by the same version and for the same
// instant. It is another one.
func timerSetAgain(t *testing.T, d *disk) {
	d.wake("HELP-1", at(10))
	first, err := d.DueTimers(t.Context(), at(10), 1)
	require.NoError(t, err)
	ring := bot.Event{ID: "timer/HELP-1/1", Kind: bot.TimerRang, Ticket: "HELP-1", At: at(10)}
	d.receive(ring)
	d.commit(bot.Commit{EventID: ring.ID, Was: 1, Next: bot.Conversation{Key: "HELP-1", Version: 1}, Now: at(10), Wake: at(10)})
	again, err := d.DueTimers(t.Context(), at(10), 1)
	require.NoError(t, err)
	require.Len(t, again, 1)
	require.NotEqual(t, first[0].Number, again[0].Number)

	fresh, err := d.Receive(t.Context(), ring) // by somebody who was slow
	require.NoError(t, err)
	require.False(t, fresh)
	require.Len(t, d.rung(10), 1, "it did not ring yet")
}

func agenda(t *testing.T, d *disk) {
	next := func() bot.Agenda {
		a, err := d.NextDue(t.Context())
		require.NoError(t, err)
		return a
	}
	require.Zero(t, next())
	d.receive(touch("a", "HELP-1"))
	require.False(t, next().Event.IsZero())
	require.True(t, next().Event.Before(start), "at once")
	require.NoError(t, d.Delay(t.Context(), "a", at(3), ""))
	late, soon := reply, bot.Message{Kind: bot.ChatProgress}
	late.NotBefore, soon.NotBefore = at(9), at(7)
	d.queue("HELP-1", late, soon)
	d.wake("HELP-2", at(5))
	require.Equal(t, bot.Agenda{Event: at(3), Message: at(7), Timer: at(5)}, next())
}

func marks(t *testing.T, d *disk) {
	never, err := d.Mark(t.Context(), "first start")
	require.NoError(t, err)
	require.True(t, never.IsZero())
	require.NoError(t, d.SetMark(t.Context(), "first start", at(1)))
	d.reopen()
	set, err := d.Mark(t.Context(), "first start")
	require.NoError(t, err)
	require.Equal(t, at(1), set)
}

func ended(t *testing.T, d *disk) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := d.Receive(ctx, touch("a", "HELP-1"))
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, d.events(0))
}
