package race

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// order returns who copies a course in a round, one lap after the other. Who begins
// changes from round to round.
//
// What masking costs is a small difference of two large figures, of which each differs
// from lap to lap by more than that: a machine has faster and slower minutes, and a lap
// may inherit something from the one before, such as files that are still being removed.
// So runs with masking and without stand next to each other, and each twice: one, the
// other, the other, the one. What changes from lap to lap falls on both alike.
func (c *course) order(round int) []contestant {
	turns := [][]contestant{}
	all := c.contestants()
	if i := slices.IndexFunc(all, isUnmasked); i > 0 {
		one, other := all[i-1], all[i]
		if round%2 == 1 {
			one, other = other, one
		}
		turns = append(turns, []contestant{one, other, other, one})
		all = slices.Delete(all, i-1, i+1)
	}
	for _, who := range all {
		turns = append(turns, []contestant{who})
	}
	begins := round % len(turns)
	return slices.Concat(append(turns[begins:], turns[:begins]...)...)
}

func isUnmasked(who contestant) bool { return who.name == unmasked }

// masking returns what masking adds to one of the laps' figures, as a share of it, in
// each round. There are none where nothing is masked.
func (r Report) masking(c *course, of func(lap) time.Duration) (shares []float64) {
	with, without := r.perRound(c, refreshing, of), r.perRound(c, unmasked, of)
	for round, plain := range without {
		shares = append(shares, float64(with[round])/float64(plain)-1)
	}
	return shares
}

// perRound returns the sum of one of the figures of a contestant's laps, by round.
func (r Report) perRound(c *course, who string, of func(lap) time.Duration) (sums []time.Duration) {
	for _, l := range r.laps[heat{c.name, who}] {
		if l.round == len(sums) {
			sums = append(sums, 0)
		}
		sums[l.round] += of(l)
	}
	return sums
}

// ofCopy and ofProcessors are the figures of a lap by which masking is judged: the time
// of the copy alone, and what processors do in all of the run, which other programs
// disturb less and of which reading back what was masked is a part.
func ofCopy(l lap) time.Duration       { return l.tasks[copyTask] }
func ofProcessors(l lap) time.Duration { return l.effort }

// printMasking writes what masking costs on the largest course.
func (r Report) printMasking(w io.Writer) {
	c := r.largest()
	if c.plain == "" {
		return
	}
	fmt.Fprintf(w, "\n%-44s %8s            %s\n", "masking adds", "percent", "rounds")
	for _, line := range []struct {
		what   string
		shares []float64
	}{
		{"to the time of the copy", r.masking(c, ofCopy)},
		{"to processors' work, in the whole run", r.masking(c, ofProcessors)},
	} {
		fmt.Fprintf(w, "%-44s %8.1f           ", line.what, 100*median(line.shares))
		for _, s := range line.shares {
			fmt.Fprintf(w, " %.1f", 100*s)
		}
		fmt.Fprintln(w)
	}
}
