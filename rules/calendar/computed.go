package calendar

import (
	"slices"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/cy"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/ee"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/gr"
	"github.com/rickar/cal/v2/hr"
	"github.com/rickar/cal/v2/hu"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/is"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lu"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/mt"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/pt"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/si"
	"github.com/rickar/cal/v2/us"
)

// The years for which rules are computed. Holidays are law, and law changes:
// far ahead or back a rule says what nobody has decided.
const (
	firstComputed = 2010
	lastComputed  = 2035
)

// computed returns the rules of the regions that rickar/cal has exactly, or that
// are put right here.
func computed() map[string][]*cal.Holiday {
	rules := map[string][]*cal.Holiday{
		"AT": at.Holidays, "BE": be.Holidays, "CY": cy.Holidays, "CZ": cz.Holidays,
		"EE": ee.Holidays, "ES": es.Holidays, "FR": fr.Holidays,
		"GB": gb.Holidays, "GB-ENG": gb.Holidays, "GB-WLS": gb.Holidays,
		"GR": gr.Holidays, "HR": hr.Holidays, "HU": hu.Holidays, "IE": ireland(),
		"IS": is.Holidays, "JP": jp.Holidays, "LT": lt.Holidays, "LU": luxembourg(),
		"LV": lv.Holidays, "MT": mt.Holidays, "MX": mexico(), "NO": no.Holidays,
		"NZ": newZealand(), "PL": pl.Holidays, "PT": pt.Holidays, "RO": ro.Holidays,
		"SE": se.Holidays, "SI": si.Holidays, "US": us.Holidays,
	}
	for code, holidays := range german() {
		rules[code] = holidays
	}
	return rules
}

func german() map[string][]*cal.Holiday {
	return map[string][]*cal.Holiday{
		"DE": de.Holidays, "DE-BB": de.HolidaysBB, "DE-BE": de.HolidaysBE, "DE-BW": de.HolidaysBW,
		"DE-BY": de.HolidaysBY, "DE-HB": de.HolidaysHB, "DE-HE": de.HolidaysHE, "DE-HH": de.HolidaysHH,
		"DE-MV": with(de.HolidaysMV, since(2023, fixed("International Women's Day", time.March, 8))),
		"DE-NI": de.HolidaysNI, "DE-NW": de.HolidaysNW, "DE-RP": de.HolidaysRP, "DE-SH": de.HolidaysSH,
		"DE-SL": de.HolidaysSL, "DE-SN": de.HolidaysSN, "DE-ST": de.HolidaysST, "DE-TH": de.HolidaysTH,
	}
}

// ireland gives the next free weekday for a holiday at the weekend.
func ireland() []*cal.Holiday {
	monday := []cal.AltDay{{Day: time.Saturday, Offset: 2}, {Day: time.Sunday, Offset: 1}}
	twoDaysOn := []cal.AltDay{{Day: time.Saturday, Offset: 2}, {Day: time.Sunday, Offset: 2}}
	holidays := slices.Clone(ie.Holidays)
	for i, h := range holidays {
		switch h {
		case ie.NewYear, ie.SaintPatrickDay:
			holidays[i] = h.Clone(&cal.Holiday{Observed: monday})
		case ie.ChristmasDay, ie.SaintStephenDay:
			holidays[i] = h.Clone(&cal.Holiday{Observed: twoDaysOn})
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

// with returns a new list, so that the library's own stays as it is.
func with(holidays []*cal.Holiday, more ...*cal.Holiday) []*cal.Holiday {
	return slices.Concat(holidays, more)
}
