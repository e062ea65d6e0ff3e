package jirasim

import (
	"net/http"
	"strconv"
	"time"
)

// A Fault is how a call goes wrong.
type Fault struct {
	Slow time.Duration // waits first, as long as the caller does
	Done bool          // the call takes effect before it fails

	Status     int           // answered; 0: see Cut
	RetryAfter time.Duration // told with Status; zero: not told
	Cut        bool          // no answer comes: the connection breaks

	Times int // how many calls; 0: one
}

// Break makes the next calls of a route go wrong. Faults of one route follow
// each other.
func (s *Server) Break(route Route, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range max(f.Times, 1) {
		s.faults[route] = append(s.faults[route], f)
	}
}

// Mend takes back all faults that have not come up.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.faults)
}

// fault takes the route's next fault; the zero one is none.
func (s *Server) fault(route Route) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting := s.faults[route]
	if len(waiting) == 0 {
		return Fault{}
	}
	s.faults[route] = waiting[1:]
	return waiting[0]
}

// fails reports whether the call gets no answer of its own.
func (f Fault) fails() bool { return f.Status != 0 || f.Cut }

// wait is the slowness.
func (f Fault) wait(r *http.Request) {
	if f.Slow <= 0 {
		return
	}
	t := time.NewTimer(f.Slow)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
	}
}

// strike answers as the fault says.
func (f Fault) strike(w http.ResponseWriter) {
	if f.Cut {
		panic(http.ErrAbortHandler) // the server closes the connection, see also Transport
	}
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
	}
	if f.Status == http.StatusTooManyRequests {
		w.Header().Set("RateLimit-Reason", "jira-burst-based")
		refuse(f.Status, "Rate limit exceeded.").write(w)
		return
	}
	refuse(f.Status, "Something went wrong on our side.").write(w)
}
