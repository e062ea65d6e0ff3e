package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// withCalendar writes a configuration with one calendar file of Singapore, and
// returns the configuration's path. The file closes the given date.
func withCalendar(t *testing.T, date string) string {
	t.Helper()
	path := write(t, "refreshbot.yaml", "policy:\n  holidays:\n    ics:\n      - {region: SG, path: office.ics}\n")
	days := strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test",
		"BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z", "DTSTART;VALUE=DATE:" + date, "SUMMARY:Office day", "END:VEVENT",
		"END:VCALENDAR", "",
	}, "\r\n")
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "office.ics"), []byte(days), 0o600))
	return path
}

// What the files say holds for every command that judges.
func TestCalendarFiles(t *testing.T) {
	path := withCalendar(t, "20260310")
	got := shell{}.call("holidays", "--config", path, "--region", "SG", "--year", "2026")
	require.Contains(t, got.stdout, "2026-03-10  Tue  Office day")

	got = shell{stdin: "Refresh A_prod to A_test on Tue 10 Mar 2026 02:00-04:00 UTC or Wed 11 Mar 2026 02:00-04:00 UTC, keep no users"}.
		call("check", "--config", path, "--region", "SG", "--format", "json")
	require.Contains(t, got.stdout, "Tue 10 Mar 2026 is a public holiday in Singapore: Office day.")

	got = shell{}.call("windows", "--config", path, "--region", "SG", "--at", "2026-03-06T00:00:00Z")
	require.True(t, strings.HasPrefix(got.stdout, "Tue 10 Mar 2026 16:00"), "at midnight in Singapore: %s", got.stdout)

	got = shell{}.call("config", "check", "--config", path)
	require.Equal(t, 0, got.code, got.stderr)
}

// A file that can't be read is named with the line of the configuration, the line
// of the file and the event.
func TestCalendarFileOfMistakes(t *testing.T) {
	path := withCalendar(t, "202603xx")
	for _, args := range [][]string{
		{"config", "check", "--config", path},
		{"holidays", "--config", path, "--region", "SG", "--year", "2026"},
		{"windows", "--config", path},
	} {
		got := shell{}.call(args...)
		require.Equal(t, 2, got.code, args)
		require.Empty(t, got.stdout)
		require.Contains(t, got.stderr, path+":4: policy.holidays.ics[0]: calendar of SG from "+filepath.Join(filepath.Dir(path), "office.ics"))
		require.Contains(t, got.stderr, "line 7")
		require.Contains(t, got.stderr, "Office day")
	}
}
