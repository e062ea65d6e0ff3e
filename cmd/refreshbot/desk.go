package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
)

// A desk is who does what a command asks for: the daemon where one runs, since it
// has the store open, else this process itself.
type desk struct {
	control.Handler
	office *wire.Office // nil: the daemon's
	app    *wire.App    // whose inbox this process deals with; nil: nothing is decided here
	close  func()
}

// The pace of following a run, and how long a daemon may take to heed a wish.
const (
	pace     = 250 * time.Millisecond
	patience = 15 * time.Second
)

// openDesk finds the daemon, or opens the store. The error names who holds it.
func openDesk(c *config.Config, sys system, program string) (*desk, error) {
	client, running, err := control.Dial(wire.SocketOf(c))
	if err != nil {
		return nil, err
	}
	if running {
		return &desk{Handler: client, close: client.Close}, nil
	}
	log := slog.New(slog.NewTextHandler(sys.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	office, err := wire.OpenOffice(c, wire.Options{Clock: sys.clock, Log: log, Program: program})
	if err != nil {
		return nil, err
	}
	return &desk{Handler: office, office: &office, close: func() { _ = office.Close() }}, nil
}

// follow shows a run's progress until it stands, from what was last known of it
// on. Without a daemon it is this process that performs the tasks.
func (d *desk) follow(ctx context.Context, sys system, known bot.RunReport, hope bot.RunState) error {
	id, last, late := known.Run, known, sys.clock.Now().Add(patience)
	for {
		report, err := d.step(ctx, id)
		if err != nil {
			return interrupted(ctx, id, err)
		}
		show(sys.stdout, last, report)
		// A daemon may not have heeded a wish yet, and still tell what was known.
		heeded := d.office != nil || report.Seq > known.Seq || sys.clock.Now().After(late)
		if heeded && stands(report) {
			return d.settle(ctx, sys, report, hope)
		}
		if report.Seq == last.Seq {
			err = sys.clock.Until(ctx, sys.clock.Now().Add(pace))
		}
		if err != nil {
			return interrupted(ctx, id, err)
		}
		last = report
	}
}

// settle says how a run ended, and that it is dealt with. The daemon does the
// latter for itself.
func (d *desk) settle(ctx context.Context, sys system, r bot.RunReport, hope bot.RunState) error {
	if d.office != nil && r.State.Over() {
		if err := d.office.Store.SettleRun(ctx, r.Run); err != nil {
			return err
		}
	}
	return verdictOn(sys.stdout, r, hope)
}

// step performs the next task, or looks what the daemon has done.
func (d *desk) step(ctx context.Context, id bot.RunID) (bot.RunReport, error) {
	if d.office != nil {
		return d.office.Engine.Advance(ctx, id)
	}
	return d.Report(ctx, id)
}

// stands reports whether a run goes no further by itself.
func stands(r bot.RunReport) bool { return r.State.Over() || r.Question != "" }

func interrupted(ctx context.Context, id bot.RunID, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("run %s: interrupted; `refreshbot clone resume --id %s` goes on with it", id, id)
	}
	return err
}

// show prints the tasks that came to an end since the last report, in the order
// in which they did.
func show(w io.Writer, last, now bot.RunReport) {
	before := map[int]bot.TaskState{}
	for _, t := range last.Tasks {
		before[t.Number] = t.State
	}
	ended := slices.DeleteFunc(slices.Clone(now.Tasks), func(t bot.TaskReport) bool {
		over := t.State == bot.TaskDone || t.State == bot.TaskSkipped || t.State == bot.TaskFailed || t.State == bot.TaskUnknown
		return !over || before[t.Number] == t.State
	})
	slices.SortStableFunc(ended, func(a, b bot.TaskReport) int { return a.Finished.Compare(b.Finished) })
	for _, t := range ended {
		line := fmt.Sprintf("  %02d  %-8s %s", t.Number, t.State, t.Name)
		if t.Detail != "" {
			line += ": " + t.Detail
		}
		fmt.Fprintln(w, line)
	}
}

// verdictOn says how a run ended; an error if not as it was hoped for.
func verdictOn(w io.Writer, r bot.RunReport, hope bot.RunState) error {
	switch {
	case r.State == hope:
		if hope == bot.RunSucceeded { // what was verified is no longer there once it is rolled back
			for _, fact := range r.Facts {
				fmt.Fprintf(w, "  %s\n", fact)
			}
		}
		fmt.Fprintf(w, "run %s: %s\n", r.Run, r.State)
		return nil
	case r.Question != "":
		return fmt.Errorf("run %s stands still, a person has to look: %s", r.Run, r.Question)
	case r.Problem != "":
		return fmt.Errorf("run %s: %s: %s", r.Run, r.State, r.Problem)
	}
	return errors.New("run " + string(r.Run) + ": " + string(r.State))
}
