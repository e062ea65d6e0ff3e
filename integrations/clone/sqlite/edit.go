package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/mask"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// Apply implements clone.Editor. It is durable on return, by one sync for all
// statements: a machine that stops in between leaves a database that the
// verification throws away.
func (d Driver) Apply(ctx context.Context, s clone.Site, statements []clone.Statement) ([]int64, error) {
	f, err := place(s)
	if err != nil {
		return nil, err
	}
	session, err := d.connect(ctx, opening{path: f.fresh, attach: map[string]string{"kept": f.kept}})
	if err != nil {
		return nil, err
	}
	defer session.close()
	if err := session.exec(ctx, "PRAGMA main.synchronous = OFF", "BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	counts, err := session.apply(ctx, statements)
	if err != nil {
		return nil, errors.Join(err, session.exec(context.WithoutCancel(ctx), "ROLLBACK"))
	}
	if err := session.exec(ctx, "COMMIT"); err != nil {
		return nil, err
	}
	session.close()
	return counts, syncFile(f.fresh)
}

func (s *session) apply(ctx context.Context, statements []clone.Statement) ([]int64, error) {
	counts := make([]int64, len(statements))
	for i, statement := range statements {
		result, err := s.ExecContext(ctx, statement.SQL, statement.Args...)
		if err != nil {
			return nil, wrap("apply "+statement.SQL, s.path, err)
		}
		if counts[i], err = result.RowsAffected(); err != nil {
			return nil, wrap("apply "+statement.SQL, s.path, err)
		}
	}
	return counts, nil
}

// Rows implements clone.Editor.
func (d Driver) Rows(ctx context.Context, s clone.Site, q clone.Query) ([][]string, error) {
	f, err := place(s)
	if err != nil {
		return nil, err
	}
	path := f.fresh
	if q.Served {
		path = f.target
	}
	session, err := d.connect(ctx, opening{path: path, query: true})
	if err != nil {
		return nil, err
	}
	defer session.close()
	return session.rows(ctx, q)
}

func (s *session) rows(ctx context.Context, q clone.Query) ([][]string, error) {
	var texts []string
	for _, c := range q.Columns {
		texts = append(texts, fmt.Sprintf("COALESCE(CAST(%s AS TEXT), '')", quote(c)))
	}
	query := fmt.Sprintf("SELECT %s FROM %s", strings.Join(texts, ", "), quote(q.Table))
	if q.Where != "" {
		query += fmt.Sprintf(" WHERE %s = 1", quote(q.Where))
	}
	query += " ORDER BY " + quoteAll(q.Columns)
	rows, err := s.QueryContext(ctx, query)
	if err != nil {
		return nil, wrap("read "+q.Table, s.path, err)
	}
	defer rows.Close()
	var all [][]string
	for rows.Next() {
		row := make([]string, len(q.Columns))
		into := make([]any, len(row))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, wrap("read "+q.Table, s.path, err)
		}
		all = append(all, row)
	}
	return all, wrap("read "+q.Table, s.path, rows.Err())
}

// Scan implements clone.Editor. Where the profile says that addresses stand,
// each has to be under the domain; elsewhere there must be none.
func (d Driver) Scan(ctx context.Context, s clone.Site, r clone.Recipe) (int64, []string, error) {
	f, err := place(s)
	if err != nil {
		return 0, nil, err
	}
	m, err := mask.New(r.Domain, r.Key)
	if err != nil {
		return 0, nil, err
	}
	session, err := d.connect(ctx, opening{
		path: f.fresh, readOnly: true, masker: m, attach: map[string]string{"kept": f.kept},
	})
	if err != nil {
		return 0, nil, err
	}
	defer session.close()
	var looked int64
	var outside []string
	for _, t := range r.Tables {
		if t.Fate != clone.FateCopied && t.Fate != clone.FateMasked {
			continue
		}
		n, found, err := session.scan(ctx, t, r)
		if err != nil {
			return 0, nil, err
		}
		looked += n
		outside = append(outside, found...)
	}
	return looked, outside, nil
}

// scan returns how many values of a table were looked at, and the columns with
// an address outside the domain.
func (s *session) scan(ctx context.Context, t clone.Outcome, r clone.Recipe) (int64, []string, error) {
	columns := without(t.Columns, t.Ignored)
	if len(columns) == 0 {
		return 0, nil, nil
	}
	tests := []string{"count(*)"}
	counts := make([]int64, 1+len(columns))
	into := []any{&counts[0]}
	for i, c := range columns {
		test := fmt.Sprintf("refresh_holds(%[1]s) AND NOT refresh_clean(%[1]s)", quote(c))
		if _, masked := maskOf(t, c); masked {
			test = fmt.Sprintf("typeof(%[1]s) IN ('text', 'blob') AND NOT refresh_clean(%[1]s)", quote(c))
		}
		tests = append(tests, fmt.Sprintf("COALESCE(sum(%s), 0)", test))
		into = append(into, &counts[i+1])
	}
	query := fmt.Sprintf("SELECT %s FROM %s%s", strings.Join(tests, ", "), quote(t.Table), s.unprotected(t, r))
	if err := s.QueryRowContext(ctx, query).Scan(into...); err != nil {
		return 0, nil, wrap("scan "+t.Table, s.path, err)
	}
	var outside []string
	for i, c := range columns {
		if counts[i+1] > 0 {
			outside = append(outside, fmt.Sprintf("%s.%s (%d)", t.Table, c, counts[i+1]))
		}
	}
	return counts[0] * int64(len(columns)), outside, nil
}

// unprotected leaves protected accounts out of a look at the users.
func (s *session) unprotected(t clone.Outcome, r clone.Recipe) string {
	u := r.Users
	if u == nil || t.Role != profile.UserList || t.Table != u.Table || len(r.Protected) == 0 {
		return ""
	}
	return fmt.Sprintf(" WHERE %[1]s NOT IN (SELECT %[1]s FROM kept.%[2]s)", quote(u.Key), quote(u.Table))
}
