package calendar

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Holiday is what makes a day a holiday.
type Holiday struct {
	Name      string `json:"name"`
	Estimated bool   `json:"estimated,omitempty"` // the date may still move, mostly by a day
}

// A Day is a date with the holiday that falls on it.
type Day struct {
	Date Date `json:"date"`
	Holiday
}

// A LocalHoliday is a holiday of a region on a date of that region's own
// calendar.
type LocalHoliday struct {
	Region string
	Day
}

// A Calendar holds the public holidays of every region that is known. It is
// never changed and may be shared.
//
// Regions are written as in ISO 3166-1, or 3166-2 for a part of a country, in
// either case.
type Calendar struct {
	regions map[string]*region
}

// A region is one entry of the calendar.
type region struct {
	name        string
	zone        *time.Location
	first, last Date  // the dates that the data cover, both inclusive
	days        []Day // sorted by date, each date once
}

// Regions returns the codes of all regions, sorted.
func (c *Calendar) Regions() []string {
	return slices.Sorted(maps.Keys(c.regions))
}

// Known reports whether the calendar holds a region.
func (c *Calendar) Known(code string) bool { return c.region(code) != nil }

// Name returns the English name of a region, or its code where it is not known.
func (c *Calendar) Name(code string) string {
	if r := c.region(code); r != nil {
		return r.name
	}
	return code
}

// Zone returns the zone in which a region's days begin and end: of a region with
// several, that of its largest business centre. It is nil for a region that is
// not known.
func (c *Calendar) Zone(code string) *time.Location {
	if r := c.region(code); r != nil {
		return r.zone
	}
	return nil
}

// Years returns the first and the last year that the data cover for a region.
// ok is false for a region that is not known.
func (c *Calendar) Years(code string) (first, last int, ok bool) {
	r := c.region(code)
	if r == nil {
		return 0, 0, false
	}
	return r.first.Year(), r.last.Year(), true
}

// Covered reports whether the data say of a date if it is a holiday in a region.
func (c *Calendar) Covered(code string, d Date) bool {
	return c.region(code).covers(d, d)
}

// Holiday returns the holiday of a region on a date; false where there is none
// or where the date is not covered.
func (c *Calendar) Holiday(code string, d Date) (Holiday, bool) {
	days := c.region(code).between(d, d)
	if len(days) == 0 {
		return Holiday{}, false
	}
	return days[0].Holiday, true
}

// Holidays returns the holidays of a region in a year, by date, weekends
// included. It is an error to ask for a region or a year that is not covered;
// the error names what is.
func (c *Calendar) Holidays(code string, year int) ([]Day, error) {
	r := c.region(code)
	if r == nil {
		return nil, fmt.Errorf("no holidays of region %q: known are %s", code, strings.Join(c.Regions(), ", "))
	}
	from, to := NewDate(year, time.January, 1), NewDate(year, time.December, 31)
	if !r.covers(from, to) {
		return nil, fmt.Errorf("no holidays of %s in %d: covered are the years %d to %d", code, year, r.first.Year(), r.last.Year())
	}
	return slices.Clone(r.between(from, to)), nil
}

// On returns the holidays of a region on whose local dates any instant of
// [start, end) falls. A nil zone stands for the region's own. Covered is false
// where the data do not reach over all of those dates.
func (c *Calendar) On(start, end time.Time, code string, zone *time.Location) (on []LocalHoliday, covered bool) {
	r := c.region(code)
	if r == nil {
		return nil, false
	}
	// No zone is a day away from UTC, so that most windows need no conversion.
	from, to := DateOf(start.UTC())-1, DateOf(end.UTC())+1
	if r.covers(from, to) && len(r.between(from, to)) == 0 {
		return nil, true
	}
	from, to = localDates(start, end, cmp.Or(zone, r.zone))
	for _, day := range r.between(from, to) {
		on = append(on, LocalHoliday{Region: code, Day: day})
	}
	return on, r.covers(from, to)
}

// localDates returns the first and the last date of [start, end) in zone.
func localDates(start, end time.Time, zone *time.Location) (first, last Date) {
	first = DateOf(start.In(zone))
	return first, max(first, DateOf(end.Add(-1).In(zone)))
}

func (c *Calendar) region(code string) *region {
	return c.regions[strings.ToUpper(code)]
}

// covers reports whether the data reach from one date to another. The data of a
// region that is not known reach nowhere.
func (r *region) covers(from, to Date) bool {
	return r != nil && r.first <= from && to <= r.last
}

// between returns the holidays from one date to another, both inclusive.
func (r *region) between(from, to Date) []Day {
	if r == nil {
		return nil
	}
	i, _ := slices.BinarySearchFunc(r.days, from, byDate)
	j := i
	for j < len(r.days) && r.days[j].Date <= to {
		j++
	}
	return r.days[i:j]
}

func byDate(day Day, d Date) int { return cmp.Compare(day.Date, d) }
