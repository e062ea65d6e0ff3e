package clone_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the fixture writes its databases itself

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/apps"
	"github.com/refreshbot/refreshbot/integrations/clone/directory"
	"github.com/refreshbot/refreshbot/integrations/clone/mail"
	"github.com/refreshbot/refreshbot/integrations/clone/objects"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
	"github.com/refreshbot/refreshbot/integrations/clone/sqlite"
)

// A world is two environments of one client on real files, with the embedded
// defaults of the side systems, and an engine over them.
type world struct {
	t       *testing.T
	dir     string
	order   bot.RunOrder
	journal *journal
	clock   *clock
	config  clone.Config
	ports   clone.Ports
	engine  *clone.Engine
	heard   []string // event ids, by the listener
}

// RoundTrip implements http.RoundTripper: the app that listens.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	w.heard = append(w.heard, r.Header.Get("X-Refreshbot-Event"))
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: r}, nil
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), clock: &clock{now: start}, order: bot.RunOrder{Source: "A_prod", Target: "A_test"}}
	files, err := databases()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(w.path("prod.db"), files[0], 0o600))
	require.NoError(t, os.WriteFile(w.path("test.db"), files[1], 0o600))
	w.files("systems/objects/A_prod/templates", "letter", "invoice")
	w.files("systems/objects/A_prod/archive", "doc/1", "doc/2", "doc/3")
	w.files("systems/objects/A_prod/packages", "pack-1", "orphan")
	w.files("systems/objects/A_test/templates", "old letter")
	w.files("systems/objects/A_test/archive", "doc/old")
	p, err := profile.Example()
	require.NoError(t, err)
	w.config = clone.Config{
		Environments: []clone.Environment{
			{Name: "A_prod", Database: "sqlite:" + w.path("prod.db"), Production: true, SchemaVersion: "1"},
			{Name: "A_test", Database: "sqlite:" + w.path("test.db"), SchemaVersion: "1"},
		},
		Profile: p, MailDomain: "refresh.invalid", MaskKey: []byte("a key for tests"), Retention: 168 * time.Hour,
	}
	w.boot()
	require.NoError(t, w.ports.Mail.Replace(t.Context(), "A_test", clone.MailSetup{
		Routes:    []clone.Route{{Pattern: "@test.a.example", To: "desk@test.a.example"}},
		Mailboxes: []clone.Mailbox{{Address: "desk@test.a.example"}, {Address: "sales@test.a.example"}},
	}))
	require.NoError(t, w.ports.Directory.Put(t.Context(), clone.Tenant{
		Environment: "A_test", Mode: clone.Running, SignIn: clone.Normal, Cluster: "blue", Generation: "first",
		Users: []clone.Account{{ID: "1", Login: "tess", Active: true}},
	}))
	require.NoError(t, w.ports.Apps.Recycle(t.Context(), "A_test", "first"))
	_, err = w.ports.Apps.Nodes(t.Context(), "A_test")
	require.NoError(t, err)
	w.reset()
	return w
}

// reset forgets every run.
func (w *world) reset() { w.journal = newJournal(bot.Run{ID: runID, Order: w.order}); w.boot() }

// boot starts a new process.
func (w *world) boot() {
	w.t.Helper()
	a, err := apps.New(apps.Config{
		URL: "http://apps.example/hook", Secret: []byte("shared"), Client: &http.Client{Transport: w}, Clock: w.clock,
		Ledger: w.path("systems/apps/ledger.json"), Nodes: w.path("systems/apps/nodes"),
	})
	require.NoError(w.t, err)
	w.ports = clone.Ports{
		Runs: w.journal, Clock: w.clock, Databases: map[string]clone.Database{sqlite.Scheme: sqlite.Driver{Wait: time.Millisecond}},
		Directory: directory.New(w.path("systems/directory.json")),
		Objects:   objects.New(w.path("systems/objects")),
		Mail:      mail.New(w.path("systems/mail.json")),
		Apps:      a,
	}
	if w.journal == nil {
		return
	}
	w.engine, err = clone.New(w.config, w.ports)
	require.NoError(w.t, err)
}

// run advances until nothing changes any more.
func (w *world) run() bot.RunReport { w.t.Helper(); return w.runOf(runID) }

func (w *world) runOf(id bot.RunID) bot.RunReport {
	w.t.Helper()
	for seq := -1; ; {
		r, err := w.engine.Advance(w.t.Context(), id)
		require.NoError(w.t, err)
		if r.Seq == seq {
			return r
		}
		seq = r.Seq
	}
}

