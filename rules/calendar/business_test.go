package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules/calendar"
)

var week = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

func TestEarliest(t *testing.T) {
	tests := []struct {
		from string
		n    int
		want string
	}{
		{"Mon 7 Oct 2024 02:00", 2, "Wed 9 Oct 2024 02:00"},
		{"Fri 4 Oct 2024 15:00", 2, "Tue 8 Oct 2024 15:00"},
		{"Sat 5 Oct 2024 10:00", 2, "Wed 9 Oct 2024 00:00"},
		{"Sun 6 Oct 2024 23:59", 2, "Wed 9 Oct 2024 00:00"},
		{"Thu 28 Mar 2024 14:00", 2, "Wed 3 Apr 2024 14:00"}, // Good Friday, Easter Monday
		{"Fri 29 Mar 2024 09:00", 2, "Thu 4 Apr 2024 00:00"},
		{"Sat 30 Mar 2024 10:00", 2, "Thu 4 Apr 2024 00:00"},
		{"Tue 24 Dec 2024 12:00", 2, "Mon 30 Dec 2024 12:00"},
		{"Wed 25 Dec 2024 12:00", 2, "Tue 31 Dec 2024 00:00"},
		{"Tue 31 Dec 2024 23:30", 1, "Thu 2 Jan 2025 23:30"},
		{"Thu 29 Feb 2024 00:00", 1, "Fri 1 Mar 2024 00:00"},
		{"Fri 8 Mar 2024 12:00", 1, "Mon 11 Mar 2024 12:00"}, // clocks change in New York
		{"Sat 5 Oct 2024 10:00", 0, "Sat 5 Oct 2024 10:00"},
		{"Mon 7 Oct 2024 02:00", 10, "Mon 21 Oct 2024 02:00"},
	}
	cal := newCalendar(t, calendar.Config{})
	for _, tt := range tests {
		from, err := time.Parse("Mon 2 Jan 2006 15:04", tt.from)
		require.NoError(t, err)
		got := cal.Earliest(from, tt.n, calendar.Desk{Weekdays: week, Regions: []string{"GB"}})
		require.Equal(t, tt.want, got.Format("Mon 2 Jan 2006 15:04"), "%d after %s", tt.n, tt.from)
	}
}

func TestEarliestOfADeskThatNeverWorks(t *testing.T) {
	cal := newCalendar(t, calendar.Config{})
	now := time.Date(2024, time.October, 7, 2, 0, 0, 0, time.UTC)
	require.Zero(t, cal.Earliest(now, 1, calendar.Desk{Regions: []string{"US"}}))
}

func TestBusinessDayBeyondTheData(t *testing.T) {
	cal := newCalendar(t, calendar.Config{})
	desk := calendar.Desk{Weekdays: week, Regions: []string{"SG"}}
	require.True(t, cal.BusinessDay(date(t, "2040-01-02"), desk), "a Monday")
	require.False(t, cal.BusinessDay(date(t, "2040-01-01"), desk), "a Sunday")
}
