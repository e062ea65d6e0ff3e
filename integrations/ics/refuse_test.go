package ics_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/ics"
)

func TestWhatIsRefused(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", "the file is empty: want BEGIN:VCALENDAR"},
		{"a web page", "<!DOCTYPE html>\n<html>", `line 1: want BEGIN:VCALENDAR, found "<!DOCTYPE html>": is this a calendar file?`},
		{"no events", "BEGIN:VCALENDAR\nEND:VCALENDAR", "no holiday from 2024 to 2030 among 0 events"},
		{"no event in the years", file("DTSTART:20200101"), "no holiday from 2024 to 2030 among 1 events"},
		{"cut short", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:7\nSUMMARY:May Day\nDTST", `line 5, event "May Day" (UID "7"): "DTST" is no property: want NAME:value, or a blank before what continues the line above`},
		{"cut short between lines", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:May Day\n", `the file ends, event "May Day" before END:VEVENT: it is cut short`},
		{"cut short between events", strings.TrimSuffix(file("DTSTART:20250101"), "END:VCALENDAR\r\n"), "the file ends before END:VCALENDAR: it is cut short"},
		{"crossed", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", `line 3, event of line 2: END:"VCALENDAR", where END:VEVENT is due`},
		{"a component without name", "BEGIN:VCALENDAR\nBEGIN:V\rX\n", `line 2: "V\rX" is no name of a component`},
		{"too deep", strings.Repeat("BEGIN:VCALENDAR\n", 9), "line 9: more than 8 components within one another"},
		{"a line without its blank", file("DESCRIPTION:Every", "year"), `line 5, event of line 3: "year" is no property: want NAME:value`},
		{"no name", file("=x"), `line 4, event of line 3: "=x" is no property: want NAME:value`},
		{"a parameter alone", file("DTSTART;DATE:20250101"), `line 4, event of line 3: DTSTART: "DATE:20250101" is no parameter: want NAME=value`},
		{"a parameter without end", file("DTSTART;VALUE=DATE"), `DTSTART: parameter "VALUE": no colon and no value follow it`},
		{"a quote without end", file(`DTSTART;TZID="A:20250101`), `DTSTART: parameter "TZID": the closing " is missing`},
		{"a quote and more", file(`DTSTART;TZID="A"B:20250101`), `DTSTART: parameter "TZID": "B:20250101" follows its value: want a colon`},

		{"no start", file("UID:a", "SUMMARY:Easter"), `line 3, event "Easter" (UID "a"): DTSTART: the event has no start: add a date such as 20270131`},
		{"no date", file("UID:a", "DTSTART:2025-01-01"), `line 5, event with UID "a": DTSTART: "2025-01-01" is no time: want a date such as 20270131 or a time such as 20270131T090000`},
		{"a date that does not exist", file("DTSTART:20250230"), `DTSTART: "20250230" is no time`},
		{"an end before the start", file("DTSTART:20250102", "DTEND:20250101"), "line 5, event of line 3: DTEND: the end is before the start"},
		{"a date to a time", file("DTSTART:20250102", "DTEND:20250103T000000"), "DTEND: one of start and end is a date and the other a time: write both alike"},
		{"too long", file("DTSTART:20250102", "DTEND:20520103"), "DTEND: it lasts 9862 days, more than a year: is the end right?"},
		{"a length of nothing known", file("DTSTART:20250102", "DURATION:3 days"), `DURATION: "3 days" is no length of time: want one such as P1D or PT8H`},
		{"a length that runs over", file("DTSTART:20250102", "DURATION:P99999999999999W"), `DURATION: "P99999999999999W" is no length of time`},
		{"hours after a date", file("DTSTART:20250102", "DURATION:PT8H"), `DURATION: "PT8H" after a date is no date: want whole days, such as P1D`},
		{"a zone that nobody knows", file("DTSTART;TZID=Atlantis:20250102T000000"), `DTSTART: zone "Atlantis" is not known: name it as in the tz database, such as Europe/Athens`},
		{"a zone of the machine", file("DTSTART;TZID=Local:20250102T000000"), `zone "Local" is not known`},
		{"a zone that is a path", file("DTSTART;TZID=../../etc/passwd:20250102T000000"), `is not known`},

		{"every second", file("DTSTART:20250101T000000Z", "RRULE:FREQ=SECONDLY"), `line 5, event of line 3: RRULE: "FREQ=SECONDLY": it repeats within a day: a holiday repeats by DAILY, WEEKLY, MONTHLY or YEARLY`},
		{"no frequency", file("DTSTART:20250101", "RRULE:COUNT=2"), `RRULE: "COUNT=2": RRULE property FREQ is required`},
		{"an unknown part", file("DTSTART:20250101", "RRULE:FREQ=YEARLY;RSCALE=HEBREW"), "unknown RRULE property: RSCALE"},
		{"a blank in a rule", file("DTSTART:20250101", "RRULE:FREQ=YEARLY; COUNT=2"), `RRULE: "FREQ=YEARLY; COUNT=2": blanks and other signs have no place in a rule`},
		{"a month of its own", file("DTSTART:20250101", "RRULE:FREQ=YEARLY;BYMONTH=13"), "bymonth must be between 1 and 12"},
		{"Easter", file("DTSTART:20250101", "RRULE:FREQ=YEARLY;BYEASTER=400"), "BYEASTER is not in the standard: list the dates as RDATE"},
		{"twice a day", file("DTSTART:20250101T090000Z", "RRULE:FREQ=DAILY;BYHOUR=9,17"), "BYHOUR, BYMINUTE and BYSECOND are not read: give the time in DTSTART"},
		{"an interval that runs over", file("DTSTART:20250101", "RRULE:FREQ=MONTHLY;INTERVAL=9223372036854775807"), "the interval is above 1000"},
		{"a count below zero", file("DTSTART:20250101", "RRULE:FREQ=DAILY;COUNT=-1"), "the count is below zero"},
		{"a rule without end", file("DTSTART:20250101", "RRULE:FREQ=DAILY;BYMONTHDAY="+strings.Repeat("1,", 2000)+"1"), "the rule has more than 2000 characters: list the dates as RDATE"},
		{"a rule of exceptions", file("DTSTART:20250101", "EXRULE:FREQ=DAILY"), "EXRULE: rules of exceptions are not read: list the dates as EXDATE"},
		{"no exception", file("DTSTART:20250101", "EXDATE:20250102", "EXDATE:x"), `line 6, event of line 3: EXDATE: "x" is no time`},
		{"no further date", file("DTSTART:20250101", "RDATE:20250102,x"), `line 5, event of line 3: RDATE: "x" is no time`},
		{"a further time after dates", file("DTSTART:20250101", "RDATE:20250102T000000"), "RDATE: it is a date and DTSTART a time, or the other way round: write both alike"},
		{"a range of overrides", file("UID:a", "DTSTART:20250101", "RECURRENCE-ID;RANGE=THISANDFUTURE:20250101"), "RECURRENCE-ID: RANGE is not read: end the series with UNTIL and begin another"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ics.Parse(strings.NewReader(tt.text), years, time.UTC)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestAllMistakesAreNamed(t *testing.T) {
	text := "BEGIN:VCALENDAR\n" + strings.Repeat(event("SUMMARY:A", "DTSTART:x"), 12) + "END:VCALENDAR\n"
	_, err := ics.Parse(strings.NewReader(text), years, time.UTC)
	lines := strings.Split(err.Error(), "\n")
	require.Len(t, lines, 11)
	require.Contains(t, lines[9], `line 40, event "A": DTSTART`)
	require.Equal(t, "and 2 more", lines[10])
}

// None of these may take long, or much room.
func TestHostileFiles(t *testing.T) {
	many := func(n int, lines ...string) string {
		return "BEGIN:VCALENDAR\n" + strings.Repeat(event(lines...), n) + "END:VCALENDAR\n"
	}
	zoned := &strings.Builder{}
	for i := range 600 {
		zoned.WriteString(event(fmt.Sprintf("DTSTART;TZID=Zone/%d:20250101T000000", i)))
	}
	tests := []struct{ name, text, want string }{
		{"size", many(1, "X:"+strings.Repeat("x", ics.MaxBytes)), "the file is larger than 5 MB"},
		{"events", many(ics.MaxEvents + 1), "more than 20000 events: publish fewer years"},
		{"dates", many(200, "DTSTART:20240101", "DURATION:P300D", "RRULE:FREQ=DAILY"), "the events fall on more than 200000 dates: publish fewer years"},
		{"a day that never comes", many(20_000, "DTSTART:20200101", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), "take too long to go through"},
		{"counting from long ago", many(20_000, "DTSTART:00010101", "RRULE:FREQ=DAILY;COUNT=9999999"), "the repeating events of the file take too long to go through"},
		{"positions that never come", many(20_000, "DTSTART:00010101", "RRULE:FREQ=YEARLY;BYDAY=-53MO;BYSETPOS=366;COUNT=3"), "the repeating events of the file take too long to go through"},
		{"many words in a rule", many(2_000, "DTSTART:00010101", "RRULE:FREQ=YEARLY;BYYEARDAY="+strings.Repeat("1,", 900)+"1;COUNT=99999"), "the repeating events of the file take too long to go through"},
		{"zones", "BEGIN:VCALENDAR\n" + zoned.String() + "END:VCALENDAR\n", `is not known`},
		{"further dates", file("DTSTART:20240101", "RDATE:20250101"+strings.Repeat(",20250101", 250_000)), "the events fall on more than 200000 dates"},
		{"folds", file("DTSTART:20200101", "SUMMARY:x"+strings.Repeat("\r\n x", 1_000_000)), "no holiday"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ics.Parse(strings.NewReader(tt.text), years, time.UTC)
			require.ErrorContains(t, err, tt.want)
		})
	}
}
