package rules_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules"
)

// staleSG is the usual world, on a desk that sits in Singapore too, whose calendar
// could not be read again since March.
func staleSG(t *testing.T) rules.World {
	w := world(t)
	w.Policy.DeskRegions = []string{"US", "SG"}
	w.Stale = []rules.Stale{
		{Region: "DE", Since: at(t, "Mon 1 Jan 2024 00:00")}, // nobody's here
		{Region: "SG", Since: at(t, "Sun 3 Mar 2024 06:00")},
	}
	return w
}

// Where a calendar is stale the engineers decide, and learn why; a holiday that is
// known stays one.
func TestStaleCalendar(t *testing.T) {
	w := staleSG(t)
	a := asking(win(t, "Wed 9 Oct 2024 02:00", raised), win(t, "Thu 31 Oct 2024 02:00", raised))
	v := rules.Judge(a, w, at(t, raised))

	ordinary, deepavali := v.Windows[0], v.Windows[1]
	require.Equal(t, []rules.Code{rules.WindowCalendarUnknown}, codes(ordinary.Findings))
	require.True(t, ordinary.Feasible)
	require.True(t, ordinary.NeedsApproval)
	require.Equal(t, rules.Facts{
		Window: ordinary.Interval, Region: "SG", Date: "2024-10-09",
		Stale: true, Since: at(t, "Sun 3 Mar 2024 06:00"),
	}, ordinary.Findings[0].Facts)
	require.Equal(t, []rules.Code{rules.WindowHoliday, rules.WindowCalendarUnknown}, codes(deepavali.Findings))
	require.False(t, deepavali.Feasible)
	require.Equal(t, rules.Exception, v.Outcome)
}

// No window does without the engineers, so none is suggested, and the reason is
// given.
func TestStaleCalendarLeavesNothingToSuggest(t *testing.T) {
	w := staleSG(t)
	v := rules.Judge(asking(win(t, "Sat 12 Oct 2024 02:00", raised)), w, at(t, raised))
	require.Empty(t, v.Suggestions)
	require.Equal(t, rules.WindowCalendarUnknown, v.NoSuggestion.Reason.Code)
	require.Equal(t, at(t, "Sun 3 Mar 2024 06:00"), v.NoSuggestion.Reason.Facts.Since)
	require.Equal(t, "SG", v.NoSuggestion.Reason.Facts.Region)
	require.Equal(t, at(t, raised).Add(60*24*time.Hour), v.NoSuggestion.Until)

	w.Stale = w.Stale[:1]
	v = rules.Judge(asking(win(t, "Sat 12 Oct 2024 02:00", raised)), w, at(t, raised))
	require.Len(t, v.Suggestions, 2, "what is stale elsewhere does not matter")
}

// A calendar that was never read has no date since when it is stale.
func TestCalendarNeverRead(t *testing.T) {
	w := staleSG(t)
	w.Stale = []rules.Stale{{Region: "SG"}}
	window, _ := rules.JudgeWindow(win(t, "Wed 9 Oct 2024 02:00", raised), rules.Ask{Kind: "standard"}, w, at(t, raised))
	require.True(t, window.Findings[0].Facts.Stale)
	require.Zero(t, window.Findings[0].Facts.Since)
}
