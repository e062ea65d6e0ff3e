package stage

import (
	"context"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// A Clock stands still until it is moved. It is safe for concurrent use.
type Clock struct {
	// Hasty: whoever waits until an instant moves the clock there.
	Hasty bool

	mu    sync.Mutex
	now   time.Time
	moved chan struct{} // closed and renewed at every move
}

var _ bot.Clock = (*Clock)(nil)

// NewClock returns a clock that shows now.
func NewClock(now time.Time) *Clock { return &Clock{now: now.UTC(), moved: make(chan struct{})} }

// Now implements bot.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Until implements bot.Clock.
func (c *Clock) Until(ctx context.Context, t time.Time) error {
	for {
		c.mu.Lock()
		come, moved := !c.now.Before(t), c.moved
		c.mu.Unlock()
		if come {
			return ctx.Err()
		}
		if c.Hasty {
			c.Set(t)
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-moved:
		}
	}
}

// Set moves the clock to an instant; back, too, as clocks are now and then.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t.UTC()
	close(c.moved)
	c.moved = make(chan struct{})
}

// Add moves the clock on.
func (c *Clock) Add(d time.Duration) { c.Set(c.Now().Add(d)) }
