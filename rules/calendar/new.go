package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Config is what the operator says about holidays, beside the data that the
// program carries. The later field goes over the earlier.
type Config struct {
	Zones     map[string]*time.Location // of regions, over those of the program
	Calendars []Imported                // read from files
	Add       []Entry                   // further holidays of known regions
	Remove    []Entry                   // days that are no holidays; the name does not matter
}

// An Entry is one holiday of one region.
type Entry struct {
	Region string
	Date   Date
	Name   string
}

// An Imported calendar is what a file says of a region. Its days are added to
// those that are known; years that it holds days of, and that adjoin those
// known, count as covered from then on. A region that is not known becomes so, if
// Config.Zones has its zone.
type Imported struct {
	Region  string
	Days    []Day
	Through int // the last year of which the days tell everything; zero: that of the last day
}

// New returns the calendar of the embedded data with the operator's changes. The
// error tells of every entry that can't be taken, not of the first alone.
func New(cfg Config) (*Calendar, error) {
	c := &Calendar{regions: map[string]*region{}}
	errs := []error{c.readRegions(regionsText), c.readTable(tableText)}
	c.compute()
	for code, zone := range cfg.Zones {
		if r := c.region(code); r != nil {
			r.zone = zone
		}
	}
	for _, file := range cfg.Calendars {
		errs = append(errs, c.include(file, cfg.Zones))
	}
	for _, entry := range cfg.Add {
		errs = append(errs, c.add(entry))
	}
	for _, entry := range cfg.Remove {
		errs = append(errs, c.remove(entry))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return c, nil
}

// include adds the days of a file.
func (c *Calendar) include(file Imported, zones map[string]*time.Location) error {
	if len(file.Days) == 0 {
		return fmt.Errorf("read the calendar of %s: it holds no days", file.Region)
	}
	days := slices.SortedFunc(slices.Values(file.Days), func(a, b Day) int { return cmp.Compare(a.Date, b.Date) })
	first := NewDate(days[0].Date.Year(), time.January, 1)
	last := NewDate(days[len(days)-1].Date.Year(), time.December, 31)
	if file.Through != 0 {
		last = max(first, min(last, NewDate(file.Through, time.December, 31)))
	}

	r := c.region(file.Region)
	if r == nil {
		code := strings.ToUpper(file.Region)
		zone := zones[code]
		if zone == nil {
			return fmt.Errorf("read the calendar of %s: the region is not known and has no zone", file.Region)
		}
		r = &region{name: code, zone: zone, first: first, last: last}
		c.regions[code] = r
	}
	if first <= r.last+1 && r.first-1 <= last {
		r.first, r.last = min(r.first, first), max(r.last, last)
	}
	for _, day := range days {
		r.set(day)
	}
	return nil
}

func (c *Calendar) add(e Entry) error {
	r := c.region(e.Region)
	if r == nil {
		return fmt.Errorf("add holiday %q on %s: region %q is not known", e.Name, e.Date, e.Region)
	}
	if !r.covers(e.Date, e.Date) {
		return fmt.Errorf("add holiday %q on %s: the data of %s cover %d to %d", e.Name, e.Date, e.Region, r.first.Year(), r.last.Year())
	}
	r.set(Day{Date: e.Date, Holiday: Holiday{Name: e.Name}})
	return nil
}

func (c *Calendar) remove(e Entry) error {
	r := c.region(e.Region)
	if r == nil {
		return fmt.Errorf("remove holiday on %s: region %q is not known", e.Date, e.Region)
	}
	if i, found := slices.BinarySearchFunc(r.days, e.Date, byDate); found {
		r.days = slices.Delete(r.days, i, i+1)
	}
	return nil
}

// set puts a day in its place, over the holiday that was there.
func (r *region) set(day Day) {
	i, found := slices.BinarySearchFunc(r.days, day.Date, byDate)
	if found {
		r.days[i] = day
		return
	}
	r.days = slices.Insert(r.days, i, day)
}
