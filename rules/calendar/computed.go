package calendar

import (
	"maps"
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
	"github.com/rickar/cal/v2/is"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/mt"
	"github.com/rickar/cal/v2/no"
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
		"GB": gb.Holidays, "GB-ENG": gb.Holidays, "GB-NIR": northernIreland(), "GB-SCT": scotland(), "GB-WLS": gb.Holidays,
		"GR": gr.Holidays, "HR": hr.Holidays, "HU": hu.Holidays, "IE": ireland(),
		"IS": is.Holidays, "JP": jp.Holidays, "LT": lt.Holidays, "LU": luxembourg(),
		"LV": lv.Holidays, "MT": mt.Holidays, "MX": mexico(), "NO": no.Holidays,
		"NZ": newZealand(), "PL": pl.Holidays, "PT": pt.Holidays, "RO": ro.Holidays,
		"SE": se.Holidays, "SI": si.Holidays, "US": us.Holidays,
	}
	maps.Copy(rules, german())
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
