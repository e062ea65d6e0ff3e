package rules_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// starts are when windows begin, as people write it.
func starts(windows []rules.Interval) []string {
	list := []string{}
	for _, w := range windows {
		list = append(list, w.Start.Format("Mon 2 Jan 2006 15:04"))
	}
	return list
}

func booked(t testing.TB, start string, length time.Duration, names ...string) rules.Booking {
	from := at(t, start)
	return rules.Booking{Interval: rules.Interval{Start: from, End: from.Add(length)}, Environments: names}
}

type suggestionCase struct {
	name    string
	windows []string // of the client, proposed on Monday 7 October at 02:00
	change  func(w *rules.World)
	want    []string
}

func judgeSuggestions(t *testing.T, tests []suggestionCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := world(t)
			if tt.change != nil {
				tt.change(&w)
			}
			a := asking()
			for _, start := range tt.windows {
				a.Windows = append(a.Windows, win(t, start, raised))
			}
			v := rules.Judge(a, w, at(t, raised))
			require.Equal(t, tt.want, starts(v.Suggestions))
			require.Nil(t, v.NoSuggestion)
		})
	}
}

func TestSuggestTheSameTimeOfDay(t *testing.T) {
	judgeSuggestions(t, []suggestionCase{
		{
			name:    "both work: none",
			windows: []string{"Wed 9 Oct 2024 02:00", "Wed 9 Oct 2024 04:00"},
			want:    []string{},
		},
		{
			name:    "the time of day that fell out, then the earliest, beside the window that works",
			windows: []string{"Sat 12 Oct 2024 10:00", "Wed 9 Oct 2024 02:00"},
			want:    []string{"Tue 15 Oct 2024 10:00", "Wed 9 Oct 2024 04:00"},
		},
		{
			name:    "rounded up to the half hour",
			windows: []string{"Sat 12 Oct 2024 10:10", "Sun 13 Oct 2024 11:00"},
			want:    []string{"Tue 15 Oct 2024 10:30", "Wed 16 Oct 2024 11:00"},
		},
		{
			name:    "moved into the hours",
			windows: []string{"Sat 12 Oct 2024 01:00", "Sat 12 Oct 2024 23:50"},
			want:    []string{"Tue 15 Oct 2024 04:00", "Tue 15 Oct 2024 18:30"},
			change: func(w *rules.World) { // not on Columbus Day in New York, which ends at 04:00
				w.Policy.Suggest.Hours.From = 4 * time.Hour
			},
		},
		{
			name:    "early on Columbus Day it is still Sunday in New York",
			windows: []string{"Sat 12 Oct 2024 01:00", "Wed 9 Oct 2024 02:00"},
			want:    []string{"Mon 14 Oct 2024 01:30", "Wed 9 Oct 2024 04:00"},
		},
		{
			name:    "notice counts from now",
			windows: []string{"Mon 7 Oct 2024 10:00", "Tue 8 Oct 2024 01:00"},
			want:    []string{"Wed 9 Oct 2024 10:00", "Thu 10 Oct 2024 01:30"},
		},
	})
}

func TestSuggestTheEarliest(t *testing.T) {
	judgeSuggestions(t, []suggestionCase{
		{
			name:    "one missing",
			windows: []string{"Wed 9 Oct 2024 03:00"},
			want:    []string{"Wed 9 Oct 2024 05:00", "Wed 9 Oct 2024 07:00"},
		},
		{
			name: "none given",
			want: []string{"Wed 9 Oct 2024 02:00", "Wed 9 Oct 2024 04:00"},
		},
		{
			name: "a hold is left alone, a booking is not while there is room",
			change: func(w *rules.World) {
				w.Taken = []rules.Booking{booked(t, "Wed 9 Oct 2024 02:00", 2*time.Hour), booked(t, "Wed 9 Oct 2024 04:00", 2*time.Hour)}
				w.Taken[1].Held = true
			},
			want: []string{"Wed 9 Oct 2024 02:00", "Wed 9 Oct 2024 06:00"},
		},
		{
			name: "the target is taken",
			change: func(w *rules.World) {
				w.Taken = []rules.Booking{booked(t, "Wed 9 Oct 2024 02:15", 3*time.Hour, "abcd_TEST")}
			},
			want: []string{"Wed 9 Oct 2024 05:30", "Wed 9 Oct 2024 07:30"},
		},
		{
			name: "a freeze",
			change: func(w *rules.World) {
				w.Policy.Freezes = []rules.Freeze{{Interval: rules.Interval{Start: at(t, "Tue 8 Oct 2024 00:00"), End: at(t, "Thu 17 Oct 2024 17:00")}}}
			},
			want: []string{"Thu 17 Oct 2024 17:00", "Fri 18 Oct 2024 01:30"},
		},
	})
}

