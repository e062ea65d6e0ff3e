package sqlite_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the fixture writes its databases itself

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
	"github.com/refreshbot/refreshbot/integrations/clone/sqlite"
)

const schema = `
CREATE TABLE flag (name TEXT PRIMARY KEY, value TEXT, secret TEXT);
CREATE TABLE account (id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email VARCHAR(40) NOT NULL,
	hash TEXT, active INTEGER NOT NULL, level INTEGER NOT NULL DEFAULT 3);
CREATE TABLE member (account_id INTEGER NOT NULL REFERENCES account (id), team TEXT NOT NULL);
CREATE TABLE company (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, owner INTEGER REFERENCES account (id));
CREATE TABLE person (id INTEGER PRIMARY KEY, company_id INTEGER REFERENCES company (id), email VARCHAR(40) UNIQUE, note TEXT,
	size REAL, photo BLOB, shout TEXT AS (upper(note)));
CREATE TABLE login_session (token TEXT);
CREATE INDEX person_company ON person (company_id);
CREATE VIEW people AS SELECT email FROM person;
`

const sourceRows = `
INSERT INTO flag VALUES ('mode', 'production', 'source-secret-1');
INSERT INTO account VALUES (1, 'ann', 'Ann', 'ann@a.example', 'hash-ann', 1, 5), (2, 'tess', 'Tess at source', 't@a.example', 'hash-tess', 1, 5);
INSERT INTO member VALUES (1, 'red'), (2, 'red');
INSERT INTO company VALUES (1, 'B', 1), (2, 'C', 2);
INSERT INTO person VALUES (1, 1, 'john.doe@company.com', 'ask jo@x.example', 1.5, x'00ff'), (2, 2, 'a_b@c.com', NULL, NULL, NULL),
	(3, 2, 'a_b_c.com@refresh.invalid', 'was refreshed before', 2, NULL), (4, NULL, 'a@b_c.com', 'x', 0, x'');
INSERT INTO login_session VALUES ('token-of-source');
`

const targetRows = `
INSERT INTO flag VALUES ('mode', 'test', 'target-secret');
INSERT INTO account VALUES (1, 'tess', 'Tess', 'tess@test.example', 'hash-target', 1, 4), (2, 'uwe', 'Uwe', 'uwe@test.example', NULL, 0, 2);
INSERT INTO member VALUES (1, 'blue'), (2, 'green');
INSERT INTO company VALUES (9, 'Old', 1);
`

var users = &profile.Users{
	Table: "account", ID: "id", Key: "login", Active: "active", Names: []string{"name"}, Credentials: []string{"hash"},
	Members: []profile.Member{{Table: "member", User: "account_id"}},
}

// recipe keeps the users.
var recipe = clone.Recipe{
	Domain: "refresh.invalid", Key: []byte("k"), Users: users,
	Tables: []clone.Outcome{
		{Table: "account", Role: profile.UserList, Fate: clone.FateMerged,
			Columns: []string{"id", "login", "name", "email", "hash", "active", "level"},
			Masks:   []clone.ColumnMask{{Column: "email", Kind: profile.Email, Length: 40}}},
		{Table: "company", Fate: clone.FateCopied, Columns: []string{"id", "name", "owner"}},
		{Table: "flag", Role: profile.Flags, Fate: clone.FateKept, Columns: []string{"name", "value", "secret"}},
		{Table: "login_session", Role: profile.Emptied, Fate: clone.FateEmptied, Columns: []string{"token"}},
		{Table: "member", Role: profile.UserList, Fate: clone.FateMerged, Columns: []string{"account_id", "team"}},
		{Table: "person", Fate: clone.FateMasked, Columns: []string{"id", "company_id", "email", "note", "size", "photo"},
			Masks: []clone.ColumnMask{{Column: "email", Kind: profile.Email, Length: 40}, {Column: "note", Kind: profile.Text}}},
	},
}

var keep = clone.Keep{Tables: []string{"flag", "account", "member"}, Users: users}

// A bench is a source and a target on files, and the driver over them.
type bench struct {
	t    *testing.T
	dir  string
	site clone.Site
	sqlite.Driver
}

func newBench(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	b := &bench{t: t, dir: dir, Driver: sqlite.Driver{Wait: time.Millisecond}, site: clone.Site{
		Run: "r/1", Source: "sqlite:" + filepath.Join(dir, "source.db"), Target: "sqlite:" + filepath.Join(dir, "target.db"),
	}}
	const wal = "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
	b.exec("source.db", wal+schema+sourceRows)
	b.exec("target.db", wal+schema+targetRows)
	return b
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

func (b *bench) exec(name, statements string) {
	b.t.Helper()
	db, err := sql.Open("sqlite", b.path(name))
	require.NoError(b.t, err)
	defer db.Close()
	_, err = db.Exec(statements)
	require.NoError(b.t, err, statements)
}

// lines returns what a query yields, the columns apart by a bar.
func (b *bench) lines(name, query string) []string {
	b.t.Helper()
	db, err := sql.Open("sqlite", b.path(name))
	require.NoError(b.t, err)
	defer db.Close()
	rows, err := db.Query(query)
	require.NoError(b.t, err, query)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(b.t, err)
	var lines []string
	for rows.Next() {
		texts := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for i := range texts {
			into[i] = &texts[i]
		}
		require.NoError(b.t, rows.Scan(into...))
		fields := make([]string, len(columns))
		for i, text := range texts {
			fields[i] = text.String
		}
		lines = append(lines, strings.Join(fields, "|"))
	}
	require.NoError(b.t, rows.Err())
	return lines
}

// build does everything up to the verification.
func (b *bench) build() clone.Expectation {
	b.t.Helper()
	ctx := b.t.Context()
	require.NoError(b.t, b.Create(ctx, b.site))
	require.NoError(b.t, b.Adopt(ctx, b.site))
	kept, err := b.Capture(ctx, b.site, keep)
	require.NoError(b.t, err)
	copied, err := b.Copy(ctx, b.site, recipe)
	require.NoError(b.t, err)
	_, err = b.Apply(ctx, b.site, []clone.Statement{{SQL: "DELETE FROM flag"}, {SQL: "INSERT INTO flag SELECT * FROM kept.flag"}})
	require.NoError(b.t, err)
	return clone.Expectation{
		Recipe: recipe, Copied: copied.Proofs, Kept: kept,
		Secrets: map[string][]string{"flag": {"secret"}, "account": {"hash"}},
	}
}

// swap verifies and returns what the swap needs.
func (b *bench) swap(e clone.Expectation) clone.Swap {
	b.t.Helper()
	v, err := b.Verify(b.t.Context(), b.site, e)
	require.NoError(b.t, err)
	require.Empty(b.t, v.Differences)
	old, err := b.Serving(b.t.Context(), b.site)
	require.NoError(b.t, err)
	return clone.Swap{Old: old, New: v.Identity, At: at, Kept: e.Kept, Keep: keep}
}

var at = time.Date(2026, time.March, 4, 2, 0, 0, 0, time.UTC)

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, text, 0o600))
}
