package wording

import (
	"strconv"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/rules"
)

const (
	dateForm  = "Mon 2 Jan 2006"
	shortForm = "Mon 2 Jan"
	clockForm = "15:04"
)

// at writes an instant: "Wed 9 Oct 2024, 02:00 UTC".
func at(t time.Time) string {
	return t.UTC().Format(dateForm+", "+clockForm) + " UTC"
}

// span writes a window in UTC: "Wed 9 Oct 2024, 02:00 to 04:00 UTC".
func span(i rules.Interval) string {
	return i.Start.UTC().Format(dateForm) + ", " + clocks(i, time.UTC) + " UTC"
}

// spanIn writes a window in UTC, and beside it in a zone by its IANA name; empty
// stands for no zone.
func spanIn(i rules.Interval, zone string) string {
	location, err := time.LoadLocation(zone)
	if zone == "" || err != nil || location.String() == "UTC" {
		return span(i)
	}
	local := clocks(i, location)
	if i.Start.In(location).Format(time.DateOnly) != i.Start.UTC().Format(time.DateOnly) {
		local = i.Start.In(location).Format(shortForm) + ", " + local
	}
	return span(i) + " (" + local + " in " + place(zone) + ")"
}

// clocks writes the times of day, with the second date where it is another.
func clocks(i rules.Interval, zone *time.Location) string {
	start, end := i.Start.In(zone), i.End.In(zone)
	if start.Format(time.DateOnly) == end.Format(time.DateOnly) {
		return start.Format(clockForm) + " to " + end.Format(clockForm)
	}
	if end.Format(clockForm) == "00:00" && end.Sub(start) < 24*time.Hour {
		return start.Format(clockForm) + " to 24:00"
	}
	return start.Format(clockForm) + " to " + end.Format(shortForm+", "+clockForm)
}

// place writes a zone as people call it: "Singapore", "New York".
func place(zone string) string {
	return strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
}

// day writes a date that is given as 2006-01-02: "Sat 9 Aug 2025".
func day(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return t.Format(dateForm)
}

// length writes a length of time: "2 hours", "90 minutes", "1 hour".
func length(d time.Duration) string {
	d = d.Round(time.Minute)
	if d >= time.Hour && d%time.Hour == 0 {
		return count(int(d/time.Hour), "hour")
	}
	if d > 2*time.Hour {
		return count(int(d/time.Hour), "hour") + " " + count(int(d%time.Hour/time.Minute), "minute")
	}
	return count(int(d/time.Minute), "minute")
}

func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}

// number writes small numbers as words.
func number(n int) string {
	small := []string{"no", "one", "two", "three", "four", "five", "six"}
	if n >= 0 && n < len(small) {
		return small[n]
	}
	return strconv.Itoa(n)
}

// notice writes a notice as it is configured: "2bd", "14d", "48h".
func notice(s string) string {
	if days, ok := strings.CutSuffix(s, "bd"); ok {
		if n, err := strconv.Atoi(days); err == nil {
			return count(n, "business day")
		}
	}
	span, err := rules.ParseSpan(s)
	if err != nil {
		return s
	}
	if span >= 72*time.Hour && span%(24*time.Hour) == 0 {
		return count(int(span/(24*time.Hour)), "day")
	}
	return length(span)
}
