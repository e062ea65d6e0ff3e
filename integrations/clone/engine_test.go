package clone_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/rules"
)

const runID bot.RunID = "run-1"

var start = time.Date(2026, time.March, 4, 2, 0, 0, 0, time.UTC)

// A bench is an engine over tasks that only write down that they were called.
type bench struct {
	t       *testing.T
	tasks   []clone.Task
	journal *journal
	clock   *clock
	engine  *clone.Engine
	calls   []string
}

func newBench(t *testing.T) *bench {
	b := &bench{
		t: t, tasks: tasks(), clock: &clock{now: start},
		journal: newJournal(bot.Run{ID: runID, Order: bot.RunOrder{Source: "A_prod", Target: "A_test"}}),
	}
	for i := range b.tasks {
		id := b.tasks[i].ID
		b.tasks[i].Do = func(context.Context, *clone.Job) (clone.Result, error) {
			b.calls = append(b.calls, "do "+string(id))
			return clone.Result{}, nil
		}
		b.tasks[i].Undo = func(context.Context, *clone.Job) error {
			b.calls = append(b.calls, "undo "+string(id))
			return nil
		}
	}
	return b
}

// boot starts a new process over the same journal.
func (b *bench) boot() {
	plan, err := clone.LayPlan(1, b.tasks)
	require.NoError(b.t, err)
	b.engine, err = clone.NewEngineWith(clone.Config{
		Environments: []clone.Environment{{Name: "A_prod", Database: "none:"}, {Name: "A_test", Database: "none:"}},
	}, clone.Ports{
		Runs: b.journal, Clock: b.clock, Databases: map[string]clone.Database{"none": nil},
	}, plan)
	require.NoError(b.t, err)
}

// run advances until nothing changes any more.
func (b *bench) run() bot.RunReport {
	b.t.Helper()
	if b.engine == nil {
		b.boot()
	}
	for seq := -1; ; {
		r, err := b.engine.Advance(b.t.Context(), runID)
		require.NoError(b.t, err)
		if r.Seq == seq {
			return r
		}
		seq = r.Seq
	}
}

func (b *bench) wish(w bot.RunWish) {
	require.NoError(b.t, b.journal.WishRun(b.t.Context(), bot.WishFor{Run: runID, Wish: w}))
}

func (b *bench) failing(number int, err error) {
	b.tasks[number-1].Do = func(context.Context, *clone.Job) (clone.Result, error) {
		b.calls = append(b.calls, fmt.Sprintf("fail %d", number))
		return clone.Result{}, err
	}
}

func TestRunDoesEveryTaskOnce(t *testing.T) {
	b := newBench(t)
	r := b.run()
	require.Equal(t, bot.RunSucceeded, r.State)
	require.True(t, r.Swapped)
	require.Len(t, b.calls, clone.Numbers)
	require.Len(t, r.Tasks, clone.Numbers)
	for i, task := range r.Tasks {
		require.Equal(t, i+1, task.Number)
		require.Equal(t, bot.TaskDone, task.State)
		require.Equal(t, 1, task.Attempts)
	}
	b.boot()
	require.Equal(t, r, b.run(), "a new process finds it over")
	require.Len(t, b.calls, clone.Numbers)
}

// A daemon makes clones for years: of those that are over it keeps nothing, and
// one that goes on again it takes up again.
func TestARunIsHeldWhileItIsAtWork(t *testing.T) {
	b := newBench(t)
	b.tasks[2].Do = func(context.Context, *clone.Job) (clone.Result, error) {
		require.Equal(t, 1, b.engine.Claims())
		return clone.Result{}, nil
	}
	require.Equal(t, bot.RunSucceeded, b.run().State)
	require.Zero(t, b.engine.Claims())
	b.wish(bot.WishRollBack)
	_, err := b.engine.Advance(t.Context(), runID)
	require.NoError(t, err)
	require.Equal(t, 1, b.engine.Claims())
	require.Equal(t, bot.RunRolledBack, b.run().State)
	require.Zero(t, b.engine.Claims())
}

