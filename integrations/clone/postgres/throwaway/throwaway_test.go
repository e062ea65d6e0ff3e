package throwaway_test

import (
	"context"
	"io/fs"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone/postgres/throwaway"
)

func start(t *testing.T, o throwaway.Options) *throwaway.Server {
	t.Helper()
	s, err := throwaway.Start(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	return s
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func value(t *testing.T, conn *pgx.Conn, query string) string {
	t.Helper()
	var v string
	require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&v))
	return v
}

func TestServerIsOurs(t *testing.T) {
	t.Parallel()
	began := time.Now()
	s := start(t, throwaway.Options{Settings: map[string]string{"work_mem": "7MB"}})
	t.Logf("ready after %s", time.Since(began).Round(time.Millisecond))

	require.NoError(t, s.Create(t.Context(), "abcd_prod", "CREATE TABLE ship (name text); INSERT INTO ship VALUES ('Ada')"))
	require.FileExists(t, s.Program("pg_dump"))
	conn := connect(t, s.URL("abcd_prod"))
	require.Equal(t, "Ada", value(t, conn, "SELECT name FROM ship"))
	require.Equal(t, "7MB", value(t, conn, "SHOW work_mem"))
	require.Equal(t, s.Folder()+"/data", value(t, conn, "SHOW data_directory"))
	require.Empty(t, value(t, conn, "SHOW listen_addresses"), "a port is open that nobody asked for")

	require.NoError(t, s.Stop())
	require.NoError(t, s.Stop(), "a second time")
	_, err := os.Stat(s.Folder())
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.Error(t, conn.Ping(t.Context()), "the server outlived its end")
}

func TestServerComesBackAfterACrash(t *testing.T) {
	t.Parallel()
	s := start(t, throwaway.Options{})
	require.NoError(t, s.Create(t.Context(), "abcd", "CREATE TABLE ship (name text)"))
	require.NoError(t, s.Run(t.Context(), "abcd", "INSERT INTO ship VALUES ('Ada')"))
	conn := connect(t, s.URL("abcd"))

	require.NoError(t, s.Crash())
	require.Error(t, conn.Ping(t.Context()))
	require.NoError(t, s.Resume(t.Context()))
	require.Equal(t, "Ada", value(t, connect(t, s.URL("abcd")), "SELECT name FROM ship"))
}

func TestPortWantsThePassword(t *testing.T) {
	t.Parallel()
	const password = "it's a secret"
	s := start(t, throwaway.Options{Password: password})

	config, err := pgx.ParseConfig(s.Address("postgres"))
	require.NoError(t, err)
	_, err = pgx.ConnectConfig(t.Context(), config)
	require.Error(t, err)
	config.Password = password
	conn, err := pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
	connect(t, s.URL("postgres"))
}

func TestServerThatCantStartSaysWhy(t *testing.T) {
	t.Parallel()
	folder, err := os.MkdirTemp("", "refreshbot-test-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(folder, 0o755))
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })

	_, err = throwaway.Start(t.Context(), throwaway.Options{
		Folder: folder, Settings: map[string]string{"no_such_setting": "on"},
	})
	require.ErrorContains(t, err, `unrecognized configuration parameter "no_such_setting"`)
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left, "a server that did not start left its folder")
}
