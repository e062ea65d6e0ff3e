package calendar_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules/calendar"
)

func newCalendar(t testing.TB, c calendar.Config) *calendar.Calendar {
	t.Helper()
	cal, err := calendar.New(c)
	require.NoError(t, err)
	return cal
}

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	require.NoError(t, err)
	return d
}

// Dates that are known from elsewhere: public notices and almanacs.
func TestWellKnownHolidays(t *testing.T) {
	tests := []struct{ region, dates string }{
		{"US", "2024-01-01 2024-01-15 2024-05-27 2024-06-19 2024-07-04 2024-09-02 2024-10-14 2024-11-11 2024-11-28 2024-12-25 2026-07-03"},
		{"GB-ENG", "2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26 2026-12-28 2027-12-27 2027-12-28"},
		{"GB-SCT", "2024-01-02 2024-12-02 2026-12-28 2027-01-04 2024-08-05 2022-01-04 2023-01-02 2023-01-03"},
		{"GB-NIR", "2024-03-18 2024-07-12 2025-07-14 2024-04-01"},
		{"SG", "2024-02-12 2024-04-10 2024-06-17 2024-08-09 2024-10-31 2025-01-29 2025-05-12 2026-06-01 2026-08-10 2026-11-09"},
		{"GR", "2024-01-06 2024-03-18 2024-03-25 2024-05-03 2024-05-06 2024-06-24 2024-08-15 2024-10-28 2025-04-21"},
		{"NO", "2024-05-01 2024-05-17 2024-03-28 2024-05-09 2024-05-20"},
		{"DE", "2024-10-03 2024-05-09 2024-12-26"},
		{"DE-HH", "2024-10-31 2025-10-31"},
		{"DE-BY", "2024-05-30 2024-11-01 2024-01-06"},
		{"DE-MV", "2024-03-08 2025-03-08"},
		{"JP", "2024-02-12 2024-02-23 2024-03-20 2024-05-06 2024-09-23 2024-11-04 2026-09-22"},
		{"AU-NSW", "2024-01-26 2024-04-25 2024-06-10 2024-10-07 2026-04-27 2027-04-26"},
		{"IN", "2024-01-26 2024-08-15 2024-10-02"},
		{"AE", "2024-12-02 2024-12-03 2025-03-31 2025-06-05 2025-06-06"},
		{"DK", "2024-03-28 2024-05-09 2024-05-20 2024-12-26"},
		{"NL", "2024-04-27 2025-05-05 2024-12-26"},
		{"FR", "2024-05-08 2024-07-14 2024-11-11"},
		{"BR", "2024-09-07 2024-11-15 2024-11-20 2024-04-21"},
		{"CN", "2024-02-12 2024-10-01 2025-01-29 2025-10-08"},
		{"HK", "2024-03-29 2024-07-01 2024-10-01 2025-01-29 2024-04-01"},
		{"KR", "2024-02-12 2024-05-15 2024-09-17 2024-10-03 2024-10-09"},
		{"CA", "2024-07-01 2024-09-02 2024-12-25"},
		{"ES", "2024-10-12 2024-12-06 2024-11-01"},
		{"IT", "2024-04-25 2024-06-02 2026-10-04 2024-08-15"},
		{"SE", "2024-06-06 2024-05-09 2024-01-06"},
		{"FI", "2024-12-06 2024-06-21"},
		{"BE", "2024-07-21 2024-11-11"},
		{"CH", "2024-08-01"},
		{"IE", "2024-02-05 2024-03-18 2024-08-05 2024-10-28 2026-12-28 2027-12-27 2027-12-28 2028-01-03"},
		{"LU", "2024-06-23 2024-05-09"},
		{"MX", "2024-02-05 2024-03-18 2024-09-16 2024-10-01 2024-11-18"},
		{"NZ", "2024-02-06 2024-06-28 2025-06-20 2024-10-28"},
		{"MY", "2024-08-31 2024-09-16"},
		{"ZA", "2024-09-24 2024-12-16"},
		{"TR", "2024-10-29 2024-04-23"},
	}
	cal := newCalendar(t, calendar.Config{})
	for _, tt := range tests {
		for day := range strings.FieldsSeq(tt.dates) {
			_, closed := cal.Holiday(tt.region, date(t, day))
			require.True(t, closed, "%s %s", tt.region, day)
		}
	}
}

