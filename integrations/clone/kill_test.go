package clone_test

import (
	"context"
	"os"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
)

// The points at which a process can die around a task.
const (
	beforeStarted = "before it is begun"
	afterStarted  = "after it is begun, before Do"
	afterDo       = "after Do, before it is written down"
	afterDone     = "after it is written down"
)

// dieAt makes the journal lose the process at one point of a task, once. While
// the process is dead it can't write any more.
func (w *world) dieAt(task, point string) (died *bool) {
	died = new(bool)
	dead := func(r bot.RunRecord, at string, what ...bot.RecordKind) error {
		if *died {
			return errKilled
		}
		for _, k := range what {
			if r.Task == task && r.What == k && point == at {
				*died = true
				return errKilled
			}
		}
		return nil
	}
	w.journal.before = func(r bot.RunRecord) error {
		if err := dead(r, beforeStarted, bot.RecordStarted); err != nil {
			return err
		}
		return dead(r, afterDo, bot.RecordDone, bot.RecordSkipped)
	}
	w.journal.after = func(r bot.RunRecord) error {
		if err := dead(r, afterStarted, bot.RecordStarted); err != nil {
			return err
		}
		return dead(r, afterDone, bot.RecordDone, bot.RecordSkipped)
	}
	return died
}

// untilDead advances until the process dies, and starts a new one.
func (w *world) untilDead() {
	w.t.Helper()
	w.untilKilled()
	w.journal.before, w.journal.after = nil, nil
	w.boot()
}

// TestKilledAtEveryPoint kills the engine around every task, at one point in one
// run and at each task of that run, and resumes it each time with a new engine.
// What is left must be what an uninterrupted run leaves.
func TestKilledAtEveryPoint(t *testing.T) {
	t.Parallel()
	plan, err := clone.NewPlan()
	require.NoError(t, err)
	calm := newWorld(t)
	calm.order.PreserveUsers = true
	calm.reset()
	require.Equal(t, bot.RunSucceeded, calm.run().State)
	want := calm.tree()
	for _, point := range killPoints {
		t.Run(point, func(t *testing.T) {
			w := newWorld(t)
			w.order.PreserveUsers = true
			w.reset()
			for _, task := range plan.Tasks() {
				died := w.dieAt(string(task.ID), point)
				w.untilDead()
				require.True(t, *died, task.ID)
			}
			r := w.run()
			require.Equal(t, bot.RunSucceeded, r.State, r.Problem)
			same(t, want, w.tree())
			require.Len(t, w.heard, 1, "apps are told once")
		})
	}
}

// TestKilledWhileUndoing does the same on the way back, from success.
func TestKilledWhileUndoing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.tree()
	require.Equal(t, bot.RunSucceeded, w.run().State)
	w.wish(bot.WishRollBack)
	kills := 0
	for {
		w.journal.before = func(r bot.RunRecord) error {
			if r.What == bot.RecordUndone && kills%2 == 0 {
				return errKilled // the work was taken back, and that was not written down
			}
			return nil
		}
		r, err := w.engine.Advance(t.Context(), runID)
		if err == nil && r.State == bot.RunRolledBack {
			break
		}
		if err != nil {
			require.ErrorIs(t, err, errKilled)
			w.boot()
		}
		kills++
	}
	require.Greater(t, kills, 20)
	w.journal.before = nil
	require.NoError(t, w.ports.Apps.Recycle(t.Context(), "A_test", "first"))
	removeLedger(w)
	same(t, before, w.tree())
}

// A lapse is a context that ends after it was asked for its state some times,
// which is inside whatever a task happens to be doing then.
type lapse struct {
	context.Context
	left atomic.Int64
	done chan struct{}
}

func newLapse(ctx context.Context, asks int) *lapse {
	l := &lapse{Context: ctx, done: make(chan struct{})}
	l.left.Store(int64(asks))
	return l
}

func (l *lapse) Done() <-chan struct{} {
	if l.left.Add(-1) == 0 {
		close(l.done)
	}
	return l.done
}

func (l *lapse) Err() error {
	select {
	case <-l.done:
		return context.Canceled
	default:
		return nil
	}
}

// TestCutOffInsideTasks ends the context at more and more distant moments, each
// inside some task's work, and goes on with a new engine.
func TestCutOffInsideTasks(t *testing.T) {
	t.Parallel()
	calm := newWorld(t)
	require.Equal(t, bot.RunSucceeded, calm.run().State)

	w := newWorld(t)
	cuts := 0
	for asks := 3; ; asks += cutStep {
		r, err := w.advanceUntilCut(newLapse(t.Context(), asks))
		if err == nil {
			require.Equal(t, bot.RunSucceeded, r.State, r.Problem)
			break
		}
		cuts++
		w.boot()
	}
	require.Greater(t, cuts, 3)
	same(t, calm.tree(), w.tree())
}

func (w *world) advanceUntilCut(ctx context.Context) (bot.RunReport, error) {
	for {
		r, err := w.engine.Advance(ctx, runID)
		if err != nil || r.State.Over() {
			return r, err
		}
	}
}

func removeLedger(w *world) {
	w.t.Helper()
	require.NoError(w.t, os.Remove(w.path("systems/apps/ledger.json")))
}
