package slacksim

import (
	"net/http"
	"strconv"
	"time"
)

// A Fault is one way for one call to go wrong.
type Fault struct {
	status     int    // answered with this instead
	retryAfter string // of a 429
	code       string // answered "ok": false with this
	effect     effect // whether the call takes effect although the answer is lost
	cut        bool   // no answer comes at all
}

type effect int

const (
	never effect = iota
	first
	later
)

// Limited is a 429 that asks to wait, rounded up to seconds.
func Limited(wait time.Duration) Fault {
	seconds := int((wait + time.Second - 1) / time.Second)
	return Fault{status: http.StatusTooManyRequests, retryAfter: strconv.Itoa(seconds)}
}

// LimitedSilently is a 429 that does not say how long to wait.
func LimitedSilently() Fault { return Fault{status: http.StatusTooManyRequests} }

// Broken is an answer with a 5xx status and no effect.
func Broken(status int) Fault { return Fault{status: status} }

// Refused is an answer with one of Slack's error codes.
func Refused(code string) Fault { return Fault{code: code} }

// LostCall is a call that never arrives: the connection is cut.
func LostCall() Fault { return Fault{cut: true} }

// LostAnswer is a call that takes effect and whose answer is lost.
func LostAnswer() Fault { return Fault{cut: true, effect: first} }

// LateEffect is a call whose answer is lost and that takes effect only when
// [Server.LandLate] is called.
func LateEffect() Fault { return Fault{cut: true, effect: later} }

// Fail lets the next calls of a method go wrong, one fault each, in order.
func (s *Server) Fail(method string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[method] = append(s.faults[method], faults...)
}

// LandLate lets the effects that are late take place now, and returns how many.
func (s *Server) LandLate() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.late)
	for _, land := range s.late {
		land()
	}
	s.late = nil
	return n
}

// nextFault takes the next fault laid out for a method. The lock is held.
func (s *Server) nextFault(method string) (Fault, bool) {
	waiting := s.faults[method]
	if len(waiting) == 0 {
		return Fault{}, false
	}
	s.faults[method] = waiting[1:]
	return waiting[0], true
}

// breakDown answers a call as its fault says. It is called with the lock held and
// gives it back.
func (s *Server) breakDown(w http.ResponseWriter, c call, f Fault) {
	switch f.effect {
	case never:
	case first:
		s.answer(c)
	case later:
		s.late = append(s.late, func() { s.answer(c) })
	}
	s.mu.Unlock()
	switch {
	case f.cut:
		panic(http.ErrAbortHandler)
	case f.code != "":
		writeJSON(w, http.StatusOK, fields{"ok": false, "error": f.code})
	case f.status == http.StatusTooManyRequests:
		if f.retryAfter != "" {
			w.Header().Set("Retry-After", f.retryAfter)
		}
		writeJSON(w, f.status, fields{"ok": false, "error": "ratelimited"})
	default:
		http.Error(w, "<html>Slack is having trouble.</html>", f.status)
	}
}
