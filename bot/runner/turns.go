package runner

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// turns says whose turn it is among the open runs. It is lost with the process,
// which costs no more than an early attempt.
type turns struct {
	mu    sync.Mutex
	count int
	runs  map[bot.RunID]turn
}

// A turn is what is known of a run's last ones.
type turn struct {
	number   int       // of the last turn; the lowest is next
	seq      int       // of the last report
	failures int       // in a row
	rest     time.Time // until when it is left alone after a failure
}

// order returns the open runs that do not rest, the one that waited longest
// first, and forgets those that are open no more.
func (t *turns) order(open []bot.Run, now time.Time) []bot.Run {
	t.mu.Lock()
	defer t.mu.Unlock()
	known := map[bot.RunID]turn{}
	for _, run := range open {
		if last, ok := t.runs[run.ID]; ok {
			known[run.ID] = last
		}
	}
	t.runs = known
	open = slices.DeleteFunc(open, func(r bot.Run) bool { return now.Before(known[r.ID].rest) })
	slices.SortStableFunc(open, func(a, b bot.Run) int { return cmp.Compare(known[a.ID].number, known[b.ID].number) })
	return open
}

// failed ends a turn that brought an error and returns until when the run rests.
func (t *turns) failed(id bot.RunID, now time.Time) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := t.runs[id]
	last.failures++
	last.rest = now.Add(backoff(last.failures))
	t.set(id, last)
	return last.rest
}

// done ends a turn and reports whether it brought news.
func (t *turns) done(id bot.RunID, seq int) (news bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	last, ok := t.runs[id]
	t.set(id, turn{seq: seq})
	return !ok || last.seq != seq
}

// set is called with the lock held.
func (t *turns) set(id bot.RunID, last turn) {
	t.count++
	last.number = t.count
	if t.runs == nil {
		t.runs = map[bot.RunID]turn{}
	}
	t.runs[id] = last
}

// soonest returns when the first run that rests may go on; zero where none does.
func (t *turns) soonest() (at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, last := range t.runs {
		if !last.rest.IsZero() && (at.IsZero() || last.rest.Before(at)) {
			at = last.rest
		}
	}
	return at
}
