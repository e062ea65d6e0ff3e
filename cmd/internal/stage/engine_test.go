package stage_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

// A scripted engine reports what the script says. It outlives the processes of a
// play.
type scripted struct {
	mu       sync.Mutex
	estimate *bot.Estimate // nil: it knows no driver
	last     bot.RunReport
}

func newScripted() *scripted { return &scripted{estimate: &bot.Estimate{Length: 50 * time.Minute}} }

// Advance implements bot.Cloner.
func (e *scripted) Advance(_ context.Context, id bot.RunID) (bot.RunReport, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.last.Run != id {
		return bot.RunReport{Run: id, State: bot.RunPending}, nil
	}
	return e.last, nil
}

// Estimate implements bot.Cloner.
func (e *scripted) Estimate(context.Context, bot.RunOrder) (bot.Estimate, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.estimate == nil {
		return bot.Estimate{}, bot.Errorf(bot.NotFound, "estimate", "no driver")
	}
	return *e.estimate, nil
}

// report reads a report as the scripts write it: "12 swapped", "succeeded", "failed
// disk full", "rolled_back", "asks …", "late 2024-10-09T04:30Z"; "again" is the last.
func (e *scripted) report(t *testing.T, run bot.RunID, arg string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	word, rest, _ := strings.Cut(arg, " ")
	if word == "again" {
		return
	}
	r := bot.RunReport{Run: run, Seq: e.last.Seq + 1, State: bot.RunRunning, Swapped: e.last.Swapped}
	done := 7
	switch word {
	case "succeeded":
		done = 31
		r.State, r.Facts = bot.RunSucceeded, []string{"41 tables copied, 3 kept", "no address outside the masked domain"}
		r.Problem = rest
	case "failed":
		r.State, r.Problem = bot.RunFailed, rest
	case "rolled_back":
		r.State = bot.RunRolledBack
	case "asks":
		r.State, r.Question = bot.RunFailed, rest
	case "late":
		r.Finish = instant(t, rest)
	default:
		var err error
		done, err = strconv.Atoi(word)
		require.NoError(t, err)
		r.Swapped = r.Swapped || rest == "swapped"
	}
	for n := 1; n <= 31; n++ {
		task := bot.TaskReport{Number: n, ID: fmt.Sprintf("%02d-task", n), Name: "Task", State: bot.TaskPending}
		if n <= done {
			task.State = bot.TaskDone
		}
		r.Tasks = append(r.Tasks, task)
	}
	e.last = r
}