func TestNoSuggestionSaysWhy(t *testing.T) {
	now := at(t, raised)
	tests := []struct {
		name   string
		change func(w *rules.World)
		want   rules.Code
	}{
		{"a freeze", func(w *rules.World) {
			w.Policy.Freezes = []rules.Freeze{{Interval: rules.Interval{Start: now, End: now.AddDate(0, 6, 0)}, Reason: "year end"}}
		}, rules.WindowFreeze},
		{"all taken", func(w *rules.World) { w.Taken = bookings(now, 10_000, time.Hour) }, rules.WindowUnavailable},
		{"no holidays known", func(w *rules.World) { w.Regions = []string{"XX"} }, rules.WindowCalendarUnknown},
		{"the notice reaches over the horizon", func(w *rules.World) {
			w.Policy.Notice[ticket.Standard] = rules.Notice{Plain: 61 * 24 * time.Hour}
		}, rules.WindowTooEarly},
		{"no day of the week", func(w *rules.World) {
			w.Policy.Weekdays = nil
			w.Policy.Notice[ticket.Standard] = rules.Notice{}
		}, rules.WindowWeekend},
		{"no business day at all", func(w *rules.World) { w.Policy.Weekdays = nil }, rules.WindowWeekend},
		{"hours shorter than a window", func(w *rules.World) {
			w.Policy.Hours.Summer.To = w.Policy.Hours.Summer.From + time.Hour
			w.Policy.Hours.Winter = w.Policy.Hours.Summer
		}, rules.WindowOutsideHours},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := world(t)
			tt.change(&w)
			v := rules.Judge(asking(), w, now)
			require.Empty(t, v.Suggestions)
			require.NotNil(t, v.NoSuggestion)
			require.Equal(t, tt.want, v.NoSuggestion.Reason.Code)
			require.Equal(t, now.AddDate(0, 0, 60), v.NoSuggestion.Until)
		})
	}
}

// The examples of the client guide, with data up to 30 September 2024 12:00.
func TestPointInTimeExamples(t *testing.T) {
	pit := at(t, "Mon 30 Sep 2024 12:00")
	tests := []struct {
		start, raised string
		want, request []rules.Code
	}{
		{start: "Thu 10 Oct 2024 12:00", raised: "Thu 26 Sep 2024 12:00"},
		{start: "Thu 10 Oct 2024 12:01", raised: "Thu 26 Sep 2024 12:00", request: []rules.Code{rules.PITTooOld}},
		{start: "Thu 10 Oct 2024 12:00", raised: "Thu 26 Sep 2024 12:01", want: []rules.Code{rules.WindowTooEarly}},
		{start: "Mon 7 Oct 2024 12:00", raised: "Mon 23 Sep 2024 12:00"},
		{start: "Mon 7 Oct 2024 11:59", raised: "Mon 23 Sep 2024 12:00", want: []rules.Code{rules.WindowTooEarly}},
		{start: "Mon 30 Sep 2024 12:00", raised: "Mon 16 Sep 2024 12:00"},
		{start: "Mon 30 Sep 2024 11:59", raised: "Mon 16 Sep 2024 11:00", request: []rules.Code{rules.PITAfterWindow}},
	}
	for _, tt := range tests {
		t.Run(tt.start+" raised "+tt.raised, func(t *testing.T) {
			ask := rules.Ask{Kind: ticket.PointInTime, PointInTime: pit}
			got, request := rules.JudgeWindow(win(t, tt.start, tt.raised), ask, world(t), at(t, tt.raised))
			require.ElementsMatch(t, tt.want, codes(got.Findings))
			require.ElementsMatch(t, tt.request, codes(request))
			require.Equal(t, len(tt.want)+len(tt.request) == 0, got.Feasible)
		})
	}
}

