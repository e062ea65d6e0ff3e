package ics

import "github.com/refreshbot/refreshbot/rules/calendar"

// Moments is a set of starts, as EXDATE and RECURRENCE-ID name them. A date
// names whatever starts on it, and a time what starts at that instant; publishers
// mix the two, so a time also names a whole day by the date that it is written
// with.
type moments struct {
	dates    map[calendar.Date]bool
	instants map[int64]bool
	written  map[calendar.Date]bool // the dates of instants
}

func newMoments() *moments {
	return &moments{dates: map[calendar.Date]bool{}, instants: map[int64]bool{}, written: map[calendar.Date]bool{}}
}

func (s *moments) add(m moment) {
	if m.allDay() {
		s.dates[m.date()] = true
		return
	}
	s.instants[m.instant().Unix()] = true
	s.written[m.date()] = true
}

// has reports whether the set names a start. A nil set names none.
func (s *moments) has(m moment) bool {
	switch {
	case s == nil:
		return false
	case s.dates[m.date()]:
		return true
	case m.allDay():
		return s.written[m.date()]
	}
	return s.instants[m.instant().Unix()]
}
