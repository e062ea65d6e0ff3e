package slack_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// after returns how long an error asks to wait; zero where there is none.
func after(t *testing.T, err error) time.Duration {
	t.Helper()
	if err == nil {
		return 0
	}
	var e *bot.Error
	require.True(t, errors.As(err, &e))
	require.Equal(t, bot.RateLimited, e.Kind)
	return e.After
}

func TestProgressIsDrawnEveryThreeSeconds(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	draw := func(id bot.RemoteID, r *bot.RunReport) time.Duration {
		t.Helper()
		return after(t, h.client.Redraw(t.Context(), id, progressMessage(r)))
	}
	one := h.post(t, progressMessage(run(bot.RunRunning, 1, bot.TaskRunning)), "")
	other := h.post(t, progressMessage(run(bot.RunRunning, 1, bot.TaskRunning)), "")
	require.Zero(t, draw(one, run(bot.RunRunning, 2, bot.TaskRunning)))
	require.Equal(t, 3*time.Second, draw(one, run(bot.RunRunning, 3, bot.TaskRunning)))
	require.Zero(t, draw(other, run(bot.RunRunning, 3, bot.TaskRunning)), "another run's is another message")
	h.clock.advance(time.Second)
	require.Equal(t, 2*time.Second, draw(one, run(bot.RunRunning, 4, bot.TaskRunning)))
	h.clock.advance(2 * time.Second)
	require.Zero(t, draw(one, run(bot.RunRunning, 5, bot.TaskRunning)))
	require.Zero(t, draw(one, run(bot.RunSucceeded, 31, bot.TaskDone)), "the end is not put off")
	require.Equal(t, 4, h.sim.Calls("chat.update"))
	h.clean(t)
}

func TestProgressGivesWayWhileSlackLimits(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	card := h.post(t, cardMessage(theCard()), "")
	progress := h.post(t, progressMessage(run(bot.RunRunning, 1, bot.TaskRunning)), "")

	h.sim.Fail("chat.update", slacksim.Limited(10*time.Second))
	require.Equal(t, 10*time.Second, after(t, h.client.Redraw(t.Context(), card, cardMessage(theCard()))))
	over := progressMessage(run(bot.RunSucceeded, 31, bot.TaskDone))
	require.Equal(t, 11*time.Second, after(t, h.client.Redraw(t.Context(), progress, over)))
	_, err := h.client.Post(t.Context(), over, "")
	require.Equal(t, 11*time.Second, after(t, err))

	h.clock.advance(10 * time.Second)
	require.Equal(t, time.Second, after(t, h.client.Redraw(t.Context(), progress, over)), "the card first")
	require.NoError(t, h.client.Redraw(t.Context(), card, cardMessage(theCard())))
	h.clock.advance(time.Second)
	require.NoError(t, h.client.Redraw(t.Context(), progress, over))
	require.Equal(t, 3, h.sim.Calls("chat.update"))
	h.clean(t)
}
