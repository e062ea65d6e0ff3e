package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
)

// A daemon tells of a run what a script says, one report a call; the last one
// again and again. A wish turns to the next part of the script.
type daemon struct {
	control.Handler // what is not asked for here
	mu              sync.Mutex
	script          [][]bot.RunReport
	orders          []bot.Run
	wishes          []bot.WishFor
	deaf            bool // heeds no wish
}

func (d *daemon) Plan(_ context.Context, o bot.RunOrder) (string, error) {
	text, err := json.Marshal(o)
	return string(text) + "\n", err
}

func (d *daemon) Order(_ context.Context, r bot.Run) error {
	d.orders = append(d.orders, r)
	if r.ID == "taken" {
		return bot.Errorf(bot.Conflict, "order run", "ABCD_test is taken until noon by HELP-7/A")
	}
	return nil
}

func (d *daemon) Wish(_ context.Context, w bot.WishFor) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wishes = append(d.wishes, w)
	if !d.deaf {
		d.script = d.script[1:]
	}
	return nil
}

func (d *daemon) Report(_ context.Context, id bot.RunID) (bot.RunReport, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if id != "r1" {
		return bot.RunReport{}, bot.Errorf(bot.NotFound, "store: read run", "there is no run %q", id)
	}
	r := d.script[0][0]
	if len(d.script[0]) > 1 {
		d.script[0] = d.script[0][1:]
	}
	return r, nil
}

func (d *daemon) Command(context.Context, bot.Event) error { return nil }

// report makes a report of run r1 with two tasks.
func report(seq int, state bot.RunState, first, second bot.TaskState) bot.RunReport {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	return bot.RunReport{Run: "r1", Seq: seq, State: state, Tasks: []bot.TaskReport{
		{Number: 1, ID: "01", Name: "Wait for customers", State: first, Attempts: 1, Started: at, Finished: at.Add(time.Second)},
		{Number: 8, ID: "08", Name: "Copy the database", State: second, Detail: "50,000 rows", Finished: at},
	}}
}

// begin starts the daemon beside the store of a configuration, whose path it
// returns.
func (d *daemon) begin(t *testing.T) string {
	t.Helper()
	path := write(t, "refreshbot.yaml", `
store: bolt:bot.db
tenants:
  - name: ABCD
    environments: [{name: ABCD_prod, role: production}, {name: ABCD_test, role: test}]
`)
	ctx, cancel := context.WithCancel(t.Context())
	socket, ended := filepath.Join(filepath.Dir(path), "bot.db.sock"), make(chan error, 1)
	go func() { ended <- control.Serve(ctx, socket, d) }()
	t.Cleanup(func() { cancel(); require.NoError(t, <-ended) })
	require.Eventually(t, func() bool {
		c, running, _ := control.Dial(socket)
		if running {
			c.Close()
		}
		return running
	}, 5*time.Second, time.Millisecond)
	return path
}

func call(line, config string) result {
	return shell{env: map[string]string{"USER": "ada"}}.call(append(strings.Fields(line), "--config", config)...)
}

func TestClonePlan(t *testing.T) {
	config := (&daemon{}).begin(t)
	got := call("clone plan --source abcd_PROD --target ABCD_test --preserve-users --as-of 2026-03-01T01:00:00+01:00 --go-live", config)
	require.Equal(t, 0, got.code, got.stderr)
	var order bot.RunOrder
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &order))
	require.Equal(t, bot.RunOrder{
		Source: "ABCD_prod", Target: "ABCD_test", PreserveUsers: true, GoLive: true,
		AsOf: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
	}, order)

	got = call("clone plan --source ABCD_prod --target ABCD_tset", config)
	require.Equal(t, result{2, "", "refreshbot: no environment \"ABCD_tset\" is configured; did you mean ABCD_test?\n"}, got)
	got = call("clone plan --source ABCD_prod --target abcd_prod", config)
	require.Equal(t, result{2, "", "refreshbot: ABCD_prod can't be cloned over itself\n"}, got)
}

// A run is followed to its end: each task is told once, when it has ended.
func TestCloneRun(t *testing.T) {
	over := report(9, bot.RunSucceeded, bot.TaskDone, bot.TaskDone)
	over.Facts = []string{"2 tables hold what they should"}
	d := &daemon{script: [][]bot.RunReport{{
		report(0, bot.RunPending, bot.TaskPending, bot.TaskPending),
		report(3, bot.RunRunning, bot.TaskDone, bot.TaskRunning),
		report(3, bot.RunRunning, bot.TaskDone, bot.TaskRunning),
		over,
	}}}
	config := d.begin(t)
	got := call("clone run --source ABCD_prod --target ABCD_test --id r1", config)
	require.Equal(t, result{0, `run r1: ABCD_prod over ABCD_test
  01  done     Wait for customers
  08  done     Copy the database: 50,000 rows
  2 tables hold what they should
run r1: succeeded
`, ""}, got)
	require.Equal(t, "ada", d.orders[0].Actor.Name)
	require.Equal(t, bot.RunPending, d.orders[0].State)

	got = call("clone run --source ABCD_prod --target ABCD_test --id taken", config)
	require.Equal(t, result{1, "", "refreshbot: daemon: order run: ABCD_test is taken until noon by HELP-7/A\n"}, got)
}

