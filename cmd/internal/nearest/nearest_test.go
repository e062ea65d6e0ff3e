package nearest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/nearest"
)

func TestTo(t *testing.T) {
	known := []string{"windows_required", "window", "weekdays", "poll_every", "jql", "url"}
	for word, want := range map[string]string{
		"window_required": "windows_required",
		"pol_every":       "poll_every",
		"pollevery":       "poll_every",
		"Poll_Every":      "poll_every",
		"weekdyas":        "weekdays", // two neighbours swapped
		"ulr":             "url",
		"windwo":          "window",
		"jqll":            "jql",
		"zebra":           "",
		"x":               "",
		"jq":              "",
		"JQL":             "jql",
	} {
		best, near := nearest.To(word, known)
		require.Equal(t, want != "", near, word)
		require.NotEmpty(t, best)
		if near {
			require.Equal(t, want, best)
		}
	}
}

func TestToNothing(t *testing.T) {
	best, near := nearest.To("word", nil)
	require.Empty(t, best)
	require.False(t, near)
}

func TestHint(t *testing.T) {
	require.Equal(t, "; did you mean --region?", nearest.Hint("--regoin", []string{"--at", "--region"}))
	require.Empty(t, nearest.Hint("--zebra", []string{"--at", "--region"}))
}
