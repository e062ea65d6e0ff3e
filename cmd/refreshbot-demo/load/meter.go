package load

import (
	"slices"
	"sync"
	"time"
)

// A meter knows who waits for a reply, since when, and how long the others have
// waited. Of each ticket one reply is awaited at a time.
type meter struct {
	mu      sync.Mutex
	waiting map[string]time.Time // by ticket
	took    []time.Duration
	idle    chan struct{} // closed when nobody waits any more
}

func newMeter() *meter {
	m := &meter{waiting: map[string]time.Time{}, idle: make(chan struct{})}
	close(m.idle)
	return m
}

// ask has a client write something, and starts the clock for the ticket that it
// is on before anybody can answer.
func (m *meter) ask(write func() (ticket string)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	began := time.Now()
	if len(m.waiting) == 0 {
		m.idle = make(chan struct{})
	}
	m.waiting[write()] = began
}

// answered stops the clock of a ticket, if it is running.
func (m *meter) answered(ticket string) {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	began, ok := m.waiting[ticket]
	if !ok {
		return
	}
	m.took = append(m.took, now.Sub(began))
	delete(m.waiting, ticket)
	if len(m.waiting) == 0 {
		close(m.idle)
	}
}

// quiet returns a channel that is closed once nobody waits.
func (m *meter) quiet() <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.idle
}

// read returns what was measured since it was last read, and forgets it together
// with those who still wait.
func (m *meter) read() Latencies {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := latencies(m.took)
	l.Unanswered = len(m.waiting)
	if len(m.waiting) > 0 {
		close(m.idle)
	}
	m.took, m.waiting = nil, map[string]time.Time{}
	return l
}

// Latencies are how long replies took.
type Latencies struct {
	Answered           int
	Unanswered         int // when the measurement ended
	P50, P90, P99, Max time.Duration
}

func latencies(took []time.Duration) Latencies {
	took = slices.Sorted(slices.Values(took))
	if len(took) == 0 {
		return Latencies{}
	}
	// The rank of a percentile is rounded up: of a hundred the 99th is the p99.
	at := func(percent int) time.Duration { return took[(len(took)*percent+99)/100-1] }
	return Latencies{Answered: len(took), P50: at(50), P90: at(90), P99: at(99), Max: took[len(took)-1]}
}
