package rules_test

import (
	"flag"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

var soak = flag.Bool("soak", false, "draw a million random windows instead of twenty thousand")

// A twin judges windows the slow way, minute by minute, from the text of the
// policy alone. All its times are whole minutes since 1970.
type twin struct {
	w        rules.World
	zones    map[string]*time.Location
	holidays map[string]map[int64]bool // region, days since 1970 of the local date
	covered  map[string][2]int64       // region, the first day and the one after the last
	closed   []bool                    // by UTC day since 2020: no business day
}

const (
	minute   = int64(60)
	dayOf    = 24 * 60
	firstDay = 18262 // 1 January 2020
)

func newTwin(t *testing.T, w rules.World, regions []string) *twin {
	tw := &twin{w: w, zones: map[string]*time.Location{}, holidays: map[string]map[int64]bool{}, covered: map[string][2]int64{}}
	for _, region := range regions {
		tw.zones[region] = w.Calendar.Zone(region)
		tw.holidays[region] = map[int64]bool{}
		first, last, ok := w.Calendar.Years(region)
		require.True(t, ok, region)
		january := func(year int) int64 { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400 }
		tw.covered[region] = [2]int64{january(first), january(last + 1)}
		for year := first; year <= last; year++ {
			days, err := w.Calendar.Holidays(region, year)
			require.NoError(t, err)
			for _, d := range days {
				date, err := time.Parse(time.DateOnly, d.Date.String())
				require.NoError(t, err)
				tw.holidays[region][date.Unix()/86400] = true
			}
		}
	}
	for d := int64(firstDay); d < firstDay+17*366; d++ {
		date := time.Unix(d*86400, 0).UTC()
		closed := date.Weekday() == time.Saturday || date.Weekday() == time.Sunday
		for _, region := range w.Policy.DeskRegions {
			closed = closed || tw.holidays[region][d]
		}
		tw.closed = append(tw.closed, closed)
	}
	return tw
}

func (tw *twin) works(m int64) bool { return !tw.closed[m/dayOf-firstDay] }

// earliest lets as many minutes of business days go by as the notice has.
func (tw *twin) earliest(kind ticket.Kind, proposed int64) int64 {
	switch kind {
	case ticket.PointInTime:
		return proposed + 336*60
	case ticket.SchemaUpdate:
		return proposed + 48*60
	}
	m := proposed
	for left := 2 * dayOf; left > 0; m++ {
		if tw.works(m) {
			left--
		}
	}
	for !tw.works(m) {
		m++
	}
	return m
}

// codes judges a window.
func (tw *twin) codes(kind ticket.Kind, win ticket.Window, pit, now time.Time) (codes []rules.Code) {
	start, end := win.Start.Unix()/minute, win.End.Unix()/minute
	proposed := win.ProposedAt.Unix() / minute
	add := func(code rules.Code, wrong bool) {
		if wrong && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	past, early := start <= proposed, start < tw.earliest(kind, proposed)
	add(rules.WindowInPast, past)
	add(rules.WindowTooEarly, !past && early)
	add(rules.WindowLapsed, !past && !early && start < now.Unix()/minute+4*60)
	add(rules.WindowLength, end-start != 120)
	if !pit.IsZero() {
		add(rules.PITTooOld, start-pit.Unix()/minute > 240*60)
		add(rules.PITAfterWindow, pit.Unix()/minute > start)
	}
	_, offset := win.Start.In(tw.zones["US"]).Zone()
	closes := int64(21*60 + 30)
	if offset == -4*3600 {
		closes = 20*60 + 30
	}
	for m := start; m < end; m++ {
		instant := time.Unix(m*minute, 0).UTC()
		add(rules.WindowWeekend, instant.Weekday() == time.Saturday || instant.Weekday() == time.Sunday)
		add(rules.WindowOutsideHours, m%dayOf < 60 || m%dayOf >= closes)
		for region, zone := range tw.zones {
			_, east := instant.In(zone).Zone()
			local := (m*minute + int64(east)) / 86400
			add(rules.WindowHoliday, tw.holidays[region][local])
			add(rules.WindowCalendarUnknown, local < tw.covered[region][0] || tw.covered[region][1] <= local)
		}
		for _, freeze := range tw.w.Policy.Freezes {
			add(rules.WindowFreeze, covers(freeze.Interval, instant))
		}
		add(rules.WindowUnavailable, tw.full(instant))
	}
	return codes
}

// full reports whether there is no place at an instant, or an environment of the
// request is taken.
func (tw *twin) full(instant time.Time) bool {
	n := 0
	for _, b := range tw.w.Taken {
		if covers(b.Interval, instant) {
			n++
			if slices.Contains(b.Environments, "abcd_TEST") {
				return true
			}
		}
	}
	return n >= tw.w.Policy.Capacity
}

func covers(i rules.Interval, instant time.Time) bool {
	return !instant.Before(i.Start) && instant.Before(i.End)
}

// A draw is a random case, with instants that like to lie on the edges of rules.
type draw struct {
	*rand.Rand
	tw *twin
}

func (d draw) minutes(from, to int) time.Duration {
	return time.Duration(from+d.IntN(to-from+1)) * time.Minute
}

// window draws a window proposed in the years 2020 to 2035, often near a clock
// change, a leap day or the end of a year.
func (d draw) window(kind ticket.Kind) ticket.Window {
	year := 2020 + d.IntN(16)
	anchors := []time.Time{
		time.Date(year, 1, 1+d.IntN(365), 0, 0, 0, 0, time.UTC),
		time.Date(year, 2, 26, 0, 0, 0, 0, time.UTC),
		time.Date(year, 3, 7, 0, 0, 0, 0, time.UTC),
		time.Date(year, 10, 30, 0, 0, 0, 0, time.UTC),
		time.Date(year, 12, 20, 0, 0, 0, 0, time.UTC),
	}
	proposed := anchors[d.IntN(len(anchors))].Add(d.minutes(0, 7*dayOf))
	start := proposed.Add(d.minutes(-2*dayOf, 25*dayOf))
	switch d.IntN(4) {
	case 0: // on the edge of the notice
		start = time.Unix(d.tw.earliest(kind, proposed.Unix()/minute)*minute, 0).Add(d.minutes(-1, 1))
	case 1: // on the edge of the hours, or of the day
		edges := []int{0, 60, 18*60 + 30, 19*60 + 30, 22 * 60}
		start = start.Truncate(24 * time.Hour).Add(d.minutes(-1, 1)).Add(time.Duration(edges[d.IntN(len(edges))]) * time.Minute)
	}
	length := 2 * time.Hour
	if d.IntN(10) == 0 {
		length = d.minutes(1, 30*60)
	}
	return ticket.Window{Start: start.UTC(), End: start.Add(length).UTC(), ProposedAt: proposed}
}

// busy draws what is taken around a window, and freezes.
func (d draw) busy(win ticket.Window) {
	w := &d.tw.w
	w.Taken, w.Policy.Freezes = nil, nil
	w.Policy.Capacity = 1 + d.IntN(3)
	for range d.IntN(5) {
		start := win.Start.Add(d.minutes(-26*60, 26*60))
		names := []string{"OTHER_prod", "OTHER_test"}
		if d.IntN(6) == 0 {
			names[1] = "abcd_TEST"
		}
		w.Taken = append(w.Taken, rules.Booking{Interval: rules.Interval{Start: start, End: start.Add(d.minutes(1, dayOf))}, Environments: names})
	}
	slices.SortFunc(w.Taken, func(a, b rules.Booking) int { return a.Start.Compare(b.Start) })
	if d.IntN(5) == 0 {
		start := win.Start.Add(d.minutes(-300, 150))
		w.Policy.Freezes = []rules.Freeze{{Interval: rules.Interval{Start: start, End: start.Add(d.minutes(1, 300))}}}
	}
}

func TestJudgeWindowAgreesWithItsTwin(t *testing.T) {
	t.Parallel()
	cases := 20_000
	if *soak {
		cases = 1_000_000
	}
	w := world(t)
	w.Policy.DeskRegions = []string{"US", "GB"}
	w.Regions = []string{"JP", "NZ", "SG"}
	tw := newTwin(t, w, []string{"US", "GB", "JP", "NZ", "SG"})
	d := draw{rand.New(rand.NewPCG(2024, 10)), tw}
	kinds := []ticket.Kind{ticket.Standard, ticket.PointInTime, ticket.SchemaUpdate}
	for i := range cases {
		ask := rules.Ask{Kind: kinds[d.IntN(3)], Environments: []string{"ABCD_prod", "ABCD_test"}}
		win := d.window(ask.Kind)
		now := win.ProposedAt.Add(d.minutes(0, 3*dayOf))
		if ask.Kind == ticket.PointInTime {
			ask.PointInTime = win.Start.Add(d.minutes(-11*dayOf, 60))
			if d.IntN(3) == 0 {
				ask.PointInTime = win.Start.Add(-240 * time.Hour).Add(d.minutes(-1, 1))
			}
		}
		d.busy(win)

		got, pit := rules.JudgeWindow(win, ask, tw.w, now)
		found := codes(append(slices.Clone(got.Findings), pit...))
		slices.Sort(found)
		want := tw.codes(ask.Kind, win, ask.PointInTime, now)
		slices.Sort(want)
		if !slices.Equal(slices.Compact(found), want) {
			t.Fatalf("case %d: %s, proposed %s, now %s, %s as of %s: got %v, want %v",
				i, win.Start, win.ProposedAt, now, ask.Kind, ask.PointInTime, found, want)
		}
		approvals := len(slices.DeleteFunc(slices.Clone(want), func(c rules.Code) bool {
			return c != rules.WindowOutsideHours && c != rules.WindowCalendarUnknown
		}))
		require.Equal(t, approvals == len(want), got.Feasible)
		require.Equal(t, got.Feasible && approvals > 0, got.NeedsApproval)
	}
}

// TestNextFindsWhatJudgeAdmits holds the search against a walk over every window
// of the grid.
func TestNextFindsWhatJudgeAdmits(t *testing.T) {
	t.Parallel()
	w := world(t)
	w.Regions = []string{"GB", "NZ", "SG"}
	w.Policy.Suggest.Horizon = 20 * 24 * time.Hour
	tw := newTwin(t, w, []string{"US", "GB", "NZ", "SG"})
	d := draw{rand.New(rand.NewPCG(7, 10)), tw}
	for range 150 {
		now := d.window(ticket.SchemaUpdate).ProposedAt
		d.busy(ticket.Window{Start: now.Add(4 * 24 * time.Hour)})
		var pit time.Time
		kind := []ticket.Kind{ticket.Standard, ticket.PointInTime}[d.IntN(2)]
		if kind == ticket.PointInTime {
			pit = now.Add(d.minutes(0, 18*dayOf))
		}
		require.Equal(t, walk(tw.w, kind, pit, now, 5), rules.Next(tw.w, kind, pit, now, 5), "%s at %s as of %s", kind, now, pit)
	}
}

func walk(w rules.World, kind ticket.Kind, pit, now time.Time, n int) (found []rules.Interval) {
	start := now.Truncate(30 * time.Minute)
	for ; len(found) < n && !start.After(now.Add(w.Policy.Suggest.Horizon)); start = start.Add(30 * time.Minute) {
		win := ticket.Window{Start: start, End: start.Add(2 * time.Hour), ProposedAt: now}
		got, _ := rules.JudgeWindow(win, rules.Ask{Kind: kind, PointInTime: pit}, w, now)
		clock := start.Sub(start.Truncate(24 * time.Hour))
		if !got.Feasible || got.NeedsApproval || clock < 90*time.Minute || clock > 18*time.Hour+30*time.Minute {
			continue
		}
		found = append(found, got.Interval)
		start = start.Add(90 * time.Minute)
	}
	return found
}

// TestSuggestAgreesWithItsTwin draws requests of which windows fell out.
func TestSuggestAgreesWithItsTwin(t *testing.T) {
	t.Parallel()
	w := world(t)
	w.Regions = []string{"GB", "NZ"}
	w.Policy.Suggest.Horizon = 15 * 24 * time.Hour
	tw := newTwin(t, w, []string{"US", "GB", "NZ"})
	d := draw{rand.New(rand.NewPCG(9, 10)), tw}
	for range 150 {
		now := d.window(ticket.Standard).ProposedAt
		d.busy(ticket.Window{Start: now.Add(4 * 24 * time.Hour)})
		for i := range tw.w.Taken {
			tw.w.Taken[i].Held = d.IntN(2) == 0
		}
		ask := rules.Ask{Kind: ticket.Standard, Environments: []string{"ABCD_test"}}
		for range d.IntN(3) {
			start := now.Add(d.minutes(-dayOf, 9*dayOf))
			win := ticket.Window{Start: start, End: start.Add(2 * time.Hour), ProposedAt: now}
			judged, _ := rules.JudgeWindow(win, ask, tw.w, now)
			ask.Windows = append(ask.Windows, judged)
		}
		got, _ := rules.Suggest(ask, tw.w, now, 2)
		require.Equal(t, tw.suggest(ask, now, 2), got, "at %s for %v", now, ask.Windows)
	}
}

// suggest tries every day at the time of each window that fell out, and then
// every half hour.
func (tw *twin) suggest(ask rules.Ask, now time.Time, n int) (found []rules.Interval) {
	horizon := now.Add(tw.w.Policy.Suggest.Horizon)
	try := func(start time.Time) bool {
		i := rules.Interval{Start: start, End: start.Add(2 * time.Hour)}
		if len(found) == n || start.After(horizon) || !tw.offered(i, ask, found, now) {
			return false
		}
		found = append(found, i)
		return true
	}
	for _, w := range ask.Windows {
		if w.Feasible {
			continue
		}
		midnight := w.Start.Truncate(24 * time.Hour)
		clock := w.Start.Sub(midnight)
		for clock%(30*time.Minute) != 0 {
			clock += time.Minute
		}
		clock = min(max(clock, 90*time.Minute), 18*time.Hour+30*time.Minute)
		for d := midnight.AddDate(0, 0, 1); !d.After(horizon) && !try(d.Add(clock)); d = d.AddDate(0, 0, 1) {
			continue
		}
	}
	for start := now.Truncate(30 * time.Minute); !start.After(horizon); start = start.Add(30 * time.Minute) {
		try(start)
	}
	return found
}

// offered reports whether a window may be suggested beside those found.
func (tw *twin) offered(i rules.Interval, ask rules.Ask, found []rules.Interval, now time.Time) bool {
	win := ticket.Window{Start: i.Start, End: i.End, ProposedAt: now}
	got, _ := rules.JudgeWindow(win, ask, tw.w, now)
	clock := i.Start.Sub(i.Start.Truncate(24 * time.Hour))
	inHours := 90*time.Minute <= clock && clock <= 18*time.Hour+30*time.Minute
	held := slices.ContainsFunc(tw.w.Taken, func(b rules.Booking) bool { return b.Held && b.Overlaps(i) })
	own := slices.ContainsFunc(ask.Windows, func(w rules.Window) bool { return w.Feasible && w.Overlaps(i) })
	return got.Feasible && !got.NeedsApproval && inHours && !held && !own && !slices.ContainsFunc(found, i.Overlaps)
}
