package ics

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/emersion/go-ical"

	"github.com/refreshbot/refreshbot/rules/calendar"
)

// A moment is a date, or a time of day on a date as a clock in a zone shows it.
// It is kept as written, since what repeats does so by the clock on the wall.
type moment struct {
	wall time.Time      // what is written, as if it were UTC
	zone *time.Location // nil for a date
}

func (m moment) allDay() bool { return m.zone == nil }

func (m moment) date() calendar.Date { return calendar.DateOf(m.wall) }

// instant returns when the clock of m's zone shows it. What the clock leaves out
// at midnight is the first instant of the date, not the last of the date before.
func (m moment) instant() time.Time {
	w := m.wall
	t := time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, m.zone)
	if d := m.date(); calendar.DateOf(t) != d {
		return d.Start(m.zone)
	}
	return t
}

// in returns the same instant as a clock in zone shows it.
func (m moment) in(zone *time.Location) moment {
	if m.allDay() || m.zone == zone {
		return m
	}
	t := m.instant().In(zone)
	_, offset := t.Zone()
	return moment{wall: t.UTC().Add(time.Duration(offset) * time.Second), zone: zone}
}

// on returns m moved to another date.
func (m moment) on(d calendar.Date) moment {
	m.wall = m.wall.AddDate(0, 0, int(d-m.date()))
	return m
}

// A span is the time of one event, from start to before end, in the zone of the
// start. Of dates it covers one at least; of times it may be none at all.
type span struct{ start, end moment }

// maxSpan is the longest event. A holiday beyond it is a slip of the pen that
// would close a region for years.
const maxSpan = 366 * 24 * time.Hour

func newSpan(start, end moment) (span, error) {
	if start.allDay() != end.allDay() {
		return span{}, errors.New("one of start and end is a date and the other a time: write both alike")
	}
	end = end.in(start.zone)
	switch length := end.wall.Sub(start.wall); {
	case length < 0:
		return span{}, errors.New("the end is before the start")
	case length > maxSpan:
		return span{}, fmt.Errorf("it lasts %d days, more than a year: is the end right?", length/(24*time.Hour))
	case length == 0 && start.allDay():
		end.wall = start.wall.AddDate(0, 0, 1)
	}
	return span{start: start, end: end}, nil
}

// on returns the span moved so that it starts on another date. Its end moves by
// the clock: what ends at midnight does so whatever the clocks do in between.
func (s span) on(d calendar.Date) span {
	return span{start: s.start.on(d), end: s.end.on(s.end.date() + d - s.start.date())}
}

// dates returns the first and the last date of zone that the span touches.
func (s span) dates(zone *time.Location) (first, last calendar.Date) {
	if s.start.allDay() {
		return s.start.date(), s.end.date() - 1
	}
	first = calendar.DateOf(s.start.instant().In(zone))
	return first, max(first, calendar.DateOf(s.end.instant().Add(-1).In(zone)))
}

// A timeReader reads dates and times.
type timeReader struct {
	zones    zones
	floating *time.Location // of times that have no zone
}

// moment reads one value of a property.
func (r *timeReader) moment(p *property, value string) (moment, error) {
	value = strings.TrimSpace(value)
	if strings.EqualFold(p.Params.Get(ical.ParamValue), string(ical.ValueDate)) {
		value = value[:min(len(value), len("20060102"))]
	}
	layout, zone := "20060102T150405", r.floating
	switch len(value) {
	case len("20060102"):
		layout, zone = "20060102", nil
	case len("20060102T150405Z"):
		layout, zone = "20060102T150405Z", time.UTC
	default:
		if id := p.Params.Get(ical.PropTimezoneID); id != "" {
			var err error
			if zone, err = r.zones.find(id); err != nil {
				return moment{}, err
			}
		}
	}
	wall, err := time.Parse(layout, value)
	if err != nil {
		return moment{}, fmt.Errorf("%s is no time: want a date such as 20270131 or a time such as 20270131T090000", quote(value))
	}
	return moment{wall: wall, zone: zone}, nil
}

// span reads the start and the end of an event.
func (r *timeReader) span(e *event) (span, error) {
	p := e.get(ical.PropDateTimeStart)
	if p == nil {
		return span{}, e.mistake(ical.PropDateTimeStart, "the event has no start: add a date such as 20270131")
	}
	start, err := r.moment(p, p.Value)
	if err != nil {
		return span{}, e.mistake(p.Name, "%w", err)
	}
	at, end := p.Name, start
	if p := e.get(ical.PropDateTimeEnd); p != nil {
		at = p.Name
		end, err = r.moment(p, p.Value)
	} else if p := e.get(ical.PropDuration); p != nil {
		at = p.Name
		end, err = start.after(p.Value)
	}
	if err == nil {
		var s span
		if s, err = newSpan(start, end); err == nil {
			return s, nil
		}
	}
	return span{}, e.mistake(at, "%w", err)
}

// duration matches what go-ical reads without running over.
var duration = regexp.MustCompile(`^\+?P(\d{1,4}W|(\d{1,5}D)?(T(\d{1,6}H)?(\d{1,7}M)?(\d{1,8}S)?)?)$`)

// after returns the moment that lies a duration after m, by the clock.
func (m moment) after(value string) (moment, error) {
	value = strings.TrimSpace(value)
	p := ical.Prop{Name: ical.PropDuration, Value: strings.ToUpper(value)}
	d, err := p.Duration()
	if err != nil || !duration.MatchString(p.Value) {
		return moment{}, fmt.Errorf("%s is no length of time: want one such as P1D or PT8H", quote(value))
	}
	if m.allDay() && d%(24*time.Hour) != 0 {
		return moment{}, fmt.Errorf("%s after a date is no date: want whole days, such as P1D", quote(value))
	}
	m.wall = m.wall.Add(d)
	return m, nil
}

// period reads a value of RDATE: a moment, from which s is held, or a start with
// its own end or length.
func (r *timeReader) period(p *property, value string, s span) (span, error) {
	from, to, own := strings.Cut(strings.TrimSpace(value), "/")
	start, err := r.moment(p, from)
	if err != nil {
		return span{}, err
	}
	if !own {
		return span{start: start, end: moment{wall: start.wall.Add(s.end.wall.Sub(s.start.wall)), zone: start.zone}}, s.alike(start)
	}
	var end moment
	if strings.HasPrefix(to, "P") {
		end, err = start.after(to)
	} else {
		end, err = r.moment(p, to)
	}
	if err != nil {
		return span{}, err
	}
	return newSpan(start, end)
}

// alike returns an error where m is a date and s of times, or the other way round.
func (s span) alike(m moment) error {
	if s.start.allDay() != m.allDay() {
		return errors.New("it is a date and DTSTART a time, or the other way round: write both alike")
	}
	return nil
}
