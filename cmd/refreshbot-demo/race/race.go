package race

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Options say how to race. The zero value is not usable.
type Options struct {
	Megabytes int    // of the database that everybody copies; smaller ones are added
	Rounds    int    // everybody copies it so often, by turns
	Script    string // path of an SQL file that makes the database instead; empty: ours
	Folder    string // for everything that is written; empty: the system's temporary one
	Masking   bool   // only what masking adds: nobody races but we, and on that database alone
}

// smaller are the sizes, in megabytes, that only our own runs copy beside the
// largest: to show what grows with the size and what does not.
var smaller = [...]int{10, 200}

// Run races, and writes what it finds as it goes. An error is a race that could
// not be run, or a copy that is not what it has to be.
func Run(ctx context.Context, out io.Writer, o Options) (r Report, err error) {
	t, err := openTrack(ctx, o.Folder)
	if err != nil {
		return r, fmt.Errorf("set up the race: %w", err)
	}
	defer func() { err = errors.Join(err, t.close()) }()
	if err := t.describe(ctx, out, o.Rounds); err != nil {
		return r, err
	}
	courses, err := t.lay(ctx, out, o)
	if err != nil {
		return r, fmt.Errorf("lay the courses: %w", err)
	}
	r = Report{courses: courses, laps: map[heat][]lap{}}
	for round := range o.Rounds {
		if err := t.round(ctx, round, &r); err != nil {
			return r, fmt.Errorf("round %d: %w", round+1, err)
		}
	}
	return r, r.print(out)
}

// round has everybody copy every course, in the order of the round.
func (t *track) round(ctx context.Context, round int, r *Report) error {
	for _, c := range r.courses {
		for _, who := range c.order(round) {
			if who.lacks != "" {
				continue
			}
			l, err := t.lap(ctx, c, who)
			if err != nil {
				return fmt.Errorf("%s on %s: %w", who.name, c.name, err)
			}
			l.round = round
			h := heat{c.name, who.name}
			r.laps[h] = append(r.laps[h], l)
		}
	}
	return nil
}

// A lap is one copy of one database.
type lap struct {
	round  int
	took   time.Duration
	effort time.Duration            // of processors, for the server and its clients
	outage time.Duration            // how long the target did not answer
	peak   int64                    // bytes, of the engine's memory
	tasks  map[string]time.Duration // by id
}

// A heat is all laps of one contestant on one course.
type heat struct{ course, contestant string }

// lap has a contestant copy a course's database, and looks at what came of it.
func (t *track) lap(ctx context.Context, c *course, who contestant) (lap, error) {
	if err := t.clear(ctx); err != nil {
		return lap{}, err
	}
	if who.ready != nil {
		if err := who.ready(ctx, t, c); err != nil {
			return lap{}, fmt.Errorf("get ready: %w", err)
		}
	}
	began, before := time.Now(), t.effort()
	l, err := who.copy(ctx, t, c)
	l.took = time.Since(began)
	if err := t.quiet(ctx); err != nil {
		return l, err
	}
	l.effort += t.effort() - before
	if err != nil || who.check == nil {
		return l, err
	}
	if err := who.check(ctx, t, c); err != nil {
		return l, fmt.Errorf("the copy is not right: %w", err)
	}
	return l, nil
}

// sizes returns the sizes to race on, the largest last.
func (o Options) sizes() []int {
	if o.Masking {
		return []int{o.Megabytes}
	}
	all := slices.DeleteFunc(slices.Clone(smaller[:]), func(s int) bool { return s >= o.Megabytes })
	return append(all, o.Megabytes)
}
