package ics

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"github.com/refreshbot/refreshbot/rules/calendar"
)

// A rule says on which dates an event repeats.
type rule struct {
	rrule.ROption
	start moment
	first day           // on which it starts
	until calendar.Date // the last date on which it may begin
	cost  int           // of looking at one day
}

const (
	maxRule     = 2000 // bytes
	maxInterval = 1000
	never       = calendar.Date(1<<31 - 1)
)

// readRule reads the value of an RRULE for an event that begins at start.
func readRule(value string, start moment) (*rule, error) {
	value = strings.TrimRight(strings.ToUpper(strings.TrimSpace(value)), ";")
	switch {
	case len(value) > maxRule:
		return nil, fmt.Errorf("the rule has more than %d characters: list the dates as RDATE", maxRule)
	case strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, fmt.Errorf("%s: blanks and other signs have no place in a rule", quote(value))
	}
	option, err := rrule.StrToROption(value)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", quote(value), err)
	}
	r := &rule{ROption: *option, start: start, first: newDay(start.date())}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", quote(value), err)
	}
	if _, err := rrule.NewRRule(r.ROption); err != nil {
		return nil, fmt.Errorf("%s: %w", quote(value), err)
	}
	r.cost = 1 + len(value)/16
	r.until = r.lastDate(value)
	r.complete()
	return r, nil
}

// check refuses what a holiday has no use for and what nobody could go through.
func (r *rule) check() error {
	w := r.start.wall
	switch {
	case r.Freq > rrule.DAILY:
		return errors.New("it repeats within a day: a holiday repeats by DAILY, WEEKLY, MONTHLY or YEARLY")
	case r.Interval > maxInterval:
		return fmt.Errorf("the interval is above %d", maxInterval)
	case r.Count < 0:
		return errors.New("the count is below zero")
	case len(r.Byeaster) > 0:
		return errors.New("BYEASTER is not in the standard: list the dates as RDATE")
	case !only(r.Byhour, w.Hour()) || !only(r.Byminute, w.Minute()) || !only(r.Bysecond, w.Second()):
		return errors.New("BYHOUR, BYMINUTE and BYSECOND are not read: give the time in DTSTART")
	}
	return nil
}

// only reports whether a list names nothing beside one value.
func only(list []int, value int) bool {
	return len(list) == 0 || len(list) == 1 && list[0] == value
}

// lastDate returns the date that UNTIL stands for. It has a zone of its own where
// it is a time with a Z: then the event may begin on its date only if its time of
// day is not past.
func (r *rule) lastDate(value string) calendar.Date {
	if r.Until.IsZero() {
		return never
	}
	last := moment{wall: r.Until, zone: time.UTC}
	_, text, _ := strings.Cut(value, "UNTIL=")
	text, _, _ = strings.Cut(text, ";")
	if r.start.allDay() || len(text) == len("20060102") {
		return last.date()
	}
	if strings.HasSuffix(text, "Z") {
		last = last.in(r.start.zone)
	}
	if r.start.on(last.date()).wall.After(last.wall) {
		return last.date() - 1
	}
	return last.date()
}

// complete adds what the rule leaves to the day on which the event begins.
func (r *rule) complete() {
	r.Interval = max(r.Interval, 1)
	if len(r.Byweekno)+len(r.Byyearday)+len(r.Bymonthday)+len(r.Byweekday) > 0 {
		return
	}
	switch r.Freq {
	case rrule.YEARLY:
		if len(r.Bymonth) == 0 {
			r.Bymonth = []int{int(r.first.month)}
		}
		r.Bymonthday = []int{r.first.mday}
	case rrule.MONTHLY:
		r.Bymonthday = []int{r.first.mday}
	case rrule.WEEKLY:
		r.Byweekday = []rrule.Weekday{[...]rrule.Weekday{rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU}[r.first.weekday]}
	}
}

// endless reports whether the rule has no last date of its own.
func (r *rule) endless() bool { return r.Count == 0 && r.Until.IsZero() }

// dates returns the dates from one to another on which the event begins. The
// first is always that of the start, as calendars show it, whether or not the
// rule names it. The work comes off the effort that is left.
func (r *rule) dates(from, to calendar.Date, effort *int) ([]calendar.Date, error) {
	start := r.first.date
	to = min(to, r.until)
	var dates []calendar.Date
	if from <= start && start <= to {
		dates = append(dates, start)
	}
	count := 1
	for i := r.skip(from); ; i++ {
		first, end := r.period(i)
		if first > to {
			return dates, nil
		}
		for _, d := range r.within(first, end, effort) {
			if d <= start {
				continue
			}
			if count++; d > to || r.Count > 0 && count > r.Count {
				return dates, nil
			}
			if d >= from {
				dates = append(dates, d)
			}
		}
		if *effort -= r.cost; *effort < 0 {
			return nil, errors.New("the repeating events of the file take too long to go through: list their dates as RDATE, or give them a later start")
		}
	}
}

// skip returns a period that does not begin after a date, to start from. Where
// the rule counts, that is the first.
func (r *rule) skip(from calendar.Date) int {
	if r.Count > 0 || from <= r.first.date {
		return 0
	}
	a, b := r.first, newDay(from)
	gap := int(b.date - a.date)
	switch r.Freq {
	case rrule.YEARLY:
		gap = b.year - a.year
	case rrule.MONTHLY:
		gap = 12*(b.year-a.year) + int(b.month-a.month)
	case rrule.WEEKLY:
		gap /= 7
	}
	return gap / r.Interval
}

// period returns the first date of the i-th period of the rule, a year, month,
// week or day, and the date after its last.
func (r *rule) period(i int) (first, end calendar.Date) {
	i *= r.Interval
	start := r.first
	switch r.Freq {
	case rrule.YEARLY:
		return calendar.NewDate(start.year+i, time.January, 1), calendar.NewDate(start.year+i+1, time.January, 1)
	case rrule.MONTHLY:
		month := start.month + time.Month(i)
		return calendar.NewDate(start.year, month, 1), calendar.NewDate(start.year, month+1, 1)
	case rrule.WEEKLY:
		monday := start.date - calendar.Date(start.since(r.Wkst)) + calendar.Date(7*i)
		return monday, monday + 7
	}
	return start.date + calendar.Date(i), start.date + calendar.Date(i) + 1
}

// within returns the dates of one period that the rule names.
func (r *rule) within(first, end calendar.Date, effort *int) []calendar.Date {
	var dates []calendar.Date
	for d := newDay(first); ; {
		*effort -= r.cost
		skip := d.monthLen - d.mday + 1
		if len(r.Bymonth) == 0 || slices.Contains(r.Bymonth, int(d.month)) {
			skip = 1
			if r.names(d) {
				dates = append(dates, d.date)
			}
		}
		if d.date+calendar.Date(skip) >= end {
			break
		}
		d = d.plus(skip)
	}
	return r.positions(dates)
}

// positions returns the dates of a period that BYSETPOS picks, in their order.
func (r *rule) positions(dates []calendar.Date) []calendar.Date {
	if len(r.Bysetpos) == 0 {
		return dates
	}
	var picked []calendar.Date
	for i, d := range dates {
		if listed(r.Bysetpos, i+1, len(dates)) {
			picked = append(picked, d)
		}
	}
	return picked
}
