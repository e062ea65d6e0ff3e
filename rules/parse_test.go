package rules_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules"
)

func TestParseNotice(t *testing.T) {
	tests := []struct {
		text string
		want rules.Notice
	}{
		{"2bd", rules.Notice{BusinessDays: 2}},
		{"14d", rules.Notice{Plain: 14 * 24 * time.Hour}},
		{"48h", rules.Notice{Plain: 48 * time.Hour}},
		{"0s", rules.Notice{}},
		{"0bd", rules.Notice{}},
	}
	for _, tt := range tests {
		got, err := rules.ParseNotice(tt.text)
		require.NoError(t, err, tt.text)
		require.Equal(t, tt.want, got, tt.text)
	}
	for _, bad := range []string{"", "bd", "-1bd", "1.5bd", "2 bd", "999bd", "two", "2", "-4h", "1w"} {
		_, err := rules.ParseNotice(bad)
		require.ErrorContains(t, err, "read notice", bad)
	}
}

func TestParseSpan(t *testing.T) {
	const day = 24 * time.Hour
	tests := []struct {
		text, written string
		want          time.Duration
	}{
		{"60d", "60d", 60 * day},
		{"30m", "30m", 30 * time.Minute},
		{"7d12h", "7d12h", 7*day + 12*time.Hour},
		{"0s", "0s", 0},
		{"0d", "0s", 0},
		{"36h", "1d12h", 36 * time.Hour},
		{"1d90s", "1d1m30s", day + 90*time.Second},
		{"1h30m", "1h30m", 90 * time.Minute},
		{"3653d", "3653d", 3653 * day},
	}
	for _, tt := range tests {
		got, err := rules.ParseSpan(tt.text)
		require.NoError(t, err, tt.text)
		require.Equal(t, tt.want, got, tt.text)
		require.Equal(t, tt.written, rules.FormatSpan(got))
	}
	for _, bad := range []string{"", "d", "-1d", "1d-2h", "-30m", "1d+2h", "12", "3653d1h", "9999d", "1.5d", "2w"} {
		_, err := rules.ParseSpan(bad)
		require.ErrorContains(t, err, "read span", bad)
	}
}

func TestParseDayRange(t *testing.T) {
	got, err := rules.ParseDayRange("01:00-20:30")
	require.NoError(t, err)
	require.Equal(t, rules.DayRange{From: time.Hour, To: 20*time.Hour + 30*time.Minute}, got)

	whole, err := rules.ParseDayRange("00:00-24:00")
	require.NoError(t, err)
	night := at(t, "Wed 9 Oct 2024 23:00")
	window := rules.Interval{Start: night, End: night.Add(2 * time.Hour)}
	require.True(t, whole.Contains(window), "of the whole day nothing is outside")
	require.False(t, rules.DayRange{To: 24*time.Hour - time.Minute}.Contains(window))

	for _, bad := range []string{"", "01:00", "20:30-01:00", "01:00-01:00", "1-2", "01:60-02:00", "00:00-24:01", "01:00-25:00", "-1:00-02:00", "01:00 - 02:00"} {
		_, err := rules.ParseDayRange(bad)
		require.ErrorContains(t, err, "read hours", bad)
	}
}

func TestHoursFollowTheSeason(t *testing.T) {
	summer, winter := rules.DayRange{To: time.Hour}, rules.DayRange{To: 2 * time.Hour}
	tests := []struct {
		zone, instant string
		want          rules.DayRange
	}{
		{"America/New_York", "Sun 10 Mar 2024 06:59", winter},
		{"America/New_York", "Sun 10 Mar 2024 07:00", summer},
		{"America/New_York", "Sun 3 Nov 2024 05:59", summer},
		{"America/New_York", "Sun 3 Nov 2024 06:00", winter},
		{"Europe/Dublin", "Mon 1 Jul 2024 12:00", summer},
		{"Europe/Dublin", "Mon 1 Jan 2024 12:00", winter},
		{"Australia/Sydney", "Mon 1 Jan 2024 12:00", summer},
		{"Australia/Sydney", "Mon 1 Jul 2024 12:00", winter},
		{"Asia/Singapore", "Mon 1 Jul 2024 12:00", winter},
	}
	for _, tt := range tests {
		zone, err := time.LoadLocation(tt.zone)
		require.NoError(t, err)
		hours := rules.Hours{Zone: zone, Summer: summer, Winter: winter}
		require.Equal(t, tt.want, hours.At(at(t, tt.instant)), "%s %s", tt.zone, tt.instant)
	}
}

// What was read is written so that it reads the same.
func FuzzPolicyValues(f *testing.F) {
	for _, seed := range []string{"2bd", "14d", "7d12h30m", "0s", "1.5h", "01:00-20:30", "00:00-24:00", "1d1ns"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if notice, err := rules.ParseNotice(text); err == nil {
			again, err := rules.ParseNotice(notice.String())
			require.NoError(t, err)
			require.Equal(t, notice, again)
		}
		if hours, err := rules.ParseDayRange(text); err == nil {
			require.Less(t, hours.From, hours.To)
			again, err := rules.ParseDayRange(hours.String())
			require.NoError(t, err)
			require.Equal(t, hours, again)
		}
	})
}