// A point in time that lies in the past can't be had, and the verdict says what
// can: the last window for it, and the earliest instant that works.
func TestPointInTimeInThePast(t *testing.T) {
	a := asking(win(t, "Mon 21 Oct 2024 12:00", raised), win(t, "Tue 22 Oct 2024 12:00", raised))
	a.Kind = ticket.PointInTime
	a.PointInTime = &ticket.Instant{At: at(t, "Sun 6 Oct 2024 12:00")}
	v := rules.Judge(a, world(t), at(t, raised))

	require.Equal(t, rules.Reschedule, v.Outcome)
	require.Equal(t, []rules.Code{rules.PITTooOld}, codes(v.Findings), "once, whatever number of windows")
	require.Empty(t, v.Windows[0].Findings)
	require.False(t, v.Windows[0].Feasible)
	require.Equal(t, at(t, "Wed 16 Oct 2024 12:00"), v.Findings[0].Facts.Latest)
	require.Equal(t, at(t, "Fri 11 Oct 2024 02:00"), v.Findings[0].Facts.Earliest, "ten days before Monday 21 October 02:00")
	require.Empty(t, v.Suggestions)
	require.Equal(t, rules.PITTooOld, v.NoSuggestion.Reason.Code)

	a.PointInTime.At = v.Findings[0].Facts.Earliest
	v = rules.Judge(a, world(t), at(t, raised))
	require.Equal(t, []string{"Mon 21 Oct 2024 02:00"}, starts(v.Suggestions))

	a.PointInTime = nil
	v = rules.Judge(a, world(t), at(t, raised))
	require.Equal(t, []rules.Code{rules.PITMissing}, codes(v.Findings))
	require.True(t, v.Windows[0].Feasible, "judged without it")
}

func TestFactsOfFindings(t *testing.T) {
	w := world(t)
	w.Taken = []rules.Booking{
		booked(t, "Wed 9 Oct 2024 01:00", 3*time.Hour, "WXYZ_test"),
		booked(t, "Wed 9 Oct 2024 03:00", 2*time.Hour, "OTHER_test"),
		booked(t, "Thu 10 Oct 2024 10:00", 2*time.Hour, "abcd_test", "OTHER_prod"),
	}
	facts := func(start string) rules.Facts {
		got, _ := rules.JudgeWindow(win(t, start, raised), rules.Ask{Kind: ticket.Standard, Environments: []string{"ABCD_prod", "ABCD_test"}}, w, at(t, raised))
		require.Len(t, got.Findings, 1, start)
		return got.Findings[0].Facts
	}

	full := facts("Wed 9 Oct 2024 02:00")
	require.Equal(t, rules.Interval{Start: at(t, "Wed 9 Oct 2024 03:00"), End: at(t, "Wed 9 Oct 2024 04:00")}, full.Window)
	require.Equal(t, 2, full.Found)
	require.Empty(t, full.Names, "no other client is named")

	require.Equal(t, []string{"ABCD_test"}, facts("Thu 10 Oct 2024 11:00").Names)

	holiday := facts("Mon 14 Oct 2024 12:00")
	require.Equal(t, "Columbus Day", holiday.Holiday)
	require.Equal(t, "US", holiday.Region)
	require.Equal(t, "2024-10-14", holiday.Date)

	early := facts("Tue 8 Oct 2024 12:00")
	require.Equal(t, at(t, "Wed 9 Oct 2024 02:00"), early.Earliest)
	require.Equal(t, "2bd", early.Notice)

	require.Equal(t, "01:00-20:30", facts("Thu 10 Oct 2024 20:00").Hours)
	require.Equal(t, "2024-10-12", facts("Sat 12 Oct 2024 02:00").Date)
}
