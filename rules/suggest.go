package rules

import (
	"time"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// Suggest returns up to n windows that satisfy every rule at once, without
// anybody's approval, in the order in which they are offered. They lie on the
// grid and in the hours of the policy's suggestions, and overlap neither each
// other nor a feasible window of the client's nor a hold; their notice counts
// from now.
//
// First comes, for each of the client's windows that is not feasible, its time of
// day on the first later day that works; then the earliest windows of all. Where
// there is none within the horizon, the obstacle says what stands in the way.
func Suggest(ask Ask, w World, now time.Time, n int) ([]Interval, *Obstacle) {
	s := newSearch(newView(w, ask, now))
	first, ok := s.from(s.first)
	if !ok {
		return nil, &Obstacle{Until: s.horizon, Reason: s.blame.worst()}
	}
	s.first = first.Start // no day before it is worth a look
	var found []Interval
	for _, window := range ask.Windows {
		if window.Feasible || window.Start.IsZero() || len(found) == n {
			continue
		}
		if again, ok := s.sameTime(window.Start); ok {
			found = append(found, s.take(again))
		}
	}
	return append(found, s.next(n-len(found))...), nil
}

// Next returns the next n windows that anybody could have for a kind of request,
// soonest first and none overlapping another, as Suggest would find them; fewer
// where the horizon holds no more. A zero pit is none.
func Next(w World, kind ticket.Kind, pit time.Time, now time.Time, n int) []Interval {
	return newSearch(newView(w, Ask{Kind: kind, PointInTime: pit}, now)).next(n)
}

// next takes the n earliest windows.
func (s *search) next(n int) (found []Interval) {
	for start := s.first; len(found) < n; start = found[len(found)-1].End {
		window, ok := s.from(start)
		if !ok {
			break
		}
		found = append(found, s.take(window))
	}
	return found
}

// take keeps a window from being found again.
func (s *search) take(i Interval) Interval {
	s.avoid = append(s.avoid, i)
	return i
}

// sameTime returns the window at start's time of day, fitted into the hours and
// the grid, on the first later day that works.
func (s *search) sameTime(start time.Time) (Interval, bool) {
	hours, step := s.Policy.Suggest.Hours, s.Policy.Suggest.Step
	at := roundUp(sinceMidnight(start), step)
	at = min(at, roundDown(hours.To-s.Policy.Window, step))
	at = max(at, roundUp(hours.From, step))
	later := midnight(start).Add(day)
	for d := latest(later, midnight(s.first)); !d.After(s.last); d = d.Add(day) {
		window := s.window(d.Add(at))
		if window.Start.Before(s.first) || window.Start.After(s.last) || !s.open(d) {
			continue
		}
		if _, blocked := s.blocked(window); !blocked {
			return window, true
		}
	}
	return Interval{}, false
}

// from returns the first window that starts at an instant or later.
func (s *search) from(start time.Time) (Interval, bool) {
	for d := midnight(start); !d.After(s.last); d = d.Add(day) {
		if !s.open(d) {
			continue
		}
		if window, ok := s.onDay(d, latest(d, start)); ok {
			return window, true
		}
	}
	return Interval{}, false
}

// onDay returns the first window of a day that starts at an instant or later. It
// steps over what blocks a window in one go.
func (s *search) onDay(d, start time.Time) (Interval, bool) {
	hours, step := s.Policy.Suggest.Hours, s.Policy.Suggest.Step
	at := roundUp(max(start.Sub(d), hours.From), step)
	for at+s.Policy.Window <= hours.To {
		window := s.window(d.Add(at))
		if window.Start.After(s.last) {
			break
		}
		block, blocked := s.blocked(window)
		if !blocked {
			return window, true
		}
		until := max(at+step, roundUp(block.until.Sub(d), step))
		s.blame.add(block.finding, min(until, hours.To)-at)
		at = until
	}
	return Interval{}, false
}

func (s *search) window(start time.Time) Interval {
	return Interval{Start: start, End: start.Add(s.Policy.Window)}
}

// midnight returns the start of t's UTC day.
func midnight(t time.Time) time.Time { return t.Add(-sinceMidnight(t)) }

func roundUp(d, step time.Duration) time.Duration { return roundDown(d+step-1, step) }

func roundDown(d, step time.Duration) time.Duration { return d - d%step }
