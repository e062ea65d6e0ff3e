package main

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// A worldClock is the time that the simulators and the bot share: the machine's
// time moved by an offset that only grows. The bot runs in a process of its own
// and follows the clock over HTTP, see botClock.
type worldClock struct {
	mu     sync.Mutex
	offset time.Duration
	pulse  pulse
	beats  int // pulses since the last change of anything
}

// A pulse is what the bot's process says of itself, many times a second.
type pulse struct {
	Idle bool      `json:"idle"`          // nothing is in hand: only time can make something happen
	Open bool      `json:"open"`          // somebody is asked something
	Next time.Time `json:"next,omitzero"` // when something is due; zero: nothing is
	Run  string    `json:"run,omitempty"` // the run at work
	Task int       `json:"task"`          // how many of its tasks are done
}

// newWorldClock returns a clock that shows start now.
func newWorldClock(start time.Time) *worldClock {
	return &worldClock{offset: time.Until(start)}
}

// Now returns the world's time, UTC.
func (c *worldClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset).UTC()
}

// JumpTo moves the clock forward to t; an instant that has passed is left alone.
func (c *worldClock) JumpTo(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ahead := time.Until(t) - c.offset; ahead > 0 {
		c.offset += ahead
	}
	c.beats = 0
}

// Stir says that something was done to the world, so that the bot's last pulse
// says nothing of it yet.
func (c *worldClock) Stir() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.beats = 0
}

// Forget drops the last pulse: the process that it was of is no more.
func (c *worldClock) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulse, c.beats = pulse{}, 0
}

// Pulse returns the bot's last pulse, and whether it has been the same for long
// enough to be believed.
func (c *worldClock) Pulse() (p pulse, settled bool) {
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
func (c *worldClock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var p pulse
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

// A botClock is the bot's side of the worldClock. It is a bot.Clock.
type botClock struct {
	mu      sync.Mutex
	offset  time.Duration
	changed chan struct{} // closed and renewed when the offset changes
}

func newBotClock() *botClock { return &botClock{changed: make(chan struct{})} }

// Now returns the world's time, UTC.
func (c *botClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset).UTC()
}

// Until returns when t has come, or ctx's error when ctx ends first.
func (c *botClock) Until(ctx context.Context, t time.Time) error {
	for {
		wait, changed := c.wait(t)
		if wait <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		case <-changed:
			timer.Stop()
		}
	}
}

func (c *botClock) wait(t time.Time) (time.Duration, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Until(t) - c.offset, c.changed
}

// set takes over the world's offset.
func (c *botClock) set(offset time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if offset == c.offset {
		return
	}
	c.offset = offset
	close(c.changed)
	c.changed = make(chan struct{})
}
