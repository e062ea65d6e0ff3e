package rules

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/rules/calendar"
)

// A view is the world as one request meets it: what all its windows need, looked
// up once.
type view struct {
	World
	ask    Ask
	now    time.Time
	places []place
}

// A place is a region whose holidays count, with the zone of its dates.
type place struct {
	code  string
	zone  *time.Location // nil: the calendar's own for the region
	stale *Stale         // nil: the calendar can be relied on
}

func newView(w World, ask Ask, now time.Time) *view {
	v := &view{World: w, ask: ask, now: now.UTC()}
	lists := [][]string{w.Policy.DeskRegions, w.Regions, nil}
	if w.Tenant != nil {
		lists[2] = w.Tenant.Regions
	}
	v.places = make([]place, 0, len(lists[0])+len(lists[1])+len(lists[2]))
	for _, codes := range lists {
		v.add(codes)
	}
	return v
}

// add adds regions to the places, each once.
func (v *view) add(codes []string) {
	for _, code := range codes {
		code = strings.ToUpper(code)
		if !v.has(code) {
			v.places = append(v.places, place{code: code, zone: v.Policy.RegionZones[code], stale: v.stale(code)})
		}
	}
}

// has reports whether a region is among the places. The places are not copied to
// look at them: with fifty regions that is what a judgement would spend its time on.
func (v *view) has(code string) bool {
	for i := range v.places {
		if v.places[i].code == code {
			return true
		}
	}
	return false
}

// stale returns what is stale of a region, nil if nothing is.
func (v *view) stale(code string) *Stale {
	i, found := slices.BinarySearchFunc(v.Stale, code, func(s Stale, code string) int { return cmp.Compare(s.Region, code) })
	if !found {
		return nil
	}
	return &v.Stale[i]
}

// unknown says that it is not known whether a date is a holiday in a region, and
// why.
func (p place) unknown(date calendar.Date) Finding {
	facts := Facts{Region: p.code, Date: date.String()}
	if p.stale != nil {
		facts.Stale, facts.Since = true, p.stale.Since
	}
	return Finding{WindowCalendarUnknown, Approval, facts}
}

// earliest returns the first instant that the notice admits for a window
// proposed at t; the zero time where it admits none.
func (v *view) earliest(t time.Time) time.Time {
	notice := v.Policy.Notice[v.ask.Kind]
	if notice.BusinessDays == 0 {
		return t.Add(notice.Plain)
	}
	desk := calendar.Desk{Weekdays: v.Policy.Weekdays, Regions: v.Policy.DeskRegions}
	return v.Calendar.Earliest(t, notice.BusinessDays, desk)
}

// around returns those of the bookings, sorted by start and none longer than a
// day, that may share an instant with i.
func around(taken []Booking, i Interval) []Booking {
	reach := i.Start.Add(-day)
	from := sort.Search(len(taken), func(k int) bool { return taken[k].Start.After(reach) })
	rest := taken[from:]
	to := sort.Search(len(rest), func(k int) bool { return !rest[k].Start.Before(i.End) })
	return rest[:to]
}

// clash returns what stands in the way of i among the bookings around it: one
// that an environment of the request takes part in, or as many at one instant as
// there is capacity for. The finding's window is the time in which there is no
// place.
func (v *view) clash(taken []Booking, i Interval) (Finding, bool) {
	full, found := Finding{}, false
	for k := range taken {
		b := &taken[k]
		if !b.Overlaps(i) {
			continue
		}
		if name := v.shared(b); name != "" {
			return Finding{WindowUnavailable, Error, Facts{Window: b.Interval, Names: []string{name}}}, true
		}
		if found {
			continue
		}
		at := latest(b.Start, i.Start)
		if n, until := together(taken, at); n >= v.Policy.Capacity {
			facts := Facts{Window: Interval{at, until}, Found: n, Needed: v.Policy.Capacity}
			full, found = Finding{WindowUnavailable, Error, facts}, true
		}
	}
	return full, found
}

// together returns how many bookings there are at an instant, and when the first
// of them ends.
func together(taken []Booking, at time.Time) (n int, until time.Time) {
	for k := range taken {
		b := &taken[k]
		if b.Start.After(at) || !b.End.After(at) {
			continue
		}
		if n == 0 || b.End.Before(until) {
			until = b.End
		}
		n++
	}
	return n, until
}

// shared returns the request's environment that a booking has too.
func (v *view) shared(b *Booking) string {
	for _, name := range v.ask.Environments {
		if containsFold(b.Environments, name) {
			return name
		}
	}
	return ""
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