// until advances until a task is the next.
func (w *world) until(task clone.TaskID) {
	w.t.Helper()
	w.journal.before = func(r bot.RunRecord) error {
		if r.Task == string(task) {
			return errKilled
		}
		return nil
	}
	w.untilKilled()
	w.journal.before = nil
}

// untilKilled advances until the journal kills the process. A run that comes to
// a stand before that has failed the test.
func (w *world) untilKilled() {
	w.t.Helper()
	for seq := -1; ; {
		r, err := w.engine.Advance(w.t.Context(), runID)
		if err != nil {
			require.ErrorIs(w.t, err, errKilled)
			return
		}
		require.NotEqual(w.t, seq, r.Seq, "stands: %s %s", r.Problem, r.Question)
		seq = r.Seq
	}
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

func (w *world) files(dir string, names ...string) {
	for _, n := range names {
		path := filepath.Join(w.path(dir), n)
		require.NoError(w.t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(w.t, os.WriteFile(path, []byte("content of "+n), 0o644))
	}
}

// databases returns the files of source and target, which are made once for all
// tests.
var databases = sync.OnceValues(func() (files [2][]byte, err error) {
	for i, rows := range [2][]string{rowsOfSource, rowsOfTarget} {
		if files[i], err = database(rows); err != nil {
			return files, err
		}
	}
	return files, nil
})

// database returns the file of a database of the demo schema with rows in it.
func database(rows []string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "clone")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "made.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	all := append([]string{
		"PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF", "PRAGMA foreign_keys = ON", "BEGIN",
		"PRAGMA user_version = 7", profile.ExampleSchema(),
	}, rows...)
	for _, statement := range append(all, "COMMIT") {
		if _, err := db.Exec(statement); err != nil {
			return nil, fmt.Errorf("%s: %w", statement, err)
		}
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// open opens a database by its short name: prod, test, or new for the one that is
// being built.
func (w *world) open(name string) *sql.DB {
	path := w.path(name + ".db")
	if name == "new" {
		path = w.path("test.db.new-run-1")
	}
	db, err := sql.Open("sqlite", path)
	require.NoError(w.t, err)
	db.SetMaxOpenConns(1)
	return db
}

// exec changes a database by hand.
func (w *world) exec(name, statement string, args ...any) {
	w.t.Helper()
	db := w.open(name)
	defer db.Close()
	_, err := db.Exec(statement, args...)
	require.NoError(w.t, err, statement)
}

// query returns what a query yields, a line a row.
func (w *world) query(name, query string) []string {
	w.t.Helper()
	db := w.open(name)
	defer db.Close()
	rows, err := db.Query(query)
	require.NoError(w.t, err, query)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(w.t, err)
	var lines []string
	for rows.Next() {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(w.t, rows.Scan(into...))
		lines = append(lines, strings.TrimSpace(fmt.Sprintln(values...)))
	}
	require.NoError(w.t, rows.Err())
	return lines
}

var rowsOfSource = []string{
	`INSERT INTO configuration_flag VALUES ('mode', 'production', NULL), ('pay', 'on', 'source-flag-secret')`,
	`INSERT INTO messaging_channel VALUES (1, 'smtp', 'smtp.a.example:587', 'desk@a.example', 'source-smtp-secret')`,
	`INSERT INTO messaging_template VALUES (1, 'hello', 'Hello from production')`,
	`INSERT INTO company_info VALUES (1, 'A Shipping', NULL)`,
	`INSERT INTO licence VALUES ('PROD-1', 'A Shipping', 100, '2030-01-01')`,
	`INSERT INTO scheduled_task VALUES (1, 'invoice', 1, 'node-1', '2026-03-04T03:00:00Z', '2026-03-05'), (2, 'remind', 1, NULL, NULL, '2026-03-05'), (3, 'archive', 0, NULL, NULL, NULL)`,
	`INSERT INTO app_user VALUES (1, 'ann', 'Ann Archer', 'ann@a.example', 'hash-of-ann', 'key-of-ann', 1),
		(2, 'bob', 'Bob Baker', 'bob@a.example', 'hash-of-bob', NULL, 1),
		(3, 'svc_integration', 'Integration', 'svc@a.example', 'hash-of-svc-source', 'key-of-svc-source', 1),
		(7, 'tess', 'Tess at source', 'tess@a.example', 'hash-of-tess-source', NULL, 0)`,
	`INSERT INTO user_role VALUES (1, 'admin'), (2, 'agent'), (7, 'agent')`,
	`INSERT INTO user_plan VALUES (1, 'full'), (2, 'full')`,
	`INSERT INTO user_session VALUES ('session-token-of-ann', 1, '2026-03-04')`,
	`INSERT INTO system_user VALUES ('source-system', 'source-system-hash')`,
	`INSERT INTO database_login VALUES ('a_prod_app', 'source-login-hash')`,
	`INSERT INTO database_grant VALUES ('a_prod_app', '*', 'ALL')`,
	`INSERT INTO app_authorization VALUES ('crm', 'source-crm-token', '2025-01-01')`,
	`INSERT INTO webhook VALUES (1, 'https://hooks.a.example/x', 'source-signing-key')`,
	`INSERT INTO mailbox VALUES (1, 'desk@a.example', 'desk')`,
	`INSERT INTO inbound_mail VALUES (1, 'client@b.example', 'Where is my ship?')`,
	`INSERT INTO company VALUES (1, 'B', 'info@b.example', 'call first'), (2, 'C', NULL, 'write to boss@c.example or boss_2@c.example.')`,
	`INSERT INTO person VALUES (1, 1, 'John', 'john.doe@company.com', NULL, NULL),
		(2, 1, 'A', 'a_b@c.com', 'a@home.example', 'see a@b_c.com'), (3, 1, 'B', 'a@b_c.com', NULL, NULL),
		(4, 2, 'Q', '"john doe"@c.com', 'n/a', NULL), (5, 2, 'J', 'jürgen@müller.example', '', NULL)`,
	`INSERT INTO ticket VALUES (10, 1, 1, 'john.doe@company.com', 'Late', 'Please call. john.doe@company.com', 1.5, '2026-01-01'),
		(11, 2, 7, NULL, 'Later', 'No address', NULL, '2026-01-02'), (12, NULL, NULL, 'x@y', 'Latest', NULL, 0, '2026-01-03')`,
	`UPDATE sqlite_sequence SET seq = 40`,
	`INSERT INTO document_template VALUES (1, 'Letter', 'letter'), (2, 'Invoice', 'invoice')`,
	`INSERT INTO document VALUES (1, 10, 'One', 'for a@x.example', x'00ff10', 'doc/1'), (2, 10, 'Two', NULL, NULL, 'doc/2'),
		(3, 11, 'Three', NULL, NULL, 'doc/3'), (4, 11, 'Lost', NULL, NULL, 'doc/lost'), (5, 11, 'Bad', NULL, NULL, '../../../mail.json')`,
	`INSERT INTO package VALUES (1, 'P', '1.0', 'pack-1')`,
}

var rowsOfTarget = []string{
	`INSERT INTO configuration_flag VALUES ('mode', 'test', NULL), ('beta', 'on', 'target-flag-secret')`,
	`INSERT INTO messaging_channel VALUES (1, 'smtp', 'smtp.test.a.example:25', 'desk@test.a.example', 'target-smtp-secret')`,
	`INSERT INTO messaging_template VALUES (5, 'hello', 'Hello from test')`,
	`INSERT INTO company_info VALUES (1, 'A Shipping TEST', 'old banner')`,
	`INSERT INTO licence VALUES ('TEST-1', 'A Shipping TEST', 10, '2028-01-01')`,
	`INSERT INTO scheduled_task VALUES (1, 'old', 1, NULL, NULL, NULL)`,
	`INSERT INTO app_user VALUES (1, 'tess', 'Tess Tester', 'tess@test.example', 'hash-of-tess-target', 'key-of-tess', 1),
		(2, 'svc_integration', 'Integration', 'svc@partner.example', 'hash-of-svc-target', 'key-of-svc-target', 1),
		(3, 'uwe', 'Uwe User', 'uwe@test.example', 'hash-of-uwe', NULL, 1)`,
	`INSERT INTO user_role VALUES (1, 'admin'), (2, 'api'), (3, 'agent')`,
	`INSERT INTO system_user VALUES ('target-system', 'target-system-hash')`,
	`INSERT INTO database_login VALUES ('a_test_app', 'target-login-hash')`,
	`INSERT INTO app_authorization VALUES ('crm', 'target-crm-token', '2025-06-01'), ('bi', 'target-bi-token', '2025-07-01')`,
	`INSERT INTO company VALUES (9, 'Old company', 'old@old.example', NULL)`,
	`INSERT INTO person VALUES (9, 9, 'Old', 'old@old.example', NULL, NULL)`,
	`INSERT INTO ticket VALUES (99, 9, 3, NULL, 'Old ticket', NULL, NULL, '2025-01-01')`,
}
