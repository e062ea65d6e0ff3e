package calendar_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules/calendar"
)

// sources are what two independent sources say of the weekdays of five years in one
// region: true where both call a day a public holiday. Days on which they differ
// are left out.
type sources map[calendar.Date]bool

// readSources reads testdata/agreed.txt; its head says whence the facts are.
func readSources(t *testing.T) map[string]sources {
	t.Helper()
	text, err := os.ReadFile("testdata/agreed.txt")
	require.NoError(t, err)
	all, region := map[string]sources{}, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			region = strings.Trim(line, "[]")
			all[region] = sources{}
		default:
			all[region].readYear(t, line)
		}
	}
	return all
}

// readYear reads a line: a year, its holidays and, behind a bar, what differs.
func (s sources) readYear(t *testing.T, line string) {
	t.Helper()
	year, rest, _ := strings.Cut(line, " ")
	closed, differ, _ := strings.Cut(rest, "|")
	for d := date(t, year+"-01-01"); d.String()[:4] == year; d++ {
		if weekday := d.Weekday(); weekday != time.Saturday && weekday != time.Sunday {
			s[d] = false
		}
	}
	for _, day := range strings.Fields(closed) {
		require.Contains(t, s, date(t, year+"-"+day))
		s[date(t, year+"-"+day)] = true
	}
	for _, day := range strings.Fields(differ) {
		delete(s, date(t, year+"-"+day))
	}
}

// On the weekdays of 2024 to 2028 on which two independent sources agree, recall
// and precision are 0.99 or better, in every region. `go test -v` prints both.
func TestAgreesWithIndependentSources(t *testing.T) {
	cal := newCalendar(t, calendar.Config{})
	all := readSources(t)
	require.Len(t, all, 24)
	var sum tally
	for region, days := range all {
		n := compare(t, cal, region, days)
		require.GreaterOrEqual(t, n.recall(), 0.99, region)
		require.GreaterOrEqual(t, n.precision(), 0.99, region)
		sum = tally{sum.right + n.right, sum.missed + n.missed, sum.added + n.added}
	}
	t.Logf("holidays: %.0f, recall %.4f, precision %.4f", sum.right+sum.missed, sum.recall(), sum.precision())
	require.Greater(t, sum.right, 1000.0)
}

// A tally counts holidays: those found, those not found, and what is none.
type tally struct{ right, missed, added float64 }

func (n tally) recall() float64    { return n.right / (n.right + n.missed) }
func (n tally) precision() float64 { return n.right / (n.right + n.added) }

func compare(t *testing.T, cal *calendar.Calendar, region string, days sources) (n tally) {
	for d, closed := range days {
		h, ours := cal.Holiday(region, d)
		switch {
		case ours && closed:
			n.right++
		case closed:
			n.missed++
			t.Logf("%s %s is a holiday", region, d)
		case ours:
			n.added++
			t.Logf("%s %s is no holiday, and not %s", region, d, h.Name)
		}
	}
	return n
}
