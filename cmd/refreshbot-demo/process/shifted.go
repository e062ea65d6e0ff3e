package process

import (
	"context"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// shifted is the machine's clock, shown with an offset. The zero value has none.
type shifted struct {
	guard   sync.Mutex
	offset  time.Duration
	changed chan struct{} // closed and renewed when the offset changes; nil: nobody waits
}

var _ bot.Clock = (*shifted)(nil)

// Now returns the time, UTC.
func (c *shifted) Now() time.Time { return time.Now().Add(c.by()).UTC() }

// Until returns when t has come, or ctx's error when ctx ends first.
func (c *shifted) Until(ctx context.Context, t time.Time) error {
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

func (c *shifted) wait(t time.Time) (time.Duration, <-chan struct{}) {
	c.guard.Lock()
	defer c.guard.Unlock()
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	return time.Until(t) - c.offset, c.changed
}

// by returns the offset.
func (c *shifted) by() time.Duration {
	c.guard.Lock()
	defer c.guard.Unlock()
	return c.offset
}

// set changes the offset.
func (c *shifted) set(offset time.Duration) {
	c.guard.Lock()
	defer c.guard.Unlock()
	if offset == c.offset {
		return
	}
	c.offset = offset
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}
