package clone

import (
	"sync"

	"github.com/refreshbot/refreshbot/bot"
)

// A claim is this process's hold on a run, for as long as the run is at work: one
// that goes on again is claimed again.
type claim struct {
	users int // that advance the run or wait to; guarded by the engine

	mu    sync.Mutex // held while the run is advanced
	token uint64     // 0: not claimed yet
	lost  error      // another process has claimed the run since
	over  bool       // the run is
}

// claim returns the hold on a run, for release to be given back.
func (e *Engine) claim(id bot.RunID) *claim {
	e.mu.Lock()
	defer e.mu.Unlock()
	c, ok := e.claims[id]
	if !ok {
		c = &claim{}
		e.claims[id] = c
	}
	c.users++
	return c
}

// release gives a hold back, and forgets it where the run is over.
func (e *Engine) release(id bot.RunID, c *claim) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if c.users--; c.users == 0 && c.over {
		delete(e.claims, id)
	}
}
