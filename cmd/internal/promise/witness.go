package promise

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// A World is what can be seen, and how it is set up.
type World struct {
	Desk    *jirasim.Server
	Chat    *slacksim.Server
	Channel string // where the cards are, by id

	Approvers []string          // members whose approval counts, by Slack id
	SameAs    map[string]string // the Slack id of clients who have one, by name
	Capacity  int               // how many clones may be made at once
	// Moves are the ticket's statuses that belong to stages; of a stage that is
	// not among them the status says nothing.
	Moves map[Stage]string

	Environments []Environment
	Layout       Layout
	Retention    time.Duration // how long what was parked may be brought back; zero: for good
	// Delay is how much later than a start, or the end of a clone's work, it may be
	// seen: as long as there is between two looks.
	Delay time.Duration
}

// An Environment is a tenant's environment in an SQLite file.
type Environment struct {
	Name     string
	Database string // path
	GoLive   bool   // production: it takes the approval of two
}

// A clone is a run of the engine, as it was seen: files beside a target carry its
// id.
type clone struct {
	run, key string // HELP-7-1 is the first run of HELP-7
	target   Environment
	first    time.Time // seen at work
	end      time.Time // seen at work no longer; zero: it still is
	swapped  time.Time // the target is the new database; zero: not
	undone   time.Time // the old one was brought back; zero: not
}

// A claim is a time in which a client could read that a window was theirs.
type claim struct {
	key         string
	window      Window
	environment [2]string // source and target; empty where the words name none
	from, until time.Time // until zero: still
}

// A Witness watches the world. It is safe for concurrent use.
type Witness struct {
	world World
	book  *Book

	mu     sync.Mutex
	before map[string]string // what stood in each database at the start, by name
	clones []*clone
	claims []*claim
	begun  map[string][]time.Time // by key: since when a reply said that the clone runs
	found  []Violation            // seen on the way
}

// NewWitness looks at the databases for the first time, before anything happens
// to them.
func NewWitness(w World, b *Book) (*Witness, error) {
	t := &Witness{world: w, book: b, before: map[string]string{}, begun: map[string][]time.Time{}}
	for _, e := range w.Environments {
		all, err := t.read(e)
		if err != nil {
			return nil, err
		}
		t.before[e.Name] = all.digest()
	}
	return t, nil
}

// Look notes what is going on. It reads folders, tickets and no database.
func (t *Witness) Look(now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var errs []error
	folders := map[string][]os.DirEntry{} // the environments of a desk often share one
	for _, e := range t.world.Environments {
		name := filepath.Dir(e.Database)
		folder, read := folders[name]
		if !read {
			var err error
			if folder, err = os.ReadDir(name); err != nil {
				errs = append(errs, fmt.Errorf("look beside %s: %w", e.Name, err))
				continue
			}
			folders[name] = folder
		}
		t.lookBeside(e, folder, now)
	}
	for _, ticket := range t.world.Desk.Tickets() {
		t.lookAt(ticket, now)
	}
	return errors.Join(errs...)
}

// traces are the files beside a target that are there while a run builds, and
// those that it leaves when it has swapped.
var traces = regexp.MustCompile(`^\.(new|kept|parked)-(([A-Z][A-Z0-9]*-[0-9]+)-[0-9]+)$`)

// lookBeside notes which runs left traces beside a database.
func (t *Witness) lookBeside(e Environment, folder []os.DirEntry, now time.Time) {
	seen := map[string]map[string]bool{}
	for _, f := range folder {
		rest, beside := strings.CutPrefix(f.Name(), filepath.Base(e.Database))
		found := traces.FindStringSubmatch(rest)
		if !beside || found == nil {
			continue
		}
		run := found[2]
		if seen[run] == nil {
			seen[run] = map[string]bool{}
			t.meet(run, found[3], e, now)
		}
		seen[run][found[1]] = true
	}
	for _, c := range t.clones {
		if c.target.Name == e.Name && c == t.last(c.run, e) {
			c.note(seen[c.run], now, t.world)
		}
	}
}

