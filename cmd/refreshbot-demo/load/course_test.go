package load_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/load"
)

// course is 24 hours, the first five of which grow, and then as growth has it,
// which is told how many hours have gone by since.
func course(growth func(hour int, h *load.Hour)) load.Course {
	var c load.Course
	for i := range 24 {
		h := load.Hour{Heap: uint64(min(i, 5)) * (4 << 20), Goroutines: 60, Store: int64(min(i, 5)) * (5 << 20)}
		growth(max(0, i-5), &h)
		c = append(c, h)
	}
	return c
}

// beside is what an hour holds that ends in the middle of something.
func beside(hour int) uint64 {
	if hour == 3 {
		return 16 << 20
	}
	return 0
}

func TestTrends(t *testing.T) {
	const tickets = 200 // an hour
	for name, tt := range map[string]struct {
		growth func(hour int, h *load.Hour)
		grows  []string
	}{
		"nothing grows":      {func(int, *load.Hour) {}, nil},
		"by chance":          {func(i int, h *load.Hour) { h.Heap += uint64(i%4) << 16; h.Goroutines += i % 12 }, nil},
		"5 bytes a ticket":   {func(i int, h *load.Hour) { h.Heap += uint64(i * tickets * 5) }, nil},
		"250 bytes a ticket": {func(i int, h *load.Hour) { h.Heap += uint64(i * tickets * 250) }, []string{"heap"}},
		"in one hour":        {func(i int, h *load.Hour) { h.Heap += uint64(i/18) * (9 << 20) }, nil},
		"beside one hour":    {func(i int, h *load.Hour) { h.Heap += uint64(i*tickets*250) + beside(i) }, []string{"heap"}},
		"2 an hour":          {func(i int, h *load.Hour) { h.Goroutines += 2 * i }, []string{"goroutines"}},
		"the tombstones":     {func(i int, h *load.Hour) { h.Store += int64(i * tickets << 10) }, nil},
		"whole tickets":      {func(i int, h *load.Hour) { h.Store += int64(i * tickets << 13) }, []string{"store"}},
		"it shrinks":         {func(i int, h *load.Hour) { h.Heap -= uint64(i) << 19; h.Goroutines -= i }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var grows []string
			trends := course(tt.growth).Trends(tickets)
			require.Len(t, trends, 3)
			for _, trend := range trends {
				if !trend.Flat() {
					grows = append(grows, trend.What)
				}
			}
			require.Equal(t, tt.grows, grows)
			var out strings.Builder
			require.Equal(t, len(grows) == 0, load.Tell(&out, trends))
			require.Equal(t, len(grows), strings.Count(out.String(), "it grows"))
		})
	}
}

// Where hardly anything was forgotten yet there is no telling.
func TestTrendsOfAFewHours(t *testing.T) {
	c := course(func(int, *load.Hour) {})
	require.Nil(t, c[:load.Shortest-1].Trends(200))
	require.NotNil(t, c[:load.Shortest].Trends(200))
}
