package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

// Apply implements clone.Editor. Triggers of the client's do not fire and
// references are not looked at: what is put in stood in the target like that. The
// verification looks at the references.
func (d Driver) Apply(ctx context.Context, s clone.Site, statements []clone.Statement) ([]int64, error) {
	fresh, err := d.edit(ctx, s)
	if err != nil {
		return nil, err
	}
	defer fresh.close()
	tables, err := fresh.tables(ctx)
	if err != nil {
		return nil, err
	}
	counts := make([]int64, len(statements))
	err = fresh.transaction(ctx, "BEGIN", func() error {
		for i, statement := range statements {
			if counts[i], err = fresh.apply(ctx, translate(statement.SQL, tables), statement.Args); err != nil {
				return err
			}
		}
		changed := touched(tables, statements)
		if err := fresh.advance(ctx, changed); err != nil {
			return err
		}
		return fresh.refreshViews(ctx, changed)
	})
	return counts, err
}

// edit opens the new database for statements of the engine's.
func (d Driver) edit(ctx context.Context, s clone.Site) (*session, error) {
	p, err := d.locate(s)
	if err != nil {
		return nil, err
	}
	fresh, err := d.open(ctx, p.target, opening{database: p.fresh, settings: map[string]string{"search_path": "public"}})
	if err != nil {
		return nil, err
	}
	// Only a superuser may; for anybody else triggers fire.
	err = fresh.exec(ctx, "SET session_replication_role = replica")
	if err != nil && stateOf(err) != notPrivileged {
		fresh.close()
		return nil, err
	}
	return fresh, nil
}

// apply runs one statement and returns how many rows it changed. Arguments are
// sent as text, and the server gives them the type of what they are for: 1 is
// true for a boolean, and a number for a number.
func (s *session) apply(ctx context.Context, statement string, args []any) (int64, error) {
	values := make([][]byte, len(args))
	for i, a := range args {
		values[i] = argument(a)
	}
	result := s.PgConn().ExecParams(ctx, statement, values, nil, nil, nil).Read()
	return result.CommandTag.RowsAffected(), wrap("apply "+statement, s.name, result.Err)
}

func argument(a any) []byte {
	switch a := a.(type) {
	case nil:
		return nil
	case []byte:
		return fmt.Appendf(nil, `\x%x`, a)
	case time.Time:
		return a.AppendFormat(nil, time.RFC3339Nano)
	}
	return fmt.Append(nil, a)
}

// translate puts a statement of the engine's into PostgreSQL's words: "?" becomes
// $1 and so on, the name of a table in another schema than public gets its
// schema, and what is inserted may go into identity columns too.
func translate(statement string, tables []table) string {
	elsewhere := map[string]string{}
	for _, t := range tables {
		if t.schema != "public" || t.String() != t.name {
			elsewhere[quote(t.String())] = t.sql()
		}
	}
	overriding := strings.HasPrefix(statement, "INSERT INTO ")
	var out strings.Builder
	var args int
	for _, token := range tokens(statement) {
		switch own, found := elsewhere[token]; {
		case token == "?":
			args++
			fmt.Fprintf(&out, "$%d", args)
		case found && !strings.HasSuffix(out.String(), "."):
			out.WriteString(own)
		case overriding && token[0] != '"' && strings.Contains(token, ")"): // ends the list of columns
			out.WriteString(strings.Replace(token, ")", ") OVERRIDING SYSTEM VALUE", 1))
			overriding = false
		default:
			out.WriteString(token)
		}
	}
	return out.String()
}

// tokens splits a statement into quoted names, quoted texts, single "?", and what
// is between them.
func tokens(statement string) (all []string) {
	for len(statement) > 0 {
		n := strings.IndexAny(statement, `"'?`)
		switch {
		case n < 0:
			n = len(statement)
		case n == 0 && statement[0] == '?':
			n = 1
		case n == 0:
			n = quoted(statement)
		}
		all, statement = append(all, statement[:n]), statement[n:]
	}
	return all
}

// quoted returns the length of the quoted part that a text begins with. A quote
// that is there twice is part of it.
func quoted(text string) int {
	mark := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] != mark:
		case i+1 < len(text) && text[i+1] == mark:
			i++
		default:
			return i + 1
		}
	}
	return len(text)
}

// touched returns the tables that statements name.
func touched(tables []table, statements []clone.Statement) []table {
	return slices.DeleteFunc(slices.Clone(tables), func(t table) bool {
		return !slices.ContainsFunc(statements, func(s clone.Statement) bool {
			return strings.Contains(s.SQL, quote(t.String()))
		})
	})
}

// Rows implements clone.Editor. A boolean is 1 or 0.
func (d Driver) Rows(ctx context.Context, s clone.Site, q clone.Query) ([][]string, error) {
	p, err := d.locate(s)
	if err != nil {
		return nil, err
	}
	o := opening{database: p.fresh, readOnly: true}
	if q.Served {
		o.database = ""
	}
	session, err := d.open(ctx, p.target, o)
	if err != nil {
		return nil, err
	}
	defer session.close()
	return session.rows(ctx, q)
}

func (s *session) rows(ctx context.Context, q clone.Query) ([][]string, error) {
	var texts []string
	for _, c := range q.Columns {
		texts = append(texts, fmt.Sprintf(
			"COALESCE(CASE WHEN pg_typeof(%[1]s) = 'boolean'::regtype THEN (%[1]s::text = 'true')::int::text ELSE %[1]s::text END, '')", quote(c)))
	}
	query := fmt.Sprintf("SELECT %s FROM %s", strings.Join(texts, ", "), relationOf(q.Table).sql())
	var args [][]byte
	if q.Where != "" {
		query += fmt.Sprintf(" WHERE %s = $1", quote(q.Where))
		args = append(args, []byte("1"))
	}
	query += " ORDER BY " + quoteAll(q.Columns)
	result := s.PgConn().ExecParams(ctx, query, args, nil, nil, nil).Read()
	if result.Err != nil {
		return nil, wrap("read "+q.Table, s.name, result.Err)
	}
	var all [][]string
	for _, row := range result.Rows {
		texts := make([]string, len(row))
		for i, field := range row {
			texts[i] = string(field)
		}
		all = append(all, texts)
	}
	return all, nil
}
