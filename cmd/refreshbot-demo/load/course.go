package load

import (
	"fmt"
	"io"
	"slices"
)

// An Hour is what the process held at the end of an hour, the simulators that
// stand in for the vendors included.
type Hour struct {
	Heap       uint64 // bytes that a collection left
	System     uint64 // bytes that the process has from the system
	Goroutines int
	Store      int64 // bytes of its pages that hold something
	Open       int   // requests in the store that are not forgotten
	Sent       uint64
}

// A Course is how the process fared, hour by hour.
type Course []Hour

// warmUp is how many hours it takes until as much is forgotten as comes in: a
// ticket is archived four hours after it was filed, and that shows an hour later.
const warmUp = 5

// Shortest is how many hours a course has to have at least for a verdict.
const Shortest = warmUp + 2

// What the median of the second half of the hours after the warm-up may be more
// than that of the first.
const (
	mostHeap       = 1.02 // of what it was
	moreGoroutines = 8    // some are in the middle of something
	// leaves is how many bytes of the store a ticket may leave behind for good: a
	// tombstone and a line of the audit trail, in pages that are half full.
	leaves = 2 << 10
)

// A Trend is how one of the things that a process holds went, from the first half
// of the hours after the warm-up to the second, on average.
type Trend struct {
	What          string
	Before, After float64 // medians: an hour may end in the middle of something
	Most          float64 // that After may be
	Each          float64 // by how much it grew for each ticket in between
}

// Flat reports whether it grew by no more than chance has it.
func (t Trend) Flat() bool { return t.After <= t.Most }

// Trends returns how heap, goroutines and store went, where so many tickets came
// in each hour; nil: the course is too short.
func (c Course) Trends(tickets int) []Trend {
	if len(c) < Shortest {
		return nil
	}
	steady := c[warmUp:]
	half := len(steady) / 2
	between := float64(tickets * (len(steady) - half)) // so far apart are the halves
	trend := func(what string, of func(Hour) float64, factor, more float64) Trend {
		t := Trend{What: what, Before: median(steady[:half], of), After: median(steady[len(steady)-half:], of)}
		t.Most, t.Each = t.Before*factor+more, (t.After-t.Before)/between
		return t
	}
	return []Trend{
		trend("heap", func(h Hour) float64 { return float64(h.Heap) }, mostHeap, 0),
		trend("goroutines", func(h Hour) float64 { return float64(h.Goroutines) }, 1, moreGoroutines),
		trend("store", func(h Hour) float64 { return float64(h.Store) }, 1, leaves*between),
	}
}

func median(hours []Hour, of func(Hour) float64) float64 {
	var all []float64
	for _, h := range hours {
		all = append(all, of(h))
	}
	slices.Sort(all)
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

// Tell writes what the rule is and what came of it, and returns whether everything
// was flat.
func Tell(out io.Writer, trends []Trend) (flat bool) {
	flat = true
	fmt.Fprintf(out, "\nAfter %d hours to warm up, the medians of the first half of the others and of the second:\n\n", warmUp)
	fmt.Fprintf(out, "%-10s %12s %12s %12s %9s\n", "", "first", "second", "at most", "a ticket")
	for _, t := range trends {
		fmt.Fprintf(out, "%-10s %12.0f %12.0f %12.0f %+9.1f", t.What, t.Before, t.After, t.Most, t.Each)
		if !t.Flat() {
			flat = false
			fmt.Fprint(out, "  it grows")
		}
		fmt.Fprintln(out)
	}
	return flat
}
