package postgres_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/apps"
	"github.com/refreshbot/refreshbot/integrations/clone/directory"
	"github.com/refreshbot/refreshbot/integrations/clone/mail"
	"github.com/refreshbot/refreshbot/integrations/clone/objects"
	"github.com/refreshbot/refreshbot/integrations/clone/postgres"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// Rows of the demo schema.
const prodRows = `
INSERT INTO configuration_flag VALUES ('mode', 'production', NULL), ('pay', 'on', 'source-flag-secret');
INSERT INTO messaging_channel VALUES (1, 'smtp', 'smtp.a.example:587', 'desk@a.example', 'source-smtp-secret');
INSERT INTO messaging_template (name, body) VALUES ('hello', 'Hello from production');
INSERT INTO company_info VALUES (1, 'A Shipping', NULL);
INSERT INTO licence VALUES ('PROD-1', 'A Shipping', 100, '2030-01-01');
INSERT INTO scheduled_task VALUES (1, 'invoice', true, 'node-1', '2026-03-04T03:00:00Z', '2026-03-05'), (2, 'archive', false, NULL, NULL, NULL);
INSERT INTO app_user VALUES (1, 'ann', 'Ann Archer', 'ann@a.example', 'hash-of-ann', 'key-of-ann', true),
	(3, 'svc_integration', 'Integration', 'svc@a.example', 'hash-of-svc-source', 'key-of-svc-source', true),
	(7, 'tess', 'Tess at source', 'tess@a.example', 'hash-of-tess-source', NULL, false);
INSERT INTO user_role VALUES (1, 'admin'), (7, 'agent');
INSERT INTO user_plan VALUES (1, 'full');
INSERT INTO user_session VALUES ('session-token-of-ann', 1, '2026-03-04');
INSERT INTO system_user VALUES ('source-system', 'source-system-hash');
INSERT INTO database_login VALUES ('a_prod_app', 'source-login-hash');
INSERT INTO app_authorization VALUES ('crm', 'source-crm-token', '2025-01-01');
INSERT INTO webhook VALUES (1, 'https://hooks.a.example/x', 'source-signing-key');
INSERT INTO mailbox VALUES (1, 'desk@a.example', 'desk');
INSERT INTO company VALUES (1, 'B', 'info@b.example', 'call first'), (2, 'C', NULL, 'write to boss@c.example');
INSERT INTO person VALUES (1, 1, 'John', 'john.doe@company.com', NULL, NULL), (2, 1, 'A', 'a_b@c.com', 'a@home.example', 'see a@b_c.com');
INSERT INTO ticket VALUES (10, 1, 1, 'john.doe@company.com', 'Late', 'Please call. john.doe@company.com', 1.5, '2026-01-01'),
	(11, 2, 7, NULL, 'Later', 'No address', NULL, '2026-01-02');
SELECT setval('ticket_id_seq', 40);
INSERT INTO document_template VALUES (1, 'Letter', 'letter');
INSERT INTO document VALUES (1, 10, 'One', 'for a@x.example', '\x00ff10', 'doc/1');
REFRESH MATERIALIZED VIEW tickets_by_company;`

const testRows = `
INSERT INTO configuration_flag VALUES ('mode', 'test', NULL), ('beta', 'on', 'target-flag-secret');
INSERT INTO messaging_channel VALUES (5, 'smtp', 'smtp.test.a.example:25', 'desk@test.a.example', 'target-smtp-secret');
INSERT INTO messaging_template (name, body) VALUES ('first', ''), ('hello', 'Hello from test');
INSERT INTO company_info VALUES (1, 'A Shipping TEST', 'old banner');
INSERT INTO licence VALUES ('TEST-1', 'A Shipping TEST', 10, '2028-01-01');
INSERT INTO app_user VALUES (1, 'tess', 'Tess Tester', 'tess@test.example', 'hash-of-tess-target', 'key-of-tess', true),
	(2, 'svc_integration', 'Integration', 'svc@partner.example', 'hash-of-svc-target', 'key-of-svc-target', true),
	(3, 'uwe', 'Uwe User', 'uwe@test.example', 'hash-of-uwe', NULL, true);
INSERT INTO user_role VALUES (1, 'admin'), (2, 'api'), (3, 'agent');
INSERT INTO system_user VALUES ('target-system', 'target-system-hash');
INSERT INTO database_login VALUES ('a_test_app', 'target-login-hash');
INSERT INTO app_authorization VALUES ('crm', 'target-crm-token', '2025-06-01'), ('bi', 'target-bi-token', '2025-07-01');
INSERT INTO company VALUES (9, 'Old company', 'old@old.example', NULL);`