// Days that some list has and the desk works on all the same.
func TestWorkingDays(t *testing.T) {
	tests := []struct{ region, dates string }{
		{"DK", "2024-04-26 2024-06-05"}, // Great Prayer Day is no more, and Constitution Day is not one
		{"GB-SCT", "2024-04-01 2024-08-26"},
		{"SE", "2024-06-21 2024-12-24"}, // eves
		{"KR", "2024-10-01 2025-01-27"}, // decreed for that day
		{"SG", "2025-05-03"},            // an election
		{"AE", "2025-06-04"},            // before Eid al-Adha
		{"LU", "2024-07-23"},            // a month after the national day
		{"NZ", "2024-06-27 2021-06-25"}, // Matariki began in 2022
		{"GB", "2024-11-30 2024-03-17"}, // Scotland's and Northern Ireland's
		{"DE", "2024-10-31 2024-05-30"}, // of some states
		{"MX", "2025-10-01 2029-10-01"}, // every sixth year
		{"TH", "2024-04-12"},            // a bridge, decreed
		{"HK", "2024-04-02"},            // Tuesday after Easter
		{"US", "2024-11-05 2025-01-09"}, // an election, a mourning
		{"JP", "2024-08-13"},            // Obon is custom
		{"BE", "2024-11-15"},            // the King's day is the state's own
		{"NL", "2024-12-05"},            // Saint Nicholas
		{"IT", "2024-10-04"},            // Saint Francis comes back in 2026
		{"GR", "2024-03-29 2024-04-01"}, // Easter of the other calendar
		{"AU-NSW", "2024-11-05"},        // the Melbourne Cup is Victoria's
		{"DE-HH", "2024-11-01"},         // All Saints' is the south's
		{"FR", "2024-03-29"},            // Good Friday is Alsace's
		{"CA", "2024-02-19"},            // of provinces
		{"NO", "2024-12-24"},            // half a day
		{"ES", "2024-03-28 2024-03-19"}, // of regions
		{"IE", "2024-03-29"},            // Good Friday is a bank's day
	}
	cal := newCalendar(t, calendar.Config{})
	for _, tt := range tests {
		for day := range strings.FieldsSeq(tt.dates) {
			holiday, closed := cal.Holiday(tt.region, date(t, day))
			require.False(t, closed, "%s %s %s", tt.region, day, holiday.Name)
			require.True(t, cal.Covered(tt.region, date(t, day)), "%s %s", tt.region, day)
		}
	}
}

func TestEveryRegionIsCovered(t *testing.T) {
	cal := newCalendar(t, calendar.Config{})
	regions := cal.Regions()
	require.GreaterOrEqual(t, len(regions), 80)
	require.IsIncreasing(t, regions)
	for _, region := range regions {
		require.NotNil(t, cal.Zone(region), region)
		require.NotEmpty(t, cal.Name(region), region)
		first, last, ok := cal.Years(region)
		require.True(t, ok)
		require.LessOrEqual(t, first, 2024, region)
		require.GreaterOrEqual(t, last, 2026, region)
		for year := first; year <= last; year++ {
			days, err := cal.Holidays(region, year)
			require.NoError(t, err)
			require.Greater(t, len(days), 3, "%s %d", region, year)
			for i, day := range days {
				require.Equal(t, year, day.Date.Year())
				require.NotEmpty(t, day.Name)
				require.NotContains(t, day.Name, "estimated")
				require.Regexp(t, `^[A-Z0-9]`, day.Name)
				require.NotRegexp(t, `\p{Greek}|[ąčėęěįķļņřūųžħġ]`, day.Name, "%s: not English", region)
				if i > 0 {
					require.Less(t, days[i-1].Date, day.Date, region)
				}
			}
		}
	}
}

