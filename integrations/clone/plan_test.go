package clone_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestPlanIsGolden prints the plan. Ids stand in journals: a line that changes
// here is a change for runs that are under way.
func TestPlanIsGolden(t *testing.T) {
	plan, err := clone.NewPlan()
	require.NoError(t, err)
	var s strings.Builder
	fmt.Fprintf(&s, "plan %d\n", plan.Version())
	for i, task := range plan.Tasks() {
		fmt.Fprintf(&s, "%2d  %02d  %-26s %-10s %s\n", i+1, task.Number, task.ID, task.Class, task.Title)
	}
	golden(t, "plan.golden", s.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func nothing(context.Context, *clone.Job) (clone.Result, error) { return clone.Result{}, nil }

// tasks returns one repeatable task for each of the numbers, in their order.
func tasks() []clone.Task {
	all := make([]clone.Task, clone.Numbers)
	for i := range all {
		all[i] = clone.Task{
			ID: clone.TaskID(fmt.Sprintf("%02d-task", i+1)), Number: i + 1,
			Title: fmt.Sprintf("Task %d", i+1), Class: clone.Repeatable, Do: nothing,
		}
	}
	all[4].ID = "05-drop-database"
	return all
}

func TestPlanRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func([]clone.Task) []clone.Task
		want   string
	}{
		{"an id twice", func(a []clone.Task) []clone.Task { a[6].ID = a[7].ID; return a }, "task 08-task is there twice"},
		{"a number missing", func(a []clone.Task) []clone.Task { return a[:30] }, "no task has the number 31"},
		{"a number too high", func(a []clone.Task) []clone.Task { a[0].Number = 32; return a }, "number 32"},
		{"no title", func(a []clone.Task) []clone.Task { a[0].Title = ""; return a }, "no title"},
		{"no Do", func(a []clone.Task) []clone.Task { a[0].Do = nil; return a }, "no Do"},
		{"no Probe", func(a []clone.Task) []clone.Task { a[0].Class = clone.Probed; return a }, "no Probe"},
		{"no such class", func(a []clone.Task) []clone.Task { a[0].Class = "other"; return a }, `class "other"`},
		{"no swap", func(a []clone.Task) []clone.Task { a[4].ID = "05-task"; return a }, "no task 05-drop-database"},
		{"an Undo of nothing", func(a []clone.Task) []clone.Task {
			a[0].Class = clone.ReadOnly
			a[0].Undo = func(context.Context, *clone.Job) error { return nil }
			return a
		}, "class read-only, and an Undo"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := clone.LayPlan(1, c.change(tasks()))
			require.ErrorContains(t, err, c.want)
		})
	}
}
