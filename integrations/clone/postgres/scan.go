package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/mask"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// A scan is one look for addresses outside the domain. The server passes over
// what has no "@" in it, or a single one right before the domain; only what is
// left comes here and is read.
type scan struct {
	recipe clone.Recipe
	masker *mask.Masker

	lock    sync.Mutex
	looked  int64
	outside map[string]int64 // by column
}

// Scan implements clone.Editor. Where the profile says that addresses stand, each
// has to be under the domain; elsewhere there must be none.
func (d Driver) Scan(ctx context.Context, s clone.Site, r clone.Recipe) (int64, []string, error) {
	p, err := d.locate(s)
	if err != nil {
		return 0, nil, err
	}
	m, err := mask.New(r.Domain, r.Key)
	if err != nil {
		return 0, nil, err
	}
	tables, err := d.freshTables(ctx, p)
	if err != nil {
		return 0, nil, err
	}
	look := &scan{recipe: r, masker: m, outside: map[string]int64{}}
	var jobs []job
	for _, t := range r.Tables {
		at := slices.IndexFunc(tables, func(is table) bool { return is.String() == t.Table })
		if at >= 0 && (t.Fate == clone.FateCopied || t.Fate == clone.FateMasked) {
			jobs = append(jobs, look.table(t, tables[at])...)
		}
	}
	if err := d.crew(ctx, p, jobs); err != nil {
		return 0, nil, err
	}
	return look.looked, look.found(), nil
}

// freshTables returns the tables of the new database.
func (d Driver) freshTables(ctx context.Context, p place) ([]table, error) {
	s, err := d.open(ctx, p.target, opening{database: p.fresh, readOnly: true})
	if err != nil {
		return nil, err
	}
	defer s.close()
	return s.tables(ctx)
}

// found returns the columns with addresses outside the domain, in the order of
// the recipe.
func (l *scan) found() (all []string) {
	for _, t := range l.recipe.Tables {
		for _, c := range t.Columns {
			if n := l.outside[t.Table+"."+c]; n > 0 {
				all = append(all, fmt.Sprintf("%s.%s (%d)", t.Table, c, n))
			}
		}
	}
	return all
}

// table returns the jobs of looking through a table.
func (l *scan) table(o clone.Outcome, t table) (jobs []job) {
	var columns []column
	for _, c := range t.columns {
		if !slices.Contains(o.Ignored, c.name) && slices.Contains(o.Columns, c.name) {
			columns = append(columns, c)
		}
	}
	if len(columns) == 0 {
		return nil
	}
	where := l.unprotected(o)
	for _, part := range t.parts {
		jobs = append(jobs, job{weight: part.bytes, do: func(ctx context.Context, w *worker) ([]job, error) {
			return nil, l.part(ctx, w.fresh, o, columns, part.sql()+where)
		}})
	}
	return jobs
}

// unprotected leaves protected accounts out of a look at the users.
func (l *scan) unprotected(t clone.Outcome) string {
	u := l.recipe.Users
	if u == nil || t.Role != profile.UserList || t.Table != u.Table || len(l.recipe.Protected) == 0 {
		return ""
	}
	return fmt.Sprintf(" WHERE %[1]s NOT IN (SELECT %[1]s FROM %[2]s)", quote(u.Key), relationOf(u.Table).kept().sql())
}

// part looks through a part of a table: first how many values there are, and how
// many of each column have to be read.
func (l *scan) part(ctx context.Context, s *session, o clone.Outcome, columns []column, from string) error {
	counts := make([]int64, len(columns)+1)
	expressions, into := []string{"count(*)"}, []any{&counts[0]}
	for i, c := range columns {
		expressions = append(expressions, fmt.Sprintf("count(*) FILTER (WHERE %s)", l.suspicious(c)))
		into = append(into, &counts[i+1])
	}
	query := fmt.Sprintf("SELECT %s FROM ONLY %s", strings.Join(expressions, ", "), from)
	if err := s.QueryRow(ctx, query).Scan(into...); err != nil {
		return wrap("scan "+o.Table, s.name, err)
	}
	l.lock.Lock()
	l.looked += counts[0] * int64(len(columns))
	l.lock.Unlock()
	for i, c := range columns {
		if counts[i+1] > 0 {
			if err := l.column(ctx, s, o, c, from); err != nil {
				return err
			}
		}
	}
	return nil
}

// suspicious returns the condition for a value that has to be read.
func (l *scan) suspicious(c column) string {
	text := c.text()
	switch c.class {
	case numeric:
		return "false"
	case bytesClass:
		return fmt.Sprintf("position(%s::bytea IN %s) > 0", literal(`\x40`), quote(c.name))
	case jsonText: // where the sign may stand as an escape
		return fmt.Sprintf(`%[1]s LIKE '%%@%%' OR strpos(%[1]s, %[2]s) > 0`, text, literal(`\u0040`))
	}
	domain := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(l.masker.Domain())
	return fmt.Sprintf("%[1]s LIKE '%%@%%' AND NOT (%[1]s LIKE %[2]s AND %[1]s NOT LIKE '%%@%%@%%')", text, literal("%@"+domain))
}

// text returns a column as a text in which signs are looked for byte by byte,
// whatever its collation. What is padded with blanks is compared as it is: to cut
// them off first would cost more than to look.
func (c column) text() string {
	const bytewise = ` COLLATE "C"`
	if c.class == padded {
		return quote(c.name) + bytewise
	}
	return quote(c.name) + "::text" + bytewise
}

// column reads the suspicious values of a column.
func (l *scan) column(ctx context.Context, s *session, o clone.Outcome, c column, from string) error {
	_, masked := maskOf(o, c.name)
	and := " WHERE "
	if strings.Contains(from, and) {
		and = " AND "
	}
	value := quote(c.name)
	if c.class != bytesClass {
		value += "::text"
	}
	var outside int64
	read := rowReader{format: binaryFormat, row: func(row []byte) error {
		return binaryFormat.fields(row, func(_ int, field []byte) {
			text := string(field)
			if c.class == jsonText {
				text = strings.ReplaceAll(text, `\u0040`, "@")
			}
			if (masked || holdsAddress(c.class, text)) && !l.masker.Clean(text) {
				outside++
			}
		})
	}}
	query := fmt.Sprintf("SELECT %s FROM ONLY %s%s(%s)", value, from, and, l.suspicious(c))
	if err := s.copyOut(ctx, &read, copyQuery(query, binaryFormat)); err != nil {
		return err
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	l.outside[o.Table+"."+c.name] += outside
	return nil
}
