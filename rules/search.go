package rules

import (
	"cmp"
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/rules/calendar"
)

// A search looks for windows day by day. What concerns a whole day is looked up
// when the day is opened, so that a window costs little.
type search struct {
	*view
	first, last time.Time  // between which a window may start, both inclusive
	horizon     time.Time  // the end of what is searched
	freezes     []Freeze   // that touch the horizon
	avoid       []Interval // the client's feasible windows, and those found
	blame       blame

	// Of the day that is open:
	taken    []Booking
	frozen   []Freeze
	troubled []place // with a holiday, or without data, near the day
}

func newSearch(v *view) *search {
	s := &search{view: v, horizon: v.now.Add(v.Policy.Suggest.Horizon)}
	s.Policy.Suggest.Step = max(s.Policy.Suggest.Step, time.Minute)
	s.last = s.horizon
	s.first = latest(v.now.Add(time.Nanosecond), v.now.Add(v.Policy.ConfirmBefore))
	s.first = latest(s.first, v.earliest(v.now))
	s.blameNotice()
	s.limit(v.ask.PointInTime)
	s.blameStale()
	span := Interval{s.first, s.last.Add(v.Policy.Window)}
	for _, freeze := range v.Policy.Freezes {
		if freeze.Overlaps(span) {
			s.freezes = append(s.freezes, freeze)
		}
	}
	for _, window := range v.ask.Windows {
		if window.Feasible {
			s.avoid = append(s.avoid, window.Interval)
		}
	}
	return s
}

// blameNotice says why nothing is found where the notice reaches over the
// horizon.
func (s *search) blameNotice() {
	if s.first.After(s.last) {
		facts := Facts{Earliest: s.earliest(s.now), Notice: s.Policy.Notice[s.ask.Kind].String()}
		s.blame.add(Finding{WindowTooEarly, Error, facts}, s.Policy.Suggest.Horizon)
	}
}

// blameStale ends the search where a region's calendar can't be relied on: no
// window does without the engineers then.
func (s *search) blameStale() {
	i := slices.IndexFunc(s.places, func(p place) bool { return p.stale != nil })
	if i < 0 || s.first.After(s.last) {
		return
	}
	s.blame.add(s.places[i].unknown(calendar.DateOf(s.first)), s.Policy.Suggest.Horizon)
	s.last = s.first.Add(-1)
}

// limit keeps to the windows in which the data of an instant can be had.
func (s *search) limit(pit time.Time) {
	if pit.IsZero() {
		return
	}
	s.first = latest(s.first, pit)
	newest := pit.Add(s.Policy.PITMaxAge)
	if newest.Before(s.last) {
		s.last = newest
	}
	switch {
	case pit.After(s.horizon):
		s.blame.add(Finding{PITAfterWindow, Error, Facts{Earliest: pit}}, s.Policy.Suggest.Horizon)
	case s.first.After(s.last):
		facts := Facts{Latest: newest, Earliest: s.earliestInstant()}
		s.blame.add(Finding{PITTooOld, Error, facts}, s.Policy.Suggest.Horizon)
	}
}

// open looks up what concerns the day that starts at d, and reports whether it
// is a day of the desk's week.
func (s *search) open(d time.Time) bool {
	if !slices.Contains(s.Policy.Weekdays, d.Weekday()) {
		return false
	}
	whole := Interval{d, d.Add(day)}
	s.taken = around(s.Taken, whole)
	s.frozen = s.frozen[:0]
	for _, freeze := range s.freezes {
		if freeze.Overlaps(whole) {
			s.frozen = append(s.frozen, freeze)
		}
	}
	s.troubled = s.troubled[:0]
	for _, p := range s.places {
		if holidays, covered := s.Calendar.On(whole.Start, whole.End, p.code, p.zone); len(holidays) > 0 || !covered {
			s.troubled = append(s.troubled, p)
		}
	}
	return true
}

// A block is what keeps a window from being had, and until when at least.
type block struct {
	finding Finding
	until   time.Time
}

// blocked returns what blocks a window of the day that is open; false if nothing
// does. The rules that newSearch saw to are not looked at again.
func (s *search) blocked(i Interval) (block, bool) {
	for k := range s.frozen {
		if s.frozen[k].Overlaps(i) {
			facts := Facts{Window: s.frozen[k].Interval, Reason: s.frozen[k].Reason}
			return block{Finding{WindowFreeze, Error, facts}, s.frozen[k].End}, true
		}
	}
	if b, found := s.closed(i); found {
		return b, true
	}
	for _, other := range s.avoid {
		if other.Overlaps(i) {
			return block{Finding{WindowUnavailable, Error, Facts{Window: other}}, other.End}, true
		}
	}
	if b, found := s.occupied(i); found {
		return b, true
	}
	if found := s.outsideHours(candidate{Interval: i}); found != nil {
		return block{finding: found[0]}, true
	}
	return block{}, false
}

// closed returns the holiday, or the missing data, that blocks a window.
func (s *search) closed(i Interval) (block, bool) {
	for _, p := range s.troubled {
		holidays, covered := s.Calendar.On(i.Start, i.End, p.code, p.zone)
		if len(holidays) > 0 {
			h := holidays[len(holidays)-1]
			facts := Facts{Holiday: h.Name, Region: p.code, Date: h.Date.String(), Estimated: h.Estimated}
			over := (h.Date + 1).Start(cmp.Or(p.zone, s.Calendar.Zone(p.code)))
			return block{Finding{WindowHoliday, Error, facts}, over}, true
		}
		if !covered {
			return block{finding: p.unknown(calendar.DateOf(i.Start))}, true
		}
	}
	return block{}, false
}

// occupied returns the hold, or the want of a place, that blocks a window.
func (s *search) occupied(i Interval) (block, bool) {
	for k := range s.taken {
		if b := &s.taken[k]; b.Held && b.Overlaps(i) {
			return block{Finding{WindowUnavailable, Error, Facts{Window: b.Interval}}, b.End}, true
		}
	}
	clash, found := s.clash(s.taken, i)
	return block{clash, clash.Facts.Window.End}, found
}

// A blame adds up for how long each rule blocked a search, to tell what stands
// in the way where nothing is found.
type blame []blamed

type blamed struct {
	finding Finding // the first of its code
	total   time.Duration
}

func (b *blame) add(f Finding, blocked time.Duration) {
	for i := range *b {
		if (*b)[i].finding.Code == f.Code {
			(*b)[i].total += blocked
			return
		}
	}
	*b = append(*b, blamed{f, blocked})
}

// worst returns what blocked the longest. Where nothing did, no day of the week
// is open.
func (b blame) worst() Finding {
	worst := blamed{finding: Finding{Code: WindowWeekend, Severity: Error}}
	for _, entry := range b {
		if entry.total > worst.total {
			worst = entry
		}
	}
	return worst.finding
}
