package clone

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

const (
	// lookBack is how many past runs over a target count.
	lookBack = 5
	// believed is how long an answer about databases is given again without
	// another look: every event of an open request asks for an estimate, and a
	// survey of large databases is not for nothing.
	believed = time.Minute
)

// An experience is what tasks took in the last runs over a target.
type experience map[TaskID][]took

// took is how long a task took on a source of that many bytes.
type took struct {
	bytes int64
	time  time.Duration
}

// expect returns how long a task will take on a source of that size: the
// median of what is usual and what it took lately, in proportion where its work
// grows with the source, with a quarter to spare. So one run that went badly does
// not keep the next from its window, and the second one tells.
func (x experience) expect(id TaskID, s load) time.Duration {
	all := []time.Duration{usual(id, s)}
	for _, t := range x[id] {
		d := t.time + t.time/4
		if grows(id) && t.bytes > 0 {
			d = time.Duration(float64(d) * float64(s.bytes) / float64(t.bytes))
		}
		all = append(all, d)
	}
	slices.Sort(all)
	return all[(len(all)-1)/2].Round(time.Millisecond)
}

// grows reports whether a task's work grows with the source.
func grows(id TaskID) bool {
	return id == copyTask || id == verifyTask
}

// experience reads what the last runs over a target took. What can't be read, as
// the journal of another plan, is not known.
func (e *Engine) experience(ctx context.Context, target string) experience {
	x, err := e.past.recall(target, e.ports.Clock.Now(), func() (experience, error) {
		runs, err := e.ports.Runs.PastRuns(ctx, target, lookBack)
		x := experience{}
		for _, r := range runs {
			x.learn(ctx, e, r.ID)
		}
		return x, err
	})
	if err != nil {
		return nil
	}
	return x
}

// learn adds what the tasks of a run took.
func (x experience) learn(ctx context.Context, e *Engine, id bot.RunID) {
	s, err := e.load(ctx, id)
	if err != nil {
		return
	}
	var st stock
	if err := json.Unmarshal(s.progress.result(stockTask), &st); err != nil {
		return
	}
	for id, t := range s.progress.tasks {
		if t.state == bot.TaskDone && t.finished.After(t.started) {
			x[id] = append(x[id], took{st.Bytes, t.finished.Sub(t.started)})
		}
	}
}

// A memory gives answers again for as long as they are believed. It is safe for
// concurrent use.
type memory[K comparable, V any] struct {
	mu    sync.Mutex
	known map[K]remembered[V]
}

type remembered[V any] struct {
	value V
	until time.Time
}

// recall returns what is known under a key, or looks. Errors are not remembered.
func (m *memory[K, V]) recall(key K, now time.Time, look func() (V, error)) (V, error) {
	m.mu.Lock()
	r, ok := m.known[key]
	m.mu.Unlock()
	if ok && now.Before(r.until) {
		return r.value, nil
	}
	v, err := look()
	if err != nil {
		return v, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[K]remembered[V]{}
	}
	for k, r := range m.known {
		if !now.Before(r.until) {
			delete(m.known, k)
		}
	}
	m.known[key] = remembered[V]{v, now.Add(believed)}
	return v, nil
}
