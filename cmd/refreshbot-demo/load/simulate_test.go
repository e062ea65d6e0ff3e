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
		require.GreaterOrEqual(t, h.Sent, uint64(i+1)*4, out.String())
	}
	require.Greater(t, c[2].Sent, c[1].Sent)
}

func TestGrown(t *testing.T) {
	flat := load.Course{{Heap: 1 << 20, Goroutines: 5}, {Heap: 80 << 20, Goroutines: 50}, {Heap: 90 << 20, Goroutines: 55}, {Heap: 82 << 20, Goroutines: 50}}
	require.Empty(t, flat.Grown(), "it may grow until the middle")
	require.Empty(t, flat[:1].Grown())
	require.Len(t, append(flat, load.Hour{Heap: 120 << 20, Goroutines: 50}).Grown(), 1)
	require.Len(t, append(flat, load.Hour{Heap: 120 << 20, Goroutines: 150}).Grown(), 2)
}
