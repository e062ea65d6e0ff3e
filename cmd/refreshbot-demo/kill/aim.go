package kill

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/process"
	"github.com/refreshbot/refreshbot/integrations/clone"
)

// An aim waits for a moment worth killing at.
type aim func(ctx context.Context, s *site)

const (
	patience = 3 * time.Second // for a moment that does not come
	workday  = 8 * time.Second // for a clone: its window has to come first
	glance   = 2 * time.Millisecond
	task     = 12 * time.Millisecond // about as long as most tasks take
)

// marks are what a reaper aims at.
type marks struct {
	dice  *rand.Rand
	tasks []clone.Task   // in the order of the plan
	hits  map[string]int // so far
}

// draw chooses the next aim, with the trap that it lays, if it does.
func (m *marks) draw() (aim, *trap) {
	switch n := m.dice.IntN(100); {
	case n < 8:
		return m.coming(), nil
	case n < 18:
		return m.whenever(), nil
	case n < 40:
		return m.call(&trap{writes: true, skip: m.dice.IntN(6), effect: effect(m.dice.IntN(3))})
	case n < 46:
		return m.call(&trap{skip: m.dice.IntN(6), effect: effect(m.dice.IntN(2))})
	case n < 54:
		return m.call(&trap{into: true, skip: m.dice.IntN(3)})
	case n < 66:
		return m.goingBack(), nil
	default:
		return m.atWork(), nil
	}
}

func (m *marks) upTo(most time.Duration) time.Duration {
	return time.Duration(m.dice.Int64N(int64(most)))
}

// coming hits a daemon that starts: however long that takes on this machine, it
// waits for a part of it.
func (m *marks) coming() aim {
	part := m.dice.Float64()
	return func(ctx context.Context, s *site) { rest(ctx, time.Duration(part*float64(s.took))) }
}

// whenever waits until the daemon is up, and then for a while.
func (m *marks) whenever() aim {
	late := m.upTo(700 * time.Millisecond)
	return func(ctx context.Context, s *site) {
		s.feel(ctx, patience, up)
		rest(ctx, late)
	}
}

// up reports whether a pulse is that of a daemon: before the first there is none.
func up(p process.Pulse) bool { return p != process.Pulse{} }

// call lays a trap.
func (m *marks) call(t *trap) (aim, *trap) {
	t.sprung, t.struck = make(chan struct{}), make(chan struct{})
	late := m.upTo(3 * time.Millisecond) // what comes in is dealt with for some time
	wait := func(ctx context.Context, s *site) {
		s.feel(ctx, comesUp, up)
		s.calls.set(t)
		select {
		case <-t.sprung:
			if t.into {
				rest(ctx, late)
			}
		case <-time.After(patience):
		case <-ctx.Done():
		}
	}
	return wait, t
}

// atWork waits for a task of a clone to begin, one that was hit less often than
// others, and strikes before anything of it is done or in the middle of it.
func (m *marks) atWork() aim {
	rare, hold, late := m.rare(), m.dice.IntN(3) == 0, m.upTo(task)
	return func(ctx context.Context, s *site) {
		begun := s.clock.Watch(func(p process.Pulse) bool { return rare[p.Now] }, hold)
		defer s.clock.Watch(nil, false)
		select {
		case <-begun:
			if !hold {
				rest(ctx, late)
			}
		case <-time.After(workday):
		case <-ctx.Done():
		}
	}
}

// rare returns the tasks that were hit least often, or once more than that, and
// than which no later one of the plan was hit less often: so a clone on its way to
// one that was never hit is let through.
func (m *marks) rare() map[string]bool {
	least := math.MaxInt
	for _, t := range m.tasks {
		least = min(least, m.hits[phaseOf(t.ID)])
	}
	rare, later := map[string]bool{}, least+1
	for _, t := range slices.Backward(m.tasks) {
		if hits := m.hits[phaseOf(t.ID)]; hits <= later {
			rare[string(t.ID)], later = true, hits
		}
	}
	return rare
}

// spared returns the tasks that were not hit yet, in the order of the plan.
func (m *marks) spared() (ids []string) {
	for _, t := range m.tasks {
		if m.hits[phaseOf(t.ID)] == 0 {
			ids = append(ids, string(t.ID))
		}
	}
	return ids
}

// goingBack waits until the work of a clone is taken back, which an engineer is to
// see to.
func (m *marks) goingBack() aim {
	late := m.upTo(10 * task)
	return func(ctx context.Context, s *site) {
		s.wanted.Store(true)
		defer s.wanted.Store(false)
		if s.feel(ctx, workday, func(p process.Pulse) bool { return p.Run != "" && p.Back }) {
			rest(ctx, late)
		}
	}
}

// feel waits for a pulse, but not for ever.
func (s *site) feel(ctx context.Context, long time.Duration, is func(process.Pulse) bool) bool {
	for deadline := time.Now().Add(long); time.Now().Before(deadline) && ctx.Err() == nil; rest(ctx, glance) {
		if p, _ := s.clock.Pulse(); is(p) {
			return true
		}
	}
	return false
}

// rest waits for a while, or until ctx ends.
func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
