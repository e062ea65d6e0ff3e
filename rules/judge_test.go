package rules_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// at reads an instant as people write it: "Mon 7 Oct 2024 02:00". A weekday that
// is not that of the date fails the test.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	instant, err := time.Parse("Mon 2 Jan 2006 15:04", s)
	require.NoError(t, err)
	require.Equal(t, s[:3], instant.Weekday().String()[:3], "weekday of %s", s)
	return instant
}

// win is the two hours that start at an instant.
func win(t testing.TB, start, proposedAt string) ticket.Window {
	t.Helper()
	from := at(t, start)
	return ticket.Window{Start: from, End: from.Add(2 * time.Hour), Written: start, ProposedAt: at(t, proposedAt)}
}

func newCalendar(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(calendar.Config{})
	require.NoError(t, err)
	return c
}

// world is the world of `refreshbot check` without a configuration.
func world(t testing.TB) rules.World {
	return rules.World{Policy: rules.DefaultPolicy(), Calendar: newCalendar(t)}
}

func codes(found []rules.Finding) []rules.Code {
	list := []rules.Code{}
	for _, f := range found {
		list = append(list, f.Code)
	}
	return list
}

// asking is a standard request that lacks nothing but windows.
func asking(windows ...ticket.Window) ticket.Answers {
	return ticket.Answers{
		Kind:     ticket.Standard,
		Source:   &ticket.Environment{Written: "ABCD_prod"},
		Target:   &ticket.Environment{Written: "ABCD_test"},
		Windows:  windows,
		Preserve: ticket.Preserve{Answer: ticket.No},
	}
}

func TestNoticeAndHours(t *testing.T) {
	const raised = "Mon 7 Oct 2024 02:00"
	tests := []struct {
		name, start, raised string
		kind                ticket.Kind
		want                []rules.Code
	}{
		{name: "the earliest window of the client guide", start: "Wed 9 Oct 2024 02:00", raised: raised},
		{name: "its second window", start: "Wed 9 Oct 2024 04:00", raised: raised},
		{name: "half an hour before it", start: "Wed 9 Oct 2024 01:30", raised: raised, want: []rules.Code{rules.WindowTooEarly}},
		{name: "its weekend window", start: "Sat 12 Oct 2024 01:00", raised: raised, want: []rules.Code{rules.WindowWeekend}},
		{name: "raised on a Friday", start: "Tue 8 Oct 2024 15:00", raised: "Fri 4 Oct 2024 15:00"},
		{name: "a minute before that", start: "Tue 8 Oct 2024 14:59", raised: "Fri 4 Oct 2024 15:00", want: []rules.Code{rules.WindowTooEarly}},
		{name: "raised on a Saturday", start: "Wed 9 Oct 2024 01:00", raised: "Sat 5 Oct 2024 10:00"},
		{name: "raised on a Saturday, for Tuesday night", start: "Tue 8 Oct 2024 18:00", raised: "Sat 5 Oct 2024 10:00", want: []rules.Code{rules.WindowTooEarly}},
		{name: "raised before a desk holiday", start: "Wed 16 Oct 2024 02:00", raised: "Fri 11 Oct 2024 02:00"},
		{name: "and a day sooner", start: "Tue 15 Oct 2024 12:00", raised: "Fri 11 Oct 2024 02:00", want: []rules.Code{rules.WindowTooEarly}},
		{name: "schema update, 48 hours", start: "Tue 12 Dec 2023 12:00", raised: "Sun 10 Dec 2023 12:00", kind: ticket.SchemaUpdate},
		{name: "schema update, a minute less", start: "Tue 12 Dec 2023 12:00", raised: "Sun 10 Dec 2023 12:01", kind: ticket.SchemaUpdate, want: []rules.Code{rules.WindowTooEarly}},
		{name: "before it was proposed", start: "Mon 7 Oct 2024 01:00", raised: raised, want: []rules.Code{rules.WindowInPast}},
		{name: "at the instant it was proposed", start: raised, raised: raised, want: []rules.Code{rules.WindowInPast}},
		{name: "summer opens at one", start: "Thu 10 Oct 2024 01:00", raised: raised},
		{name: "before summer opens", start: "Thu 10 Oct 2024 00:59", raised: raised, want: []rules.Code{rules.WindowOutsideHours}},
		{name: "summer closes at half past eight", start: "Thu 10 Oct 2024 18:30", raised: raised},
		{name: "after summer closes", start: "Thu 10 Oct 2024 18:31", raised: raised, want: []rules.Code{rules.WindowOutsideHours}},
		{name: "winter closes an hour later", start: "Mon 4 Nov 2024 19:30", raised: raised},
		{name: "after winter closes", start: "Mon 4 Nov 2024 19:31", raised: raised, want: []rules.Code{rules.WindowOutsideHours}},
		{name: "last summer Friday", start: "Fri 1 Nov 2024 19:30", raised: raised, want: []rules.Code{rules.WindowOutsideHours}},
		{name: "across midnight", start: "Thu 10 Oct 2024 23:00", raised: raised, want: []rules.Code{rules.WindowOutsideHours}},
		{name: "into the weekend", start: "Fri 11 Oct 2024 23:00", raised: raised, want: []rules.Code{rules.WindowWeekend, rules.WindowOutsideHours}},
		{name: "out of the weekend", start: "Sun 13 Oct 2024 23:00", raised: raised, want: []rules.Code{rules.WindowWeekend, rules.WindowOutsideHours}},
		{name: "ends as Saturday begins", start: "Fri 11 Oct 2024 22:00", raised: raised, want: []rules.Code{rules.WindowOutsideHours}},
		{name: "Columbus Day", start: "Mon 14 Oct 2024 12:00", raised: raised, want: []rules.Code{rules.WindowHoliday}},
		{name: "Columbus Day until local midnight", start: "Tue 15 Oct 2024 03:30", raised: raised, want: []rules.Code{rules.WindowHoliday}},
		{name: "Columbus Day is over in New York", start: "Tue 15 Oct 2024 04:00", raised: raised},
	}
	w := world(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.kind == "" {
				tt.kind = ticket.Standard
			}
			got, pit := rules.JudgeWindow(win(t, tt.start, tt.raised), rules.Ask{Kind: tt.kind}, w, at(t, tt.raised))
			require.Empty(t, pit)
			require.ElementsMatch(t, tt.want, codes(got.Findings))
			approval := len(tt.want) == 1 && tt.want[0] == rules.WindowOutsideHours
			require.Equal(t, len(tt.want) == 0 || approval, got.Feasible)
			require.Equal(t, approval, got.NeedsApproval)
		})
	}
}
