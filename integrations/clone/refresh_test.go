package clone_test

import (
	"bytes"
	"context"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/sqlite"
	"github.com/refreshbot/refreshbot/rules"
)

func TestRefresh(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source := w.dump(w.path("prod.db"))
	r := w.run()
	require.Equal(t, bot.RunSucceeded, r.State, r.Problem)
	for _, task := range r.Tasks {
		require.Equal(t, bot.TaskDone, task.State, task.ID)
		require.NotEmpty(t, task.Detail, task.ID)
	}
	require.NotEmpty(t, r.Facts)
	for _, gone := range []string{"test.db.kept-run-1", "test.db.new-run-1", "test.db-wal", "test.db-shm", "test.db-journal"} {
		require.NoFileExists(t, w.path(gone))
	}
	same(t, source, w.dump(w.path("prod.db")))
	for _, c := range []struct {
		name, query string
		want        []string
	}{
		{"flags", "SELECT * FROM configuration_flag ORDER BY 1", []string{"beta on target-flag-secret", "mode test <nil>"}},
		{"messaging", "SELECT password FROM messaging_channel", []string{"target-smtp-secret"}},
		{"templates", "SELECT * FROM messaging_template", []string{"5 hello Hello from test"}},
		{"company", "SELECT name, banner FROM company_info", []string{"A Shipping TEST copy of A_prod as of 2026-03-04T02:00:00Z"}},
		{"licence", "SELECT serial FROM licence", []string{"TEST-1"}},
		{"jobs", "SELECT count(*), sum(enabled), count(locked_by), count(next_run) FROM scheduled_task", []string{"3 0 0 0"}},
		{"system users", "SELECT name FROM system_user", []string{"target-system"}},
		{"logins", "SELECT name FROM database_login", []string{"a_test_app"}},
		{"apps", "SELECT app, length(system_user_token) FROM app_authorization ORDER BY 1", []string{"bi 26", "crm 26"}},
		{"mailboxes", "SELECT address FROM mailbox", []string{"a_test@refresh.invalid"}},
		{"plans", "SELECT user_id, plan FROM user_plan ORDER BY 1", []string{"1 sandbox", "2 sandbox", "3 sandbox"}},
		{"grants on secrets", "SELECT count(*) FROM database_grant WHERE object = 'webhook'", []string{"0"}},
		{"emptied", "SELECT (SELECT count(*) FROM webhook) + (SELECT count(*) FROM user_session) + (SELECT count(*) FROM inbound_mail)", []string{"0"}},
		{"users", "SELECT id, login, email, password_hash FROM app_user ORDER BY 1", []string{
			"1 ann ann_a.example@refresh.invalid hash-of-ann", "2 bob bob_a.example@refresh.invalid hash-of-bob",
			"3 svc_integration svc@partner.example hash-of-svc-target", "7 tess tess_a.example@refresh.invalid hash-of-tess-source"}},
		{"addresses", "SELECT email FROM person WHERE id < 4 ORDER BY id", []string{
			"john.doe_company.com@refresh.invalid", "a__b_c.com@refresh.invalid", "a_b__c.com@refresh.invalid"}},
		{"text", "SELECT notes FROM company WHERE id = 2", []string{
			"write to boss_c.example@refresh.invalid or boss__2_c.example@refresh.invalid."}},
		{"sequence", "SELECT seq FROM sqlite_sequence", []string{"40"}},
		{"blobs", "SELECT hex(preview) FROM document WHERE id = 1", []string{"00FF10"}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, w.query("test", c.query)) })
	}
	require.Equal(t, []string{"run-1/backup_restored"}, w.heard)
	require.FileExists(t, w.path("test.db.parked-run-1"))
	require.FileExists(t, w.path("systems/objects/A_test/templates/letter"))
	require.NoFileExists(t, w.path("systems/objects/A_test/packages/orphan"))
}

func TestRefreshKeepsUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.order.PreserveUsers = true
	w.reset()
	r := w.run()
	require.Equal(t, bot.RunSucceeded, r.State, r.Problem)
	require.Equal(t, []string{
		"1 ann Ann Archer ann_a.example@refresh.invalid <nil> 0",                 // source only: a placeholder
		"2 bob Bob Baker bob_a.example@refresh.invalid <nil> 0",                  //
		"3 svc_integration Integration svc@partner.example hash-of-svc-target 1", // both: the source's id
		"7 tess Tess Tester tess@test.example hash-of-tess-target 1",             //
		"8 uwe Uwe User uwe@test.example hash-of-uwe 1",                          // target only: a fresh id
	}, w.query("test", "SELECT id, login, full_name, email, password_hash, active FROM app_user ORDER BY id"))
	require.Equal(t, []string{"3 api", "7 admin", "8 agent"}, w.query("test", "SELECT * FROM user_role ORDER BY 1"))
	require.Equal(t, []string{"Ann Archer"}, w.query("test",
		"SELECT full_name FROM ticket t JOIN app_user u ON u.id = t.agent_id WHERE t.id = 10"), "history keeps its authors")
}

func TestRollBackAfterSuccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.tree()
	require.Equal(t, bot.RunSucceeded, w.run().State)
	w.wish(bot.WishRollBack)
	w.boot()
	r := w.run()
	require.Equal(t, bot.RunRolledBack, r.State, r.Problem)
	require.Equal(t, []string{"run-1/backup_restored", "run-1/refresh_rolled_back"}, w.heard)
	removeLedger(w) // what was sent stays written
	same(t, before, w.tree())
}

func TestNoRollBackAfterRetention(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Equal(t, bot.RunSucceeded, w.run().State)
	swept, err := w.engine.Sweep(t.Context())
	require.NoError(t, err)
	require.Empty(t, swept)
	w.clock.now = w.clock.now.Add(169 * time.Hour)
	swept, err = w.engine.Sweep(t.Context())
	require.NoError(t, err)
	require.Len(t, swept, 4, "the database and three stores")

	after := w.tree()
	w.wish(bot.WishRollBack)
	last := w.report(runID).Seq
	r := w.run()
	require.Equal(t, bot.RunSucceeded, r.State, "the wish is taken back")
	require.Contains(t, r.Problem, "retention has ended")
	require.Equal(t, last+1, r.Seq, "whoever wished is told")
	same(t, after, w.tree())
}

// A rollback that was asked for in the last moment of the retention is not robbed
// of the database that it brings back.
func TestWhatIsBroughtBackIsNotSwept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.tree()
	require.Equal(t, bot.RunSucceeded, w.run().State)
	w.clock.now = w.clock.now.Add(168*time.Hour - time.Second)
	w.wish(bot.WishRollBack)
	_, err := w.engine.Advance(t.Context(), runID)
	require.NoError(t, err)
	w.clock.now = w.clock.now.Add(time.Hour)
	swept, err := w.engine.Sweep(t.Context())
	require.NoError(t, err)
	require.Empty(t, swept)
	r := w.run()
	require.Equal(t, bot.RunRolledBack, r.State, r.Problem)
	removeLedger(w)
	same(t, before, w.tree())
}

func (w *world) report(id bot.RunID) bot.RunReport {
	w.t.Helper()
	r, err := w.engine.Report(w.t.Context(), id)
	require.NoError(w.t, err)
	return r
}

// Of two runs that replaced one target the later one goes back first.
func TestRollBackInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.tree()
	require.Equal(t, bot.RunSucceeded, w.run().State)
	require.NoError(t, w.journal.Order(t.Context(), bot.Run{ID: "run-2", Order: w.order}, bot.Booking{}, 0))
	require.Equal(t, bot.RunSucceeded, w.runOf("run-2").State)
	both := w.tree()

	w.wish(bot.WishRollBack)
	r := w.run()
	require.Equal(t, bot.RunSucceeded, r.State)
	require.Contains(t, r.Problem, "has to be rolled back first")
	same(t, both, w.tree())

	for _, id := range []bot.RunID{"run-2", runID} {
		require.NoError(t, w.journal.WishRun(t.Context(), bot.WishFor{Run: id, Wish: bot.WishRollBack}))
		require.Equal(t, bot.RunRolledBack, w.runOf(id).State)
	}
	removeLedger(w)
	same(t, before, w.tree())
}

// A run is not taken back while another is at work on its target.
func TestNoRollBackBesideAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Equal(t, bot.RunSucceeded, w.run().State)
	other := bot.Run{ID: "run-2", Order: bot.RunOrder{Source: w.order.Target, Target: "A_uat"}, State: bot.RunRunning}
	require.NoError(t, w.journal.Order(t.Context(), other, bot.Booking{}, 0))
	after := w.tree()
	w.wish(bot.WishRollBack)
	r := w.run()
	require.Equal(t, bot.RunSucceeded, r.State)
	require.Contains(t, r.Problem, "run-2 is at work")
	same(t, after, w.tree())
}