// Who wants it rolled back is told each time that it does not go, and may try again.
func TestRollBackThatFailsIsTriedAtEachWish(t *testing.T) {
	b := newBench(t)
	require.Equal(t, bot.RunSucceeded, b.run().State)
	undo := b.tasks[9].Undo
	b.tasks[9].Undo = func(context.Context, *clone.Job) error { return errors.New("no room") }
	b.boot()
	seq := 0
	for range 3 {
		b.wish(bot.WishRollBack)
		r := b.run()
		require.Equal(t, bot.RunFailed, r.State)
		require.Contains(t, r.Problem, "no room")
		require.Greater(t, r.Seq, seq)
		seq = r.Seq
		run, err := b.journal.Run(t.Context(), runID)
		require.NoError(t, err)
		require.Equal(t, bot.WishProceed, run.Wish)
	}
	b.tasks[9].Undo = undo
	b.boot()
	b.wish(bot.WishRollBack)
	require.Equal(t, bot.RunRolledBack, b.run().State)
}

func TestStartedIsDurableBeforeDo(t *testing.T) {
	b := newBench(t)
	b.tasks[2].Do = func(context.Context, *clone.Job) (clone.Result, error) {
		records, _ := b.journal.Journal(t.Context(), runID)
		last := records[len(records)-1]
		require.Equal(t, "03-task", last.Task)
		require.Equal(t, bot.RecordStarted, last.What)
		return clone.Result{}, nil
	}
	require.Equal(t, bot.RunSucceeded, b.run().State)
}

func TestFailureBeforeTheSwapIsUndone(t *testing.T) {
	b := newBench(t)
	b.failing(4, errors.New("no room"))
	r := b.run()
	require.Equal(t, bot.RunFailed, r.State)
	require.False(t, r.Swapped)
	require.Equal(t, "04-task: no room", r.Problem)
	require.Equal(t, []string{
		"do 01-task", "do 02-task", "do 03-task", "fail 4",
		"undo 04-task", "undo 03-task", "undo 02-task", "undo 01-task",
	}, b.calls)
}

func TestRetryAfterUndoingBeginsAfresh(t *testing.T) {
	b := newBench(t)
	b.failing(2, errors.New("no room"))
	b.run()
	do := newBench(t).tasks[1].Do
	b.tasks[1].Do, b.calls = do, nil
	b.boot()
	b.wish(bot.WishRetry)
	r := b.run()
	require.Equal(t, bot.RunSucceeded, r.State)
	require.Empty(t, r.Problem)
	require.Equal(t, "do 01-task", b.calls[0])
	run, err := b.journal.Run(t.Context(), runID)
	require.NoError(t, err)
	require.Equal(t, bot.WishProceed, run.Wish, "the wish is for once")
}

func TestFailureAfterTheSwapStandsAndGoesForward(t *testing.T) {
	b := newBench(t)
	b.failing(9, errors.New("directory is down"))
	r := b.run()
	require.Equal(t, bot.RunFailed, r.State)
	require.True(t, r.Swapped)
	require.Contains(t, r.Problem, "directory is down")
	require.NotContains(t, b.calls, "undo 08-task")

	b.wish(bot.WishStop)
	require.Equal(t, bot.RunFailed, b.run().State, "after the swap nothing is stopped")
	b.failing(9, nil)
	b.boot()
	b.wish(bot.WishRetry)
	require.Equal(t, bot.RunSucceeded, b.run().State)
}

func TestRetryableFailuresAreTriedAgain(t *testing.T) {
	b := newBench(t)
	left := 2
	b.tasks[2].Do = func(context.Context, *clone.Job) (clone.Result, error) {
		if left--; left >= 0 {
			return clone.Result{}, bot.Errorf(bot.Unavailable, "test", "locked")
		}
		return clone.Result{}, nil
	}
	r := b.run()
	require.Equal(t, bot.RunSucceeded, r.State)
	require.Equal(t, 3, r.Tasks[2].Attempts)
}

func TestPanicIsAFailureAndNotTriedAgain(t *testing.T) {
	b := newBench(t)
	n := 0
	b.tasks[2].Do = func(context.Context, *clone.Job) (clone.Result, error) { n++; panic("nil map") }
	r := b.run()
	require.Equal(t, bot.RunFailed, r.State)
	require.Contains(t, r.Problem, "panic: nil map")
	require.Equal(t, 1, n)
}

