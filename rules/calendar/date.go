package calendar

import (
	"fmt"
	"time"
)

// A Date is a day of the civil calendar, without a zone, counted in days since
// 1 January 1970. Dates are ordered, and d+1 is the day after d.
type Date int32

const secondsPerDay = 24 * 60 * 60

// NewDate returns the date of a year, month and day. Values outside their range
// are carried over, as [time.Date] does.
func NewDate(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf returns the date on which t falls in its own location.
func DateOf(t time.Time) Date {
	_, offset := t.Zone()
	seconds := t.Unix() + int64(offset)
	days := seconds / secondsPerDay
	if seconds%secondsPerDay < 0 {
		days--
	}
	return Date(days)
}

// ParseDate reads a date written as 2006-01-02.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("read date %q: want a date such as 2027-01-31", s)
	}
	return DateOf(t), nil
}

// Start returns the first instant of d in zone. Where clocks are put forward at
// midnight that is not 00:00.
func (d Date) Start(zone *time.Location) time.Time {
	t := d.midnight()
	start := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone)
	if DateOf(start) < d { // midnight does not exist, and the library chose the hour before
		_, gap := start.Zone()
		_, offset := start.Add(time.Hour).Zone()
		start = start.Add(time.Duration(offset-gap) * time.Second)
	}
	return start
}

// Weekday returns the day of the week of d.
func (d Date) Weekday() time.Weekday {
	const first = int32(time.Thursday) // 1 January 1970
	return time.Weekday(((int32(d)+first)%7 + 7) % 7)
}

// Year returns the year of d.
func (d Date) Year() int { return d.midnight().Year() }

// String returns d as 2006-01-02.
func (d Date) String() string { return d.midnight().Format(time.DateOnly) }

// MarshalText returns d as 2006-01-02.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a date written as 2006-01-02.
func (d *Date) UnmarshalText(text []byte) error {
	read, err := ParseDate(string(text))
	if err == nil {
		*d = read
	}
	return err
}

func (d Date) midnight() time.Time {
	return time.Unix(int64(d)*secondsPerDay, 0).UTC()
}