func TestHolidaysOfAYear(t *testing.T) {
	cal := newCalendar(t, calendar.Config{})
	days, err := cal.Holidays("sg", 2025)
	require.NoError(t, err)
	require.Equal(t, calendar.Day{Date: date(t, "2025-01-01"), Holiday: calendar.Holiday{Name: "New Year's Day"}}, days[0])
	require.Contains(t, days, calendar.Day{Date: date(t, "2025-08-09"), Holiday: calendar.Holiday{Name: "National Day"}})

	_, err = cal.Holidays("SG", 2036)
	require.EqualError(t, err, "no holidays of SG in 2036: covered are the years 2024 to 2035")
	_, err = cal.Holidays("XX", 2025)
	require.ErrorContains(t, err, `no holidays of region "XX": known are AE, AR, AT,`)
}

func TestWhatTheDataDoNotCover(t *testing.T) {
	cal := newCalendar(t, calendar.Config{})
	require.True(t, cal.Covered("SG", date(t, "2035-12-31")))
	require.False(t, cal.Covered("SG", date(t, "2036-01-01")))
	require.False(t, cal.Covered("SG", date(t, "2023-12-31")))
	require.False(t, cal.Covered("XX", date(t, "2025-01-01")))

	// On New Year's Eve it is next year already in Singapore, and not yet in Brazil.
	end := time.Date(2035, time.December, 31, 18, 0, 0, 0, time.UTC)
	_, covered := cal.On(end.Add(-2*time.Hour), end, "SG", nil)
	require.False(t, covered)
	_, covered = cal.On(end.Add(-2*time.Hour), end, "BR", nil)
	require.True(t, covered)

	holiday, ok := cal.Holiday("SG", date(t, "2028-01-26"))
	require.True(t, ok)
	require.True(t, holiday.Estimated)
}

// A window falls on a holiday when any instant of it lies on the local date.
func TestOn(t *testing.T) {
	cal := newCalendar(t, calendar.Config{})
	tests := []struct {
		region, zone, start string
		want                bool
	}{
		{"SG", "", "2024-08-08T14:00:00Z", false}, // National Day, 9 August, begins at 16:00
		{"SG", "", "2024-08-08T14:01:00Z", true},
		{"SG", "", "2024-08-09T15:59:00Z", true},
		{"SG", "", "2024-08-09T16:00:00Z", false},
		{"US", "", "2024-07-05T03:59:00Z", true}, // Independence Day ends at 04:00
		{"US", "", "2024-07-05T04:00:00Z", false},
		{"US", "America/Los_Angeles", "2024-07-05T06:59:00Z", true},
		{"US", "America/Los_Angeles", "2024-07-05T07:00:00Z", false},
		{"us", "UTC", "2024-07-03T22:00:00Z", false},
		{"NZ", "", "2024-12-23T09:00:00Z", false}, // Christmas Day begins at 11:00 on the 24th
		{"NZ", "", "2024-12-24T09:01:00Z", true},
	}
	for _, tt := range tests {
		start, err := time.Parse(time.RFC3339, tt.start)
		require.NoError(t, err)
		var zone *time.Location
		if tt.zone != "" {
			zone, err = time.LoadLocation(tt.zone)
			require.NoError(t, err)
		}
		on, covered := cal.On(start, start.Add(2*time.Hour), tt.region, zone)
		require.True(t, covered)
		require.Equal(t, tt.want, len(on) > 0, "%s %s", tt.region, tt.start)
	}
}

