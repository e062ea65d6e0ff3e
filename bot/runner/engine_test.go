package runner_test

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// An engine is a clone engine of three tasks. It keeps its journal in the store,
// like the real one; what it did outlives the process.
type engine struct {
	store bot.Store
	clock bot.Clock
	done  *deeds
}

// deeds is what engines did to the outside.
type deeds struct {
	mu     sync.Mutex
	clones []bot.Run // each that was begun, once: a task may be tried again
}

func (d *deeds) begin(run bot.Run) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.ContainsFunc(d.clones, func(r bot.Run) bool { return r.ID == run.ID }) {
		d.clones = append(d.clones, run)
	}
}

const tasks = 3

func (e *engine) Estimate(context.Context, bot.RunOrder) (bot.Estimate, error) {
	return bot.Estimate{Length: time.Hour}, nil
}

// Advance performs a task and appends one record.
func (e *engine) Advance(ctx context.Context, id bot.RunID) (bot.RunReport, error) {
	run, err := e.store.Run(ctx, id)
	if err != nil {
		return bot.RunReport{}, err
	}
	journal, err := e.store.Journal(ctx, id)
	if err != nil || run.State.Over() {
		return report(run, len(journal)), err
	}
	if run.Token, err = e.store.Claim(ctx, id); err != nil {
		return bot.RunReport{}, err
	}
	run.State = bot.RunRunning
	record := bot.RunRecord{Run: id, Seq: len(journal) + 1, Token: run.Token, At: e.clock.Now(), What: bot.RecordDone}
	if record.Seq == tasks {
		run.State, record.What = bot.RunSucceeded, bot.RecordFinished
	}
	e.done.begin(run)
	if err := e.store.Append(ctx, record, run.State); err != nil {
		return bot.RunReport{}, err
	}
	return report(run, record.Seq), nil
}

func report(run bot.Run, seq int) bot.RunReport {
	r := bot.RunReport{Run: run.ID, Seq: seq, State: run.State}
	for n := range tasks {
		state := bot.TaskPending
		if n < seq {
			state = bot.TaskDone
		}
		r.Tasks = append(r.Tasks, bot.TaskReport{Number: n + 1, ID: "task", Name: "a task", State: state})
	}
	return r
}
