package race

import (
	"context"
	_ "embed" // for the configuration
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"text/template"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
)

// RefreshArgument makes the program that races perform one run, in a process of
// its own.
const RefreshArgument = "race-refresh"

// The environments of a lap, and the database that stands under the target's
// name.
const (
	prod   = "race_prod"
	test   = "race_test"
	target = "test"
)

//go:embed refreshbot.yaml.tmpl
var configuration string

// A telling is what the process of one run tells of it.
type telling struct {
	Peak  int64                    `json:"peak"` // bytes of memory, at most
	Tasks map[string]time.Duration `json:"tasks"`
}

// refresh has a process of its own perform a run on a course, while a client of
// the target's asks all the time whether it is there.
func (t *track) refresh(ctx context.Context, c *course, profile string) (l lap, err error) {
	path, err := t.configure(c, profile)
	if err != nil {
		return l, err
	}
	self, err := os.Executable()
	if err != nil {
		return l, fmt.Errorf("find this program: %w", err)
	}
	away := watch(ctx, t.server.URL(target))
	text, effort, err := t.command(ctx, self, RefreshArgument, path)
	l.outage, l.effort = away(), effort
	if err != nil {
		return l, err
	}
	var told telling
	if err := json.Unmarshal([]byte(text), &told); err != nil {
		return l, fmt.Errorf("read what the run tells: %w", err)
	}
	l.peak, l.tasks = told.Peak, told.Tasks
	return l, nil
}

// configure writes the configuration of one lap and returns its path.
func (t *track) configure(c *course, profile string) (string, error) {
	text, err := template.New("").Parse(configuration)
	if err != nil {
		return "", fmt.Errorf("read configuration of a lap: %w", err)
	}
	path := filepath.Join(t.folder, "lap", "refreshbot.yaml")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	err = text.Execute(f, map[string]string{
		"Prod": prod, "Source": t.server.URL(c.name), "Test": test, "Target": t.server.URL(target), "Profile": profile,
	})
	return path, errors.Join(err, f.Close())
}

// Refresh performs the run that the configuration of a lap is for, as
// `refreshbot clone run` does, and writes what there is to tell of it. The only
// argument is the configuration's path.
func Refresh(ctx context.Context, args []string, out io.Writer) (err error) {
	if len(args) != 1 {
		return errors.New("perform a lap: want the path of its configuration, and nothing else")
	}
	c, err := config.LoadFor(config.Cloning, args[0], os.Getenv)
	if err != nil {
		return err
	}
	clock := runner.SystemClock{}
	office, err := wire.OpenOffice(c, wire.Options{Clock: clock, Log: slog.New(slog.DiscardHandler), Program: "refreshbot-demo race"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, office.Close()) }()
	run := bot.Run{
		ID: "lap", Ordered: clock.Now(), State: bot.RunPending,
		Order: bot.RunOrder{Source: prod, Target: test, PreserveUsers: true},
	}
	if err := office.Order(ctx, run); err != nil {
		return err
	}
	if err := advance(ctx, office, run.ID); err != nil {
		return err
	}
	told := telling{Peak: peak()}
	if told.Tasks, err = tasks(ctx, office, run.ID); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(told)
}

// tasks returns how long each task took, by the journal.
func tasks(ctx context.Context, office wire.Office, id bot.RunID) (map[string]time.Duration, error) {
	records, err := office.Store.Journal(ctx, id)
	if err != nil {
		return nil, err
	}
	took, began := map[string]time.Duration{}, time.Time{}
	for _, r := range records {
		switch r.What {
		case bot.RecordStarted:
			began = r.At
		case bot.RecordDone:
			took[r.Task] += r.At.Sub(began)
		}
	}
	return took, nil
}

// advance performs tasks until the run has succeeded.
func advance(ctx context.Context, office wire.Office, id bot.RunID) error {
	const pause = 5 * time.Millisecond // where a task waits for others
	for seq := 0; ; {
		r, err := office.Engine.Advance(ctx, id)
		switch {
		case err != nil || r.State == bot.RunSucceeded:
			return err
		case r.State.Over() || r.Question != "":
			return fmt.Errorf("the run is %s: %s%s", r.State, r.Problem, r.Question)
		case r.Seq == seq:
			if err := office.Clock.Until(ctx, office.Clock.Now().Add(pause)); err != nil {
				return err
			}
		}
		seq = r.Seq
	}
}

// peak returns the most memory that this process has held, in bytes; 0 where the
// system does not tell.
func peak() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	kilobytes, err := strconv.ParseInt(field(string(text), "VmHWM:"), 10, 64)
	if err != nil {
		return 0
	}
	return kilobytes << 10
}