// A world is two environments of one client on the server, with the embedded
// defaults of the side systems, and an engine over them.
type world struct {
	t          *testing.T
	dir        string
	prod, test string // addresses
	order      bot.RunOrder
	store      *boltstore.Store
	engine     *clone.Engine
	at         *time.Time
	database   func(address string) string // as the engine sees it
	profile    func(*profile.Profile)      // changes the example

	// before is called before each record is written; its error is the engine's.
	before func(bot.RunRecord) error
}

const runID = "r-1"

func newWorld(t *testing.T, name string) *world {
	t.Helper()
	now := at
	w := &world{
		t: t, dir: t.TempDir(), order: bot.RunOrder{Source: "A_prod", Target: "A_test"}, at: &now,
		prod: database(t, name+"_prod", profile.ExamplePostgres()+prodRows), test: database(t, name+"_test", profile.ExamplePostgres()+testRows),
		database: func(address string) string { return address }, profile: func(*profile.Profile) {},
	}
	for _, name := range []string{"templates/letter", "archive/doc/1"} {
		path := filepath.Join(w.dir, "objects", "A_prod", name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(name), 0o644))
	}
	var err error
	w.store, err = boltstore.Open(filepath.Join(w.dir, "store.db"), boltstore.Options{Clock: clock{&now}, NoSync: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.store.Close()) })
	return w
}

// begin orders the run and boots the engine.
func (w *world) begin() {
	w.t.Helper()
	require.NoError(w.t, w.store.Order(w.t.Context(), bot.Run{ID: runID, Order: w.order, State: bot.RunPending}, bot.Booking{ID: runID}, 0))
	w.boot()
}

// boot starts a new process.
func (w *world) boot() {
	w.t.Helper()
	path := func(name string) string { return filepath.Join(w.dir, name) }
	a, err := apps.New(apps.Config{
		URL: "http://apps.example/hook", Secret: []byte("shared"), Client: &http.Client{Transport: listener{}}, Clock: clock{w.at},
		Ledger: path("ledger.json"), Nodes: path("nodes"),
	})
	require.NoError(w.t, err)
	p, err := profile.Example()
	require.NoError(w.t, err)
	w.profile(p)
	w.engine, err = clone.New(clone.Config{
		Environments: []clone.Environment{
			{Name: "A_prod", Database: w.database(w.prod), Production: true, SchemaVersion: "1"},
			{Name: "A_test", Database: w.database(w.test), SchemaVersion: "1"},
		},
		Profile: p, MailDomain: "refresh.invalid", MaskKey: []byte("a key for tests"), Retention: 168 * time.Hour,
	}, clone.Ports{
		Runs: journal{w.store, w}, Clock: clock{w.at}, Databases: map[string]clone.Database{postgres.Scheme: postgres.Driver{}},
		Directory: directory.New(path("directory.json")), Objects: objects.New(path("objects")), Mail: mail.New(path("mail.json")), Apps: a,
	})
	require.NoError(w.t, err)
}

// A journal can lose the process right before a record.
type journal struct {
	bot.Runs
	w *world
}

