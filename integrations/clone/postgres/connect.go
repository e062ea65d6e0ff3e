package postgres

import (
	"bufio"
	"context"
	"io"
	"maps"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/refreshbot/refreshbot/bot"
)

// An address is where one database is. It never prints its password.
type address struct {
	text   string          // as configured
	config *pgx.ConnConfig // not to be changed; nil: the zero address
}

// String returns the address as it was configured, which holds no password.
func (a address) String() string { return a.text }

// parse reads the name of a database, postgres://user@host:port/database.
func (d Driver) parse(what, name string) (address, error) {
	op := "postgres: open " + what
	if !strings.HasPrefix(name, Scheme+"://") {
		return address{}, bot.Errorf(bot.Invalid, op, "%q is not postgres://user@host/database", name)
	}
	u, err := url.Parse(name)
	if err != nil {
		return address{}, bot.Errorf(bot.Invalid, op, "the address is no URL") // and may hold a password
	}
	if _, given := u.User.Password(); given || u.Query().Has("password") {
		return address{}, bot.Errorf(bot.Invalid, op, "a password stands in the address: it belongs beside it")
	}
	config, err := pgx.ParseConfig(name)
	if err != nil {
		return address{}, bot.Errorf(bot.Invalid, op, "%w", err)
	}
	if config.Database == "" {
		return address{}, bot.Errorf(bot.Invalid, op, "%q names no database", name)
	}
	if password, ok := d.Passwords[name]; ok {
		config.Password = string(password)
	}
	return address{text: name, config: config}, nil
}

// An opening says how to open a database.
type opening struct {
	database string            // another than the address's, on the same server
	readOnly bool              // nothing can be written, by mistake or not
	settings map[string]string // of the session
}

// settings are those of every session: no value is written in a form that
// another session would read differently, no row is hidden, and no name means
// something else because of a search path.
func settings() map[string]string {
	return map[string]string{
		"application_name":                    "refreshbot",
		"client_encoding":                     "UTF8",
		"datestyle":                           "ISO, YMD",
		"intervalstyle":                       "postgres",
		"timezone":                            "UTC",
		"extra_float_digits":                  "1",
		"bytea_output":                        "hex",
		"row_security":                        "off",
		"search_path":                         "pg_catalog",
		"statement_timeout":                   "0",
		"idle_in_transaction_session_timeout": "0",
	}
}

// A session is one connection to one database.
type session struct {
	*pgx.Conn
	name string // of the database, for errors
}

// open opens a session.
func (d Driver) open(ctx context.Context, a address, o opening) (*session, error) {
	config := d.configure(a, o)
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, wrap("open", config.Database, err)
	}
	s := &session{Conn: conn, name: config.Database}
	if err := s.settle(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// settle makes the settings that older servers do not know, and therefore would
// not let in.
func (s *session) settle(ctx context.Context) error {
	if majorOf(s) >= 17 {
		return s.exec(ctx, "SET idle_session_timeout = 0; SET transaction_timeout = 0")
	}
	if majorOf(s) >= 14 {
		return s.exec(ctx, "SET idle_session_timeout = 0")
	}
	return nil
}

// configure says how to open a session.
func (d Driver) configure(a address, o opening) *pgx.ConnConfig {
	config := a.config.Copy()
	if o.database != "" {
		config.Database = o.database
	}
	maps.Copy(config.RuntimeParams, settings())
	config.RuntimeParams["lock_timeout"] = strconv.FormatInt(d.patience().Milliseconds(), 10)
	if o.readOnly {
		config.RuntimeParams["default_transaction_read_only"] = "on"
	}
	maps.Copy(config.RuntimeParams, o.settings)
	config.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec // schemas change under a session: nothing is cached
	config.BuildFrontend = frontend
	config.DialFunc = dial
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	return config
}

// dial connects so that a machine that is gone is noticed within half a minute.
func dial(ctx context.Context, network, addr string) (net.Conn, error) {
	d := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 4,
	}}
	return d.DialContext(ctx, network, addr)
}

// frontend reads a session in pieces large enough for a copy.
func frontend(r io.Reader, w io.Writer) *pgproto3.Frontend {
	return pgproto3.NewFrontend(bufio.NewReaderSize(r, 128<<10), w)
}

// close ends a session, also where the context has ended.
func (s *session) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	s.Conn.Close(ctx)
}

// exec runs statements one after the other. They must not be of the client's
// making.
func (s *session) exec(ctx context.Context, statements ...string) error {
	for _, q := range statements {
		if _, err := s.Conn.Exec(ctx, q, pgx.QueryExecModeSimpleProtocol); err != nil {
			return wrap("change", s.name, err)
		}
	}
	return nil
}

// value returns the one value that a query yields.
func value[T any](ctx context.Context, s *session, query string, args ...any) (T, error) {
	var v T
	err := s.QueryRow(ctx, query, args...).Scan(&v)
	return v, wrap("query", s.name, err)
}

// list returns what a query yields, each row read by its fields' names or, for a
// single column, by its value.
func list[T any](ctx context.Context, s *session, to pgx.RowToFunc[T], query string, args ...any) ([]T, error) {
	rows, err := s.Query(ctx, query, args...)
	if err != nil {
		return nil, wrap("query", s.name, err)
	}
	all, err := pgx.CollectRows(rows, to)
	return all, wrap("query", s.name, err)
}

// column returns the first column of what a query yields.
func (s *session) column(ctx context.Context, query string, args ...any) ([]string, error) {
	return list(ctx, s, pgx.RowTo[string], query, args...)
}

// transaction runs f in a transaction.
func (s *session) transaction(ctx context.Context, begin string, f func() error) error {
	if err := s.exec(ctx, begin); err != nil {
		return err
	}
	if err := f(); err != nil {
		// The session is closed where even this fails, and that ends it as well.
		_ = s.exec(context.WithoutCancel(ctx), "ROLLBACK")
		return err
	}
	return s.exec(ctx, "COMMIT")
}

// copyOut runs a COPY … TO STDOUT and calls w with its rows.
func (s *session) copyOut(ctx context.Context, w io.Writer, statement string) error {
	_, err := s.PgConn().CopyTo(ctx, w, statement)
	return wrap("read", s.name, err)
}

// copyIn runs a COPY … FROM STDIN and returns how many rows came.
func (s *session) copyIn(ctx context.Context, r io.Reader, statement string) (int64, error) {
	tag, err := s.PgConn().CopyFrom(ctx, r, statement)
	return tag.RowsAffected(), wrap("fill", s.name, err)
}

// maintenance opens the database that every server has, to work on others from.
func (d Driver) maintenance(ctx context.Context, a address) (*session, error) {
	s, err := d.open(ctx, a, opening{database: "postgres"})
	if bot.KindOf(err) == bot.NotFound {
		return d.open(ctx, a, opening{database: "template1"})
	}
	return s, err
}
