package simulation

import (
	"errors"
	"math/rand/v2"
	"time"
)

// dice decides, from a seed, what goes wrong at the edges of the program.
type dice struct {
	*rand.Rand
	weather weather
	on      bool           // faults happen
	count   map[string]int // by what went wrong

	// dead is set where the process dies. From then on nothing that it calls has
	// any effect, until the play starts another.
	dead bool
	// meanwhile is what another process on the same store does between two steps of
	// this one, or another worker of it where there may be one.
	meanwhile func(worker bool)
	people    func() // what they do, some of them
	nested    bool

	tell func(format string, args ...any) // what went wrong, into the story
}

func newDice(seed uint64) *dice {
	d := &dice{Rand: rand.New(rand.NewPCG(seed, 0)), count: map[string]int{}}
	d.weather = newWeather(d)
	return d
}

var errDead = errors.New("the process is dead")

// chance reports whether something that happens once in n times happens now.
func (d *dice) chance(n int) bool { return d.IntN(n) == 0 }

// fault reports whether a fault that happens once in n times happens now.
func (d *dice) fault(n int, what string) bool {
	if !d.on || !d.chance(n) {
		return false
	}
	d.count[what]++
	d.tell("FAULT: %s", what)
	return true
}

// crash reports whether the process is dead, or dies here.
func (d *dice) crash(where string) bool {
	d.dead = d.dead || d.fault(d.weather.crash, "crash "+where)
	return d.dead
}

// interrupt lets somebody else get in between, once in n times; see meanwhile.
func (d *dice) interrupt(n int, worker bool) {
	if !d.nested && d.fault(n, "meanwhile") {
		d.between(func() { d.meanwhile(worker) })
	}
}

// stir lets people act, once in a while.
func (d *dice) stir() {
	if d.on && !d.dead && !d.nested && d.chance(d.weather.alert) {
		d.between(d.people)
	}
}

// between lets something happen in the middle of a step, in which nothing else gets in
// between.
func (d *dice) between(f func()) {
	d.nested = true
	f()
	d.nested = false
}

// upTo draws a time from nothing to d.
func (d *dice) upTo(most time.Duration) time.Duration { return time.Duration(d.Int64N(int64(most))) }
