package config_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/integrations/ics"
	"github.com/refreshbot/refreshbot/rules/calendar"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

// A calendar file is a path, an address, or says of which region it is.
func TestCalendarFiles(t *testing.T) {
	path := write(t, `policy:
  desk_regions: [SG, US]
  region_zones: {US: America/Chicago, XY: Asia/Tokyo}
  holidays:
    ics:
      - company.ics
      - webcal://days.example/sg.ics
      - {region: us, url: "https://days.example/us.ics", name: the agency}
      - {region: XY, path: /var/lib/xy.ics}
tenants:
  - {name: ABCD, regions: [XY]}
`)
	c, err := config.Load(path, noEnv)
	require.NoError(t, err, "XY is known by its file")
	require.Equal(t, []ics.Source{
		{Region: "SG", Path: filepath.Join(filepath.Dir(path), "company.ics"), Zone: zone(t, "Asia/Singapore")},
		{Region: "SG", URL: "webcal://days.example/sg.ics", Zone: zone(t, "Asia/Singapore")},
		{Region: "us", URL: "https://days.example/us.ics", Name: "the agency", Zone: zone(t, "America/Chicago")},
		{Region: "XY", Path: "/var/lib/xy.ics", Zone: zone(t, "Asia/Tokyo")},
	}, c.CalendarFiles())
	require.Equal(t, 6*time.Hour, c.Policy.Holidays.ReloadEvery)
	require.Equal(t, 7*24*time.Hour, c.Policy.Holidays.MaxAge)
}

// Without a desk's region a file that stands alone is nobody's.
func TestCalendarFileOfNobody(t *testing.T) {
	path := write(t, "policy:\n  desk_regions: []\n  holidays:\n    ics:\n      - company.ics\n")
	_, err := config.Load(path, noEnv)
	require.EqualError(t, err, path+":5: policy.holidays.ics[0]: whose holidays are these? There is no region of the desk's: want {region: SG, path: …}")
}

// The operator's changes go over the days of the files. Those of a region that only
// a file knows wait until it is read.
func TestCalendarWith(t *testing.T) {
	c, err := config.Load(write(t, `policy:
  region_zones: {XY: Asia/Tokyo}
  holidays:
    max_age: 0s
    reload_every: 0s
    ics: [{region: XY, path: xy.ics}]
    add: [{region: XY, date: 2027-03-04, name: Founders' Day}]
    remove: [{region: XY, date: 2027-03-05}]
`), noEnv)
	require.NoError(t, err)
	require.False(t, c.Calendar().Known("XY"))

	holiday := func(day int) calendar.Day {
		return calendar.Day{Date: calendar.NewDate(2027, time.March, day), Holiday: calendar.Holiday{Name: "of the file"}}
	}
	cal, err := c.CalendarWith([]calendar.Imported{{Region: "XY", Days: []calendar.Day{holiday(3), holiday(5)}}})
	require.NoError(t, err)
	days, err := cal.Holidays("XY", 2027)
	require.NoError(t, err)
	require.Equal(t, []calendar.Day{
		holiday(3),
		{Date: calendar.NewDate(2027, time.March, 4), Holiday: calendar.Holiday{Name: "Founders' Day"}},
	}, days)
}
