package rules

import (
	"time"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

const day = 24 * time.Hour

// DefaultPolicy returns the policy that holds where the configuration says
// nothing else.
func DefaultPolicy() Policy {
	newYork := mustZone("America/New_York")
	return Policy{
		Window:          2 * time.Hour,
		WindowsRequired: 2,
		YearAhead:       180 * day,
		Weekdays:        []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		Hours: Hours{
			Zone:   newYork,
			Summer: DayRange{From: 1 * time.Hour, To: 20*time.Hour + 30*time.Minute},
			Winter: DayRange{From: 1 * time.Hour, To: 21*time.Hour + 30*time.Minute},
		},
		Suggest: SuggestPolicy{
			Hours:   DayRange{From: 90 * time.Minute, To: 20*time.Hour + 30*time.Minute},
			Step:    30 * time.Minute,
			Horizon: 60 * day,
		},
		Notice: map[ticket.Kind]Notice{
			ticket.Standard:     {BusinessDays: 2},
			ticket.PointInTime:  {Plain: 14 * day},
			ticket.SchemaUpdate: {Plain: 48 * time.Hour},
		},
		PITMaxAge:     10 * day,
		Capacity:      2,
		Hold:          Notice{BusinessDays: 1},
		ConfirmBefore: 4 * time.Hour,
		Approvers:     ApproverPolicy{Production: 2},
		Reminders:     []time.Duration{24 * time.Hour, time.Hour},
		Recheck:       []time.Duration{24 * time.Hour, 15 * time.Minute},
		Nudge:         Notice{BusinessDays: 2},
		Close:         Notice{BusinessDays: 5},
		DeskRegions:   []string{"US"},
		RegionZones:   map[string]*time.Location{"US": newYork},
	}
}

// mustZone loads a zone that the program carries with it: package calendar embeds
// the zone data.
func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic("load a zone of the embedded data: " + err.Error())
	}
	return zone
}

// At returns the hours that hold at an instant, by the season of the zone.
func (h Hours) At(t time.Time) DayRange {
	if summer(t, h.Zone) {
		return h.Summer
	}
	return h.Winter
}

// summer reports whether clocks in a zone are ahead of what they show at the
// other end of the year. [time.Time.IsDST] does not do: the zone data take
// Ireland's winter time for the one that is saved.
func summer(t time.Time, zone *time.Location) bool {
	year := t.UTC().Year()
	_, january := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC).In(zone).Zone()
	_, july := time.Date(year, time.July, 1, 0, 0, 0, 0, time.UTC).In(zone).Zone()
	_, offset := t.In(zone).Zone()
	return offset > min(january, july)
}

// Contains reports whether every instant of a window lies in the range, by time
// of day. A window that crosses midnight does only where the range is the whole
// day.
func (r DayRange) Contains(w Interval) bool {
	if r.From <= 0 && r.To >= day {
		return true
	}
	from := sinceMidnight(w.Start)
	return r.From <= from && from+w.Length() <= r.To
}

// sinceMidnight returns the time that has passed of t's UTC day.
func sinceMidnight(t time.Time) time.Duration {
	const perDay = int64(day / time.Second)
	seconds := t.Unix() % perDay
	if seconds < 0 {
		seconds += perDay
	}
	return time.Duration(seconds)*time.Second + time.Duration(t.Nanosecond())
}