func TestWishes(t *testing.T) {
	for _, c := range []struct {
		name  string
		wish  bot.RunWish
		after int // tasks
		state bot.RunState
	}{
		{"stop before the swap", bot.WishStop, 3, bot.RunRolledBack},
		{"roll back before the swap", bot.WishRollBack, 3, bot.RunRolledBack},
		{"stop after the swap", bot.WishStop, 7, bot.RunSucceeded},
		{"roll back after the swap", bot.WishRollBack, 7, bot.RunRolledBack},
		{"roll back at the end", bot.WishRollBack, 31, bot.RunRolledBack},
		{"retry what did not fail", bot.WishRetry, 7, bot.RunSucceeded},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			b.boot()
			for len(b.calls) < c.after {
				_, err := b.engine.Advance(t.Context(), runID)
				require.NoError(t, err)
			}
			b.wish(c.wish)
			r := b.run()
			require.Equal(t, c.state, r.State)
			if c.state == bot.RunRolledBack {
				require.Equal(t, "undo 01-task", b.calls[len(b.calls)-1])
				require.Len(t, b.calls, 2*c.after)
			}
		})
	}
}

func TestWindowStopsBeforeTheSwap(t *testing.T) {
	b := newBench(t)
	run := b.journal.runs[runID]
	run.Order.Window = rules.Interval{Start: start, End: start.Add(2 * time.Hour)}
	b.journal.runs[runID] = run
	b.tasks[1].Do = func(context.Context, *clone.Job) (clone.Result, error) {
		return clone.Result{}, b.clock.Until(t.Context(), start.Add(119*time.Minute+30*time.Second))
	}
	r := b.run()
	require.Equal(t, bot.RunRolledBack, r.State, "there is nothing to mend")
	require.Contains(t, r.Problem, "after the window's end at 2026-03-04T04:00:00Z")
	require.Equal(t, "undo 01-task", b.calls[len(b.calls)-1])
}

// What failed within the window may be tried again after it: somebody decides that.
func TestRetryAfterTheWindow(t *testing.T) {
	b := newBench(t)
	run := b.journal.runs[runID]
	run.Order.Window = rules.Interval{Start: start, End: start.Add(2 * time.Hour)}
	b.journal.runs[runID] = run
	do := b.tasks[1].Do
	b.tasks[1].Do = func(context.Context, *clone.Job) (clone.Result, error) {
		return clone.Result{}, bot.Errorf(bot.Denied, "task", "not today")
	}
	require.Equal(t, bot.RunFailed, b.run().State)
	b.tasks[1].Do = do
	require.NoError(t, b.clock.Until(t.Context(), start.Add(3*time.Hour)))
	b.wish(bot.WishRetry)
	require.Equal(t, bot.RunSucceeded, b.run().State)
}

func TestWindowDoesNotStopAfterTheSwap(t *testing.T) {
	b := newBench(t)
	run := b.journal.runs[runID]
	run.Order.Window = rules.Interval{Start: start, End: start.Add(2 * time.Hour)}
	b.journal.runs[runID] = run
	b.tasks[5].Do = func(context.Context, *clone.Job) (clone.Result, error) {
		return clone.Result{}, b.clock.Until(t.Context(), start.Add(3*time.Hour))
	}
	require.Equal(t, bot.RunSucceeded, b.run().State)
}

func TestUnknownIsLookedAt(t *testing.T) {
	answers := map[string]clone.Finding{
		"done":     {Done: true, Result: clone.Result{Detail: "found done"}},
		"not done": {Not: true},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.tasks[2].Class = clone.Probed
			b.tasks[2].Probe = func(context.Context, *clone.Job) (clone.Finding, error) { return answer, nil }
			b.cutOff("03-task")
			require.Equal(t, bot.RunSucceeded, b.run().State)
			require.Equal(t, name == "not done", contains(b.calls, "do 03-task"))
		})
	}
}

// cutOff runs until a task is begun, and kills the process there.
func (b *bench) cutOff(task string) {
	b.journal.after = func(r bot.RunRecord) error {
		if r.Task == task && r.What == bot.RecordStarted {
			return errKilled
		}
		return nil
	}
	b.boot()
	for {
		if _, err := b.engine.Advance(b.t.Context(), runID); err != nil {
			require.ErrorIs(b.t, err, errKilled)
			break
		}
	}
	b.journal.after = nil
	b.boot()
}