// A run that does not succeed ends with 1 and says why.
func TestCloneRunFails(t *testing.T) {
	failed := report(5, bot.RunRolledBack, bot.TaskDone, bot.TaskFailed)
	failed.Problem = "08: the source is locked"
	asks := report(5, bot.RunRunning, bot.TaskDone, bot.TaskUnknown)
	asks.Question = "08: was it copied?"
	for _, c := range []struct {
		end  bot.RunReport
		want string
	}{
		{failed, "refreshbot: run r1: rolled_back: 08: the source is locked\n"},
		{asks, "refreshbot: run r1 stands still, a person has to look: 08: was it copied?\n"},
		{report(5, bot.RunFailed, bot.TaskDone, bot.TaskFailed), "refreshbot: run r1: failed\n"},
	} {
		config := (&daemon{script: [][]bot.RunReport{{c.end}}}).begin(t)
		got := call("clone run --source ABCD_prod --target ABCD_test --id r1", config)
		require.Equal(t, 1, got.code)
		require.Equal(t, c.want, got.stderr)
	}
}

// A failed run is tried again; one that runs is only followed; one that is over
// is told of.
func TestCloneResume(t *testing.T) {
	failed := report(5, bot.RunFailed, bot.TaskDone, bot.TaskFailed)
	d := &daemon{script: [][]bot.RunReport{{failed}, {failed, failed, report(9, bot.RunSucceeded, bot.TaskDone, bot.TaskDone)}}}
	got := call("clone resume --id r1", d.begin(t))
	require.Equal(t, result{0, "  08  done     Copy the database: 50,000 rows\nrun r1: succeeded\n", ""}, got)
	require.Equal(t, []bot.WishFor{{Run: "r1", Wish: bot.WishRetry}}, d.wishes)

	d = &daemon{script: [][]bot.RunReport{{report(2, bot.RunRunning, bot.TaskDone, bot.TaskRunning), report(9, bot.RunSucceeded, bot.TaskDone, bot.TaskDone)}}}
	got = call("clone resume --id r1", d.begin(t))
	require.Equal(t, 0, got.code, got.stderr)
	got = call("clone resume --id r1", d.begin(t))
	require.Equal(t, result{0, "run r1: succeeded\n", ""}, got)
	require.Empty(t, d.wishes)

	got = call("clone resume --id r2", d.begin(t))
	require.Equal(t, result{1, "", "refreshbot: daemon: store: read run: there is no run \"r2\"\n"}, got)
}

func TestCloneRollback(t *testing.T) {
	over := report(9, bot.RunSucceeded, bot.TaskDone, bot.TaskDone)
	back := report(12, bot.RunRolledBack, bot.TaskDone, bot.TaskDone)
	d := &daemon{script: [][]bot.RunReport{{over}, {over, back}}}
	config := d.begin(t)
	got := call("clone rollback --id r1", config)
	require.Equal(t, result{0, "run r1: rolled_back\n", ""}, got)
	require.Equal(t, []bot.WishFor{{Run: "r1", Wish: bot.WishRollBack}}, d.wishes)
	got = call("clone rollback --id r1", config)
	require.Equal(t, result{0, "run r1: rolled_back\n", ""}, got, "once more changes nothing")
	require.Len(t, d.wishes, 1)

	d = &daemon{script: [][]bot.RunReport{{over}}, deaf: true}
	got = call("clone rollback --id r1", d.begin(t))
	require.Equal(t, result{1, "", "refreshbot: run r1: succeeded\n"}, got, "a daemon that does not heed is not waited for for ever")
}

func TestCloneStatus(t *testing.T) {
	d := &daemon{script: [][]bot.RunReport{{report(3, bot.RunRunning, bot.TaskDone, bot.TaskRunning)}}}
	config := d.begin(t)
	got := call("clone status --id r1 --format json", config)
	require.Equal(t, 0, got.code, got.stderr)
	require.JSONEq(t, `{"id": "r1", "state": "running", "tasks": [
		{"number": 1, "name": "Wait for customers", "state": "done", "attempts": 1,
		 "started": "2026-03-02T09:00:00Z", "finished": "2026-03-02T09:00:01Z", "detail": ""},
		{"number": 8, "name": "Copy the database", "state": "running", "attempts": 0,
		 "started": "", "finished": "2026-03-02T09:00:00Z", "detail": "50,000 rows"}]}`, got.stdout)
	require.Contains(t, call("clone status --id r1", config).stdout, "run r1: running\n")
}

// Who interrupts a command is told how it goes on.
func TestCloneInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.EqualError(t, interrupted(ctx, "r1", ctx.Err()), "run r1: interrupted; `refreshbot clone resume --id r1` goes on with it")
}
