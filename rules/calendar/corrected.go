package calendar

import (
	"slices"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/lu"
	"github.com/rickar/cal/v2/nz"
)

// scotland has the second of January and Saint Andrew's Day, no Easter Monday,
// and its summer holiday earlier.
func scotland() []*cal.Holiday {
	holidays := slices.DeleteFunc(slices.Clone(gb.Holidays), func(h *cal.Holiday) bool {
		return h == gb.EasterMonday || h == gb.SummerHoliday
	})
	return with(holidays, gb.SummerHolidayScotland,
		observed(fixed("2nd January", time.January, 2), gb.BoxingDay.Observed),
		observed(fixed("Saint Andrew's Day", time.November, 30), gb.NewYear.Observed))
}

// northernIreland has two days more than England.
func northernIreland() []*cal.Holiday {
	return with(gb.Holidays,
		observed(fixed("Saint Patrick's Day", time.March, 17), gb.NewYear.Observed),
		observed(fixed("Battle of the Boyne", time.July, 12), gb.NewYear.Observed))
}

// ireland gives the next free weekday for a holiday at the weekend.
func ireland() []*cal.Holiday {
	monday := []cal.AltDay{{Day: time.Saturday, Offset: 2}, {Day: time.Sunday, Offset: 1}}
	twoDaysOn := []cal.AltDay{{Day: time.Saturday, Offset: 2}, {Day: time.Sunday, Offset: 2}}
	holidays := slices.Clone(ie.Holidays)
	for i, h := range holidays {
		switch h {
		case ie.NewYear, ie.SaintPatrickDay:
			holidays[i] = observed(h, monday)
		case ie.ChristmasDay, ie.SaintStephenDay:
			holidays[i] = observed(h, twoDaysOn)
		}
	}
	return holidays
}

// luxembourg puts the national day on 23 June, and adds Europe Day.
func luxembourg() []*cal.Holiday {
	var holidays []*cal.Holiday
	for _, h := range lu.Holidays {
		if h.Month != time.July {
			holidays = append(holidays, h)
		}
	}
	return with(holidays,
		fixed("National Day", time.June, 23),
		since(2019, fixed("Europe Day", time.May, 9)))
}

// mexico is the list of the federal labour law, article 74.
func mexico() []*cal.Holiday {
	const first, third = 1, 3
	handover := fixed("Change of Federal Government", time.October, 1)
	for year := 2024; year <= lastComputed; year++ { // every sixth year from 2024
		if (year-2024)%6 != 0 {
			handover.Except = append(handover.Except, year)
		}
	}
	return []*cal.Holiday{
		fixed("New Year's Day", time.January, 1),
		monday("Constitution Day", time.February, first),
		monday("Benito Juárez's Birthday", time.March, third),
		fixed("Labour Day", time.May, 1),
		fixed("Independence Day", time.September, 16),
		since(2024, handover),
		monday("Revolution Day", time.November, third),
		fixed("Christmas Day", time.December, 25),
	}
}

// newZealand adds Matariki, whose dates stand in an act of 2022.
func newZealand() []*cal.Holiday {
	matariki := map[int]time.Time{}
	for _, d := range []string{
		"2022-06-24", "2023-07-14", "2024-06-28", "2025-06-20", "2026-07-10", "2027-06-25", "2028-07-14",
		"2029-07-06", "2030-06-21", "2031-07-11", "2032-07-02", "2033-06-24", "2034-07-07", "2035-06-29",
	} {
		if t, err := time.ParseInLocation(time.DateOnly, d, cal.DefaultLoc); err == nil {
			matariki[t.Year()] = t
		}
	}
	return with(nz.Holidays, &cal.Holiday{
		Name: "Matariki",
		Type: cal.ObservancePublic,
		Func: func(_ *cal.Holiday, year int) time.Time { return matariki[year] },
	})
}

func fixed(name string, month time.Month, day int) *cal.Holiday {
	return &cal.Holiday{Name: name, Type: cal.ObservancePublic, Month: month, Day: day, Func: cal.CalcDayOfMonth}
}

func monday(name string, month time.Month, nth int) *cal.Holiday {
	return &cal.Holiday{Name: name, Type: cal.ObservancePublic, Month: month, Weekday: time.Monday, Offset: nth, Func: cal.CalcWeekdayOffset}
}

func since(year int, h *cal.Holiday) *cal.Holiday {
	h.StartYear = year
	return h
}

// observed returns a holiday that is kept on another day when it falls on a
// weekend.
func observed(h *cal.Holiday, days []cal.AltDay) *cal.Holiday {
	return h.Clone(&cal.Holiday{Observed: days})
}

// with returns a new list, so that the library's own stays as it is.
func with(holidays []*cal.Holiday, more ...*cal.Holiday) []*cal.Holiday {
	return slices.Concat(holidays, more)
}
