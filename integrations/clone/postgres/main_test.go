package postgres_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone/postgres/throwaway"
)

// server is the one server of all tests of this package. Each test has databases
// of its own on it.
var server *throwaway.Server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) (code int) {
	var err error
	server, err = throwaway.Start(context.Background(), throwaway.Options{
		Settings: map[string]string{"max_connections": "200", "max_prepared_transactions": "4"},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	return m.Run()
}

// database makes a database of the test's own and returns its address.
func database(t testing.TB, name, script string) string {
	t.Helper()
	name = strings.ToLower(strings.NewReplacer("/", "_", "#", "_").Replace(t.Name())) + "_" + name
	if len(name) > 40 { // room for what a run puts behind it
		name = name[len(name)-40:]
	}
	require.NoError(t, server.Create(t.Context(), name, script))
	t.Cleanup(func() { drop(t, name) })
	return server.URL(name)
}

// drop removes a database and what a run left beside it.
func drop(t testing.TB, name string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server.URL("postgres"))
	require.NoError(t, err)
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, "SELECT datname::text FROM pg_database WHERE datname = $1 OR starts_with(datname::text, $1 || '__')", name)
	require.NoError(t, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	for _, n := range names {
		_, err := conn.Exec(ctx, "DROP DATABASE "+pgx.Identifier{n}.Sanitize()+" WITH (FORCE)")
		require.NoError(t, err)
	}
}

// in opens a session in a database, which ends with the test.
func in(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// value returns the one value that a query yields, as text.
func value(t testing.TB, url, query string, args ...any) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	var v *string
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT ("+query+")::text", args...).Scan(&v))
	if v == nil {
		return ""
	}
	return *v
}
