package postgres

import (
	"context"
	"sync/atomic"
)

// building returns the jobs for what hangs on a table that is full: its keys one
// after the other, since each wants the table to itself, then its indexes at
// once, and at last the server's look at what is in it.
func (c *copying) building(p part) []job {
	keys, indexes := c.after.keys[p.relation], c.after.indexes[p.relation]
	look := job{weight: p.bytes / 16, do: func(ctx context.Context, w *worker) ([]job, error) {
		return nil, w.fresh.exec(ctx, "ANALYZE "+p.sql())
	}}
	then := []job{look}
	left := atomic.Int64{}
	left.Store(int64(len(indexes)))
	if len(indexes) > 0 {
		then = nil
	}
	for _, s := range indexes {
		then = append(then, job{weight: p.bytes / 2, do: func(ctx context.Context, w *worker) ([]job, error) {
			if err := w.step(ctx, s); err != nil || left.Add(-1) > 0 {
				return nil, err
			}
			return []job{look}, nil
		}})
	}
	if len(keys) == 0 {
		return then
	}
	return []job{{weight: p.bytes / 2, do: func(ctx context.Context, w *worker) ([]job, error) {
		for _, s := range keys {
			if err := w.step(ctx, s); err != nil {
				return nil, err
			}
		}
		return then, nil
	}}}
}

// step performs a step in the tablespace that it is for.
func (w *worker) step(ctx context.Context, s step) error {
	if s.space != w.space {
		if err := w.fresh.exec(ctx, "SET default_tablespace = "+s.space); err != nil {
			return err
		}
		w.space = s.space
	}
	return w.fresh.perform(ctx, []string{s.sql})
}
