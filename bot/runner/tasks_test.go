package runner_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
)

// taskStage has runs ordered, on a ticket or without.
func taskStage(t *testing.T, c bot.Cloner, runs ...bot.Run) *stage {
	s := newStage(t, func(conf *runner.Config) {
		if e, ok := c.(*engine); ok {
			e.store, e.clock = conf.Store, conf.Clock
		}
		conf.Cloner = c
	})
	s.script = func(c bot.Conversation, e bot.Event, _ bot.Facts) bot.Decision {
		d := says(c, e, say{kind: bot.TicketReply, text: e.ID})
		if e.Run != nil && e.Run.State.Over() {
			d.Settle = e.Run.Run
		}
		return d
	}
	for i, run := range runs {
		require.NoError(t, s.store.Commit(t.Context(), bot.Commit{
			Was: bot.Version(i), Next: bot.Conversation{Key: "HELP-1", Version: bot.Version(i + 1)}, Order: &run,
		}))
	}
	return s
}

func TestTasksBringNewsUntilTheRunIsSettled(t *testing.T) {
	s := taskStage(t, &engine{done: &deeds{}}, bot.Run{ID: "r", Ticket: "HELP-1"})
	for range tasks {
		did, err := s.TaskOnce(t.Context())
		require.NoError(t, err)
		require.True(t, did)
	}
	did, err := s.TaskOnce(t.Context())
	require.NoError(t, err)
	require.False(t, did, "over, and told")
	s.all(s.InboxOnce)
	s.all(s.OutboxOnce)
	require.Equal(t, []string{"run/r/1", "run/r/2", "run/r/3"}, s.texts())
	open, err := s.store.OpenRuns(t.Context())
	require.NoError(t, err)
	require.Empty(t, open)
}

func TestTasksTakeTurns(t *testing.T) {
	s := taskStage(t, &engine{done: &deeds{}}, bot.Run{ID: "a", Ticket: "HELP-1"}, bot.Run{ID: "b", Ticket: "HELP-1"})
	s.all(s.TaskOnce)
	s.all(s.InboxOnce)
	s.all(s.OutboxOnce)
	require.Equal(t, []string{"run/a/1", "run/b/1", "run/a/2", "run/b/2", "run/a/3", "run/b/3"}, s.texts())
}

func TestTasksSettleARunThatNobodyIsToldOf(t *testing.T) {
	s := taskStage(t, &engine{done: &deeds{}}, bot.Run{ID: "r"})
	s.all(s.TaskOnce)
	r, err := s.store.Run(t.Context(), "r")
	require.NoError(t, err)
	require.True(t, r.Settled)
	require.Equal(t, bot.RunSucceeded, r.State)
}

// scripted is a Cloner that does what it is told.
type scripted struct {
	bot.Cloner
	advance func(bot.RunID) (bot.RunReport, error)
}

func (c *scripted) Advance(_ context.Context, id bot.RunID) (bot.RunReport, error) {
	return c.advance(id)
}

func TestTasksRestAfterAnError(t *testing.T) {
	calls := map[bot.RunID]int{}
	s := taskStage(t, &scripted{advance: func(id bot.RunID) (bot.RunReport, error) {
		calls[id]++
		if id == "bad" {
			return bot.RunReport{}, unavailable
		}
		return bot.RunReport{Run: id, Seq: calls[id], State: bot.RunRunning}, nil
	}}, bot.Run{ID: "bad", Ticket: "HELP-1"}, bot.Run{ID: "good", Ticket: "HELP-1"})
	for range 5 {
		did, err := s.TaskOnce(t.Context())
		require.NoError(t, err)
		require.True(t, did, "one that stumbles does not hold up the other")
	}
	require.Equal(t, map[bot.RunID]int{"bad": 1, "good": 5}, calls)
	s.watch.add(time.Second / 2)
	_, err := s.TaskOnce(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, calls["bad"])
}

func TestTasksAdvanceOneRunOnceAtATime(t *testing.T) {
	inside, leave := make(chan bot.RunID), make(chan bool)
	s := taskStage(t, &scripted{advance: func(id bot.RunID) (bot.RunReport, error) {
		inside <- id
		<-leave
		return bot.RunReport{Run: id, Seq: 1, State: bot.RunRunning}, nil
	}}, bot.Run{ID: "a", Ticket: "HELP-1"}, bot.Run{ID: "b", Ticket: "HELP-1"})
	var all sync.WaitGroup
	once := func() { _, _ = s.TaskOnce(context.Background()) }
	all.Go(once)
	require.Equal(t, bot.RunID("a"), <-inside)
	all.Go(once)
	require.Equal(t, bot.RunID("b"), <-inside)
	did, err := s.TaskOnce(t.Context())
	require.NoError(t, err)
	require.False(t, did, "both are in hand")
	close(leave)
	all.Wait()
}
