package clone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/refreshbot/refreshbot/bot"
)

// A session is one move of a run.
type session struct {
	engine   *Engine
	run      bot.Run
	token    uint64
	progress *progress
	past     experience
}

// move makes the next move. An error means that it could not be written down, or
// that the context ended; then nothing more is done.
func (s *session) move(ctx context.Context) error {
	m := next(s.progress, s.moment())
	if err := s.make(ctx, m); err != nil {
		return err
	}
	if !s.spent() {
		return nil
	}
	w := bot.WishFor{Run: s.run.ID, Wish: bot.WishProceed}
	if err := s.engine.ports.Runs.WishRun(ctx, w); err != nil {
		return fmt.Errorf("take back the wish: %w", err)
	}
	return nil
}

// spent reports whether the run's wish has had its effect: one to retry at once, one
// to roll back where that has failed. Whoever wants that tried again wishes again.
func (s *session) spent() bool {
	p := s.progress
	return s.run.Wish == bot.WishRetry || s.run.Wish == bot.WishRollBack && p.over && p.state == bot.RunFailed
}

func (s *session) make(ctx context.Context, m move) error {
	switch m.kind {
	case lay:
		return s.note(ctx, bot.RecordPlanned, "", laying{Version: s.engine.plan.version})
	case turn:
		return s.turn(ctx, m)
	case finish:
		return s.finish(ctx, m)
	case again:
		return s.append(ctx, bot.RunRecord{Task: string(m.task.ID), What: bot.RecordDecided, Detail: m.why})
	case begin:
		return s.begin(ctx, m.task)
	case look:
		return s.look(ctx, m.task)
	case undo:
		return s.undo(ctx, m.task)
	}
	return nil
}

// turn changes the run's course, where there is a way. What is parked is not removed
// between the look at it and the word that it is wanted.
func (s *session) turn(ctx context.Context, m move) error {
	if s.progress.swapped && m.decision.Course == back {
		s.engine.parked.Lock()
		defer s.engine.parked.Unlock()
		if why, err := s.noWayBack(ctx); err != nil || why != "" {
			return errors.Join(err, s.stay(ctx, why))
		}
	}
	return s.note(ctx, bot.RecordDecided, m.why, m.decision)
}

// noWayBack says why the swap can't be undone, before the tenant is closed for it;
// empty: it can be.
func (s *session) noWayBack(ctx context.Context) (why string, err error) {
	t, _ := s.engine.plan.Task(swapTask)
	if t.CanUndo == nil {
		return "", nil
	}
	j, err := s.engine.job(s.run, s.progress)
	if err != nil {
		return "", err
	}
	if err = t.CanUndo(ctx, j); err == nil {
		err = s.alone(ctx)
	}
	if bot.KindOf(err) == bot.Denied {
		return err.Error(), nil
	}
	return "", err
}

// alone looks whether another run is at work on one of the environments. A
// booking keeps runs apart in their windows, but who takes one back has none.
func (s *session) alone(ctx context.Context) error {
	open, err := s.engine.ports.Runs.OpenRuns(ctx)
	if err != nil {
		return err
	}
	for _, other := range open {
		if other.ID != s.run.ID && !other.State.Over() && other.State != bot.RunPending && shares(s.run.Order, other.Order) {
			return bot.Errorf(bot.Denied, "clone: roll back", "run %s is at work on the same environment", other.ID)
		}
	}
	return nil
}

// shares reports whether the target of an order takes part in another.
func shares(a, b bot.RunOrder) bool {
	return a.Target == b.Target || a.Target == b.Source
}

// stay ends a run again as it had ended, since it can't be taken back, and takes
// the wish back: it will not come true. The end comes first: it is what tells the
// one who wished.
func (s *session) stay(ctx context.Context, why string) error {
	if why == "" {
		return nil
	}
	if err := s.finish(ctx, move{kind: finish, state: s.progress.state, why: why}); err != nil {
		return err
	}
	w := bot.WishFor{Run: s.run.ID, Wish: bot.WishProceed}
	if err := s.engine.ports.Runs.WishRun(ctx, w); err != nil {
		return fmt.Errorf("take back the wish: %w", err)
	}
	return nil
}

// begin does a task. That it is begun is durable before it is.
func (s *session) begin(ctx context.Context, t Task) error {
	attempt := s.progress.tasks[t.ID].total + 1
	err := s.append(ctx, bot.RunRecord{Task: string(t.ID), What: bot.RecordStarted, Attempt: attempt})
	if err != nil {
		return err
	}
	result, err := s.do(ctx, t)
	if ctx.Err() != nil {
		return fmt.Errorf("do task %s: %w", t.ID, ctx.Err()) // cut off: a probe will tell
	}
	if err != nil {
		return s.fail(ctx, t, err, failure{Retryable: retryable(err), Late: errors.Is(err, errWindowOver)})
	}
	return s.done(ctx, t, result)
}

// do runs a task's Do and Verify. A panic is a failure that is not tried again
// by itself.
func (s *session) do(ctx context.Context, t Task) (r Result, err error) {
	defer catch(&err)
	j, err := s.engine.job(s.run, s.progress)
	if err != nil {
		return Result{}, err
	}
	within, cancel := s.within(ctx, t)
	defer cancel()
	if r, err = t.Do(within, j); err != nil {
		if errors.Is(context.Cause(within), errWindowOver) {
			return Result{}, errWindowOver
		}
		return Result{}, err
	}
	if t.Verify != nil {
		if err := t.Verify(ctx, j); err != nil {
			return Result{}, fmt.Errorf("verify: %w", err)
		}
	}
	return r, nil
}

