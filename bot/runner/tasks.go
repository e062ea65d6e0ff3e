package runner

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/refreshbot/refreshbot/bot"
)

// TaskOnce takes one open run a task further and brings the news in as an event.
// Runs take turns; one that has no news lets the next have its turn. Where the
// engine returns an error the run rests for a while; an error of TaskOnce is the
// store's.
func (r *Runner) TaskOnce(ctx context.Context) (did bool, err error) {
	if r.Cloner == nil {
		return false, nil
	}
	open, err := r.Store.OpenRuns(ctx)
	if err != nil {
		return false, err
	}
	for _, run := range r.turns.order(open, r.Clock.Now()) {
		drop, ok, _ := r.runs.take(func(free func(bot.RunID) bool) (bot.RunID, bool, error) {
			return run.ID, free(run.ID), nil
		})
		if ok {
			did, err = r.advance(ctx, run)
		}
		drop()
		if did || err != nil {
			break
		}
	}
	if did {
		r.count.tasks.Add(1)
	}
	return did, err
}

// advance performs a run's next task, and reports whether there is news.
func (r *Runner) advance(ctx context.Context, run bot.Run) (news bool, err error) {
	var report bot.RunReport
	failure := r.safely(func() (err error) {
		report, err = r.Cloner.Advance(ctx, run.ID)
		return err
	})
	if failure != nil {
		until := r.turns.failed(run.ID, r.Clock.Now())
		r.Log.LogAttrs(ctx, slog.LevelError, "run stands still", slog.String("ticket", string(run.Ticket)), slog.String("run", string(run.ID)),
			slog.Any("error", failure), slog.Time("again", until))
		return false, nil
	}
	news = r.turns.done(run.ID, report.Seq)
	switch {
	case run.Ticket != "":
		return r.tell(ctx, run, report)
	case report.State.Over():
		err = r.Store.SettleRun(ctx, run.ID) // nobody is to be told
	}
	return news, err
}

// tell brings a run's report in as an event, once.
func (r *Runner) tell(ctx context.Context, run bot.Run, report bot.RunReport) (fresh bool, err error) {
	return r.Receive(ctx, bot.Event{
		ID:     fmt.Sprintf("run/%s/%d", run.ID, report.Seq),
		Kind:   bot.RunReported,
		Ticket: run.Ticket,
		At:     r.Clock.Now(),
		Run:    &report,
	})
}
