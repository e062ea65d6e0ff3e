package load_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/load"
)

// A short measurement, with bounds for a slow machine under the race detector:
// nobody is left without a reply, and none takes its time.
func TestRun(t *testing.T) {
	var out strings.Builder
	r, err := load.Run(t.Context(), &out, load.Options{Rate: 20, For: 2 * time.Second, Open: 30})
	require.NoError(t, err)
	require.Equal(t, 40, r.Steady.Answered, out.String())
	require.Zero(t, r.Steady.Unanswered)
	require.Positive(t, r.Steady.P50)
	require.Less(t, r.Steady.P50, 5*time.Second)
	require.LessOrEqual(t, r.Steady.P50, r.Steady.P99)
	require.Less(t, r.Steady.Max, 20*time.Second)
	require.Contains(t, out.String(), "30 tickets were filed and answered")
}
