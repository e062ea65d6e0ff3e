package clone_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

func TestRefresh(t *testing.T) {
	w := newWorld(t)
	r := w.run()
	require.Equal(t, bot.RunSucceeded, r.State, r.Problem)
	for _, task := range r.Tasks {
		t.Log(task.Number, task.ID, task.State, task.Detail)
	}
	for _, f := range r.Facts {
		t.Log(f)
	}
}
