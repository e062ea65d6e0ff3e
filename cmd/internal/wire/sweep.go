package wire

import (
	"context"
	"time"
)

// sweepEvery is how often what is parked longer than the retention is removed.
const sweepEvery = time.Hour

// sweep removes what was parked long enough, at the start and then again and
// again until ctx ends. What can't be removed is tried again the next time.
func (a *App) sweep(ctx context.Context) error {
	for ctx.Err() == nil {
		swept, err := a.Engine.Sweep(ctx)
		if len(swept) > 0 {
			a.log.Info("parked databases and objects removed", "names", swept)
		}
		if err != nil && ctx.Err() == nil {
			a.log.Warn("not everything that was parked could be removed", "error", err)
		}
		_ = a.clock.Until(ctx, a.clock.Now().Add(sweepEvery))
	}
	return nil
}

const (
	// forgetEvery is how often conversations are forgotten that have been over for
	// longer than the retention.
	forgetEvery = 24 * time.Hour
	// forgetAtOnce is how many are forgotten in one transaction: few, so that what
	// comes in meanwhile does not wait.
	forgetAtOnce = 20
)

// forget takes away conversations that have been over for long, at the start and
// then once a day until ctx ends.
func (a *App) forget(ctx context.Context) error {
	for ctx.Err() == nil {
		forgotten, err := a.Forget(ctx)
		if forgotten > 0 {
			a.log.Info("conversations forgotten that were over", "number", forgotten)
		}
		if err != nil && ctx.Err() == nil {
			a.log.Warn("not everything that is over could be forgotten", "error", err)
		}
		_ = a.clock.Until(ctx, a.clock.Now().Add(forgetEvery))
	}
	return nil
}

// Forget takes away what has been over for longer than the retention, a little at a
// time, and returns how many conversations that were.
func (a *App) Forget(ctx context.Context) (forgotten int, err error) {
	keep := a.setup.Load().config.Retention
	if keep == 0 {
		return 0, nil
	}
	now := a.clock.Now()
	for ctx.Err() == nil {
		n, err := a.Store.Forget(ctx, now.Add(-keep), now, forgetAtOnce)
		forgotten += n
		if n == 0 || err != nil {
			return forgotten, err
		}
	}
	return forgotten, ctx.Err()
}
