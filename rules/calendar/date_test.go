package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules/calendar"
)

func TestDate(t *testing.T) {
	d := calendar.NewDate(2024, time.February, 29)
	require.Equal(t, "2024-02-29", d.String())
	require.Equal(t, "2024-03-01", (d + 1).String())
	require.Equal(t, time.Thursday, d.Weekday())
	require.Equal(t, 2024, d.Year())
	require.Equal(t, calendar.NewDate(2024, time.March, 1), calendar.NewDate(2024, time.February, 30))

	for before, want := range map[string]time.Weekday{"1969-12-31": time.Wednesday, "1960-02-29": time.Monday} {
		require.Equal(t, want, date(t, before).Weekday(), before)
		require.Equal(t, before, date(t, before).String())
	}
}

func TestDateOfAnInstantDependsOnItsZone(t *testing.T) {
	instant := time.Date(2024, time.October, 9, 22, 0, 0, 0, time.UTC)
	require.Equal(t, "2024-10-09", calendar.DateOf(instant).String())
	require.Equal(t, "2024-10-10", calendar.DateOf(instant.In(time.FixedZone("", 8*3600))).String())
	require.Equal(t, "1969-12-31", calendar.DateOf(time.Unix(-1, 0).UTC()).String())
}

// Every date starts where the one before ends, also where clocks are changed at
// midnight.
func TestStart(t *testing.T) {
	for _, name := range []string{"UTC", "Asia/Beirut", "America/Sao_Paulo", "Africa/Cairo", "America/Havana", "Asia/Kolkata"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		for d := calendar.NewDate(2015, time.January, 1); d < calendar.NewDate(2026, time.January, 1); d++ {
			start := d.Start(zone)
			require.Equal(t, d, calendar.DateOf(start), "%s %s", name, d)
			require.Equal(t, d-1, calendar.DateOf(start.Add(-time.Nanosecond)), "%s %s", name, d)
		}
	}
}

func TestDateAsText(t *testing.T) {
	day := calendar.Day{Date: calendar.NewDate(2025, time.August, 9), Holiday: calendar.Holiday{Name: "National Day"}}
	text, err := json.Marshal(day)
	require.NoError(t, err)
	require.JSONEq(t, `{"date": "2025-08-09", "name": "National Day"}`, string(text))

	var read calendar.Day
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, day, read)
	require.ErrorContains(t, json.Unmarshal([]byte(`{"date": "9 August"}`), &read), "want a date such as")
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2024-02-29", "2023-02-29", "0001-01-01", "9999-12-31", "2024-1-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := calendar.ParseDate(text); err == nil {
			require.Equal(t, text, d.String())
		}
	})
}
