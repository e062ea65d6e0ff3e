package kill

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

// A clone is let through to the tasks that were hit least often, and where all were
// hit alike it is stopped at the first.
func TestRareTasks(t *testing.T) {
	tasks := []clone.Task{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}
	for name, tt := range map[string]struct {
		hits   []int // of each task
		rare   []string
		spared []string
	}{
		"nothing was hit":    {[]int{0, 0, 0, 0}, []string{"a", "b", "c", "d"}, []string{"a", "b", "c", "d"}},
		"the first was":      {[]int{1, 0, 0, 0}, []string{"b", "c", "d"}, []string{"b", "c", "d"}},
		"one was not":        {[]int{1, 2, 0, 1}, []string{"c", "d"}, []string{"c"}},
		"the last too often": {[]int{0, 0, 1, 9}, []string{"a", "b", "c"}, []string{"a", "b"}},
		"all alike":          {[]int{3, 3, 3, 3}, []string{"a", "b", "c", "d"}, nil},
		"the last rarely":    {[]int{3, 4, 3, 2}, []string{"d"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			m := marks{tasks: tasks, hits: map[string]int{}}
			for i, n := range tt.hits {
				m.hits[phaseOf(tasks[i].ID)] = n
			}
			var rare []string
			for _, task := range tasks {
				if m.rare()[string(task.ID)] {
					rare = append(rare, string(task.ID))
				}
			}
			require.Equal(t, tt.rare, rare)
			require.Equal(t, tt.spared, m.spared())
		})
	}
}