func TestOperatorsChanges(t *testing.T) {
	lima, err := time.LoadLocation("America/Lima")
	require.NoError(t, err)
	party := calendar.Day{Date: date(t, "2027-07-28"), Holiday: calendar.Holiday{Name: "Independence Day"}}
	cal := newCalendar(t, calendar.Config{
		Zones: map[string]*time.Location{"PE": lima, "US": lima},
		Calendars: []calendar.Imported{
			{Region: "pe", Days: []calendar.Day{party, {Date: date(t, "2027-01-01"), Holiday: calendar.Holiday{Name: "New Year"}}}},
			{Region: "SG", Days: []calendar.Day{{Date: date(t, "2036-01-01"), Holiday: calendar.Holiday{Name: "New Year"}}}},
		},
		Add:    []calendar.Entry{{Region: "SG", Date: date(t, "2027-01-04"), Name: "Move"}, {Region: "SG", Date: date(t, "2028-01-26"), Name: "Gazetted"}},
		Remove: []calendar.Entry{{Region: "SG", Date: date(t, "2027-01-01")}, {Region: "SG", Date: date(t, "2027-01-05")}},
	})

	require.True(t, cal.Known("PE"))
	require.Equal(t, lima, cal.Zone("PE"))
	require.Equal(t, lima, cal.Zone("US"))
	days, err := cal.Holidays("PE", 2027)
	require.NoError(t, err)
	require.Equal(t, party, days[1])
	require.False(t, cal.Covered("PE", date(t, "2028-01-01")))
	require.True(t, cal.Covered("SG", date(t, "2036-12-31")), "a year that adjoins those known")

	holiday, ok := cal.Holiday("SG", date(t, "2027-01-04"))
	require.True(t, ok)
	require.Equal(t, "Move", holiday.Name)
	_, ok = cal.Holiday("SG", date(t, "2027-01-01"))
	require.False(t, ok)
	holiday, _ = cal.Holiday("SG", date(t, "2028-01-26"))
	require.False(t, holiday.Estimated, "the operator knows")
}

// A file that repeats Christmas for ever does not know the moving holidays.
func TestAFileCoversAsFarAsItTellsEverything(t *testing.T) {
	christmas := func(year int) calendar.Day {
		return calendar.Day{Date: calendar.NewDate(year, time.December, 25), Holiday: calendar.Holiday{Name: "Christmas Day"}}
	}
	cal := newCalendar(t, calendar.Config{Calendars: []calendar.Imported{
		{Region: "SG", Days: []calendar.Day{christmas(2036), christmas(2037), christmas(2038)}, Through: 2037},
	}})
	require.True(t, cal.Covered("SG", date(t, "2037-12-31")))
	require.False(t, cal.Covered("SG", date(t, "2038-01-01")))
}

func TestOperatorsMistakesAreAllNamed(t *testing.T) {
	_, err := calendar.New(calendar.Config{
		Add:       []calendar.Entry{{Region: "XX", Date: date(t, "2027-01-01"), Name: "A"}, {Region: "SG", Date: date(t, "2040-01-01"), Name: "B"}},
		Remove:    []calendar.Entry{{Region: "YY", Date: date(t, "2027-01-01")}},
		Calendars: []calendar.Imported{{Region: "PE"}, {Region: "PE", Days: []calendar.Day{{Date: date(t, "2027-01-01")}}}},
	})
	require.Error(t, err)
	require.Equal(t, []string{
		"read the calendar of PE: it holds no days",
		"read the calendar of PE: the region is not known and has no zone",
		`add holiday "A" on 2027-01-01: region "XX" is not known`,
		`add holiday "B" on 2040-01-01: the data of SG cover 2024 to 2035`,
		`remove holiday on 2027-01-01: region "YY" is not known`,
	}, strings.Split(err.Error(), "\n"))
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := calendar.New(calendar.Config{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Calendars can be made at the same time, as a reload and a command do.
func TestNewFromSeveralSides(t *testing.T) {
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			_, err := calendar.New(calendar.Config{})
			require.NoError(t, err)
		})
	}
	all.Wait()
}
