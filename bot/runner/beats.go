package runner

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// beats knows when each loop came round last: it did something, or found that
// there was nothing to do. A loop whose every worker hangs comes round no more.
type beats struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (b *beats) came(loop string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.last == nil {
		b.last = map[string]time.Time{}
	}
	b.last[loop] = now
}

// LoopsSeen returns when each loop came round last, UTC, since Run was called. The
// loops that wait by design for as long as a clone takes, or a poll, are not among
// them.
func (r *Runner) LoopsSeen() map[string]time.Time {
	r.beats.mu.Lock()
	defer r.beats.mu.Unlock()
	return maps.Clone(r.beats.last)
}

// loopPatience is how long a loop may take to come round: what is in hand waits for a
// vendor a few times, half a minute each, and an idle loop looks every minute.
const loopPatience = 5 * time.Minute

// Stuck names the loops that have not come round for long, sorted.
func (r *Runner) Stuck() []string {
	now := r.Clock.Now()
	seen := r.LoopsSeen()
	maps.DeleteFunc(seen, func(_ string, at time.Time) bool { return now.Sub(at) <= loopPatience })
	return slices.Sorted(maps.Keys(seen))
}
