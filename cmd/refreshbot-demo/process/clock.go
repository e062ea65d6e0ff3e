package process

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// A Clock is the time that the simulators and the bot share: the machine's time
// moved by an offset that only grows. The bot's process follows it over HTTP; in
// one process it is a bot.Clock itself. It is safe for concurrent use.
type Clock struct {
	shifted

	mu    sync.Mutex
	pulse Pulse
	beats int // pulses since the last change of anything
	watch *watch
}

// A watch is for a pulse that somebody waits for.
type watch struct {
	is   func(Pulse) bool
	hold bool
	came chan struct{} // closed when it has come
}

// A Pulse is what the bot's process says of itself, many times a second.
type Pulse struct {
	Idle bool      `json:"idle"`          // nothing is in hand: only time can make something happen
	Open bool      `json:"open"`          // somebody is asked something
	Live int       `json:"live"`          // how many requests are on their way still
	Next time.Time `json:"next,omitzero"` // when a timer is due; zero: none is
	Due  time.Time `json:"due,omitzero"`  // when anything at all is due; zero: nothing is
	Run  string    `json:"run,omitempty"` // the run at work
	Task int       `json:"task"`          // how many of its tasks are done
	Back bool      `json:"back"`          // its work is to be taken back
	Now  string    `json:"now,omitempty"` // the task that it begins at this very moment
}

// NewClock returns a clock that shows start now.
func NewClock(start time.Time) *Clock {
	c := &Clock{}
	c.set(time.Until(start))
	return c
}

// JumpTo moves the clock forward to t; an instant that has passed is left alone.
func (c *Clock) JumpTo(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ahead := t.Sub(c.Now()); ahead > 0 {
		c.set(c.by() + ahead)
	}
	c.beats = 0
}

// Stir says that something was done to the world, so that the bot's last pulse
// says nothing of it yet.
func (c *Clock) Stir() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.beats = 0
}

// Forget drops the last pulse: the process that it was of is no more.
func (c *Clock) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulse, c.beats = Pulse{}, 0
}

// Pulse returns the bot's last pulse, and whether it has been the same for long
// enough to be believed.
func (c *Clock) Pulse() (p Pulse, settled bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pulse, c.beats >= settledBeats
}

// Watch returns a channel that is closed at the first pulse from now on that is
// one. With hold the bot's process gets no answer to it any more: what it tells of
// there, the beginning of a task, is as far as it comes. There is one watch at a
// time; nil ends it.
func (c *Clock) Watch(is func(Pulse) bool, hold bool) (came <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watch = nil; is == nil {
		return nil
	}
	c.watch = &watch{is: is, hold: hold, came: make(chan struct{})}
	return c.watch.came
}

// take takes a pulse in, and reports whether it is to be answered.
func (c *Clock) take(p Pulse) (answered bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p == c.pulse {
		c.beats++
	} else {
		c.pulse, c.beats = p, 0
	}
	w := c.watch
	if w == nil || !w.is(p) {
		return true
	}
	close(w.came)
	c.watch = nil
	return !w.hold
}

// settledBeats is how many equal pulses in a row mean that the bot has taken
// notice of everything: a webhook or a socket frame takes a few milliseconds, a
// pulse comes every beatEvery.
const (
	settledBeats = 8
	beatEvery    = 15 * time.Millisecond
)

// ServeHTTP takes a pulse and answers with the offset.
func (c *Clock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var p Pulse
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<12)).Decode(&p); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if !c.take(p) {
		<-r.Context().Done() // until it is dead
		return
	}
	_ = json.NewEncoder(w).Encode(c.by())
}
