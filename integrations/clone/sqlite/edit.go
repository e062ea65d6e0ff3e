package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone"
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
