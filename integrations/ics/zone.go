package ics

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// maxZones is how many different zones one file may name.
const maxZones = 500

// Zones finds the zones that a file names.
type zones struct {
	described []timezone
	known     map[string]*time.Location // by TZID; nil for one that nobody knows
}

// find returns the zone of a TZID: one of the tz database, one that ends in such
// a name (as in /example.org/2005/Europe/Athens), one that the file gives
// another name or a single offset, or one of Windows.
func (z *zones) find(id string) (*time.Location, error) {
	zone, seen := z.known[id]
	if !seen {
		if len(z.known) == maxZones {
			return nil, fmt.Errorf("zone %s: the file names more than %d zones", quote(id), maxZones)
		}
		zone = z.look(id)
		z.known[id] = zone
	}
	if zone == nil {
		return nil, fmt.Errorf("zone %s is not known: name it as in the tz database, such as Europe/Athens", quote(id))
	}
	return zone, nil
}

func (z *zones) look(id string) *time.Location {
	i := slices.IndexFunc(z.described, func(t timezone) bool { return t.id == id })
	if i >= 0 {
		if zone := located(z.described[i].location); zone != nil {
			return zone
		}
	}
	if zone := located(id); zone != nil {
		return zone
	}
	if zone := located(windowsZone(id)); zone != nil {
		return zone
	}
	if i >= 0 {
		return fixed(z.described[i])
	}
	return nil
}

// located returns the zone of the tz database that a name is, or ends in.
func located(name string) *time.Location {
	for range 3 {
		if name == "" || name == "Local" || len(name) > 64 {
			return nil
		}
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
		name = strings.TrimPrefix(name, "/")
		parts := strings.Split(name, "/")
		if len(parts) < 3 {
			return nil
		}
		name = strings.Join(parts[max(1, len(parts)-3):], "/")
	}
	return nil
}

// fixed returns the zone that a file describes without any change of clocks. One
// with changes has a name that is known, or is refused.
func fixed(t timezone) *time.Location {
	if len(slices.Compact(slices.Clone(t.offsets))) != 1 {
		return nil
	}
	for _, layout := range []string{"-0700", "-070000"} {
		if at, err := time.Parse(layout, t.offsets[0]); err == nil {
			_, offset := at.Zone()
			return time.FixedZone(t.id, offset)
		}
	}
	return nil
}

// windowsZone returns the name in the tz database of a zone of Windows, which
// Outlook and Exchange write, or "". The pairs are those of the Unicode CLDR, for
// the territory that stands for the zone as a whole.
func windowsZone(id string) string {
	for row := range strings.Lines(windowsZones) {
		if name, zone, _ := strings.Cut(strings.TrimSpace(row), " = "); strings.EqualFold(name, id) {
			return zone
		}
	}
	return ""
}

const windowsZones = `
AUS Central Standard Time = Australia/Darwin
AUS Eastern Standard Time = Australia/Sydney
Alaskan Standard Time = America/Anchorage
Arab Standard Time = Asia/Riyadh
Arabian Standard Time = Asia/Dubai
Arabic Standard Time = Asia/Baghdad
Argentina Standard Time = America/Buenos_Aires
Atlantic Standard Time = America/Halifax
Bangladesh Standard Time = Asia/Dhaka
Canada Central Standard Time = America/Regina
Cen. Australia Standard Time = Australia/Adelaide
Central America Standard Time = America/Guatemala
Central Asia Standard Time = Asia/Almaty
Central Europe Standard Time = Europe/Budapest
Central European Standard Time = Europe/Warsaw
Central Standard Time (Mexico) = America/Mexico_City
Central Standard Time = America/Chicago
China Standard Time = Asia/Shanghai
E. Africa Standard Time = Africa/Nairobi
E. Australia Standard Time = Australia/Brisbane
E. South America Standard Time = America/Sao_Paulo
Eastern Standard Time = America/New_York
Egypt Standard Time = Africa/Cairo
FLE Standard Time = Europe/Kiev
GMT Standard Time = Europe/London
GTB Standard Time = Europe/Bucharest
Greenwich Standard Time = Atlantic/Reykjavik
Hawaiian Standard Time = Pacific/Honolulu
India Standard Time = Asia/Calcutta
Iran Standard Time = Asia/Tehran
Israel Standard Time = Asia/Jerusalem
Jordan Standard Time = Asia/Amman
Korea Standard Time = Asia/Seoul
Middle East Standard Time = Asia/Beirut
Morocco Standard Time = Africa/Casablanca
Mountain Standard Time = America/Denver
Myanmar Standard Time = Asia/Rangoon
Nepal Standard Time = Asia/Katmandu
New Zealand Standard Time = Pacific/Auckland
Newfoundland Standard Time = America/St_Johns
Pacific SA Standard Time = America/Santiago
Pacific Standard Time = America/Los_Angeles
Pakistan Standard Time = Asia/Karachi
Romance Standard Time = Europe/Paris
Russian Standard Time = Europe/Moscow
SA Eastern Standard Time = America/Cayenne
SA Pacific Standard Time = America/Bogota
SA Western Standard Time = America/La_Paz
SE Asia Standard Time = Asia/Bangkok
Singapore Standard Time = Asia/Singapore
South Africa Standard Time = Africa/Johannesburg
Sri Lanka Standard Time = Asia/Colombo
Taipei Standard Time = Asia/Taipei
Tasmania Standard Time = Australia/Hobart
Tokyo Standard Time = Asia/Tokyo
Turkey Standard Time = Europe/Istanbul
US Eastern Standard Time = America/Indianapolis
US Mountain Standard Time = America/Phoenix
UTC = Etc/UTC
Venezuela Standard Time = America/Caracas
W. Australia Standard Time = Australia/Perth
W. Central Africa Standard Time = Africa/Lagos
W. Europe Standard Time = Europe/Berlin
West Asia Standard Time = Asia/Tashkent
`
