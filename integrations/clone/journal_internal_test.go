package clone

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

// A shelf is a journal that holds one run, as somebody may have damaged it.
type shelf struct {
	bot.Runs
	records []bot.RunRecord
}

func (s shelf) Run(_ context.Context, id bot.RunID) (bot.Run, error) { return bot.Run{ID: id}, nil }

func (s shelf) Journal(context.Context, bot.RunID) ([]bot.RunRecord, error) { return s.records, nil }

func (s shelf) PastRuns(context.Context, string, int) ([]bot.Run, error) { return nil, nil }

func (s shelf) Now() time.Time                               { return time.Unix(1_770_000_000, 0).UTC() }
func (s shelf) Until(ctx context.Context, _ time.Time) error { return ctx.Err() }

// scripted makes records of a script: two bytes each, for the task and for what
// became of it, with one of a few results or the one that is given.
func scripted(plan *Plan, script []byte, given string) []bot.RunRecord {
	kinds := []bot.RecordKind{
		bot.RecordPlanned, bot.RecordStarted, bot.RecordDone, bot.RecordSkipped, bot.RecordFailed,
		bot.RecordUnknown, bot.RecordDecided, bot.RecordUndone, bot.RecordFinished, "grown",
	}
	results := []string{
		"", `{"version":1}`, `{"course":"back","end":"failed"}`, `{"course":"back","end":"rolled_back"}`,
		`{"course":"forward","afresh":true}`, `{"course":"forward"}`, `{"retryable":true}`, `{"undoing":true}`, `"why"`, given,
	}
	details := []string{"", given, string(bot.RunSucceeded), string(bot.RunFailed), string(bot.RunRolledBack)}
	records := []bot.RunRecord{{What: bot.RecordPlanned, Result: json.RawMessage(results[1])}}
	for ; len(script) > 2; script = script[3:] {
		task, what, result := int(script[0]), int(script[1]), int(script[2])
		r := bot.RunRecord{
			What: kinds[what%len(kinds)], At: time.Unix(int64(task), 0).UTC(),
			Detail: details[what/len(kinds)%len(details)], Result: json.RawMessage(results[result%len(results)]),
		}
		if i := task % (len(plan.tasks) + 2); i < len(plan.tasks) {
			r.Task = string(plan.tasks[i].ID)
		} else if i == len(plan.tasks)+1 {
			r.Task = given
		}
		records = append(records, r)
	}
	for i := range records {
		records[i].Run, records[i].Seq = "r-1", i+1
	}
	return records
}

// FuzzJournal holds that whatever stands in a journal, reading it is refused or
// leads to a run of 31 tasks and a next move that does nothing twice: no task is
// begun that is done, and after the swap only a person's wish leads back.
func FuzzJournal(f *testing.F) {
	plan, err := NewPlan()
	require.NoError(f, err)
	f.Add([]byte{0, 1, 0, 0, 2, 0, 1, 1, 0}, "")
	f.Add([]byte{0, 1, 0, 0, 4, 6, 0, 1, 0, 0, 5, 0}, `{"bytes":9223372036854775807}`)
	f.Add([]byte{200, 6, 2, 200, 28, 8}, `[`)
	f.Add([]byte{200, 0, 9}, `{"version":0}`)
	f.Add([]byte{200, 6, 9}, `{"course":"sideways"}`)
	f.Fuzz(func(t *testing.T, script []byte, given string) {
		records := scripted(plan, script, given)
		p, err := replay(plan, records)
		if err != nil {
			require.ErrorContains(t, err, "replay record ")
			return
		}
		again, err := replay(plan, records)
		require.NoError(t, err)
		for _, wish := range []bot.RunWish{bot.WishProceed, bot.WishStop, bot.WishRetry, bot.WishRollBack} {
			m := moment{wish: wish, now: shelf{}.Now()}
			mv := next(p, m)
			require.Equal(t, mv.kind, next(again, m).kind, "two engines that read the same decide the same")
			possible(t, p, mv, wish)
		}
		told(t, shelf{records: records})
	})
}

// possible demands that a move is one that the journal leaves open.
func possible(t *testing.T, p *progress, mv move, wish bot.RunWish) {
	t.Helper()
	switch mv.kind {
	case begin:
		require.Contains(t, []bot.TaskState{bot.TaskPending, bot.TaskFailed}, p.tasks[mv.task.ID].state)
		require.Equal(t, forward, p.course)
	case look:
		require.Contains(t, []bot.TaskState{bot.TaskRunning, bot.TaskUnknown}, p.tasks[mv.task.ID].state)
	case undo:
		require.True(t, p.tasks[mv.task.ID].touched)
		require.NotNil(t, mv.task.Undo)
		require.Equal(t, back, p.course)
	case turn:
		require.False(t, p.swapped && wish == bot.WishProceed, "past the swap nothing turns back by itself")
	case lay:
		require.Zero(t, p.version)
	case finish:
		require.True(t, mv.state.Over(), "%q", mv.state)
	}
}

// told demands that the run can be told, and lives through JSON.
func told(t *testing.T, s shelf) {
	t.Helper()
	e, err := New(Config{}, Ports{Runs: s, Clock: s})
	require.NoError(t, err)
	r, err := e.Report(t.Context(), "r-1")
	require.NoError(t, err)
	require.Len(t, r.Tasks, Numbers)
	require.True(t, r.Finish.IsZero() || !r.Finish.Before(s.Now()), "%v", r.Finish)
	text, err := json.Marshal(StatusOf(r))
	require.NoError(t, err)
	require.True(t, json.Valid(text))
}