// errWindowOver ends a task that is still at work when its window ends.
var errWindowOver = bot.Errorf(bot.Denied, "clone: run task", "the window ended while it was at work")

// within ends a task that comes before the swap together with its window: a copy
// that hangs would keep the tenant shut out. The swap itself is never cut short.
func (s *session) within(ctx context.Context, t Task) (context.Context, context.CancelFunc) {
	end := s.run.Order.Window.End
	if end.IsZero() || s.progress.overtime || t.ID == swapTask || !s.engine.plan.beforeSwap(t.ID) {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, end.Sub(s.engine.ports.Clock.Now()), errWindowOver)
}

// catch turns a panic into an error.
func catch(err *error) {
	if p := recover(); p != nil {
		*err = bot.Errorf(bot.Internal, "clone: run task", "panic: %v", p)
	}
}

func (s *session) done(ctx context.Context, t Task, r Result) error {
	data, err := r.encode()
	if err != nil {
		return s.fail(ctx, t, err, failure{})
	}
	what := bot.RecordDone
	if r.Skipped {
		what = bot.RecordSkipped
	}
	return s.append(ctx, bot.RunRecord{Task: string(t.ID), What: what, Detail: r.Detail, Result: data})
}

func (s *session) fail(ctx context.Context, t Task, cause error, f failure) error {
	data, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("encode failure: %w", err)
	}
	return s.append(ctx, bot.RunRecord{Task: string(t.ID), What: bot.RecordFailed, Detail: cause.Error(), Result: data})
}

// look finds out what became of a task that was begun and has no end.
func (s *session) look(ctx context.Context, t Task) error {
	if s.progress.tasks[t.ID].state == bot.TaskRunning {
		err := s.append(ctx, bot.RunRecord{Task: string(t.ID), What: bot.RecordUnknown, Detail: "cut off"})
		if err != nil {
			return err
		}
	}
	f, err := s.probe(ctx, t)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("probe task %s: %w", t.ID, ctx.Err())
	case err != nil:
		return s.ask(ctx, t, "could not look: "+err.Error())
	case f.Done:
		return s.done(ctx, t, f.Result)
	case f.Not:
		return s.append(ctx, bot.RunRecord{Task: string(t.ID), What: bot.RecordDecided, Detail: "was not done"})
	}
	return s.ask(ctx, t, f.Question)
}

// ask puts a question to people, once.
func (s *session) ask(ctx context.Context, t Task, question string) error {
	if s.progress.tasks[t.ID].detail == question {
		return nil
	}
	return s.append(ctx, bot.RunRecord{Task: string(t.ID), What: bot.RecordUnknown, Detail: question})
}

func (s *session) probe(ctx context.Context, t Task) (f Finding, err error) {
	if t.Probe == nil {
		return Finding{Not: true}, nil // doing it again is safe
	}
	defer catch(&err)
	j, err := s.engine.job(s.run, s.progress)
	if err != nil {
		return Finding{}, err
	}
	return t.Probe(ctx, j)
}

func (s *session) undo(ctx context.Context, t Task) error {
	err := s.takeBack(ctx, t)
	if ctx.Err() != nil {
		return fmt.Errorf("undo task %s: %w", t.ID, ctx.Err())
	}
	if err != nil {
		return s.fail(ctx, t, err, failure{Undoing: true})
	}
	return s.append(ctx, bot.RunRecord{Task: string(t.ID), What: bot.RecordUndone, Detail: "taken back"})
}

func (s *session) takeBack(ctx context.Context, t Task) (err error) {
	defer catch(&err)
	j, err := s.engine.job(s.run, s.progress)
	if err != nil {
		return err
	}
	return t.Undo(ctx, j)
}

func (s *session) finish(ctx context.Context, m move) error {
	r := bot.RunRecord{What: bot.RecordFinished, Detail: string(m.state)}
	if m.why != "" {
		text, err := json.Marshal(m.why)
		if err != nil {
			return fmt.Errorf("encode why: %w", err)
		}
		r.Result = text
	}
	return s.append(ctx, r)
}

// note appends a record about the whole run.
func (s *session) note(ctx context.Context, what bot.RecordKind, detail string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encode %s record: %w", what, err)
	}
	return s.append(ctx, bot.RunRecord{What: what, Detail: detail, Result: text})
}

// append makes a record durable and takes it into account.
func (s *session) append(ctx context.Context, r bot.RunRecord) error {
	r.Run, r.Token, r.Seq = s.run.ID, s.token, s.progress.seq+1
	r.At = s.engine.ports.Clock.Now().UTC()
	state := bot.RunRunning
	if r.What == bot.RecordFinished {
		state = bot.RunState(r.Detail)
	}
	if err := s.engine.ports.Runs.Append(ctx, r, state); err != nil {
		return fmt.Errorf("append %s record: %w", r.What, err)
	}
	return s.progress.apply(r)
}

func (s *session) moment() moment {
	return moment{
		wish: s.run.Wish,
		now:  s.engine.ports.Clock.Now().UTC(),
		end:  s.run.Order.Window.End,
		left: s.left(),
	}
}
