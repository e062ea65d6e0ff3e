package race

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// A Report is what was measured.
type Report struct {
	courses []*course // the largest is the last, and everybody's
	laps    map[heat][]lap
}

// The figures that are to be reached on a database of at least that many bytes.
const (
	large         = 2_000_000_000
	wantOfDump    = 0.9
	wantOfPgcopy  = 1.0
	wantOutage    = time.Second
	wantPeak      = 200_000_000
	wantOfMasking = 0.10
)

// copyTask is the task that fills the new database.
const copyTask = "08-copy-database"

// print writes the report.
func (r Report) print(out io.Writer) error {
	var text strings.Builder
	r.printContestants(&text)
	r.printSizes(&text)
	r.printTasks(&text)
	r.printMasking(&text)
	_, err := io.WriteString(out, text.String())
	return err
}

// printContestants writes how long everybody took on the largest course.
func (r Report) printContestants(w io.Writer) {
	c := r.largest()
	fmt.Fprintf(w, "%-44s %8s %8s %8s %8s   %s\n",
		fmt.Sprintf("%s, %d rows", megabytes(c.bytes), c.rows), "seconds", "of dump", "of cp", "cpu", "rounds")
	for _, who := range c.contestants() {
		if who.lacks != "" {
			fmt.Fprintf(w, "%-44s not on this machine: %s\n", who.name, who.lacks)
			continue
		}
		var rounds []string
		for _, l := range r.laps[heat{c.name, who.name}] {
			rounds = append(rounds, seconds(l.took))
		}
		took := r.took(c, who.name)
		effort := usual(r.laps[heat{c.name, who.name}], ofProcessors)
		fmt.Fprintf(w, "%-44s %8s %8s %8s %8s   %s\n", who.name, seconds(took),
			ratio(took, r.took(c, dumping)), ratio(took, r.took(c, copying)), seconds(effort), strings.Join(rounds, " "))
	}
}

// printSizes writes what our run takes at every size.
func (r Report) printSizes(w io.Writer) {
	fmt.Fprintf(w, "\n%-44s %8s %8s %8s   %12s   %s\n", refreshing, "seconds", "rows/s", "MB/s", "sessions out", "engine's memory")
	for _, c := range r.courses {
		took := r.took(c, refreshing).Seconds()
		fmt.Fprintf(w, "%-44s %8.2f %8.0f %8.1f   %9d ms   %s\n", fmt.Sprintf("%s, %d rows", megabytes(c.bytes), c.rows),
			took, float64(c.rows)/took, float64(c.bytes)/1e6/took, r.outage(c).Milliseconds(), megabytes(r.peak(c)))
	}
}

// printTasks writes which tasks of our run take the time on the largest course.
func (r Report) printTasks(w io.Writer) {
	c := r.largest()
	fmt.Fprintf(w, "\n%-44s %8s %8s\n", "of it", "seconds", "of it")
	var ids []string
	for id := range r.laps[heat{c.name, refreshing}][0].tasks {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if took := r.task(c, refreshing, id); took >= 20*time.Millisecond {
			fmt.Fprintf(w, "%-44s %8s %8s\n", id, seconds(took), ratio(took, r.took(c, refreshing)))
		}
	}
}

// largest returns the course that is everybody's.
func (r Report) largest() *course { return r.courses[len(r.courses)-1] }

// Missed returns which figures were not reached, a line each. Of a database that
// is not large nothing is asked but to be right.
func (r Report) Missed() (lines []string) {
	c := r.largest()
	if c.bytes < large {
		return nil
	}
	took := r.took(c, refreshing).Seconds()
	miss := func(is, most float64, what string) {
		if most > 0 && is > most {
			lines = append(lines, fmt.Sprintf("%s is %.3g, not %.3g at most", what, is, most))
		}
	}
	miss(took, wantOfDump*r.took(c, dumping).Seconds(), "the run, in seconds, set against pg_dump and pg_restore,")
	miss(took, wantOfPgcopy*r.took(c, pgcopydb).Seconds(), "the run, in seconds, set against pgcopydb,")
	miss(median(r.masking(c, ofCopy)), wantOfMasking, "what masking adds to the copy")
	for _, c := range r.courses {
		miss(r.outage(c).Seconds(), wantOutage.Seconds(), "for how many seconds sessions are shut out of "+c.name)
		miss(float64(r.peak(c)), wantPeak, "the engine's memory on "+c.name)
	}
	return lines
}

// took returns how long a contestant usually took; 0: it was not there.
func (r Report) took(c *course, who string) time.Duration {
	return usual(r.laps[heat{c.name, who}], func(l lap) time.Duration { return l.took })
}

func (r Report) task(c *course, who, id string) time.Duration {
	return usual(r.laps[heat{c.name, who}], func(l lap) time.Duration { return l.tasks[id] })
}

func (r Report) outage(c *course) time.Duration {
	return usual(r.laps[heat{c.name, refreshing}], func(l lap) time.Duration { return l.outage })
}

// peak returns the most memory that a run of ours has ever held.
func (r Report) peak(c *course) (most int64) {
	for _, l := range r.laps[heat{c.name, refreshing}] {
		most = max(most, l.peak)
	}
	return most
}

// usual returns the median of what laps took.
func usual(laps []lap, of func(lap) time.Duration) time.Duration {
	var all []time.Duration
	for _, l := range laps {
		all = append(all, of(l))
	}
	return median(all)
}

// median returns the one in the middle, of an even number the mean of both in the
// middle, of none zero.
func median[T time.Duration | float64](all []T) T {
	if len(all) == 0 {
		return 0
	}
	all = slices.Sorted(slices.Values(all))
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()) }

func megabytes(n int64) string { return fmt.Sprintf("%.0f MB", float64(n)/1e6) }

// ratio returns one time as a share of another, "-" where there is no other.
func ratio(d, of time.Duration) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", d.Seconds()/of.Seconds())
}
