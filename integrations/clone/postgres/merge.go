package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// The security list of a target that keeps its users is made of three kinds of
// people, told by the login key:
//
//	on both sides   the target's row, under the source's id: business rows of the
//	                source refer to it
//	target only     the target's row, under an id that nobody had
//	source only     a placeholder, which can't sign in: history keeps its authors
//
// Of the source's people no more than id, login key, name and a masked address
// comes into the new database, into refresh_source. The table refresh_user leads
// from the target's ids to the new ones. Both are of the session alone.

// merging is the job of making the security list.
func (c *copying) merging(tables []clone.Outcome) job {
	return job{weight: c.tables[c.recipe.Users.Table].bytes(), do: func(ctx context.Context, w *worker) ([]job, error) {
		err := w.fresh.transaction(ctx, "BEGIN", func() error { return c.merge(ctx, w, tables) })
		if err != nil {
			return nil, fmt.Errorf("merge users: %w", err)
		}
		var jobs []job
		for _, o := range tables {
			jobs = append(jobs, c.buildingAll(c.tables[o.Table])...)
		}
		return jobs, nil
	}}
}

// merge fills the tables of the security list and proves them.
func (c *copying) merge(ctx context.Context, w *worker, tables []clone.Outcome) error {
	u := c.recipe.Users
	if err := c.readPeople(ctx, w, u); err != nil {
		return err
	}
	if err := c.matchUsers(ctx, w.fresh, u); err != nil {
		return err
	}
	for _, o := range tables {
		if err := c.mergeTable(ctx, w.fresh, o); err != nil {
			return err
		}
	}
	return w.fresh.exec(ctx, "DROP TABLE refresh_source, refresh_user")
}

// mergeTable fills a table of the security list and proves it.
func (c *copying) mergeTable(ctx context.Context, fresh *session, o clone.Outcome) error {
	queries, err := c.mergedRows(ctx, fresh, o)
	if err != nil {
		return err
	}
	for _, query := range queries {
		err := fresh.exec(ctx, fmt.Sprintf("INSERT INTO %s%s OVERRIDING SYSTEM VALUE %s",
			relationOf(o.Table).sql(), columnList(o.Columns), query))
		if err != nil {
			return err
		}
	}
	var sum tally
	t := c.tables[o.Table]
	for _, p := range t.parts {
		err := sum.read(ctx, fresh, t.format, copyTable(p.relation, without(o.Columns, o.Set), t.format))
		if err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sums[o.Table] = &sum
	return nil
}

// readPeople makes refresh_source.
func (c *copying) readPeople(ctx context.Context, w *worker, u *profile.Users) error {
	t := c.tables[u.Table]
	o := c.outcome(u.Table)
	var columns []string
	for _, name := range o.Columns {
		_, masked := maskOf(o, name)
		if masked || name == u.ID || name == u.Key || slices.Contains(u.Names, name) {
			columns = append(columns, name)
		}
	}
	o.Columns = columns
	m, err := newMasking(c.masker, t, o)
	if err != nil {
		return err
	}
	err = w.fresh.exec(ctx, fmt.Sprintf("CREATE TEMP TABLE refresh_source AS SELECT %s FROM %s WITH NO DATA", quoteAll(columns), t.sql()))
	if err != nil {
		return err
	}
	for _, p := range t.parts {
		r := relay{format: t.format, change: m.row}
		into := fmt.Sprintf("COPY refresh_source FROM STDIN (FORMAT %s)", t.format)
		if err := r.run(ctx, reading{w.source, copyTable(p.relation, columns, t.format)}, reading{w.fresh, into}); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.masked += m.masked
	return nil
}

func (c *copying) outcome(table string) clone.Outcome {
	o, _ := outcomeOf(c.recipe.Tables, table)
	return o
}

// matchUsers makes refresh_user. Ids that are numbers go on behind the highest on
// either side; others are nobody else's anyway.
func (c *copying) matchUsers(ctx context.Context, fresh *session, u *profile.Users) error {
	id, key, kept := quote(u.ID), quote(u.Key), relationOf(u.Table).kept().sql()
	unused := "k." + id
	for _, column := range c.tables[u.Table].columns {
		if column.name == u.ID && column.class == numeric {
			unused = fmt.Sprintf(`GREATEST((SELECT max(%[1]s) FROM refresh_source), (SELECT max(%[1]s) FROM %[2]s))
				+ row_number() OVER (PARTITION BY s.%[1]s IS NULL ORDER BY k.%[3]s)`, id, kept, key)
		}
	}
	return fresh.exec(ctx, fmt.Sprintf(`CREATE TEMP TABLE refresh_user AS
		SELECT k.%[1]s AS old, CASE WHEN s.%[1]s IS NULL THEN %[2]s ELSE s.%[1]s END AS new
		FROM %[3]s k LEFT JOIN refresh_source s ON s.%[4]s = k.%[4]s`, id, unused, kept, key))
}

// mergedRows returns the queries for the rows of a table of the security list.
func (c *copying) mergedRows(ctx context.Context, fresh *session, o clone.Outcome) ([]string, error) {
	u := c.recipe.Users
	id := u.ID
	if user, ok := memberColumn(u, o.Table); ok {
		id = user
	}
	var kept []string
	for _, column := range o.Columns {
		e := "k." + quote(column)
		if column == id {
			e = "r.new"
		}
		kept = append(kept, e)
	}
	own := fmt.Sprintf("SELECT %s FROM %s k JOIN refresh_user r ON r.old = k.%s",
		strings.Join(kept, ", "), relationOf(o.Table).kept().sql(), quote(id))
	if o.Table != u.Table {
		return []string{own}, nil
	}
	others, err := c.placeholders(ctx, fresh, o)
	return []string{own, others}, err
}

// placeholders returns the query for people whom only the source knows.
func (c *copying) placeholders(ctx context.Context, fresh *session, o clone.Outcome) (string, error) {
	u := c.recipe.Users
	blanks, err := list(ctx, fresh, toPair, blankQuery, relationOf(o.Table).sql())
	if err != nil {
		return "", err
	}
	of := map[string]string{}
	for _, b := range blanks {
		of[b[0]] = b[1]
	}
	var expressions []string
	for _, column := range o.Columns {
		_, masked := maskOf(o, column)
		e := of[column]
		switch {
		case column == u.Active:
			e = "'0'" // of whatever type
		case masked, column == u.ID, column == u.Key, slices.Contains(u.Names, column):
			e = "s." + quote(column)
		}
		expressions = append(expressions, e)
	}
	return fmt.Sprintf("SELECT %s FROM refresh_source s WHERE NOT EXISTS (SELECT FROM %s k WHERE k.%[3]s = s.%[3]s)",
		strings.Join(expressions, ", "), relationOf(o.Table).kept().sql(), quote(u.Key)), nil
}

// blankQuery tells what a column of a table holds that holds nothing: NULL where
// it may, else its default, else the zero of its kind.
const blankQuery = `SELECT a.attname::text, CASE
		WHEN NOT a.attnotnull THEN 'NULL'
		WHEN d.adbin IS NOT NULL THEN pg_get_expr(d.adbin, d.adrelid)
		WHEN t.typcategory IN ('N', 'B') THEN '''0'''
		WHEN t.typcategory = 'D' THEN '''epoch'''
		WHEN t.typcategory = 'A' THEN '''{}'''
		ELSE '''''' END
	FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
	LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
	WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped`
