package runner_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

var (
	seeds = flag.Int("seeds", 40, "how many seeds TestSimulation plays")
	seed  = flag.Uint64("seed", 0, "the one seed that TestSimulation plays, with its story")
)

// TestSimulation plays the main job under faults: the loops are called one at a
// time in an order drawn from a seed, and nothing else decides what happens. So
// a seed that fails always fails in the same way.
func TestSimulation(t *testing.T) {
	w := newRules(t)
	if *seed != 0 {
		simulate(t, w, *seed)
		return
	}
	for n := range *seeds {
		t.Run(fmt.Sprint("seed ", n+1), func(t *testing.T) {
			t.Parallel()
			simulate(t, w, uint64(n+1))
		})
	}
}

// simulate plays one seed to its end and has the outcome checked.
func simulate(t *testing.T, w rules.World, n uint64) {
	s := newSimulation(t, w, n)
	s.storm()
	s.calm()
	wrong := s.check()
	defer func() { require.NoError(t, s.disk.Close()) }()
	if n == *seed {
		s.tellTrails()
		t.Log("\n" + s.story.String())
	}
	if len(wrong) > 0 {
		t.Errorf("seed %d:\n%s\nplay it again with: go test ./bot/runner -run TestSimulation -v -seed %d", n, strings.Join(wrong, "\n"), n)
	}
}

// A simulation is one play of a seed.
type simulation struct {
	t      *testing.T
	random *rand.Rand
	watch  *watch
	faults *faults
	world  outside
	deeds  *deeds
	rules  rules.World
	path   string
	story  strings.Builder

	// Of the present process.
	disk   *boltstore.Store
	runner *runner.Runner

	post     []bot.Event // on its way to the bot
	requests []*request
}

func newSimulation(t *testing.T, w rules.World, seed uint64) *simulation {
	s := &simulation{
		t: t, random: rand.New(rand.NewPCG(seed, 0)), watch: &watch{now: start}, deeds: &deeds{},
		rules: w, path: filepath.Join(t.TempDir(), "store.db"),
	}
	s.faults = &faults{random: s.random, clock: s.watch, count: map[string]int{}}
	s.world = newMemory(s.watch, "U1", "U2")
	s.requests = s.newRequests()
	s.boot()
	require.NoError(t, s.runner.Begin(t.Context()))
	s.faults.on = true
	return s
}

// boot starts a process on the store.
func (s *simulation) boot() {
	var err error
	s.disk, err = boltstore.Open(s.path, boltstore.Options{Clock: s.watch, NoSync: true})
	require.NoError(s.t, err)
	s.faults.dead = false
	store := brittleStore{s.disk, s.faults}
	s.runner = runner.New(s.config(store))
	other := runner.New(s.config(store))
	s.faults.meanwhile = func() { s.loop("meanwhile inbox", other.InboxOnce)() }
}

func (s *simulation) config(store bot.Store) runner.Config {
	return runner.Config{
		Store: store, Desk: brittleDesk{s.world.desk(), s.faults}, Chat: brittleChat{s.world.chat(), s.faults},
		Cloner: &engine{store: store, clock: s.watch, done: s.deeds},
		Clock:  s.watch, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		World: func() rules.World { return s.rules },
	}
}

// reboot starts another process after the one before died.
func (s *simulation) reboot() {
	require.NoError(s.t, s.disk.Close())
	s.tell("process dies")
	s.pass(time.Duration(s.random.IntN(20)) * time.Second)
	if s.random.IntN(20) == 0 {
		s.pass(time.Duration(s.random.IntN(30)) * time.Hour)
	}
	s.boot()
}

func (s *simulation) tell(format string, args ...any) {
	fmt.Fprintf(&s.story, "%s  %s\n", s.watch.Now().Format("Mon 02 15:04:05"), fmt.Sprintf(format, args...))
}