// meet makes a run known. One of a time that the store has lost may be over; then
// this is another, to which the store gave the same id.
func (t *Witness) meet(run, key string, e Environment, now time.Time) {
	known := t.last(run, e)
	if known == nil || known.swapped.IsZero() && !known.end.IsZero() && t.book.forgets(known.first, now) {
		t.clones = append(t.clones, &clone{run: run, key: key, target: e, first: now})
	}
}

// last returns the latest clone of an environment under an id; nil: there is none.
func (t *Witness) last(run string, e Environment) *clone {
	for _, c := range slices.Backward(t.clones) {
		if c.run == run && c.target.Name == e.Name {
			return c
		}
	}
	return nil
}

// note takes in what there is beside the target: "new" until the swap, which the
// parked database outlives, until it is brought back or swept.
func (k *clone) note(there map[string]bool, now time.Time, w World) {
	switch {
	case there["new"]:
		k.end = time.Time{}
	case there["parked"]:
		if k.swapped.IsZero() {
			k.swapped = now
		}
		k.end, k.undone = earliest(k.end, now), time.Time{}
	default:
		k.end = earliest(k.end, now)
		swept := w.Retention > 0 && now.Sub(k.swapped) >= w.Retention-w.Delay
		if !k.swapped.IsZero() && k.undone.IsZero() && !swept {
			k.undone = now
		}
	}
}

func earliest(was, now time.Time) time.Time {
	if was.IsZero() {
		return now
	}
	return was
}

// lookAt notes what a ticket's client reads: that a window is theirs, or since when
// the clone runs.
func (t *Witness) lookAt(ticket jirasim.Ticket, now time.Time) {
	var reply string
	if own := Replies(ticket); len(own) > 0 {
		reply = own[0].Body
	}
	if found := runningWords.FindStringSubmatch(reply); found != nil {
		at, err := time.Parse("2 Jan 2006, 15:04", found[1])
		if err == nil && !slices.Contains(t.begun[ticket.Key], at) {
			t.begun[ticket.Key] = append(t.begun[ticket.Key], at)
		}
	}
	window, holds := Window{}, false
	if stageOf(reply) == Confirmed {
		window, holds = ReadWindow(reply)
	}
	i := slices.IndexFunc(t.claims, func(c *claim) bool { return c.key == ticket.Key && c.until.IsZero() })
	switch {
	case i >= 0 && holds && t.claims[i].window == window:
		return
	case i >= 0:
		t.claims[i].until = now
	}
	if holds {
		t.claims = append(t.claims, &claim{key: ticket.Key, window: window, environment: namesIn(reply), from: now})
	}
}

var runningWords = regexp.MustCompile(`is running since [A-Z][a-z]{2} ([0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}, [0-9]{2}:[0-9]{2}) UTC`)

var confirmedWords = regexp.MustCompile(`Confirmed:\W+(\S+) will be refreshed from (\S+)`)

// namesIn returns source and target of a confirmation.
func namesIn(reply string) [2]string {
	found := confirmedWords.FindStringSubmatch(unmarked(reply))
	if found == nil {
		return [2]string{}
	}
	return [2]string{found[2], found[1]}
}

var marks = strings.NewReplacer("*", "", `\`, "", "{{", "", "}}", "")

// unmarked takes the markup out of a comment.
func unmarked(wiki string) string { return marks.Replace(wiki) }

// Copies returns how many targets were replaced so far, and how many of those were
// brought back.
func (t *Witness) Copies() (made, undone int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range t.clones {
		if !k.swapped.IsZero() {
			made++
		}
		if !k.undone.IsZero() {
			undone++
		}
	}
	return made, undone
}

// Promised returns the first of the windows that clients can read to be theirs, when
// the witness last looked; false: there is none.
func (t *Witness) Promised() (first Window, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.claims {
		if c.until.IsZero() && (!ok || c.window.Start.Before(first.Start)) {
			first, ok = c.window, true
		}
	}
	return first, ok
}

// AtWork reports whether a clone was at work when the witness last looked.
func (t *Witness) AtWork() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.ContainsFunc(t.clones, func(k *clone) bool { return k.end.IsZero() })
}
