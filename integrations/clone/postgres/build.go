package postgres

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
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
// once, the server's look at what is in it, and what refers to other tables.
func (c *copying) building(p part) []job {
	keys := c.after.keys[p.relation]
	then := c.indexing(p)
	if len(keys) == 0 {
		return then
	}
	return []job{{weight: p.step(), waiting: c.waiting(p) - p.step(), do: func(ctx context.Context, w *worker) ([]job, error) {
		for _, s := range keys {
			if err := w.step(ctx, s, p.bytes); err != nil {
				return nil, err
			}
		}
		return then, nil
	}}}
}

// waiting returns how much there is to do, in bytes, when a table is full.
func (c *copying) waiting(p part) int64 {
	steps := 1 + len(c.after.indexes[p.relation]) // with the server's look
	if len(c.after.keys[p.relation]) > 0 {
		steps++
	}
	return int64(steps)*p.step() + c.linked[p.relation]
}

// links returns how heavy the foreign keys are that wait for a table, in bytes.
func (c *copying) links() map[relation]int64 {
	linked := map[relation]int64{}
	for _, l := range c.after.references {
		n := c.tables[l.from.String()].pass()
		linked[l.from] += n
		if l.to != l.from {
			linked[l.to] += n
		}
	}
	return linked
}

// indexing returns the jobs for the indexes of a table and what comes after them.
func (c *copying) indexing(p part) (jobs []job) {
	indexes := c.after.indexes[p.relation]
	look := func() []job {
		return []job{{weight: p.step(), waiting: c.linked[p.relation], do: func(ctx context.Context, w *worker) ([]job, error) {
			if err := w.fresh.exec(ctx, "ANALYZE "+p.sql()); err != nil {
				return nil, err
			}
			return c.referring(p.relation), nil
		}}}
	}
	if len(indexes) == 0 {
		return look()
	}
	built := onLast(len(indexes), look)
	for _, s := range indexes {
		jobs = append(jobs, job{weight: p.step(), waiting: p.step() + c.linked[p.relation], do: func(ctx context.Context, w *worker) ([]job, error) {
			if err := w.step(ctx, s, p.bytes); err != nil {
				return nil, err
			}
			return built(), nil
		}})
	}
	return jobs
}

// referring notes that a table is built, and returns the jobs of making the
// foreign keys between it and others that are built too. Those of partitioned
// tables wait for all.
func (c *copying) referring(r relation) (jobs []job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.built[r] = true
	c.after.references = slices.DeleteFunc(c.after.references, func(l linking) bool {
		ready := c.built[l.from] && c.built[l.to]
		if ready {
			jobs = append(jobs, c.reference(l))
		}
		return ready
	})
	return jobs
}

// checkMemory has the server hold two tables against each other by their indexes,
// or a piece at a time that the processor's cache can hold, and not by a table in
// memory of all that can be referred to.
const checkMemory = "SET maintenance_work_mem = '4MB'"

// reference is the job of making a foreign key, for which the server reads both
// tables.
func (c *copying) reference(l linking) job {
	return job{
		weight: c.tables[l.from.String()].pass(), holds: []relation{l.from, l.to},
		do: func(ctx context.Context, w *worker) ([]job, error) {
			return nil, w.fresh.perform(ctx, []string{checkMemory, l.sql})
		},
	}
}

// step performs a step, for a table of so many bytes, in the tablespace that it is
// for. The server's own workers help where ours would have nothing else to do;
// otherwise they cost more than they bring.
func (w *worker) step(ctx context.Context, s step, bytes int64) error {
	helpers, memory := "SET max_parallel_maintenance_workers = 0", "RESET maintenance_work_mem"
	if w.alone {
		helpers = "RESET max_parallel_maintenance_workers"
	}
	if s.sorts() {
		memory = fmt.Sprintf("SET maintenance_work_mem = '%dMB'", sortMemory(bytes, w.alone)>>20)
	}
	if err := w.fresh.exec(ctx, helpers, memory); err != nil {
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

// sorts reports whether a step builds a B-tree, which pg_dump names for an index
// and leaves unsaid for a key. The other kinds are built in memory.
func (s step) sorts() bool {
	return !strings.Contains(s.sql, " USING ") || strings.Contains(s.sql, " USING btree ")
}

// sortMemory returns with how many bytes an index on a table of so many is sorted.
// More is not faster: what is sorted at once should stay close to the processor, and
// all of it be merged in one go or nearly, which takes 272 KB for each piece (4.1 million
// names of cities: 7.5 s with 4 MB, 9.2 with 8, 12 with 16; as many hashes in text:
// 8.5 s with 4 MB, since they are merged twice, 6.9 with 8, 9.6 with 16). An index is
// taken for half of its table. For the server to let its workers help there must be
// 32 MB for each of three.
func sortMemory(table int64, helped bool) int64 {
	const merging, least, helpers, most = 272 << 10, 4 << 20, 96 << 20, 512 << 20
	enough := int64(math.Sqrt(merging * float64(table) / 2))
	if helped {
		return min(max(enough, helpers), most)
	}
	return min(max(enough, least), most)
}
