package race

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A Report is what was measured.
type Report struct {
	courses []*course // the last one is everybody's
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
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	last := r.courses[len(r.courses)-1]
	fmt.Fprintf(w, "%s, %d rows\tseconds\tof dump\tof cp\trounds\t\n", megabytes(last.bytes), last.rows)
	for _, who := range last.contestants() {
		if who.lacks != "" {
			fmt.Fprintf(w, "%s\tnot here: %s\t\t\t\t\n", who.name, who.lacks)
			continue
		}
		took := r.took(last, who.name)
		var rounds []string
		for _, l := range r.laps[heat{last.name, who.name}] {
			rounds = append(rounds, seconds(l.took))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t\n", who.name, seconds(took),
			ratio(took, r.took(last, dumping)), ratio(took, r.took(last, copying)), strings.Join(rounds, " "))
	}
	fmt.Fprintf(w, "\t\t\t\t\t\nour run\tseconds\trows/s\tMB/s\tsessions out\tengine's memory\t\n")
	for _, c := range r.courses {
		took := r.took(c, refreshing)
		fmt.Fprintf(w, "%s\t%s\t%.0f\t%.1f\t%d ms\t%s\t\n", megabytes(c.bytes), seconds(took), float64(c.rows)/took.Seconds(),
			float64(c.bytes)/1e6/took.Seconds(), r.outage(c).Milliseconds(), megabytes(r.peak(c)))
	}
	r.printTasks(w, last)
	return w.Flush()
}

// printTasks writes which tasks of our run take the time.
func (r Report) printTasks(w io.Writer, c *course) {
	laps := r.laps[heat{c.name, refreshing}]
	if len(laps) == 0 {
		return
	}
	fmt.Fprintf(w, "\t\t\t\t\t\ntask\tseconds\tof the run\t\t\t\t\n")
	var ids []string
	for id := range laps[0].tasks {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		took := r.task(c, refreshing, id)
		if took >= 20*time.Millisecond {
			fmt.Fprintf(w, "%s\t%s\t%s\t\t\t\t\n", id, seconds(took), ratio(took, r.took(c, refreshing)))
		}
	}
	if c.plain != "" {
		fmt.Fprintf(w, "masking adds to the copy\t\t%+.1f %%\t\t\t\t\n", 100*r.masking(c))
	}
}

// Missed returns which figures were not reached, a line each. Of a database that
// is not large nothing is asked but to be right.
func (r Report) Missed() (lines []string) {
	c := r.courses[len(r.courses)-1]
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
	miss(r.masking(c), wantOfMasking, "what masking adds to the copy")
	for _, c := range r.courses {
		miss(r.outage(c).Seconds(), wantOutage.Seconds(), "for how many seconds sessions are shut out of "+c.name)
		miss(float64(r.peak(c)), wantPeak, "the engine's memory on "+c.name)
	}
	return lines
}

// took returns how long a contestant usually took; 0: it was not there.
func (r Report) took(c *course, who string) time.Duration {
	return median(r.laps[heat{c.name, who}], func(l lap) time.Duration { return l.took })
}

func (r Report) task(c *course, who, id string) time.Duration {
	return median(r.laps[heat{c.name, who}], func(l lap) time.Duration { return l.tasks[id] })
}

func (r Report) outage(c *course) time.Duration {
	return median(r.laps[heat{c.name, refreshing}], func(l lap) time.Duration { return l.outage })
}

// peak returns the most memory that a run of ours has ever held.
func (r Report) peak(c *course) (most int64) {
	for _, l := range r.laps[heat{c.name, refreshing}] {
		most = max(most, l.peak)
	}
	return most
}

// masking returns the share of time that masking adds to the copy.
func (r Report) masking(c *course) float64 {
	plain := r.task(c, unmasked, copyTask)
	if plain == 0 {
		return 0
	}
	return float64(r.task(c, refreshing, copyTask))/float64(plain) - 1
}

// median returns the middle of what laps took, of an even number the mean of both
// in the middle.
func median(laps []lap, of func(lap) time.Duration) time.Duration {
	if len(laps) == 0 {
		return 0
	}
	var all []time.Duration
	for _, l := range laps {
		all = append(all, of(l))
	}
	slices.Sort(all)
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
