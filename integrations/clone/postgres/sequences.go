package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

// A sequence is a counter, with the column that it counts for, if there is one.
type sequence struct {
	Schema, Name        string
	Table, TableName    string // schema and name of the column's table; empty: nobody's
	Column              string
	Increment, Min, Max int64
}

func (q sequence) relation() relation { return relation{q.Schema, q.Name} }

func (q sequence) table() relation { return relation{q.Table, q.TableName} }

// A reached is how far a sequence has come.
type reached struct {
	Value  int64
	Called bool // the value was given out
}

// sequences returns the client's sequences.
func (s *session) sequences(ctx context.Context) ([]sequence, error) {
	return list(ctx, s, pgx.RowToStructByPos[sequence], `SELECT n.nspname, c.relname,
			COALESCE(tn.nspname, ''), COALESCE(t.relname, ''), COALESCE(a.attname, ''), q.seqincrement, q.seqmin, q.seqmax
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence q ON q.seqrelid = c.oid
		LEFT JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.deptype IN ('a', 'i')
			AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0
		LEFT JOIN pg_class t ON t.oid = o.refobjid LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
		LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = o.refobjsubid
		WHERE c.relkind = 'S' AND `+ours+` ORDER BY n.nspname, c.relname`)
}

// reach returns how far sequences have come.
func (s *session) reach(ctx context.Context, all []sequence) (map[relation]reached, error) {
	far := map[relation]reached{}
	for some := range slices.Chunk(all, 200) {
		queries := make([]string, len(some))
		for i, q := range some {
			queries[i] = fmt.Sprintf("SELECT %d, last_value, is_called FROM %s", i, q.relation().sql())
		}
		rows, err := s.Query(ctx, strings.Join(queries, " UNION ALL "))
		if err != nil {
			return nil, wrap("read sequences", s.name, err)
		}
		var i int
		var is reached
		_, err = pgx.ForEachRow(rows, []any{&i, &is.Value, &is.Called}, func() error {
			far[some[i].relation()] = is
			return nil
		})
		if err != nil {
			return nil, wrap("read sequences", s.name, err)
		}
	}
	return far, nil
}

// sequences carries the counters on, so that no number is given twice. It reads
// them last, since no transaction holds them still: what is ahead of the rows does
// no harm. One that counts for a table with rows of the target's own goes on
// behind those too.
func (c *copying) sequences(ctx context.Context, source, fresh *session) error {
	all, err := source.sequences(ctx)
	if err != nil {
		return err
	}
	far, err := source.reach(ctx, all)
	if err != nil {
		return err
	}
	for _, q := range all {
		is := far[q.relation()]
		if c.ownRows(q.table()) {
			if is, err = fresh.ahead(ctx, q, is); err != nil {
				return err
			}
		}
		set := fmt.Sprintf("SELECT pg_catalog.setval(%s, %d, %t)", literal(q.relation().sql()), is.Value, is.Called)
		if err := fresh.exec(ctx, set); err != nil {
			return err
		}
	}
	return nil
}

// ownRows reports whether a table has rows of the target's own.
func (c *copying) ownRows(r relation) bool {
	fate := c.outcome(r.String()).Fate
	return fate == clone.FateKept || fate == clone.FateMerged
}

// ahead returns how far a sequence has to be for the rows of its column.
func (s *session) ahead(ctx context.Context, q sequence, is reached) (reached, error) {
	furthest, next := "max", func(a, b int64) bool { return a > b }
	if q.Increment < 0 {
		furthest, next = "min", func(a, b int64) bool { return a < b }
	}
	last, err := value[*int64](ctx, s, fmt.Sprintf("SELECT %s(%s)::bigint FROM %s", furthest, quote(q.Column), q.table().sql()))
	if err != nil || last == nil || *last < q.Min || *last > q.Max {
		return is, err
	}
	if next(*last, is.Value) || *last == is.Value {
		return reached{*last, true}, nil
	}
	return is, nil
}
