package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

func (c *checker) policy() {
	p := c.config.Policy
	c.positive("policy.window", p.Window, "windows have a length")
	c.positive("policy.suggest.step", p.Suggest.Step, "suggestions stand on a grid")
	c.atLeastOne("policy.windows_required", p.WindowsRequired)
	c.atLeastOne("policy.capacity", p.Capacity)
	c.atLeastOne("policy.approvers_production", p.Approvers)
	if len(p.Weekdays) == 0 {
		c.add("policy.weekdays", "is empty: no window would ever work")
	}
	if length := p.Suggest.Hours.To - p.Suggest.Hours.From; length < p.Window {
		c.add("policy.suggest.hours", "a window of %s does not fit into %s", p.Window, p.Suggest.Hours)
	}
	for i, code := range p.DeskRegions {
		c.region(fmt.Sprintf("policy.desk_regions[%d]", i), code)
	}
	for _, code := range slices.Sorted(maps.Keys(p.RegionZones)) {
		c.region("policy.region_zones."+code, code)
	}
	c.freezes()
	c.holidays("policy.holidays.add", p.Holidays.Add)
	c.holidays("policy.holidays.remove", p.Holidays.Remove)
	c.calendarFiles()
}

func (c *checker) positive(path string, span time.Duration, why string) {
	if span <= 0 {
		c.add(path, "has to be longer than 0s: %s", why)
	}
}

func (c *checker) atLeastOne(path string, n int) {
	if n < 1 {
		c.add(path, "is %d: has to be 1 or more", n)
	}
}

func (c *checker) freezes() {
	for i, f := range c.config.Policy.Freezes {
		path := fmt.Sprintf("policy.freezes[%d]", i)
		switch {
		case f.From.IsZero():
			c.add(path+".from", "is missing: want an instant such as 2026-12-24T18:00:00Z")
		case f.To.IsZero():
			c.add(path+".to", "is missing: want an instant such as 2027-01-02T06:00:00Z")
		case !f.From.Before(f.To):
			c.add(path+".to", "is not after from")
		}
	}
}

func (c *checker) holidays(path string, days []Holiday) {
	for i, d := range days {
		at := fmt.Sprintf("%s[%d]", path, i)
		if d.Date == nil {
			c.add(at+".date", "is missing: want a date such as 2027-01-31")
		}
		if strings.HasSuffix(path, ".add") && d.Name == "" {
			c.add(at+".name", "is missing: clients are told the holiday's name")
		}
		c.region(at+".region", d.Region)
	}
}
