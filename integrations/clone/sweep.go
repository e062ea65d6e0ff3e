package clone

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
)

// Sweep removes what was parked longer ago than the retention, databases and
// objects, and returns what that was. Where a run is open it may be about to be
// brought back, and waits for the next time. One environment's error does not keep
// the others from being swept.
func (e *Engine) Sweep(ctx context.Context) (swept []string, err error) {
	e.parked.Lock()
	defer e.parked.Unlock()
	open, err := e.ports.Runs.OpenRuns(ctx)
	if err != nil {
		return nil, fmt.Errorf("look which runs are open: %w", err)
	}
	var errs []error
	for _, env := range e.config.Environments {
		if slices.ContainsFunc(open, func(r bot.Run) bool { return strings.EqualFold(r.Order.Target, env.Name) }) {
			continue
		}
		names, err := e.sweep(ctx, env)
		swept, errs = append(swept, names...), append(errs, err)
	}
	return swept, errors.Join(errs...)
}

func (e *Engine) sweep(ctx context.Context, env Environment) (swept []string, err error) {
	before := e.ports.Clock.Now().UTC().Add(-e.config.Retention)
	scheme, _, _ := strings.Cut(env.Database, ":")
	db, ok := e.ports.Databases[scheme]
	if !ok {
		return nil, nil
	}
	swept, err = db.Sweep(ctx, env.Database, before)
	if err != nil {
		err = fmt.Errorf("sweep databases of %s: %w", env.Name, err)
	}
	names, objects := e.ports.Objects.Sweep(ctx, env.Name, before)
	return append(swept, names...), errors.Join(err, objects)
}