func (j journal) Append(ctx context.Context, r bot.RunRecord, s bot.RunState) error {
	if j.w.before != nil {
		if err := j.w.before(r); err != nil {
			return err
		}
	}
	return j.Runs.Append(ctx, r, s)
}

// A listener is the app that wants to be told.
type listener struct{}

func (listener) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: r}, nil
}

// A clock stands still but for those who wait.
type clock struct{ now *time.Time }

func (c clock) Now() time.Time { return *c.now }

func (c clock) Until(ctx context.Context, t time.Time) error {
	*c.now = t
	return ctx.Err()
}

// run advances until the run is over, or an error.
func (w *world) run(ctx context.Context) (bot.RunReport, error) {
	for seq := -1; ; {
		r, err := w.engine.Advance(ctx, runID)
		if err != nil || r.Seq == seq {
			return r, err
		}
		seq = r.Seq
	}
}

// whole advances until the run is over.
func (w *world) whole(want bot.RunState) bot.RunReport {
	w.t.Helper()
	r, err := w.run(w.t.Context())
	require.NoError(w.t, err)
	require.Equal(w.t, want, r.State, "%s %s", r.Problem, r.Question)
	return r
}

// lines returns what a query yields in a database.
func (w *world) lines(url, query string) []string {
	w.t.Helper()
	return (&bench{t: w.t}).lines(url, query)
}

// rows returns every row of a database, but for the secrets that a run mints and
// the numbers that it takes.
func (w *world) rows(url string) string {
	w.t.Helper()
	var all []string
	for _, table := range w.lines(url, "SELECT relname FROM pg_class WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace ORDER BY 1") {
		for _, row := range w.lines(url, "SELECT t::text FROM "+table+" t ORDER BY 1") {
			all = append(all, table+" "+row)
		}
	}
	return regexp.MustCompile(`[A-Z2-7]{26}|mailbox \(\d+`).ReplaceAllString(strings.Join(all, "\n"), "minted")
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "a")
	w.begin()
	source, before := w.rows(w.prod), w.rows(w.test)
	r := w.whole(bot.RunSucceeded)
	for _, task := range r.Tasks {
		require.Equal(t, bot.TaskDone, task.State, task.ID)
	}
	require.NotEmpty(t, r.Facts)
	require.Equal(t, source, w.rows(w.prod))
	for _, c := range []struct {
		name, query string
		want        []string
	}{
		{"flags", "SELECT * FROM configuration_flag ORDER BY 1", []string{"beta|on|target-flag-secret", "mode|test|"}},
		{"messaging", "SELECT id, password FROM messaging_channel", []string{"5|target-smtp-secret"}},
		{"templates", "SELECT name FROM messaging_template ORDER BY id", []string{"first", "hello"}},
		{"company", "SELECT name, banner FROM company_info", []string{"A Shipping TEST|copy of A_prod as of 2026-03-04T02:00:00Z"}},
		{"licence", "SELECT serial FROM licence", []string{"TEST-1"}},
		{"jobs", "SELECT count(*), bool_or(enabled), count(locked_by), count(next_run) FROM scheduled_task", []string{"2|f|0|0"}},
		{"apps", "SELECT app, length(system_user_token) FROM app_authorization ORDER BY 1", []string{"bi|26", "crm|26"}},
		{"mailboxes", "SELECT address FROM mailbox", []string{"a_test@refresh.invalid"}},
		{"plans", "SELECT user_id, plan FROM user_plan ORDER BY 1", []string{"1|sandbox", "3|sandbox"}},
		{"emptied", "SELECT (SELECT count(*) FROM webhook) + (SELECT count(*) FROM user_session)", []string{"0"}},
		{"users", "SELECT id, login, email, password_hash FROM app_user ORDER BY 1", []string{
			"1|ann|ann_a.example@refresh.invalid|hash-of-ann", "3|svc_integration|svc@partner.example|hash-of-svc-target",
			"7|tess|tess_a.example@refresh.invalid|hash-of-tess-source"}},
		{"addresses", "SELECT email FROM person ORDER BY id", []string{"john.doe_company.com@refresh.invalid", "a__b_c.com@refresh.invalid"}},
		{"numbers", "SELECT nextval('ticket_id_seq'), nextval('messaging_channel_id_seq')", []string{"41|6"}},
		{"views", "SELECT * FROM tickets_by_company", []string{"1|2"}},
		{"what was kept aside", "SELECT count(*) FROM pg_namespace WHERE nspname = 'kept'", []string{"0"}},
		{"databases beside", "SELECT count(*) FROM pg_database WHERE starts_with(datname, current_database() || '__new')", []string{"0"}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, w.lines(w.test, c.query)) })
	}

	require.NoError(t, w.store.WishRun(t.Context(), bot.WishFor{Run: runID, Wish: bot.WishRollBack}))
	w.boot()
	w.whole(bot.RunRolledBack)
	require.Equal(t, before, w.rows(w.test))
}

func TestRefreshKeepsUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "a")
	w.order.PreserveUsers = true
	w.begin()
	w.whole(bot.RunSucceeded)
	require.Equal(t, []string{
		"1|ann|ann_a.example@refresh.invalid||f",                     // source only: a placeholder
		"3|svc_integration|svc@partner.example|hash-of-svc-target|t", // both: the source's id
		"7|tess|tess@test.example|hash-of-tess-target|t",             //
		"8|uwe|uwe@test.example|hash-of-uwe|t",                       // target only: a fresh id
	}, w.lines(w.test, "SELECT id, login, email, password_hash, active FROM app_user ORDER BY id"))
	require.Equal(t, []string{"3|api", "7|admin", "8|agent"}, w.lines(w.test, "SELECT * FROM user_role ORDER BY 1"))
}

// TestKilledAfterEveryTask kills the engine after each task's work, before that is
// written down, and goes on with a new one each time.
func TestKilledAfterEveryTask(t *testing.T) {
	t.Parallel()
	calm, w := newWorld(t, "calm"), newWorld(t, "killed")
	calm.begin()
	calm.whole(bot.RunSucceeded)
	w.begin()
	errKilled := errors.New("killed")
	killed := map[string]bool{}
	w.before = func(r bot.RunRecord) error {
		if r.What != bot.RecordDone && r.What != bot.RecordSkipped || killed[r.Task] {
			return nil
		}
		killed[r.Task] = true
		return errKilled
	}
	for {
		r, err := w.run(t.Context())
		if err == nil {
			require.Equal(t, bot.RunSucceeded, r.State, r.Problem)
			break
		}
		require.ErrorIs(t, err, errKilled)
		w.boot()
	}
	require.Greater(t, len(killed), 31)
	require.Equal(t, calm.rows(calm.test), w.rows(w.test))
}

// TestCutOffInsideTasks kills the engine at more and more distant statements, each
// inside some task's work, with every connection of its. A new one goes on.
func TestCutOffInsideTasks(t *testing.T) {
	t.Parallel()
	calm, w := newWorld(t, "calm"), newWorld(t, "killed")
	calm.begin()
	calm.whole(bot.RunSucceeded)
	c := newCutter(t)
	w.database = c.through
	w.begin()
	cuts := 0
	for n := 4; ; n *= 2 {
		ctx, kill := context.WithCancel(t.Context())
		c.arm(n)
		c.killed = kill
		r, err := w.run(ctx)
		kill()
		if !c.disarm() {
			require.NoError(t, err)
			require.Equal(t, bot.RunSucceeded, r.State, r.Problem)
			break
		}
		cuts++
		w.boot()
	}
	require.Greater(t, cuts, 3)
	require.Equal(t, calm.rows(calm.test), w.rows(w.test))
	require.Equal(t, []string{"0"}, w.lines(w.test, "SELECT count(*) FROM pg_database WHERE starts_with(datname, current_database() || '__new')"))
}
