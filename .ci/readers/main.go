// Readers sets the reader of package rules/ticket beside two Go libraries that
// read dates: markusmobius/go-dateparser and olebedev/when, at the versions of
// this module's go.mod. It is a module of its own so that the product depends on
// neither.
//
//	go run -C .ci/readers . CASES
//
// CASES is a file of either format. A JSON array of objects with text, ref (when
// it was written), start and end (absent for a point in time) gives the table of
// what each reader got right; a time without a zone is wall time. Any other file
// is taken as tickets, one a line, for their speed alone.
//
// The columns: ranges whose start and end are both exact, points whose start is,
// and those silently wrong, in which something came back and no start in it was
// right, without a doubt beside it. Where day and month could be each other,
// either order counts. The libraries know no ranges; two results that are the
// start and the end are counted as one. The command ends with status 1 where our
// reader is not at least fifty times as fast as the first library.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"
	_ "time/tzdata"
)

// leastLead is how many times as fast as the first library our reader must be.
const leastLead = 50

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: readers CASES")
		os.Exit(2)
	}
	if err := run(os.Stdout, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "readers:", err)
		os.Exit(1)
	}
}

// run holds the contest on the cases of a file and prints its table.
func run(out io.Writer, path string) error {
	cases, err := load(path)
	if err != nil {
		return err
	}
	all := contestants()
	scores := make([]score, len(all))
	for i, c := range all {
		scores[i] = judge(c, cases)
	}
	if err := table(out, scores, cases); err != nil {
		return err
	}
	ours, first := scores[0], scores[1]
	lead := float64(first.each) / float64(max(ours.each, 1))
	if _, err := fmt.Fprintf(out, "\n%s is %.0f times as fast as %s\n", ours.name, lead, first.name); err != nil {
		return err
	}
	if lead < leastLead {
		return errors.New("the lead is too small")
	}
	return nil
}

// table prints a line for each reader.
func table(out io.Writer, scores []score, cases []example) error {
	ranges, points := 0, 0
	for _, c := range cases {
		switch {
		case c.end != nil:
			ranges++
		case !c.start.IsZero():
			points++
		}
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "reader\tranges /%d\tpoints /%d\twrong silently\ta text\ta second\t\n", ranges, points)
	for _, s := range scores {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%v\t%.0f\t\n", s.name, s.ranges, s.points, s.wrong, s.each.Round(100*time.Nanosecond), float64(time.Second)/float64(max(s.each, 1)))
	}
	return w.Flush()
}
