package kill

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	_ "modernc.org/sqlite" // databases are opened without the product's own code

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/store"
)

// The phases that a kill can hit, beside the calls that it cuts and the tasks of a
// clone.
const (
	starting   = "starting up"
	dealing    = "with an event in hand or in line"
	sending    = "sending a message"
	between    = "a clone between two tasks"
	takingBack = "taking a clone back"
	resting    = "nothing to do"
	committing = "writing the store to disk"
)

// phaseOf names the phase in which a task is done.
func phaseOf(t clone.TaskID) string { return "task " + string(t) }

// lookInto tells from what a dead daemon has left where it was hit, and looks
// whether the databases can be read.
func (r *reaper) lookInto(ctx context.Context, born bool) (phases []string, err error) {
	r.sound()
	if !born {
		phases = append(phases, starting)
	}
	left, err := store.Open("bolt:"+r.store, store.Options{Clock: r.clock, Program: "the kills"})
	if err != nil {
		return nil, fmt.Errorf("open the store that was left: %w", err)
	}
	defer func() { err = errors.Join(err, left.Close()) }()
	found, err := phasesIn(ctx, left, r.site)
	if len(found) == 0 && born {
		found = []string{resting}
	}
	return append(phases, found...), err
}

// phasesIn reads from a store what was in hand.
func phasesIn(ctx context.Context, left bot.Store, s *site) (phases []string, err error) {
	now := s.clock.Now()
	events, err := left.NextEvents(ctx, now, 1)
	if err != nil {
		return nil, err
	}
	if len(events) > 0 {
		phases = append(phases, dealing)
	}
	messages, err := left.NextMessages(ctx, now, 1000)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(messages, func(m bot.OutboxRow) bool { return m.State == bot.Attempting }) {
		phases = append(phases, sending)
	}
	runs, err := left.OpenRuns(ctx)
	if err != nil {
		return nil, err
	}
	for _, run := range runs {
		journal, err := left.Journal(ctx, run.ID)
		if err != nil {
			return nil, err
		}
		if len(journal) > 0 && !run.State.Over() {
			phases = append(phases, phaseIn(journal, run.Wish))
		}
	}
	return phases, nil
}

// phaseIn reads from a run's journal what was in hand.
func phaseIn(journal []bot.RunRecord, wish bot.RunWish) string {
	switch last := journal[len(journal)-1]; {
	case last.What == bot.RecordStarted:
		return phaseOf(clone.TaskID(last.Task))
	case wish == bot.WishStop || wish == bot.WishRollBack || last.What == bot.RecordUndone:
		return takingBack
	default:
		return between
	}
}

// sound looks whether every target can be read as it was left: somebody may use it
// in the next moment.
func (r *reaper) sound() {
	for _, t := range r.tenants {
		parked, _ := filepath.Glob(fileOf(t.Target) + ".parked-*") // the pattern is a good one
		for _, name := range parked {
			r.parked[name] = true
		}
		if err := check(fileOf(t.Target)); err != nil {
			r.unsound = append(r.unsound, fmt.Sprintf("%s after a kill: %v", t.Target.Name, err))
		}
	}
}

// check has SQLite look at a database.
func check(path string) error {
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRow("PRAGMA quick_check").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return errors.New(verdict)
	}
	return nil
}