func contains(calls []string, call string) bool {
	for _, c := range calls {
		if c == call {
			return true
		}
	}
	return false
}

func TestWhatCannotBeToldIsAsked(t *testing.T) {
	b := newBench(t)
	b.tasks[2].Class = clone.Probed
	b.tasks[2].Probe = func(context.Context, *clone.Job) (clone.Finding, error) {
		return clone.Finding{Question: "which is it?"}, nil
	}
	b.cutOff("03-task")
	r := b.run()
	require.Equal(t, bot.RunRunning, r.State)
	require.Equal(t, "03-task: which is it?", r.Question)
	require.Equal(t, bot.TaskUnknown, r.Tasks[2].State)

	b.wish(bot.WishRetry)
	r = b.run()
	require.Equal(t, bot.RunSucceeded, r.State)
	require.True(t, contains(b.calls, "do 03-task"))
}

func TestFailedAppendStopsTheRun(t *testing.T) {
	b := newBench(t)
	b.boot()
	b.journal.before = func(r bot.RunRecord) error {
		if r.Task == "03-task" {
			return bot.Errorf(bot.Unavailable, "test", "disk full")
		}
		return nil
	}
	var err error
	for err == nil {
		_, err = b.engine.Advance(t.Context(), runID)
	}
	require.ErrorContains(t, err, "disk full")
	require.False(t, contains(b.calls, "do 03-task"))
}

func TestAnotherProcessTakesOver(t *testing.T) {
	b := newBench(t)
	b.boot()
	first := b.engine
	for range 3 {
		_, err := first.Advance(t.Context(), runID)
		require.NoError(t, err)
	}
	b.boot()
	_, err := b.engine.Advance(t.Context(), runID)
	require.NoError(t, err)
	for range 2 {
		_, err = first.Advance(t.Context(), runID)
		require.Equal(t, bot.Conflict, bot.KindOf(err), "the first one does not take it back")
	}
	require.Equal(t, bot.RunSucceeded, b.run().State)
}

func TestCutOffByContextIsNotAFailure(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	do := b.tasks[2].Do
	b.tasks[2].Do = func(ctx context.Context, _ *clone.Job) (clone.Result, error) {
		cancel()
		return clone.Result{}, ctx.Err()
	}
	b.boot()
	var err error
	for err == nil {
		_, err = b.engine.Advance(ctx, runID)
	}
	require.ErrorIs(t, err, context.Canceled)
	b.tasks[2].Do = do
	b.boot()
	require.Equal(t, bot.RunSucceeded, b.run().State)
}

func TestResultsMustSurviveARestart(t *testing.T) {
	b := newBench(t)
	b.tasks[2].Do = func(context.Context, *clone.Job) (clone.Result, error) {
		return clone.Result{Data: struct{ hidden int }{1}}, nil
	}
	r := b.run()
	require.Equal(t, bot.RunFailed, r.State)
	require.Contains(t, r.Problem, "does not survive JSON")
}

func TestFailedUndoingStandsStill(t *testing.T) {
	b := newBench(t)
	b.failing(4, errors.New("no room"))
	mended := false
	b.tasks[1].Undo = func(context.Context, *clone.Job) error {
		if mended {
			return nil
		}
		return errors.New("read-only disk")
	}
	r := b.run()
	require.Equal(t, bot.RunFailed, r.State)
	require.Contains(t, r.Problem, "undo 02-task: read-only disk")
	require.NotContains(t, b.calls, "undo 01-task")

	mended = true
	b.wish(bot.WishRetry)
	r = b.run()
	require.Equal(t, bot.RunFailed, r.State)
	require.Contains(t, b.calls, "undo 01-task")
}

func TestPlanOfAnotherVersionIsRefused(t *testing.T) {
	b := newBench(t)
	b.boot()
	_, err := b.engine.Advance(t.Context(), runID)
	require.NoError(t, err)
	plan, err := clone.LayPlan(2, b.tasks)
	require.NoError(t, err)
	b.engine, err = clone.NewEngineWith(clone.Config{}, clone.Ports{Runs: b.journal, Clock: b.clock}, plan)
	require.NoError(t, err)
	_, err = b.engine.Advance(t.Context(), runID)
	require.Equal(t, bot.Invalid, bot.KindOf(err))
}
