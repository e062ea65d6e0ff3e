package load_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/load"
)

// Two hours of a small desk; `refreshbot-demo load --simulate 24h` plays a day of a
// busy one.
func TestSimulate(t *testing.T) {
	var out strings.Builder
	c, err := load.Simulate(t.Context(), &out, load.Simulation{For: 3 * time.Hour, Tickets: 96})
	require.NoError(t, err)
	require.Len(t, c, 3)
	for i, h := range c {
		require.Positive(t, h.Heap)
		require.Positive(t, h.Store)
		require.Greater(t, h.System, h.Heap)
		require.GreaterOrEqual(t, h.Sent, uint64(i+1)*4, out.String())
	}
	require.Greater(t, c[2].Sent, c[1].Sent)
}
