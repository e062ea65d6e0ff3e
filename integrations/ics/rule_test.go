package ics_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/teambition/rrule-go"

	"github.com/refreshbot/refreshbot/integrations/ics"
	"github.com/refreshbot/refreshbot/rules/calendar"
)

// The iterator of rrule-go goes through rules in another way, and by the second.
// Where it does not panic the dates must be the same. It needs long for rules that
// name no day, so there are few.
func TestRulesAgreeWithAnotherReading(t *testing.T) {
	random := rand.New(rand.NewPCG(5545, 1))
	found := 0
	for range 30 {
		start := calendar.NewDate(2019, time.January, 1) + calendar.Date(random.IntN(4*365))
		text := randomRule(random)
		want := twin(t, text, start)
		found += len(want)

		stamp := strings.ReplaceAll(start.String(), "-", "")
		// A day beside the rule's keeps a file with none from being refused.
		f := parse(t, file("DTSTART;VALUE=DATE:"+stamp, "RRULE:"+text, "RDATE;VALUE=DATE:20240101"), "UTC")
		want["2024-01-01"] = true
		got := map[string]bool{}
		for _, day := range f.Days {
			got[day.Date.String()] = true
		}
		require.Equal(t, want, got, "DTSTART %s RRULE %s", stamp, text)
	}
	require.Greater(t, found, 500)
}

// randomRule returns a rule that both readings take to mean the same: of days of
// the week all have a number or none has, and there is no COUNT, of which a
// start that the rule does not name uses up one here.
func randomRule(random *rand.Rand) string {
	freq := []string{"YEARLY", "MONTHLY", "WEEKLY", "DAILY"}[random.IntN(4)]
	rule := fmt.Sprintf("FREQ=%s;INTERVAL=%d;WKST=%s", freq, 1+random.IntN(3), weekday(random))
	add := func(format string, args ...any) {
		if random.IntN(3) == 0 {
			rule += fmt.Sprintf(format, args...)
		}
	}
	sign := 1 - 2*random.IntN(2)
	add(";BYMONTH=%d,%d", 1+random.IntN(12), 1+random.IntN(12))
	add(";BYMONTHDAY=%d,%d", sign*(1+random.IntN(31)), 1+random.IntN(31))
	add(";UNTIL=20%d0%d15", 24+random.IntN(7), 1+random.IntN(9))
	switch number := sign * (1 + random.IntN(5)); {
	case freq == "YEARLY" || freq == "MONTHLY":
		add(";BYDAY=%d%s,%d%s", number, weekday(random), 1+random.IntN(5), weekday(random))
		add(";BYSETPOS=%d", sign*(1+random.IntN(3)))
	default:
		add(";BYDAY=%s,%s", weekday(random), weekday(random))
	}
	if freq == "YEARLY" && !strings.Contains(rule, "BYDAY") && !strings.Contains(rule, "BYSETPOS") {
		add(";BYWEEKNO=%d,%d", 2+random.IntN(50), 2+random.IntN(50))
	}
	return rule
}

func weekday(random *rand.Rand) string {
	return []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}[random.IntN(7)]
}

// twin returns the dates that rrule-go finds within the years, and the start.
func twin(t *testing.T, text string, start calendar.Date) map[string]bool {
	t.Helper()
	option, err := rrule.StrToROption(text)
	require.NoError(t, err)
	option.Dtstart = start.Start(time.UTC)
	r, err := rrule.NewRRule(*option)
	require.NoError(t, err)
	all := map[string]bool{}
	from, to := calendar.NewDate(years.First, time.January, 1), calendar.NewDate(years.Last, time.December, 31)
	if from <= start && start <= to {
		all[start.String()] = true
	}
	for _, at := range r.Between(from.Start(time.UTC), to.Start(time.UTC), true) {
		all[at.Format(time.DateOnly)] = true
	}
	return all
}

// FuzzParse: whatever a server sends, reading it ends, and what is read lies in
// the years, in order.
func FuzzParse(f *testing.F) {
	f.Add(file("UID:1", "SUMMARY:Thanksgiving", "DTSTART;VALUE=DATE:20201126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "EXDATE:20251127"))
	f.Add(file("DTSTART;TZID=Europe/Athens:20250101T000000", "DURATION:P1DT2H", "RDATE;VALUE=PERIOD:20250601T000000/PT3H"))
	f.Add(file("DTSTART:20250101T000000Z", "DTEND:20250102T000000Z", "RRULE:FREQ=MONTHLY;BYDAY=-53MO;BYSETPOS=-1;UNTIL=20300101T000000Z"))
	f.Add("BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;TZID=Odd:20250101T000000\nRRULE:FREQ=WEEKLY;COUNT=3\nEND:VEVENT\nEND:VCALENDAR")
	f.Add(file("UID:1", "DTSTART;X=\"a,b\",c:20250101", "RECURRENCE-ID:20250101", "STATUS:TENTATIVE", "SUMMARY:\\n\\,\r\n \xff"))
	athens := zone(f, "Europe/Athens")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ics.Parse(strings.NewReader(text), years, athens)
		if err != nil {
			require.Empty(t, got.Days)
			require.NotContains(t, err.Error(), "\r")
			return
		}
		require.NotEmpty(t, got.Days)
		require.True(t, years.First <= got.Through && got.Through <= years.Last)
		for i, day := range got.Days {
			require.True(t, years.First <= day.Date.Year() && day.Date.Year() <= years.Last)
			require.NotEmpty(t, day.Name)
			require.True(t, i == 0 || got.Days[i-1].Date < day.Date)
		}
	})
}
