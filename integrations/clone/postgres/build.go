package postgres

import (
	"context"
)

// buildingAll is building for all parts of a table.
func (c *copying) buildingAll(t table) (jobs []job) {
	for _, p := range t.parts {
		jobs = append(jobs, c.building(p)...)
	}
	return jobs
}

// building returns the jobs for what hangs on a table that is full: its keys one
// after the other, since each wants the table to itself, then its indexes at
// once, and at last the server's look at what is in it.
func (c *copying) building(p part) []job {
	keys := c.after.keys[p.relation]
	then := c.indexing(p)
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

// indexing returns the jobs for the indexes of a table and what comes after them.
func (c *copying) indexing(p part) (jobs []job) {
	indexes := c.after.indexes[p.relation]
	look := func() []job {
		return []job{{weight: p.bytes / 16, do: func(ctx context.Context, w *worker) ([]job, error) {
			return nil, w.fresh.exec(ctx, "ANALYZE "+p.sql())
		}}}
	}
	if len(indexes) == 0 {
		return look()
	}
	built := onLast(len(indexes), look)
	for _, s := range indexes {
		jobs = append(jobs, job{weight: p.bytes / 2, do: func(ctx context.Context, w *worker) ([]job, error) {
			if err := w.step(ctx, s); err != nil {
				return nil, err
			}
			return built(), nil
		}})
	}
	return jobs
}

// step performs a step in the tablespace that it is for. The server's own workers
// help where ours would have nothing else to do; otherwise they cost more than they
// bring.
func (w *worker) step(ctx context.Context, s step) error {
	helpers := "SET max_parallel_maintenance_workers = 0"
	if w.alone {
		helpers = "RESET max_parallel_maintenance_workers"
	}
	if err := w.fresh.exec(ctx, helpers); err != nil {
		return err
	}
	if s.space != w.space {
		if err := w.fresh.exec(ctx, "SET default_tablespace = "+s.space); err != nil {
			return err
		}
		w.space = s.space
	}
	return w.fresh.perform(ctx, []string{s.sql})
}
