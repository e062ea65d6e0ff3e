package calendar

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones are known on every machine

	"github.com/rickar/cal/v2"
)

//go:embed regions.txt
var regionsText string

//go:embed table.txt
var tableText string

//go:embed names.txt
var namesText string

// readRegions reads lines of code, zone and name.
func (c *Calendar) readRegions(text string) error {
	zones := map[string]*time.Location{}
	for line := range dataLines(text) {
		code, rest, _ := strings.Cut(line, " ")
		zoneName, name, found := strings.Cut(rest, " ")
		if !found {
			return fmt.Errorf("read region %q: want code, zone and name", line)
		}
		if zones[zoneName] == nil {
			zone, err := time.LoadLocation(zoneName)
			if err != nil {
				return fmt.Errorf("read region %s: %w", code, err)
			}
			zones[zoneName] = zone
		}
		c.regions[code] = &region{name: name, zone: zones[zoneName]}
	}
	return nil
}

// readTable reads the dates of regions: a heading "[SG] 2024-2035" and under it
// lines of a name and its dates, the estimated ones marked with a tilde.
func (c *Calendar) readTable(text string) error {
	var r *region
	for line := range dataLines(text) {
		var err error
		if strings.HasPrefix(line, "[") {
			r, err = c.readHeading(line)
		} else {
			err = r.readDates(line)
		}
		if err != nil {
			return fmt.Errorf("read holidays %q: %w", line, err)
		}
	}
	for _, r := range c.regions {
		r.sort()
	}
	return nil
}

func (c *Calendar) readHeading(line string) (*region, error) {
	code, years, _ := strings.Cut(strings.TrimPrefix(line, "["), "] ")
	first, last, _ := strings.Cut(years, "-")
	from, err := strconv.Atoi(first)
	to, err2 := strconv.Atoi(last)
	r := c.regions[code]
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	if r == nil {
		return nil, fmt.Errorf("region %s has no zone", code)
	}
	r.first, r.last = NewDate(from, time.January, 1), NewDate(to, time.December, 31)
	return r, nil
}

func (r *region) readDates(line string) error {
	name, dates, found := strings.Cut(line, ": ")
	if r == nil || !found {
		return errors.New("want a region, then a name and its dates")
	}
	for text := range strings.FieldsSeq(dates) {
		text, estimated := strings.CutPrefix(text, "~")
		d, err := ParseDate(text)
		if err != nil {
			return err
		}
		r.days = append(r.days, Day{Date: d, Holiday: Holiday{Name: name, Estimated: estimated}})
	}
	return nil
}

// readNames reads lines of a name and the English one.
func readNames(text string) map[string]string {
	english := map[string]string{}
	for line := range dataLines(text) {
		if name, translated, found := strings.Cut(line, " = "); found {
			english[name] = translated
		}
	}
	return english
}

// computing lets one calendar be computed at a time: the library calculates some
// holidays, Japan's among them, by way of variables of its own.
var computing sync.Mutex

// compute fills in the regions whose holidays follow rules.
func (c *Calendar) compute() {
	computing.Lock()
	defer computing.Unlock()
	english := readNames(namesText)
	for code, holidays := range computed() {
		r := c.regions[code]
		r.first, r.last = NewDate(firstComputed, time.January, 1), NewDate(lastComputed, time.December, 31)
		for _, h := range holidays {
			if h.Type != cal.ObservanceOther { // half days and eves
				r.compute(h, cmp.Or(english[h.Name], h.Name))
			}
		}
		r.sort()
	}
}

// compute adds the days of one holiday, and those on which it is observed
// instead. The years on either side are looked at too: a New Year's Day may be
// observed in the year before.
func (r *region) compute(h *cal.Holiday, name string) {
	for year := firstComputed - 1; year <= lastComputed+1; year++ {
		actual, observed := h.Calc(year)
		if actual.IsZero() {
			continue
		}
		r.computed(actual, name)
		if !observed.Equal(actual) {
			r.computed(observed, name+" (observed)")
		}
	}
}

// computed adds a day that the library gives as local midnight. Where clocks are
// put forward at midnight that may be the hour before, hence the margin.
func (r *region) computed(midnight time.Time, name string) {
	if d := DateOf(midnight.Add(2 * time.Hour)); r.covers(d, d) {
		r.days = append(r.days, Day{Date: d, Holiday: Holiday{Name: name}})
	}
}

// sort puts the days in order and joins holidays that fall on the same day.
func (r *region) sort() {
	slices.SortStableFunc(r.days, func(a, b Day) int { return byDate(a, b.Date) })
	kept := r.days[:0]
	for _, day := range r.days {
		last := len(kept) - 1
		switch {
		case last < 0 || kept[last].Date != day.Date:
			kept = append(kept, day)
		case kept[last].Name != day.Name:
			kept[last].Name += " / " + day.Name
			kept[last].Estimated = kept[last].Estimated && day.Estimated
		}
	}
	r.days = kept
}

// dataLines yields the lines of a text that hold data.
func dataLines(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			if line != "" && !strings.HasPrefix(line, "#") && !yield(line) {
				return
			}
		}
	}
}
