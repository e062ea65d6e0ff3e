package bot

import (
	"context"
	"time"
)

// A Clock tells the time and waits for it. Everything outside the pure packages
// takes its time from one.
type Clock interface {
	// Now returns the present instant in UTC.
	Now() time.Time
	// Until returns when the instant t has come, or ctx's error when ctx ends
	// first.
	Until(ctx context.Context, t time.Time) error
}
