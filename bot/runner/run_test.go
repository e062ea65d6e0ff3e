package runner_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
)

// bubble runs a test of Run in a synctest bubble, in which the system's clock
// jumps when everybody waits.
func bubble(t *testing.T, wishes []wish, test func(t *testing.T, s *stage)) {
	synctest.Test(t, func(t *testing.T) {
		clock := func(c *runner.Config) { c.Clock = runner.SystemClock{} }
		s := newStage(t, append([]wish{clock}, wishes...)...)
		s.watch.set(time.Now().UTC())
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { require.NoError(t, s.Run(ctx)) })
		defer running.Wait()
		defer stop()
		test(t, s)
	})
}

func TestRunAnswersAtOnce(t *testing.T) {
	bubble(t, nil, func(t *testing.T, s *stage) {
		synctest.Wait()
		began := time.Now()
		s.receive("a")
		synctest.Wait()
		require.Equal(t, []string{"a"}, s.texts())
		require.Zero(t, time.Since(began), "no loop waited for its time")
	})
}

func TestRunKeepsToStoredTimes(t *testing.T) {
	bubble(t, nil, func(t *testing.T, s *stage) {
		began := time.Now()
		s.script = func(c bot.Conversation, e bot.Event, _ bot.Facts) bot.Decision {
			d := says(c, e, say{kind: bot.TicketReply, text: string(e.Kind)})
			if e.Kind != bot.TimerRang {
				d.Wake = began.Add(40 * time.Hour)
			}
			return d
		}
		s.receive("a")
		require.NoError(t, runner.SystemClock{}.Until(t.Context(), began.Add(40*time.Hour-1)))
		synctest.Wait()
		require.Len(t, s.texts(), 1)
		require.NoError(t, runner.SystemClock{}.Until(t.Context(), began.Add(40*time.Hour)))
		synctest.Wait()
		require.Equal(t, []string{"ticket_touched", "timer_rang"}, s.texts())
	})
}

func TestRunRetriesByItself(t *testing.T) {
	f := &faultyDesk{faults: []fault{{err: unavailable}, {err: ambiguous, takes: true}}}
	wishes := []wish{func(c *runner.Config) { f.Desk, c.Desk = c.Desk, f }}
	bubble(t, wishes, func(t *testing.T, s *stage) {
		began := time.Now()
		s.receive("a")
		synctest.Wait()
		require.NoError(t, runner.SystemClock{}.Until(t.Context(), began.Add(time.Second)))
		synctest.Wait()
		require.Equal(t, 2, f.tries, "begins within a second")
		require.NoError(t, runner.SystemClock{}.Until(t.Context(), began.Add(time.Minute)))
		synctest.Wait()
		require.Equal(t, []string{"a"}, s.texts())
		require.Equal(t, []string{"HELP-1/1/0 sent"}, s.outbox())
	})
}

func TestRunPollsAtTheStartAndByTheSchedule(t *testing.T) {
	d := &pollDesk{clock: runner.SystemClock{}}
	wishes := []wish{func(c *runner.Config) {
		d.Desk, c.Desk = c.Desk, d
		c.Poll = cron.ConstantDelaySchedule{Delay: 10 * time.Minute}
	}}
	bubble(t, wishes, func(t *testing.T, s *stage) {
		began := time.Now()
		synctest.Wait()
		require.Len(t, d.since, 1)
		require.NoError(t, runner.SystemClock{}.Until(t.Context(), began.Add(time.Hour)))
		synctest.Wait()
		require.Len(t, d.since, 7)
		d.err = unavailable
		require.NoError(t, runner.SystemClock{}.Until(t.Context(), began.Add(70*time.Minute+4*time.Second)))
		synctest.Wait()
		require.Len(t, d.since, 11, "and sooner after a failure: after 0.5, 1 and 2 s")
	})
}

// slowDesk holds every reply up until it is let go.
type slowDesk struct {
	bot.Desk
	begun, leave chan bool
}

func (d *slowDesk) Reply(ctx context.Context, t bot.TicketKey, key bot.EffectKey, text bot.PublicText) (bot.RemoteID, error) {
	d.begun <- true
	select {
	case <-d.leave:
		return d.Desk.Reply(ctx, t, key, text)
	case <-ctx.Done():
		return "", bot.Errorf(bot.Ambiguous, "desk: reply", "%w", ctx.Err())
	}
}

func TestRunFinishesWhatIsInHand(t *testing.T) {
	for name, test := range map[string]struct {
		after time.Duration
		want  string
	}{
		"within the grace": {10 * time.Second, "HELP-1/1/0 sent"},
		"not for ever":     {time.Minute, "HELP-1/1/0 attempting"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				slow := &slowDesk{begun: make(chan bool), leave: make(chan bool)}
				s := newStage(t, func(c *runner.Config) {
					c.Clock = runner.SystemClock{}
					slow.Desk, c.Desk = c.Desk, slow
				})
				ctx, stop := context.WithCancel(t.Context())
				var all sync.WaitGroup
				all.Go(func() { _ = s.Run(ctx) })
				s.receive("a")
				<-slow.begun
				stop()
				all.Go(func() {
					_ = runner.SystemClock{}.Until(t.Context(), time.Now().Add(test.after))
					close(slow.leave)
				})
				all.Wait()
				require.Equal(t, []string{test.want}, s.outbox())
			})
		})
	}
}

func TestSystemClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := runner.SystemClock{}
		began := c.Now()
		require.Equal(t, time.UTC, began.Location())
		require.NoError(t, c.Until(t.Context(), began.Add(-time.Hour)))
		require.NoError(t, c.Until(t.Context(), began.Add(90*time.Minute)))
		require.Equal(t, 90*time.Minute, c.Now().Sub(began))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, c.Until(ctx, began.Add(24*time.Hour)), context.DeadlineExceeded)
	})
}
