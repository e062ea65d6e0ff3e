package race

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOrder(t *testing.T) {
	c := &course{open: true, plain: "plain.yaml"}
	letters := map[string]string{refreshing: "M", unmasked: "U", dumping: "d", pgcopydb: "p", serving: "s", copying: "c"}
	orders := make([]string, 6)
	for round := range orders {
		for _, who := range c.order(round) {
			orders[round] += letters[who.name]
		}
	}
	require.Equal(t, []string{"MUUMdpsc", "dpscUMMU", "pscMUUMd", "scUMMUdp", "cMUUMdps", "UMMUdpsc"}, orders)
}

func TestOrderAlone(t *testing.T) {
	c := &course{open: true, alone: true, plain: "plain.yaml"}
	require.Len(t, c.order(0), 4)
	require.False(t, isUnmasked(c.order(0)[0]))
	require.True(t, isUnmasked(c.order(1)[0]))
	require.Equal(t, []int{2048}, Options{Megabytes: 2048, Masking: true}.sizes())
}

func TestOrderWithoutMasking(t *testing.T) {
	for _, c := range []*course{{}, {open: true}} {
		order := c.order(7)
		require.Len(t, order, len(c.contestants()))
		require.False(t, slices.ContainsFunc(order, isUnmasked))
	}
}

// A machine that was slower in one of the rounds, and a lap that something disturbed,
// do not change what masking is said to add.
func TestMasking(t *testing.T) {
	c := &course{name: "prod", open: true, plain: "plain.yaml"}
	r := Report{courses: []*course{c}, laps: map[heat][]lap{}}
	note := func(who string, round int, took ...time.Duration) {
		for _, d := range took {
			h := heat{c.name, who}
			r.laps[h] = append(r.laps[h], lap{round: round, effort: 2 * d, tasks: map[string]time.Duration{copyTask: d}})
		}
	}
	note(refreshing, 0, 21*time.Second, 21*time.Second)
	note(unmasked, 0, 20*time.Second, 20*time.Second)
	note(refreshing, 1, 43*time.Second, 41*time.Second)
	note(unmasked, 1, 40*time.Second, 40*time.Second)
	note(refreshing, 2, 21*time.Second, 39*time.Second)
	note(unmasked, 2, 20*time.Second, 20*time.Second)
	require.InDeltaSlice(t, []float64{0.05, 0.05, 0.5}, r.masking(c, ofCopy), 1e-9)
	require.InDelta(t, 0.05, median(r.masking(c, ofProcessors)), 1e-9)
	require.Empty(t, r.masking(&course{name: "other"}, ofCopy))

	var out strings.Builder
	r.printMasking(&out)
	require.Contains(t, out.String(), "5.0            5.0 5.0 50.0\n")
}
