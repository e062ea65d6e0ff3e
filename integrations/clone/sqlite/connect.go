package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"strings"
	"time"

	"modernc.org/sqlite"

	"github.com/refreshbot/refreshbot/integrations/clone/mask"
)

// A session is one connection to a database, with others attached and with the
// engine's own functions:
//
//	refresh_mask(value, kind, room)   the value with its addresses masked
//	refresh_clean(value)              whether every address is under the domain
//	refresh_holds(value)              whether there is an address at all
//	refresh_sum(value, …)             checksum of rows, in any order
type session struct {
	*sql.Conn
	db     *sql.DB
	path   string
	masked *int64 // how many values refresh_mask changed
}

// An opening says what to open, and how.
type opening struct {
	path     string
	readOnly bool              // not even SQLite's own files beside it are tidied up
	query    bool              // nothing is written by us
	masker   *mask.Masker      // nil: refresh_mask and refresh_clean are not there
	attach   map[string]string // schema -> path, read-only
}

// connect opens a session. Whoever is in the way is waited for.
func (d Driver) connect(ctx context.Context, o opening) (*session, error) {
	if d.Wait == 0 {
		d.Wait = 2 * time.Second
	}
	s := &session{path: o.path, masked: new(int64)}
	own := &sqlite.Driver{}
	for name, f := range functions(o.masker, s.masked) {
		if err := own.RegisterFunction(name, f); err != nil {
			return nil, fmt.Errorf("register function %s: %w", name, err)
		}
	}
	mode := "rw"
	if o.readOnly {
		mode = "ro"
	}
	query := fmt.Sprintf("mode=%s&_pragma=busy_timeout(%d)&_pragma=foreign_keys(0)", mode, d.Wait.Milliseconds())
	if o.query {
		query += "&_pragma=query_only(1)"
	}
	s.db = sql.OpenDB(connector{driver: own, dsn: uri(o.path, query)})
	conn, err := s.db.Conn(ctx)
	if err != nil {
		s.db.Close()
		return nil, wrap("open", o.path, err)
	}
	s.Conn = conn
	for schema, path := range o.attach {
		if _, err := s.ExecContext(ctx, "ATTACH ? AS "+quote(schema), uri(path, "mode=ro")); err != nil {
			s.close()
			return nil, wrap("attach", path, err)
		}
	}
	return s, nil
}

func (s *session) close() {
	s.Conn.Close()
	s.db.Close()
}

// value returns the one value that a query yields.
func value[T any](ctx context.Context, s *session, query string, args ...any) (T, error) {
	var v T
	err := s.QueryRowContext(ctx, query, args...).Scan(&v)
	return v, wrap("query", s.path, err)
}

// exec runs statements one after the other.
func (s *session) exec(ctx context.Context, statements ...string) error {
	for _, q := range statements {
		if _, err := s.ExecContext(ctx, q); err != nil {
			return wrap("change", s.path, err)
		}
	}
	return nil
}

// column returns the first column of what a query yields.
func (s *session) column(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := s.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, wrap("query", s.path, err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, wrap("query", s.path, err)
		}
		all = append(all, v)
	}
	return all, wrap("query", s.path, rows.Err())
}

// A connector opens connections of one driver; database/sql would otherwise
// know drivers by name, for the whole process.
type connector struct {
	driver *sqlite.Driver
	dsn    string
}

// Connect implements driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return c.driver }

// functions returns the engine's functions.
func functions(m *mask.Masker, masked *int64) map[string]*sqlite.FunctionImpl {
	f := map[string]*sqlite.FunctionImpl{
		"refresh_holds": test(mask.Holds),
		"refresh_sum": {
			NArgs: -1, Deterministic: true, VolatileArgs: true,
			MakeAggregate: func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return &sum{}, nil },
		},
	}
	if m == nil {
		return f
	}
	f["refresh_clean"] = test(m.Clean)
	f["refresh_mask"] = &sqlite.FunctionImpl{
		NArgs: 3, Deterministic: true,
		Scalar: func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			return masking(m, masked, args)
		},
	}
	return f
}

// masking is refresh_mask. What is no text has no address in it.
func masking(m *mask.Masker, masked *int64, args []driver.Value) (driver.Value, error) {
	kind, _ := args[1].(string)
	room, _ := args[2].(int64)
	change := m.Text
	if kind == "email" {
		change = m.Address
	}
	switch was := args[0].(type) {
	case string:
		is := change(was, int(room))
		if is != was {
			*masked++
		}
		return is, nil
	case []byte:
		return []byte(change(string(was), int(room))), nil
	default:
		return was, nil
	}
}

// test makes a function of one value that answers 1 or 0.
func test(f func(string) bool) *sqlite.FunctionImpl {
	return &sqlite.FunctionImpl{
		NArgs: 1, Deterministic: true,
		Scalar: func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			text, ok := args[0].(string)
			if b, isBlob := args[0].([]byte); isBlob {
				text, ok = string(b), true
			}
			if ok && f(text) {
				return int64(1), nil
			}
			return int64(0), nil
		},
	}
}

// uri names a file for SQLite.
func uri(path, query string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query}
	return u.String()
}

// quote makes a name safe as an identifier.
func quote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// quoteAll returns names as a list of identifiers.
func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quote(n)
	}
	return strings.Join(quoted, ", ")
}
