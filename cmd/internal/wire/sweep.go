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
