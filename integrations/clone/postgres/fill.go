package postgres

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

// jobs returns what can be done as soon as there are empty tables.
func (c *copying) jobs() []job {
	c.linked = c.links()
	jobs := []job{c.largeObjects()}
	var masked []job
	var merged []clone.Outcome
	for _, o := range c.recipe.Tables {
		t := c.tables[o.Table]
		switch o.Fate {
		case clone.FateCopied, clone.FateMasked:
			c.sums[o.Table] = &tally{}
			if filling := c.filling(t, o); len(o.Masks) > 0 {
				masked = append(masked, filling...)
			} else {
				jobs = append(jobs, filling...)
			}
		case clone.FateMerged:
			merged = append(merged, o)
		default: // without rows of the source's
			jobs = append(jobs, c.buildingAll(t)...)
		}
	}
	if len(merged) > 0 {
		masked = append(masked, c.merging(merged))
	}
	return append(jobs, c.reserving(masked)...)
}

// filling returns the jobs of copying a table. The indexes of a part are built as
// soon as it is full, or, where rows find their part by themselves, when all are.
func (c *copying) filling(t table, o clone.Outcome) (jobs []job) {
	whole := onLast(len(t.parts), func() []job { return c.buildingAll(t) })
	for _, p := range t.parts {
		full := whole
		if !t.root {
			full = func() []job { return c.building(p) }
		}
		spans := c.spans(p)
		full = onLast(len(spans), full)
		for _, s := range spans {
			jobs = append(jobs, job{weight: p.bytes / int64(len(spans)), waiting: c.waiting(p), do: func(ctx context.Context, w *worker) ([]job, error) {
				if err := c.fill(ctx, w, filler{table: t, part: p, span: s, outcome: o}); err != nil {
					return nil, fmt.Errorf("copy table %s: %w", o.Table, err)
				}
				return full(), nil
			}})
		}
	}
	return jobs
}

// onLast returns what yields jobs the n-th time it is called.
func onLast(n int, jobs func() []job) func() []job {
	var calls atomic.Int64
	return func() []job {
		if calls.Add(1) < int64(n) {
			return nil
		}
		return jobs()
	}
}

// A span is a range of pages; the zero span is all of them.
type span struct{ from, to int64 }

// lastPage is behind every page that a table can have.
const lastPage = 1<<32 - 1

// spans returns how a part is copied: whole, or in pieces by several workers
// where it is so large that most of them would be idle while one copies it.
func (c *copying) spans(p part) []span {
	const few = 3 // with less, what is won is lost again by writing rows as new ones
	n := p.bytes * int64(c.driver.workers()) / max(c.bytes, 1)
	if n < few || p.bytes < c.driver.piece() {
		return []span{{}}
	}
	var all []span
	each := p.pages/n + 1
	for i := range n {
		all = append(all, span{from: i * each, to: (i + 1) * each})
	}
	all[n-1].to = lastPage // the size is not of the snapshot's instant
	return all
}

// A filler is a piece of a table that is copied.
type filler struct {
	table
	part part
	span
	outcome clone.Outcome
}

// fill copies a piece of a table.
func (c *copying) fill(ctx context.Context, w *worker, f filler) error {
	r := &relay{format: f.format, proving: f.format.proving(f.outcome.Columns, f.outcome.Set)}
	change, err := c.masking(ctx, w.fresh, f.table, f.outcome)
	if err != nil {
		return err
	}
	if change != nil {
		r.change = change.row
	}
	err = w.fresh.transaction(ctx, "BEGIN", func() error {
		into, err := f.into(ctx, w.fresh)
		if err != nil {
			return err
		}
		return r.run(ctx, reading{w.source, f.from()}, reading{w.fresh, into})
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sums[f.String()].merge(r.tally)
	if change != nil {
		c.masked += change.masked
	}
	return err
}

// from returns the statement that reads the piece.
func (f filler) from() string {
	if f.span == (span{}) {
		return copyTable(f.part.relation, f.outcome.Columns, f.format)
	}
	return copyQuery(fmt.Sprintf("SELECT %s FROM ONLY %s WHERE ctid >= '(%d,0)' AND ctid < '(%d,0)'",
		quoteAll(f.outcome.Columns), f.part.sql(), f.span.from, f.to), f.format)
}

// into returns the statement that writes the piece. Rows that come in the
// transaction that has emptied the table are written as if they had always been
// there, and need never be looked at again to find that they are old. (To other
// transactions the table looks as if it had been full before it was; there are
// none.) That is not for a table that several fill.
func (f filler) into(ctx context.Context, fresh *session) (string, error) {
	columns := columnList(f.outcome.Columns)
	switch {
	case f.root:
		return fmt.Sprintf("COPY %s%s FROM STDIN (FORMAT %s)", f.sql(), columns, f.format), nil
	case f.span != (span{}):
		return fmt.Sprintf("COPY %s%s FROM STDIN (FORMAT %s)", f.part.sql(), columns, f.format), nil
	}
	return fmt.Sprintf("COPY %s%s FROM STDIN (FORMAT %s, FREEZE)", f.part.sql(), columns, f.format),
		fresh.exec(ctx, "TRUNCATE ONLY "+f.part.sql())
}

// masking returns what changes the rows of a table; nil: nothing does.
func (c *copying) masking(ctx context.Context, fresh *session, t table, o clone.Outcome) (*masking, error) {
	protects := c.protects(o)
	if len(o.Masks) == 0 && !protects {
		return nil, nil
	}
	m, err := newMasking(c.masker, t, o)
	if err == nil && protects {
		err = m.protect(ctx, fresh, o, c.recipe.Users)
	}
	return m, err
}

// leaving returns what puts a row together again without some columns.
func (f format) leaving(columns, some []string) func(w *rowWriter, row []byte) error {
	left := make([]bool, len(columns))
	for i, c := range columns {
		left[i] = slices.Contains(some, c)
	}
	return func(w *rowWriter, row []byte) error {
		w.begin()
		err := f.fields(row, func(i int, field []byte) {
			if !left[i] {
				w.add(field)
			}
		})
		w.end()
		return err
	}
}
