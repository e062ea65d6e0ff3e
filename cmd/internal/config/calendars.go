package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/nearest"
	"github.com/refreshbot/refreshbot/integrations/ics"
	"github.com/refreshbot/refreshbot/rules/calendar"
)

// A CalendarFile is a calendar file (iCalendar) with holidays of one region. In
// the file it may stand as a single value, a path or a URL: then its days are
// holidays of the first of the desk's regions.
type CalendarFile struct {
	Region string `yaml:"region"`
	URL    string `yaml:"url"`  // http, https or webcal; either this
	Path   Path   `yaml:"path"` // or this is given
	Name   string `yaml:"name"` // for messages; empty: the path, or the URL's host

	alone bool // given as a single value
}

// calendarFile reads a calendar file that is given as a single value.
func (r *reader) calendarFile(s string, to *CalendarFile) error {
	to.alone = true
	if scheme, _, found := strings.Cut(s, ":"); found && slices.Contains(calendarSchemes(), strings.ToLower(scheme)) {
		to.URL = s
	} else {
		to.Path = Path(r.resolve(s))
	}
	return nil
}

func calendarSchemes() []string { return []string{"http", "https", "webcal"} }

// settleCalendarFiles gives a region to those files that stand without one.
func (c *Config) settleCalendarFiles() {
	for i := range c.Policy.Holidays.ICS {
		f := &c.Policy.Holidays.ICS[i]
		if f.alone && len(c.Policy.DeskRegions) > 0 {
			f.Region = c.Policy.DeskRegions[0]
		}
	}
}

// CalendarFiles returns the calendar files as their reader takes them, in the
// order of the configuration: the i-th stands at policy.holidays.ics[i].
func (c *Config) CalendarFiles() []ics.Source {
	var list []ics.Source
	for _, f := range c.Policy.Holidays.ICS {
		list = append(list, ics.Source{
			Region: f.Region, Name: f.Name, URL: f.URL, Path: string(f.Path), Zone: c.zoneOf(f.Region),
		})
	}
	return list
}

// zoneOf returns the zone in which a region's days begin and end, nil if there is
// none.
func (c *Config) zoneOf(region string) *time.Location {
	if zone := c.Policy.RegionZones[strings.ToUpper(region)]; zone != nil {
		return zone
	}
	return c.calendar.Zone(region)
}

// CalendarWith returns the holidays of every region with the days of calendar
// files, and the operator's additions and removals over all. Of a region that has
// calendar files those changes wait which lie on a date that nothing covers yet.
// Without any days it is the calendar that was built when the configuration was
// read.
func (c *Config) CalendarWith(read []calendar.Imported) (*calendar.Calendar, error) {
	if len(read) == 0 && c.calendar != nil {
		return c.calendar, nil
	}
	cfg := calendar.Config{Zones: c.Policy.RegionZones, Calendars: read}
	known, err := calendar.New(cfg)
	if err != nil {
		return nil, err
	}
	cfg.Add, cfg.Remove = c.entries(c.Policy.Holidays.Add, known), c.entries(c.Policy.Holidays.Remove, known)
	if len(cfg.Add)+len(cfg.Remove) == 0 {
		return known, nil
	}
	return calendar.New(cfg)
}

// entries returns holidays as the calendar takes them, less those that have to
// wait, and those without a date, which are mistakes of their own.
func (c *Config) entries(days []Holiday, known *calendar.Calendar) []calendar.Entry {
	var list []calendar.Entry
	for _, d := range days {
		if d.Date == nil || c.hasCalendarFile(d.Region) && !known.Covered(d.Region, *d.Date) {
			continue
		}
		list = append(list, calendar.Entry{Region: d.Region, Date: *d.Date, Name: d.Name})
	}
	return list
}

func (c *Config) hasCalendarFile(region string) bool {
	return region != "" && slices.ContainsFunc(c.Policy.Holidays.ICS, func(f CalendarFile) bool { return strings.EqualFold(f.Region, region) })
}

// shortestReload keeps from asking publishers of calendars too often.
const shortestReload = time.Minute

func (c *checker) calendarFiles() {
	h, seen := c.config.Policy.Holidays, map[string]place{}
	if h.ReloadEvery > 0 && h.ReloadEvery < shortestReload {
		c.add("policy.holidays.reload_every", "is shorter than %s: who publishes calendars would be asked too often", shortestReload)
	}
	for i, source := range c.config.CalendarFiles() {
		path := fmt.Sprintf("policy.holidays.ics[%d]", i)
		c.calendarAddress(path, source)
		if h.ICS[i] == (CalendarFile{}) {
			continue // nothing could be read of it
		}
		c.calendarRegion(path, source, h.ICS[i].alone)
		c.unique(seen, path, source.Region+" "+source.String(),
			"a calendar of this region and name is there already (give each a name)")
	}
}

// calendarAddress checks where a calendar file is. No address is quoted: of a
// private calendar it is the key.
func (c *checker) calendarAddress(path string, s ics.Source) {
	u, err := url.Parse(s.URL)
	switch {
	case (s.URL == "") == (s.Path == ""):
		c.add(path, "want either a path or a url")
	case s.URL == "":
	case holdsPassword(s.URL):
		c.add(path+".url", "an address holds no password: take it out")
	case err != nil || u.Host == "" || !slices.Contains(calendarSchemes(), u.Scheme):
		c.add(path+".url", "is not the address of a calendar: want one such as https://calendar.example/days.ics")
	}
}

func (c *checker) calendarRegion(path string, s ics.Source, alone bool) {
	switch {
	case s.Region == "" && alone:
		c.add(path, "whose holidays are these? There is no region of the desk's: want {region: SG, path: …}")
	case s.Region == "":
		c.add(path+".region", "is missing: whose holidays are these, such as SG or DE-HH?")
	case s.Zone == nil:
		c.add(path+".region", "region %q is not known%s; one of which a file is all there is needs a zone in policy.region_zones",
			s.Region, nearest.Hint(s.Region, c.config.calendar.Regions()))
	}
}
