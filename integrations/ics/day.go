package ics

import (
	"slices"
	"time"

	"github.com/teambition/rrule-go"

	"github.com/refreshbot/refreshbot/rules/calendar"
)

// A day is a date taken apart, to be held against a rule.
type day struct {
	date     calendar.Date
	year     int
	month    time.Month
	mday     int // of the month, from 1
	monthLen int
	yday     int // of the year, from 1
	yearLen  int
	weekday  int // from Monday, 0
}

func newDay(d calendar.Date) day {
	t := time.Unix(int64(d)*24*60*60, 0).UTC()
	year, month, mday := t.Date()
	at := day{date: d, year: year, month: month, mday: mday, yday: t.YearDay(), yearLen: 365}
	at.monthLen = [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		at.yearLen = 366
		if month == time.February {
			at.monthLen = 29
		}
	}
	at.weekday = (int(t.Weekday()) + 6) % 7
	return at
}

// plus returns the day that lies n days after d.
func (d day) plus(n int) day {
	if d.mday+n > d.monthLen {
		return newDay(d.date + calendar.Date(n))
	}
	d.date += calendar.Date(n)
	d.mday += n
	d.yday += n
	d.weekday = (d.weekday + n) % 7
	return d
}

// since returns how many days d lies after the last such day of the week, which
// may be itself.
func (d day) since(w rrule.Weekday) int { return (d.weekday - w.Day() + 7) % 7 }

// names reports whether the rule names a day, BYMONTH and BYSETPOS aside.
func (r *rule) names(d day) bool {
	if len(r.Bymonthday) > 0 && !listed(r.Bymonthday, d.mday, d.monthLen) {
		return false
	}
	if len(r.Byyearday) > 0 && !listed(r.Byyearday, d.yday, d.yearLen) {
		return false
	}
	if len(r.Byweekno) > 0 {
		if week, weeks := d.week(r.Wkst); !listed(r.Byweekno, week, weeks) {
			return false
		}
	}
	return len(r.Byweekday) == 0 || slices.ContainsFunc(r.Byweekday, func(w rrule.Weekday) bool {
		return w.Day() == d.weekday && (w.N() == 0 || r.nth(d, w.N()))
	})
}

// nth reports whether d is the nth of its day of the week in its month, or in its
// year if the rule goes by years alone; a negative n counts from the end. In
// rules by weeks and days a number has no meaning.
func (r *rule) nth(d day, n int) bool {
	at, of := d.mday, d.monthLen
	switch {
	case r.Freq > rrule.MONTHLY:
		return true
	case r.Freq == rrule.YEARLY && len(r.Bymonth) == 0:
		at, of = d.yday, d.yearLen
	}
	if n > 0 {
		return n == (at-1)/7+1
	}
	return -n == (of-at)/7+1
}

// week returns the number of the week of d and how many weeks the year of that
// week has, for weeks that begin on a given day. A week belongs to the year that
// has most of it.
func (d day) week(begins rrule.Weekday) (number, weeks int) {
	middle := newDay(d.date - calendar.Date(d.since(begins)) + 3)
	left := middle.yearLen - middle.yday
	number = (middle.yday-1)/7 + 1
	return number, number + left/7
}

// listed reports whether a list names a number of a sequence, counted from the
// beginning or, if negative, from the end.
func listed(list []int, number, length int) bool {
	return slices.Contains(list, number) || slices.Contains(list, number-length-1)
}
