package ics

import (
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-ical"

	"github.com/refreshbot/refreshbot/rules/calendar"
)

// maxEffort bounds the work that the rules of one file ask for, in days looked
// at: some tenths of a second. A thousand events that repeat every year take a
// fifth of it.
const maxEffort = 3_000_000

// An expander makes days of events.
type expander struct {
	timeReader
	first, last calendar.Date
	replaced    map[string]*moments // by UID: what RECURRENCE-ID takes out of a series
	holidays    map[calendar.Date]calendar.Holiday
	dates       int           // marked so far
	effort      int           // left
	written     calendar.Date // the last day that does not come of an endless rule
}

func newExpander(o objects, years Years, zone *time.Location) *expander {
	first := calendar.NewDate(years.First, time.January, 1)
	return &expander{
		timeReader: timeReader{
			zones:    zones{described: o.zones, known: map[string]*time.Location{}},
			floating: zone,
		},
		first:    first,
		last:     calendar.NewDate(years.Last, time.December, 31),
		replaced: map[string]*moments{},
		holidays: map[calendar.Date]calendar.Holiday{},
		effort:   maxEffort,
		written:  first - 1,
	}
}

// expand marks the days of all events. It goes on after a mistake, to tell of
// the others too.
func (x *expander) expand(events []event) error {
	var mistakes []error
	for i := range events {
		if err := x.replace(&events[i]); err != nil {
			mistakes = append(mistakes, err)
		}
	}
	for i := range events {
		if err := x.event(&events[i]); err != nil {
			mistakes = append(mistakes, err)
		}
		if x.dates > MaxDates || x.effort < 0 {
			break
		}
	}
	return report(mistakes)
}

// replace notes what an event takes out of the series that it belongs to. That
// holds for a cancelled one too.
func (x *expander) replace(e *event) error {
	p, uid := e.get(ical.PropRecurrenceID), e.value(ical.PropUID)
	if p == nil || uid == "" {
		return nil
	}
	if p.Params.Get(ical.ParamRange) != "" {
		return e.mistake(p.Name, "RANGE is not read: end the series with UNTIL and begin another")
	}
	m, err := x.moment(p, p.Value)
	if err != nil {
		return e.mistake(p.Name, "%w", err)
	}
	if x.replaced[uid] == nil {
		x.replaced[uid] = newMoments()
	}
	x.replaced[uid].add(m)
	return nil
}

// event marks the days of one event.
func (x *expander) event(e *event) error {
	s, err := x.span(e)
	if err != nil {
		return err
	}
	if e.is(ical.PropStatus, string(ical.EventCancelled)) || e.free(s) {
		return nil
	}
	without, err := x.exceptions(e)
	if err != nil {
		return err
	}
	r, err := x.rule(e, s)
	if err != nil {
		return err
	}
	spans, err := x.spans(e, s, r)
	if err != nil {
		return err
	}
	var h calendar.Holiday
	h.Name, h.Estimated = e.name()
	endless := r != nil && r.endless()
	for _, s := range spans {
		if without.has(s.start) || e.get(ical.PropRecurrenceID) == nil && x.replaced[e.value(ical.PropUID)].has(s.start) {
			continue
		}
		if !x.mark(s, h, endless) {
			return e.mistakeAt(e.line, "the events fall on more than %d dates: publish fewer years", MaxDates)
		}
	}
	return nil
}

// free reports whether an event leaves its time free. That says nothing of an
// event of whole days.
func (e *event) free(s span) bool {
	return e.is(ical.PropTransparency, "TRANSPARENT") && !s.start.allDay() && !e.is(propWholeDay, "TRUE")
}

// exceptions returns what EXDATE takes out of an event.
func (x *expander) exceptions(e *event) (*moments, error) {
	if e.get(propExceptionRule) != nil {
		return nil, e.mistake(propExceptionRule, "rules of exceptions are not read: list the dates as EXDATE")
	}
	without := newMoments()
	for p := range e.all(ical.PropExceptionDates) {
		for value := range strings.SplitSeq(p.Value, ",") {
			m, err := x.moment(p, value)
			if err != nil {
				return nil, e.mistakeAt(p.line, "%s: %w", p.Name, err)
			}
			without.add(m)
		}
	}
	return without, nil
}

// rule returns the rule of an event, or nil.
func (x *expander) rule(e *event, s span) (*rule, error) {
	p := e.get(ical.PropRecurrenceRule)
	if p == nil {
		return nil, nil
	}
	r, err := readRule(p.Value, s.start)
	if err != nil {
		return nil, e.mistake(p.Name, "%w", err)
	}
	return r, nil
}

// spans returns each time that an event takes place: its own first, then those
// of RDATE, then those of its rule.
func (x *expander) spans(e *event, s span, r *rule) ([]span, error) {
	spans := []span{s}
	for p := range e.all(ical.PropRecurrenceDates) {
		for value := range strings.SplitSeq(p.Value, ",") {
			extra, err := x.period(p, value, s)
			if err != nil {
				return nil, e.mistakeAt(p.line, "%s: %w", p.Name, err)
			}
			spans = append(spans, extra)
		}
	}
	if r == nil {
		return spans, nil
	}
	length := s.end.date() - s.start.date()
	dates, err := r.dates(x.first-length-1, x.last+1, &x.effort)
	if err != nil {
		return nil, e.mistake(ical.PropRecurrenceRule, "%w", err)
	}
	for _, d := range dates {
		if d != s.start.date() {
			spans = append(spans, s.on(d))
		}
	}
	return spans, nil
}

// mark makes the dates of a span holidays. It reports whether there was room.
func (x *expander) mark(s span, h calendar.Holiday, endless bool) bool {
	first, last := s.dates(x.floating)
	first, last = max(first, x.first), min(last, x.last)
	for d := first; d <= last; d++ {
		if x.dates++; x.dates > MaxDates {
			return false
		}
		if !endless {
			x.written = max(x.written, d)
		}
		if was, found := x.holidays[d]; found {
			x.holidays[d] = join(was, h)
		} else {
			x.holidays[d] = h
		}
	}
	return true
}

// join returns two holidays of one date as one. Either that is certain makes the
// date so.
func join(a, b calendar.Holiday) calendar.Holiday {
	a.Estimated = a.Estimated && b.Estimated
	known := slices.Contains(strings.Split(a.Name, " / "), b.Name)
	if !known && len(a.Name)+len(b.Name) <= maxName {
		a.Name += " / " + b.Name
	}
	return a
}

func (x *expander) days() []calendar.Day {
	days := make([]calendar.Day, 0, len(x.holidays))
	for d, h := range x.holidays {
		days = append(days, calendar.Day{Date: d, Holiday: h})
	}
	slices.SortFunc(days, func(a, b calendar.Day) int { return int(a.Date - b.Date) })
	return days
}

// through returns the last year of which the file says everything.
func (x *expander) through() int {
	if x.written < x.first {
		return x.last.Year()
	}
	return x.written.Year()
}
