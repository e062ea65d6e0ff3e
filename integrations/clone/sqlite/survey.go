package sqlite

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// usualRate is how many bytes are copied in a second, on a slow disk.
const usualRate = 4 << 20

// sample is how many rows from each end of a table are searched for addresses.
const sample = 500

// Survey implements clone.Surveyor.
func (d Driver) Survey(ctx context.Context, s clone.Site) (clone.Survey, error) {
	f, err := place(s)
	if err != nil {
		return clone.Survey{}, err
	}
	survey := clone.Survey{Rate: usualRate}
	if survey.Source, err = d.facts(ctx, f.source, "source"); err != nil {
		return survey, err
	}
	if survey.Target.Identity, err = identify(f.target); err != nil {
		return survey, err
	}
	if survey.Source.Identity == survey.Target.Identity {
		return survey, bot.Errorf(bot.Denied, "sqlite: survey",
			"source %s and target %s are the same database", f.source, f.target)
	}
	if survey.Target, err = d.facts(ctx, f.target, "target"); err != nil {
		return survey, err
	}
	survey.Free, err = free(f.target)
	return survey, err
}

// facts looks at one database.
func (d Driver) facts(ctx context.Context, path, what string) (clone.Facts, error) {
	var f clone.Facts
	id, err := identify(path)
	if err != nil {
		return f, err
	}
	session, err := d.connect(ctx, opening{path: path, readOnly: what == "source", query: true})
	if err != nil {
		return f, err
	}
	defer session.close()
	f.Identity = id
	mode, err := value[string](ctx, session, "PRAGMA journal_mode")
	if err != nil {
		return f, err
	}
	if what == "source" && mode != "wal" {
		return f, bot.Errorf(bot.Denied, "sqlite: survey",
			"source %s is in journal mode %s: copying it would block its writers; it has to be in WAL mode", path, mode)
	}
	f.Bytes, err = value[int64](ctx, session,
		"SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
	if err != nil {
		return f, err
	}
	f.Tables, err = session.surveyTables(ctx)
	return f, err
}

func (s *session) surveyTables(ctx context.Context) ([]clone.Table, error) {
	names, err := s.tables(ctx, "main")
	if err != nil {
		return nil, err
	}
	var all []clone.Table
	for _, name := range names {
		t, err := s.table(ctx, name)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// tables returns the names of a schema's tables, sorted. Virtual tables can't be
// copied row by row.
func (s *session) tables(ctx context.Context, schema string) ([]string, error) {
	const list = `SELECT name FROM pragma_table_list
		WHERE schema = ? AND type = ? AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`
	virtual, err := s.column(ctx, list, schema, "virtual")
	if err != nil {
		return nil, err
	}
	if len(virtual) > 0 {
		return nil, bot.Errorf(bot.Denied, "sqlite: list tables", "%s: virtual table %s can't be copied", s.path, virtual[0])
	}
	return s.column(ctx, list, schema, "table")
}

// columns returns the names of a table's columns but for computed ones, in
// their order.
func (s *session) columns(ctx context.Context, schema, table string) ([]string, error) {
	return s.column(ctx, "SELECT name FROM pragma_table_xinfo(?, ?) WHERE hidden = 0 ORDER BY cid", table, schema)
}

// table looks at one table of the main database.
func (s *session) table(ctx context.Context, name string) (clone.Table, error) {
	t := clone.Table{Name: name}
	var err error
	if t.Rows, err = value[int64](ctx, s, "SELECT count(*) FROM "+quote(name)); err != nil {
		return t, err
	}
	rows, err := s.QueryContext(ctx,
		"SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid", name)
	if err != nil {
		return t, wrap("list columns", s.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var c clone.Column
		var kind string
		if err := rows.Scan(&c.Name, &kind); err != nil {
			return t, wrap("list columns", s.path, err)
		}
		c.Length = length(kind)
		t.Columns = append(t.Columns, c)
	}
	if err := rows.Err(); err != nil {
		return t, wrap("list columns", s.path, err)
	}
	rows.Close()
	return t, s.search(ctx, &t)
}

// search looks for addresses in a sample of a table: its first rows and its
// last.
func (s *session) search(ctx context.Context, t *clone.Table) error {
	var tests []string
	holds := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		tests = append(tests, fmt.Sprintf("COALESCE(max(refresh_holds(%s)), 0)", quote(c.Name)))
		holds[i] = &t.Columns[i].Addresses
	}
	from := quote(t.Name)
	query := fmt.Sprintf(`SELECT %s FROM (SELECT * FROM (SELECT * FROM %s LIMIT %d)
		UNION ALL SELECT * FROM (SELECT * FROM %s LIMIT -1 OFFSET %d))`,
		strings.Join(tests, ", "), from, sample, from, max(sample, t.Rows-sample))
	return wrap("search "+t.Name, s.path, s.QueryRowContext(ctx, query).Scan(holds...))
}

// declared finds the length in a declared type.
var declared = regexp.MustCompile(`(?i)char[a-z ]*\( *([0-9]+) *\)`)

// length returns the length of a declared type such as VARCHAR(239), or 0.
func length(kind string) int {
	m := declared.FindStringSubmatch(kind)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0 // more digits than a length has
	}
	return n
}

// free returns the free bytes of the disk that a file is on.
func free(path string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(path, &s); err != nil {
		return 0, bot.Errorf(bot.Unavailable, "sqlite: look at disk", "%w", &os.PathError{Op: "statfs", Path: path, Err: err})
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:unconvert // Bsize is narrower on some machines
}

// Busy implements clone.Surveyor.
func (d Driver) Busy(ctx context.Context, s clone.Site, jobs profile.Jobs, now time.Time) ([]string, error) {
	f, err := place(s)
	if err != nil || jobs.Owner == "" {
		return nil, err
	}
	session, err := d.connect(ctx, opening{path: f.target, query: true})
	if err != nil {
		return nil, err
	}
	defer session.close()
	query := fmt.Sprintf("SELECT %s FROM %s WHERE %s IS NOT NULL", quote(jobs.Name), quote(jobs.Table), quote(jobs.Owner))
	if jobs.Lease == "" {
		return session.column(ctx, query)
	}
	query += fmt.Sprintf(" AND julianday(%s) > julianday(?)", quote(jobs.Lease))
	return session.column(ctx, query, now.UTC().Format(time.RFC3339))
}

// Serving implements clone.Surveyor.
func (d Driver) Serving(_ context.Context, s clone.Site) (clone.Identity, error) {
	f, err := place(s)
	if err != nil {
		return "", err
	}
	return identify(f.target)
}
