package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

// jobs returns what can be done as soon as there are empty tables.
func (c *copying) jobs(ctx context.Context) []job {
	var jobs []job
	var merged []clone.Outcome
	for _, o := range c.recipe.Tables {
		t := c.tables[o.Table]
		switch o.Fate {
		case clone.FateCopied, clone.FateMasked:
			c.sums[o.Table], c.left[o.Table] = &tally{}, len(t.parts)
			for _, p := range t.parts {
				jobs = append(jobs, c.filling(t, p, o))
			}
			if len(t.parts) > 0 {
				continue
			}
		case clone.FateMerged:
			merged = append(merged, o)
			continue
		}
		for _, p := range t.parts { // without rows of the source's
			jobs = append(jobs, c.building(p)...)
		}
	}
	if len(merged) > 0 {
		jobs = append(jobs, c.merging(merged))
	}
	return append(jobs, c.largeObjects())
}

// filling is the job of copying a part of a table. Its indexes are built when it
// is full, or, where rows find their part by themselves, when all parts are.
func (c *copying) filling(t table, p part, o clone.Outcome) job {
	return job{weight: p.bytes, do: func(ctx context.Context, w *worker) ([]job, error) {
		if err := c.fill(ctx, w, t, p, o); err != nil {
			return nil, fmt.Errorf("copy table %s: %w", o.Table, err)
		}
		c.mu.Lock()
		c.left[o.Table]--
		last := c.left[o.Table] == 0
		c.mu.Unlock()
		if !t.root {
			return c.building(p), nil
		}
		var jobs []job
		for _, p := range t.parts {
			if last {
				jobs = append(jobs, c.building(p)...)
			}
		}
		return jobs, nil
	}}
}

// fill copies a part of a table. Rows that come in the transaction that has
// emptied the table are written as if they had always been there, and need never
// be looked at again to find that they are old. (To other transactions the table
// looks as if it had been filled before it was; there are none.)
func (c *copying) fill(ctx context.Context, w *worker, t table, p part, o clone.Outcome) error {
	r := &relay{format: t.format}
	change, err := c.masking(ctx, w.fresh, t, o)
	if err != nil {
		return err
	}
	if change != nil {
		r.change = change.row
	}
	if len(o.Set) > 0 {
		r.proven = t.format.leaving(o.Columns, o.Set)
	}
	columns := columnList(o.Columns)
	from := reading{w.source, copyTable(p.relation, o.Columns, t.format)}
	into := fmt.Sprintf("COPY %s%s FROM STDIN (FORMAT %s, FREEZE)", p.sql(), columns, t.format)
	if t.root {
		into = fmt.Sprintf("COPY %s%s FROM STDIN (FORMAT %s)", t.sql(), columns, t.format)
	}
	err = w.fresh.transaction(ctx, "BEGIN", func() error {
		if !t.root {
			if err := w.fresh.exec(ctx, "TRUNCATE ONLY "+p.sql()); err != nil {
				return err
			}
		}
		return r.run(ctx, from, reading{w.fresh, into})
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sums[o.Table].merge(r.tally)
	if change != nil {
		c.masked += change.masked
	}
	return err
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
