package process

import (
	"context"
	"sync"
	"time"
)

// A botClock is the bot's side of a Clock. It is a bot.Clock.
type botClock struct {
	mu      sync.Mutex
	offset  time.Duration
	changed chan struct{} // closed and renewed when the offset changes
}

func newBotClock() *botClock { return &botClock{changed: make(chan struct{})} }

// Now returns the world's time, UTC.
func (c *botClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset).UTC()
}

// Until returns when t has come, or ctx's error when ctx ends first.
func (c *botClock) Until(ctx context.Context, t time.Time) error {
	for {
		wait, changed := c.wait(t)
		if wait <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		case <-changed:
			timer.Stop()
		}
	}
}

func (c *botClock) wait(t time.Time) (time.Duration, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Until(t) - c.offset, c.changed
}

// set takes over the world's offset.
func (c *botClock) set(offset time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if offset == c.offset {
		return
	}
	c.offset = offset
	close(c.changed)
	c.changed = make(chan struct{})
}
