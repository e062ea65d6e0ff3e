package clone_test

import (
	"context"
	"database/sql"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
)

// TestGuards refuses what must not be cloned, by name, and leaves the target as
// it was.
func TestGuards(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(*world)
		want  string
	}{
		{"source is missing", func(w *world) { require.NoError(w.t, os.Remove(w.path("prod.db"))) }, "there is no database at"},
		{"target is missing", func(w *world) { require.NoError(w.t, os.Remove(w.path("test.db"))) }, "there is no database at"},
		{"source is the target", func(w *world) {
			require.NoError(w.t, os.Remove(w.path("prod.db")))
			require.NoError(w.t, os.Link(w.path("test.db"), w.path("prod.db")))
		}, "are the same database"},
		{"source is a link to the target", func(w *world) {
			require.NoError(w.t, os.Remove(w.path("prod.db")))
			require.NoError(w.t, os.Symlink(w.path("test.db"), w.path("prod.db")))
		}, "are the same database"},
		{"source is no database", func(w *world) {
			require.NoError(w.t, os.WriteFile(w.path("prod.db"), []byte("a text of some length, and no database at all"), 0o600))
		}, "prod.db"},
		{"source is not in WAL mode", func(w *world) { w.exec("prod", "PRAGMA journal_mode = DELETE") }, "has to be in WAL mode"},
		{"target is production", func(w *world) { w.config.Environments[1].Production = true }, "not a go-live"},
		{"as of an earlier instant", func(w *world) { w.order.AsOf = start }, "as of an earlier instant"},
		{"schema versions differ", func(w *world) {
			w.order.PreserveUsers = true
			w.config.Environments[1].SchemaVersion = "2"
		}, "users can't be preserved"},
		{"unknown column with addresses", func(w *world) {
			w.exec("prod", "ALTER TABLE package ADD COLUMN contact TEXT")
			w.exec("prod", "UPDATE package SET contact = 'jo@x.example'")
		}, "column package.contact holds e-mail addresses"},
		{"kept table has other columns", func(w *world) { w.exec("prod", "ALTER TABLE configuration_flag ADD COLUMN since TEXT") },
			"configuration_flag.since"},
		{"table of the profile is missing", func(w *world) { w.exec("prod", "DROP TABLE webhook") }, "no table webhook"},
		{"virtual table", func(w *world) { w.exec("prod", "CREATE VIRTUAL TABLE search USING fts5(t)") }, "search can't be copied"},
		{"unknown environment", func(w *world) { w.order.Source = "B_prod" }, `no environment "B_prod"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			c.spoil(w)
			w.reset()
			before := w.tree()
			r := w.run()
			require.Equal(t, bot.RunFailed, r.State)
			require.Contains(t, r.Problem, c.want)
			require.Equal(t, bot.TaskFailed, r.Tasks[0].State)
			same(t, before, w.tree())
			e, err := w.engine.Estimate(t.Context(), w.order)
			require.NoError(t, err)
			require.NotEmpty(t, e.Missing)
		})
	}
}

// inside keeps a transaction open in a database.
func (w *world) inside(name, begin string) func() {
	db := w.open(name)
	conn, err := db.Conn(w.t.Context())
	require.NoError(w.t, err)
	for _, q := range []string{begin, "SELECT count(*) FROM company"} {
		_, err = conn.ExecContext(w.t.Context(), q)
		require.NoError(w.t, err)
	}
	return func() { closeAll(conn, db) }
}

func closeAll(conn *sql.Conn, db *sql.DB) {
	_, _ = conn.ExecContext(context.Background(), "ROLLBACK")
	conn.Close()
	db.Close()
}

func TestSomebodyInsideStopsTheSwap(t *testing.T) {
	t.Parallel()
	for _, begin := range []string{"BEGIN", "SELECT 1"} {
		t.Run(begin, func(t *testing.T) {
			w := newWorld(t)
			before := w.tree()
			leave := w.inside("test", begin)
			r := w.run()
			leave()
			require.Equal(t, bot.RunFailed, r.State)
			require.False(t, r.Swapped)
			require.Contains(t, r.Problem, "test.db")
			require.Equal(t, 3, r.Tasks[4].Attempts, "tried again before it was given up")
			same(t, before, w.tree())
		})
	}
}

// A journal that was restored from a backup may have lost a run that was done. Of
// the same order nothing is made twice.
func TestARunThatTheJournalForgotIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Equal(t, bot.RunSucceeded, w.run().State)
	before := w.tree()
	w.reset()
	r := w.run()
	require.Equal(t, bot.RunFailed, r.State)
	require.Contains(t, r.Problem, "was made by run run-1 before")
	same(t, before, w.tree())
}

func TestCustomersJobsAreWaitedFor(t *testing.T) {
	t.Parallel()
	for until, want := range map[string]bot.RunState{
		"2026-03-04T02:00:08Z": bot.RunSucceeded,
		"2026-03-04T09:00:00Z": bot.RunFailed,
	} {
		w := newWorld(t)
		w.config.Patience = 10 * time.Second
		w.reset()
		w.exec("test", "UPDATE scheduled_task SET locked_by = 'node', locked_until = ?", until)
		r := w.run()
		require.Equal(t, want, r.State)
		require.False(t, w.clock.now.Before(start.Add(8*time.Second)))
		if want == bot.RunFailed {
			require.Contains(t, r.Problem, "old still run on A_test")
		}
	}
}

// TestDifferenceStopsTheRun changes the new database behind the engine's back.
// The driver's own tests plant every kind of fault; here it must not come to the
// swap.
func TestDifferenceStopsTheRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.tree()
	w.until("05a-verify")
	w.exec("new", "UPDATE company SET name = 'Z' WHERE id = 1")
	w.exec("new", "UPDATE company_info SET banner = 'see source-smtp-secret'")
	w.boot()
	r := w.run()
	require.Equal(t, bot.RunFailed, r.State)
	require.Contains(t, r.Problem, "rows of table company are not the source's")
	require.Contains(t, r.Problem, "company_info.banner holds a secret of the source's messaging_channel.password")
	require.NotContains(t, r.Problem, "source-smtp-secret")
	same(t, before, w.tree())
}

func TestFaultsBetweenVerificationAndSwap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, database, want string }{
		{"in the new database", "new", "rows of configuration_flag are not those that were captured"},
		{"in the target", "test", "rows of configuration_flag are not those that were captured"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.until("05-drop-database")
			w.exec(c.database, "UPDATE configuration_flag SET value = 'other' WHERE name = 'mode'")
			w.boot()
			r := w.run()
			require.Equal(t, bot.RunFailed, r.State)
			require.False(t, r.Swapped)
			require.Contains(t, r.Problem, c.want)
		})
	}
}

func TestAddressThatLandedIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.until("13-replace-mail-domains")
	w.exec("new", "UPDATE document SET title = 'write to jo@x.example' WHERE id = 2")
	w.boot()
	r := w.run()
	require.Equal(t, bot.RunFailed, r.State)
	require.Contains(t, r.Problem, "addresses outside refresh.invalid in document.title (1)")
}

func TestSecretTheTargetHoldsItselfIsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec("test", "UPDATE messaging_channel SET password = 'source-smtp-secret'")
	require.Equal(t, bot.RunSucceeded, w.run().State)
}

func TestWishStopLeavesTheTargetAsItWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.tree()
	w.until("21-set-in-migration")
	w.wish(bot.WishStop)
	w.boot()
	r := w.run()
	require.Equal(t, bot.RunRolledBack, r.State)
	same(t, before, w.tree())
	require.Empty(t, w.heard)
}

func (w *world) wish(wish bot.RunWish) {
	require.NoError(w.t, w.journal.WishRun(w.t.Context(), bot.WishFor{Run: runID, Wish: wish}))
}

// An environment whose database nobody can drive is cloned by hand, which is not
// the same as something that stands in the way.
func TestNoDriver(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"", "oracle:x"} {
		w := newWorld(t)
		w.config.Environments[1].Database = database
		w.boot()
		_, err := w.engine.Estimate(t.Context(), w.order)
		require.Equal(t, bot.NotFound, bot.KindOf(err), database)
	}
}

// A run that went back says why, and none of its tasks seems to be at work.
func TestStatusAfterGoingBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.until("13-replace-mail-domains")
	w.exec("new", "UPDATE document SET title = 'write to jo@x.example' WHERE id = 2")
	w.boot()
	status := clone.StatusOf(w.run())
	require.Contains(t, status.Problem, "addresses outside refresh.invalid")
	for _, task := range status.Tasks {
		require.NotEqual(t, "running", task.State, task.Name)
	}
}
