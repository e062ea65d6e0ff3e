package calendar

import (
	"slices"
	"time"
)

// A Desk is the place whose working days count: the days of the week on which
// it works, and the regions whose holidays it keeps.
type Desk struct {
	Weekdays []time.Weekday
	Regions  []string
}

// BusinessDay reports whether the desk works on a UTC date. A date that the data
// do not cover is judged by its weekday alone: a window on it is held up by the
// missing data anyway.
func (c *Calendar) BusinessDay(d Date, desk Desk) bool {
	if !slices.Contains(desk.Weekdays, d.Weekday()) {
		return false
	}
	for _, code := range desk.Regions {
		if _, closed := c.Holiday(code, d); closed {
			return false
		}
	}
	return true
}

// Earliest returns the instant that lies n business days of the desk after
// proposedAt. From a business day it is the same time of day, n business days
// later; from any other day the count starts at 00:00 of the next business day.
// n below one gives proposedAt.
//
// It returns the zero time where the desk works on no day within a year.
func (c *Calendar) Earliest(proposedAt time.Time, n int, desk Desk) time.Time {
	proposedAt = proposedAt.UTC()
	if n < 1 {
		return proposedAt
	}
	d := DateOf(proposedAt)
	timeOfDay := proposedAt.Sub(d.Start(time.UTC))
	if !c.BusinessDay(d, desk) {
		timeOfDay = 0
		n++ // the next business day is where the count starts
	}
	for ; n > 0; n-- {
		limit := d + 366
		for d++; !c.BusinessDay(d, desk); d++ {
			if d == limit {
				return time.Time{}
			}
		}
	}
	return d.Start(time.UTC).Add(timeOfDay)
}