// tellTrails ends the story with what the bot itself says that it did.
func (s *simulation) tellTrails() {
	for _, r := range s.requests {
		trail, err := s.disk.History(s.t.Context(), r.key)
		require.NoError(s.t, err)
		for _, a := range trail {
			fmt.Fprintf(&s.story, "%s  %s: %s → %s, %s: %s\n", a.At.Format("Mon 02 15:04:05"), a.Ticket, a.Before, a.After, a.Actor, a.What)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(s.faults.count)) {
		fmt.Fprintf(&s.story, "%4d × %s\n", s.faults.count[what], what)
	}
}

// pass lets time pass, and what was late land.
func (s *simulation) pass(d time.Duration) {
	s.watch.add(d)
	s.faults.land()
}

// A deed is something that can happen next, with how often it does.
type deed struct {
	weight int
	name   string
	do     func()
}

// storm lets things happen in any order, and go wrong.
func (s *simulation) storm() {
	all := []deed{
		{8, "inbox", s.loop("inbox", s.inbox)}, {12, "outbox", s.loop("outbox", s.outbox)},
		{3, "timers", s.loop("timers", s.timers)}, {2, "poll", s.loop("poll", s.poll)}, {4, "task", s.loop("task", s.task)},
		{6, "arrive", s.arrive}, {3, "people", s.somebody}, {6, "tick", s.tick}, {2, "jump", s.jump},
	}
	total := 0
	for _, d := range all {
		total += d.weight
	}
	for range 350 {
		n := s.random.IntN(total)
		for _, d := range all {
			if n -= d.weight; n < 0 {
				d.do()
				break
			}
		}
		if s.faults.dead {
			s.reboot()
		}
	}
}

// calm stops the faults and lets everything come to its end.
func (s *simulation) calm() {
	s.tell("calm")
	s.faults.on = false
	for range 400 {
		s.settle()
		s.clients()
		for _, r := range s.requests {
			s.engineers(r)
		}
		if s.collect(); len(s.post) > 0 {
			continue
		}
		news, err := s.poll(s.t.Context())
		require.NoError(s.t, err)
		next := s.next()
		if !news && next.IsZero() {
			return
		}
		s.until(next)
	}
	s.t.Error("no end in sight")
}

// settle repeats the loops until there is nothing to do for now.
func (s *simulation) settle() {
	for busy := true; busy; {
		busy = false
		for s.collect(); len(s.post) > 0; {
			s.arrive()
		}
		for _, once := range []func(context.Context) (bool, error){s.inbox, s.outbox, s.timers, s.task} {
			did, err := once(s.t.Context())
			require.NoError(s.t, err)
			busy = busy || did
		}
	}
}

func (s *simulation) inbox(ctx context.Context) (bool, error)  { return s.runner.InboxOnce(ctx) }
func (s *simulation) outbox(ctx context.Context) (bool, error) { return s.runner.OutboxOnce(ctx) }
func (s *simulation) timers(ctx context.Context) (bool, error) { return s.runner.TimersOnce(ctx) }
func (s *simulation) poll(ctx context.Context) (bool, error)   { return s.runner.PollOnce(ctx) }
func (s *simulation) task(ctx context.Context) (bool, error)   { return s.runner.TaskOnce(ctx) }

// loop is one call of a loop as a deed.
func (s *simulation) loop(name string, once func(context.Context) (bool, error)) func() {
	return func() {
		if did, err := once(s.t.Context()); err != nil {
			s.tell("%s: %v", name, err)
		} else if did {
			s.tell("%s", name)
		}
	}
}

// collect takes over what the vendors have for the bot. Some webhooks are lost;
// a press is not: Slack tells who pressed that it did not arrive.
func (s *simulation) collect() {
	for _, e := range s.world.hints() {
		if e.Kind == bot.TicketTouched && s.faults.once(4, "webhook lost") {
			continue
		}
		s.post = append(s.post, e)
	}
}

// arrive delivers something on its way to the bot, in any order, perhaps twice.
func (s *simulation) arrive() {
	s.collect()
	if len(s.post) == 0 {
		return
	}
	i := s.random.IntN(len(s.post))
	e := s.post[i]
	_, err := s.runner.Receive(s.t.Context(), e)
	s.tell("arrives: %s %v", e.ID, err)
	if err != nil || s.faults.once(4, "delivered twice") {
		return // not acknowledged: it comes again
	}
	s.post = append(s.post[:i], s.post[i+1:]...)
}

func (s *simulation) tick() { s.pass(time.Duration(1+s.random.IntN(20)) * time.Second) }

// jump passes the time to what is due next. Before much of it passes, clients
// answer and a poll comes through: what is simulated is not a week of silence.
func (s *simulation) jump() {
	next := s.next()
	if next.Sub(s.watch.Now()) > time.Hour {
		if s.clients() {
			return
		}
		if news, err := s.poll(s.t.Context()); news || err != nil {
			return
		}
	}
	s.until(next)
}

// until passes the time to an instant, and does nothing where it has passed.
func (s *simulation) until(t time.Time) {
	if t.After(s.watch.Now()) {
		s.tell("jump to %s", t.Format("Mon 02 15:04:05"))
		s.pass(t.Sub(s.watch.Now()))
	}
}

// next returns when something is due; zero: nothing ever is.
func (s *simulation) next() time.Time {
	a, err := s.disk.NextDue(s.t.Context())
	require.NoError(s.t, err)
	next := time.Time{}
	for _, at := range []time.Time{a.Event, a.Message, a.Timer} {
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}
