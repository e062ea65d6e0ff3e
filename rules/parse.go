package rules

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseNotice reads a notice: business days as "2bd", or plain time as
// [ParseSpan] reads it. "0s" is none.
func ParseNotice(s string) (Notice, error) {
	if number, found := strings.CutSuffix(s, "bd"); found {
		n, err := strconv.ParseUint(number, 10, 8)
		if err != nil {
			return Notice{}, fmt.Errorf("read notice %q: want a whole number of business days up to 255, such as 2bd", s)
		}
		return Notice{BusinessDays: int(n)}, nil
	}
	plain, err := ParseSpan(s)
	if err != nil {
		return Notice{}, fmt.Errorf("read notice %q: want business days such as 2bd, days such as 14d, or hours such as 48h", s)
	}
	return Notice{Plain: plain}, nil
}

// String returns the notice as [ParseNotice] reads it.
func (n Notice) String() string {
	if n.BusinessDays > 0 {
		return strconv.Itoa(n.BusinessDays) + "bd"
	}
	return FormatSpan(n.Plain)
}

// ParseSpan reads a length of time: what [time.ParseDuration] reads, with days
// of 24 hours before it, as in "60d", "30m" or "7d12h". Spans are not negative
// and at most ten years long.
func ParseSpan(s string) (time.Duration, error) {
	const longest = 3653 * day
	fail := fmt.Errorf("read span %q: want days, hours, minutes or seconds, such as 60d, 36h or 7d12h, up to ten years", s)
	var span time.Duration
	days, rest, found := strings.Cut(s, "d")
	if found {
		n, err := strconv.ParseUint(days, 10, 12)
		if err != nil {
			return 0, fail
		}
		span = time.Duration(n) * day
	} else {
		rest = s
	}
	if rest != "" || !found {
		if strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "+") {
			return 0, fail
		}
		clock, err := time.ParseDuration(rest)
		if err != nil || clock > longest {
			return 0, fail
		}
		span += clock
	}
	if span > longest {
		return 0, fail
	}
	return span, nil
}

// FormatSpan returns a span as [ParseSpan] reads it, without units that are
// zero: "14d", "1d12h", "30m".
func FormatSpan(span time.Duration) string {
	days, rest := span/day, span%day
	var text string
	if days > 0 {
		text = strconv.FormatInt(int64(days), 10) + "d"
	}
	if rest == 0 && days > 0 {
		return text
	}
	clock := rest.String()
	if strings.HasSuffix(clock, "m0s") {
		clock = strings.TrimSuffix(clock, "0s")
	}
	if strings.HasSuffix(clock, "h0m") {
		clock = strings.TrimSuffix(clock, "0m")
	}
	return text + clock
}

// ParseDayRange reads a range of the UTC day, "01:00-20:30". "00:00-24:00" is the
// whole day; a range does not cross midnight and is not empty.
func ParseDayRange(s string) (DayRange, error) {
	from, to, found := strings.Cut(s, "-")
	start, err := parseClock(from)
	end, err2 := parseClock(to)
	if !found || err != nil || err2 != nil {
		return DayRange{}, fmt.Errorf("read hours %q: want two times of the day such as 01:00-20:30", s)
	}
	if start >= end {
		return DayRange{}, fmt.Errorf("read hours %q: the end has to be later than the start, and 24:00 is the latest", s)
	}
	return DayRange{From: start, To: end}, nil
}

// String returns the range as [ParseDayRange] reads it.
func (r DayRange) String() string { return formatClock(r.From) + "-" + formatClock(r.To) }

// parseClock reads a time of the day, 00:00 to 24:00.
func parseClock(s string) (time.Duration, error) {
	hours, minutes, found := strings.Cut(s, ":")
	h, err := strconv.ParseUint(hours, 10, 8)
	m, err2 := strconv.ParseUint(minutes, 10, 8)
	clock := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if !found || err != nil || err2 != nil || len(hours) > 2 || len(minutes) != 2 || m > 59 || clock > day {
		return 0, fmt.Errorf("read time %q: want a time of the day such as 01:30", s)
	}
	return clock, nil
}

func formatClock(clock time.Duration) string {
	return fmt.Sprintf("%02d:%02d", clock/time.Hour, clock%time.Hour/time.Minute)
}
