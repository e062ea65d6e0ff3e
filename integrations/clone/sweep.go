package clone

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Sweep removes what was parked longer ago than the retention, databases and
// objects, and returns what that was. One environment's error does not keep the
// others from being swept.
func (e *Engine) Sweep(ctx context.Context) ([]string, error) {
	before := e.ports.Clock.Now().UTC().Add(-e.config.Retention)
	var swept []string
	var errs []error
	for _, env := range e.config.Environments {
		scheme, _, _ := strings.Cut(env.Database, ":")
		db, ok := e.ports.Databases[scheme]
		if !ok {
			continue
		}
		names, err := db.Sweep(ctx, env.Database, before)
		if err != nil {
			errs = append(errs, fmt.Errorf("sweep databases of %s: %w", env.Name, err))
		}
		swept = append(swept, names...)
		names, err = e.ports.Objects.Sweep(ctx, env.Name, before)
		if err != nil {
			errs = append(errs, err)
		}
		swept = append(swept, names...)
	}
	return swept, errors.Join(errs...)
}
