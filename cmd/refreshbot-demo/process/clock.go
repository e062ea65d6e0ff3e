package process

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// A Clock is the time that the simulators and the bot share: the machine's time
// moved by an offset that only grows. The bot's process follows it over HTTP. It
// is safe for concurrent use.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
	pulse  Pulse
	beats  int // pulses since the last change of anything
}

// A Pulse is what the bot's process says of itself, many times a second.
type Pulse struct {
	Idle  bool      `json:"idle"`           // nothing is in hand: only time can make something happen
	Open  bool      `json:"open"`           // somebody is asked something
	Next  time.Time `json:"next,omitzero"`  // when a timer is due; zero: none is
	Due   time.Time `json:"due,omitzero"`   // when anything at all is due; zero: nothing is
	Run   string    `json:"run,omitempty"`  // the run at work
	Task  int       `json:"task"`           // how many of its tasks are done
	Doing string    `json:"doing,omitzero"` // the id of the task in hand
}

// NewClock returns a clock that shows start now.
func NewClock(start time.Time) *Clock {
	return &Clock{offset: time.Until(start)}
}

// Now returns the world's time, UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset).UTC()
}

// JumpTo moves the clock forward to t; an instant that has passed is left alone.
func (c *Clock) JumpTo(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ahead := time.Until(t) - c.offset; ahead > 0 {
		c.offset += ahead
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
	c.mu.Lock()
	if p == c.pulse {
		c.beats++
	} else {
		c.pulse, c.beats = p, 0
	}
	offset := c.offset
	c.mu.Unlock()
	_ = json.NewEncoder(w).Encode(offset)
}
