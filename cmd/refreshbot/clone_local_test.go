package main

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the databases of these tests

	"github.com/refreshbot/refreshbot/bot/runner"
	"github.com/refreshbot/refreshbot/store"
)

// A site is a folder with two small databases and a configuration that names
// them; no daemon runs there.
type site struct {
	t              *testing.T
	folder, config string
}

func newSite(t *testing.T) site {
	s := site{t: t, folder: t.TempDir()}
	s.fill("prod.db", "Ada", "ada@client.example", "flag of prod")
	s.fill("test.db", "Old", "old@client.example", "flag of test")
	s.config = filepath.Join(s.folder, "refreshbot.yaml")
	s.put("profile.yaml", "flags: [flag]\naddresses:\n  person: {email: email}\n")
	s.put("refreshbot.yaml", `
tenants:
  - name: ABCD
    environments:
      - {name: ABCD_prod, role: production, schema_version: "1", database: "sqlite:prod.db"}
      - {name: ABCD_test, role: test, schema_version: "1", database: "sqlite:test.db"}
      - {name: ABCD_none, role: dev, schema_version: "1", database: "sqlite:none.db"}
engine: {profile: profile.yaml}
`)
	return s
}

func (s site) put(name, text string) {
	s.t.Helper()
	require.NoError(s.t, os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600))
}

func (s site) fill(name, person, email, flag string) {
	s.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(s.folder, name))
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, db.Close()) }()
	for _, stmt := range []string{
		"PRAGMA journal_mode=WAL",
		"CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, email TEXT)",
		"CREATE TABLE flag (name TEXT PRIMARY KEY)",
		"INSERT INTO person VALUES (1, '" + person + "', '" + email + "')",
		"INSERT INTO flag VALUES ('" + flag + "')",
	} {
		_, err := db.Exec(stmt)
		require.NoError(s.t, err)
	}
}

// read returns the only row of a table of the target.
func (s site) read(column, table string) (value string) {
	s.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.folder, "test.db")+"?mode=ro")
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, db.Close()) }()
	require.NoError(s.t, db.QueryRow("SELECT "+column+" FROM "+table).Scan(&value))
	return value
}

func (s site) call(line string) result {
	return shell{clock: runner.SystemClock{}}.call(append(strings.Fields(line), "--config", s.config)...)
}

// The whole way without a daemon: plan, run, status, rollback.
func TestCloneHere(t *testing.T) {
	s := newSite(t)
	plan := s.call("clone plan --source ABCD_prod --target ABCD_test")
	require.Equal(t, 0, plan.code, plan.stderr)
	require.NotContains(t, plan.stdout, "missing:")
	require.Equal(t, "Old", s.read("name", "person"), "a plan changes nothing")

	run := s.call("clone run --source ABCD_prod --target ABCD_test --id r1")
	require.Equal(t, 0, run.code, run.stderr+run.stdout)
	require.Contains(t, run.stdout, "run r1: ABCD_prod over ABCD_test\n")
	require.Contains(t, run.stdout, "run r1: succeeded\n")
	require.Len(t, regexp.MustCompile(`(?m)^  \d\d  (done|skipped) `).FindAllString(run.stdout, -1), 31, "each task is told once")
	require.Equal(t, "Ada", s.read("name", "person"))
	require.Equal(t, "ada_client.example@refresh.invalid", s.read("email", "person"))
	require.Equal(t, "flag of test", s.read("name", "flag"))

	var status struct {
		ID, State string
		Tasks     []struct {
			Number int
			State  string
		}
	}
	got := s.call("clone status --id r1 --format json")
	require.Equal(t, 0, got.code, got.stderr)
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &status))
	require.Equal(t, "succeeded", status.State)
	require.Len(t, status.Tasks, 31)
	require.Equal(t, 31, status.Tasks[30].Number)

	got = s.call("clone run --source ABCD_prod --target ABCD_test --id r1")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stderr, "r1", "one run an id")
	got = s.call("clone resume --id r1")
	require.Equal(t, 0, got.code, got.stderr)

	got = s.call("clone rollback --id r1")
	require.Equal(t, 0, got.code, got.stderr)
	require.Contains(t, got.stdout, "run r1: rolled_back\n")
	require.Equal(t, "Old", s.read("name", "person"))
}

// What can't be cloned is named, the target is as it was, and the status is 1.
func TestCloneHereFails(t *testing.T) {
	for _, c := range []struct{ source, target, names string }{
		{"ABCD_none", "ABCD_test", "none.db"},
		{"ABCD_test", "ABCD_prod", "production"},
	} {
		s := newSite(t)
		got := s.call("clone run --source " + c.source + " --target " + c.target)
		require.Equal(t, 1, got.code, got.stdout)
		require.Contains(t, got.stderr, c.names)
		require.Equal(t, "Old", s.read("name", "person"))
		require.NoFileExists(t, filepath.Join(s.folder, "none.db"))
	}
}

// Only one process has the store open; a second one is told which.
func TestCloneHereLocked(t *testing.T) {
	s := newSite(t)
	st, err := store.Open("bolt:"+filepath.Join(s.folder, "refreshbot.db"), store.Options{Clock: runner.SystemClock{}, Program: "another program"})
	require.NoError(t, err)
	defer func() { require.NoError(t, st.Close()) }()
	got := s.call("clone status --id r1")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stderr, "in use by another program")
}
