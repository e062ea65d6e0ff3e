package runner

import (
	"context"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// SystemClock is the machine's clock. It is safe for concurrent use.
type SystemClock struct{}

var _ bot.Clock = SystemClock{}

// lookAgain bounds one stretch of waiting: a timer counts the time that the
// machine was awake, so after a sleep, or when the clock is set, it would ring
// late.
const lookAgain = time.Minute

// Now returns the present instant in UTC.
func (SystemClock) Now() time.Time { return time.Now().UTC() }

// Until returns when the instant t has come, or ctx's error when ctx ends first.
func (c SystemClock) Until(ctx context.Context, t time.Time) error {
	for {
		left := t.Sub(c.Now())
		if left <= 0 || ctx.Err() != nil {
			return ctx.Err()
		}
		timer := time.NewTimer(min(left, lookAgain))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}
