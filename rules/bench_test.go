package rules_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// BenchmarkJudge judges one request whose two windows are looked up in the
// calendars of fifty regions.
func BenchmarkJudge(b *testing.B) {
	w := world(b)
	w.Regions = w.Calendar.Regions()[:50]
	now := at(b, "Mon 7 Oct 2024 02:00")
	a := asking(win(b, "Wed 9 Oct 2024 02:00", "Mon 7 Oct 2024 02:00"), win(b, "Wed 16 Oct 2024 04:00", "Mon 7 Oct 2024 02:00"))
	b.ReportAllocs()
	for b.Loop() {
		rules.Judge(a, w, now)
	}
}

// BenchmarkSuggest shows the cost of two suggestions against the number of
// bookings, from now on and one after the other, in a year with a freeze in every
// week. In "full" two requests take up every hour, so that there is nothing to
// suggest before the bookings end.
func BenchmarkSuggest(b *testing.B) {
	now := at(b, "Mon 7 Oct 2024 02:00")
	for name, apart := range map[string]time.Duration{"open": 3 * time.Hour, "full": time.Hour} {
		for _, n := range []int{10, 100, 1_000, 10_000, 100_000} {
			w := world(b)
			w.Taken = bookings(now, n, apart)
			w.Policy.Freezes = weeklyFreezes(now)
			ask := rules.Ask{
				Kind:         ticket.Standard,
				Environments: []string{"ABCD_prod", "ABCD_test"},
				Windows:      []rules.Window{{Interval: rules.Interval{Start: now, End: now.Add(2 * time.Hour)}}},
			}
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					rules.Suggest(ask, w, now, 2)
				}
			})
		}
	}
}

// bookings are windows of two hours, of which every third is a hold.
func bookings(now time.Time, n int, apart time.Duration) []rules.Booking {
	taken := make([]rules.Booking, n)
	for i := range taken {
		start := now.Add(time.Duration(i) * apart)
		taken[i] = rules.Booking{
			Interval:     rules.Interval{Start: start, End: start.Add(2 * time.Hour)},
			Environments: []string{fmt.Sprintf("T%d_prod", i), fmt.Sprintf("T%d_test", i)},
			Held:         i%3 == 0,
		}
	}
	return taken
}

// weeklyFreezes are 52 Wednesdays.
func weeklyFreezes(now time.Time) []rules.Freeze {
	freezes := make([]rules.Freeze, 52)
	for i := range freezes {
		start := now.AddDate(0, 0, 2+7*i)
		freezes[i] = rules.Freeze{Interval: rules.Interval{Start: start, End: start.Add(24 * time.Hour)}, Reason: "release"}
	}
	return freezes
}