func TestGoLiveNoticesWhatIsWrittenMeanwhile(t *testing.T) {
	t.Parallel()
	for _, written := range []bool{false, true} {
		w := newWorld(t)
		w.order.GoLive = true
		w.config.Environments[1].Production = true
		w.reset()
		w.until("05-drop-database")
		if written {
			w.exec("test", "UPDATE company SET name = 'changed'")
		}
		w.boot()
		r := w.run()
		if written {
			require.Equal(t, bot.RunFailed, r.State)
			require.Contains(t, r.Problem, "was written to since sessions were shut out")
		} else {
			require.Equal(t, bot.RunSucceeded, r.State, r.Problem)
		}
	}
}

func TestForecast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f, err := w.engine.Forecast(t.Context(), w.order)
	require.NoError(t, err)
	f.SourceBytes, f.TargetBytes, f.FreeBytes = 3<<20, 2<<20, 5<<30 // what the machine decides
	var text, json bytes.Buffer
	require.NoError(t, f.WriteText(&text))
	golden(t, "forecast.golden", text.String())
	require.NoError(t, f.WriteJSON(&json))
	require.Contains(t, json.String(), `"fate": "kept"`)
}

// What tasks took in the last runs over a target is what they are expected to
// take, in proportion to the source.
func TestForecastLearnsFromPastRuns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, err := w.engine.Estimate(t.Context(), w.order)
	require.NoError(t, err)
	require.Equal(t, bot.RunSucceeded, w.run().State)
	for i, r := range w.journal.records[runID] {
		if r.Task == "08-copy-database" && r.What == bot.RecordDone {
			w.journal.records[runID][i].At = r.At.Add(40 * time.Minute)
		}
	}
	w.boot()
	second, err := w.engine.Estimate(t.Context(), w.order)
	require.NoError(t, err)
	require.Less(t, second.Length, 40*time.Minute, "one run proves nothing")

	w.journal.copyRun(runID, "run-before")
	w.boot()
	again, err := w.engine.Estimate(t.Context(), w.order)
	require.NoError(t, err)
	require.Less(t, first.Length, 40*time.Minute)
	require.GreaterOrEqual(t, again.Length, 50*time.Minute, "a quarter more than it took")
	require.Less(t, again.Length, 55*time.Minute)
}

// Every event of an open request asks for an estimate. Within a minute the
// databases are not looked at again for it.
func TestEstimateIsBelievedForAMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.engine.Estimate(t.Context(), w.order)
	require.NoError(t, err)
	require.NoError(t, os.Remove(w.path("prod.db")))
	e, err := w.engine.Estimate(t.Context(), w.order)
	require.NoError(t, err)
	require.Empty(t, e.Missing)
	require.NoError(t, w.clock.Until(t.Context(), w.clock.Now().Add(time.Minute)))
	e, err = w.engine.Estimate(t.Context(), w.order)
	require.NoError(t, err)
	require.NotEmpty(t, e.Missing)
}

// A copy that hangs is given up when the window ends, and what was done is taken
// back: nobody stays shut out.
func TestWindowEndsWhileATaskHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.order.Window = rules.Interval{Start: w.clock.Now(), End: w.clock.Now().Add(2 * time.Hour)}
		w.reset()
		w.ports.Databases = map[string]clone.Database{sqlite.Scheme: hanging{w.ports.Databases[sqlite.Scheme]}}
		var err error
		w.engine, err = clone.New(w.config, w.ports)
		require.NoError(t, err)
		before := w.tree()
		r := w.run()
		require.Equal(t, bot.RunRolledBack, r.State)
		require.Contains(t, r.Problem, "the window ended while it was at work")
		same(t, before, w.tree())
	})
}

// hanging is a driver whose copy comes to no end.
type hanging struct{ clone.Database }

func (hanging) Copy(ctx context.Context, _ clone.Site, _ clone.Recipe) (clone.Copied, error) {
	<-ctx.Done()
	return clone.Copied{}, ctx.Err()
}

func TestStatus(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.until("05-drop-database")
	w.boot()
	r, err := w.engine.Report(t.Context(), runID)
	require.NoError(t, err)
	var text, json bytes.Buffer
	require.NoError(t, clone.StatusOf(r).WriteText(&text))
	require.NoError(t, clone.StatusOf(r).WriteJSON(&json))
	golden(t, "status.golden", text.String())
	golden(t, "status.json", json.String())
}
