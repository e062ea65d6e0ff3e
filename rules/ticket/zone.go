package ticket

import (
	"sync"
	"time"
)

// A zoneName is a spelling under which clients give a time zone, and what it
// can stand for.
type zoneName struct {
	spellings string
	meanings  []meaning // several: never guessed
}

// A meaning is one zone that a name stands for: the whole of an IANA zone, or
// only its summer or its standard time, which is then wrong in the other half
// of the year.
type meaning struct {
	label    string // how this reading is called when it is asked about
	location string // an IANA zone; empty: a fixed offset
	offset   int    // seconds east of UTC: of a fixed zone, or of the half meant
	seasonal bool   // only the half of the year in which offset holds
}

const hour = 3600

// zoneNames holds every zone that is known by a name of its own.
var zoneNames = []zoneName{
	{"utc gmt zulu z uct", []meaning{{label: "UTC"}}},

	{"ist", []meaning{{label: "India", offset: 5*hour + 1800}, {label: "Israel", location: "Asia/Jerusalem"}, {label: "Ireland", location: "Europe/Dublin"}}},
	{"cst", []meaning{{label: "US Central", location: "America/Chicago"}, {label: "China", offset: 8 * hour}, {label: "Cuba", location: "America/Havana"}}},
	{"ast", []meaning{{label: "Atlantic", location: "America/Halifax"}, {label: "Arabia", offset: 3 * hour}}},
	{"sst", []meaning{{label: "Singapore", offset: 8 * hour}, {label: "Samoa", offset: -11 * hour}}},
	{"gst", []meaning{{label: "Gulf", offset: 4 * hour}, {label: "South Georgia", offset: -2 * hour}}},

	{"est", half("US Eastern", "America/New_York", -5)},
	{"edt", half("US Eastern", "America/New_York", -4)},
	{"cdt", half("US Central", "America/Chicago", -5)},
	{"mst", half("US Mountain", "America/Denver", -7)},
	{"mdt", half("US Mountain", "America/Denver", -6)},
	{"pst", half("US Pacific", "America/Los_Angeles", -8)},
	{"pdt", half("US Pacific", "America/Los_Angeles", -7)},
	{"akst", half("Alaska", "America/Anchorage", -9)},
	{"akdt", half("Alaska", "America/Anchorage", -8)},
	{"adt", half("Atlantic", "America/Halifax", -3)},
	{"bst", half("British", "Europe/London", 1)},
	{"wet", half("Western European", "Europe/Lisbon", 0)},
	{"west", half("Western European", "Europe/Lisbon", 1)},
	{"cet mez", half("Central European", "Europe/Paris", 1)},
	{"cest mesz", half("Central European", "Europe/Paris", 2)},
	{"eet", half("Eastern European", "Europe/Athens", 2)},
	{"eest", half("Eastern European", "Europe/Athens", 3)},
	{"aest", half("Eastern Australian", "Australia/Sydney", 10)},
	{"aedt", half("Eastern Australian", "Australia/Sydney", 11)},
	{"acdt", []meaning{{label: "Central Australian", location: "Australia/Adelaide", offset: 10*hour + 1800, seasonal: true}}},
	{"acst", []meaning{{label: "Central Australian", location: "Australia/Adelaide", offset: 9*hour + 1800, seasonal: true}}},
	{"nzst", half("New Zealand", "Pacific/Auckland", 12)},
	{"nzdt", half("New Zealand", "Pacific/Auckland", 13)},
	{"clt", half("Chile", "America/Santiago", -4)},
	{"clst", half("Chile", "America/Santiago", -3)},

	{"et", whole("America/New_York")},
	{"ct", whole("America/Chicago")},
	{"mt", whole("America/Denver")},
	{"pt", whole("America/Los_Angeles")},

	{"sgt", fixed(8 * hour)},
	{"hkt", fixed(8 * hour)},
	{"myt", fixed(8 * hour)},
	{"pht", fixed(8 * hour)},
	{"awst", fixed(8 * hour)},
	{"wita", fixed(8 * hour)},
	{"jst", fixed(9 * hour)},
	{"kst", fixed(9 * hour)},
	{"wib", fixed(7 * hour)},
	{"ict", fixed(7 * hour)},
	{"pkt", fixed(5 * hour)},
	{"npt", fixed(5*hour + 2700)},
	{"msk", fixed(3 * hour)},
	{"trt", fixed(3 * hour)},
	{"eat", fixed(3 * hour)},
	{"sast", fixed(2 * hour)},
	{"cat", fixed(2 * hour)},
	{"wat", fixed(1 * hour)},
	{"brt", fixed(-3 * hour)},
	{"art", fixed(-3 * hour)},
	{"pet", fixed(-5 * hour)},
	{"cot", fixed(-5 * hour)},
	{"hst", fixed(-10 * hour)},
	{"idt", half("Israel", "Asia/Jerusalem", 3)},
}

func half(label, location string, hours int) []meaning {
	return []meaning{{label: label, location: location, offset: hours * hour, seasonal: true}}
}

func whole(location string) []meaning { return []meaning{{label: location, location: location}} }

func fixed(offset int) []meaning { return []meaning{{offset: offset}} }

// cities are the places whose time clients name: "Singapore time".
var cities = map[string]string{
	"singapore": "Asia/Singapore", "london": "Europe/London", "oslo": "Europe/Oslo", "bergen": "Europe/Oslo", "norwegian": "Europe/Oslo", "norway": "Europe/Oslo",
	"copenhagen": "Europe/Copenhagen", "danish": "Europe/Copenhagen", "stockholm": "Europe/Stockholm", "swedish": "Europe/Stockholm",
	"helsinki": "Europe/Helsinki", "finnish": "Europe/Helsinki", "hamburg": "Europe/Berlin", "berlin": "Europe/Berlin", "german": "Europe/Berlin",
	"amsterdam": "Europe/Amsterdam", "rotterdam": "Europe/Amsterdam", "dutch": "Europe/Amsterdam", "antwerp": "Europe/Brussels", "brussels": "Europe/Brussels",
	"paris": "Europe/Paris", "geneva": "Europe/Zurich", "zurich": "Europe/Zurich", "swiss": "Europe/Zurich", "rome": "Europe/Rome", "genoa": "Europe/Rome",
	"milan": "Europe/Rome", "madrid": "Europe/Madrid", "lisbon": "Europe/Lisbon", "athens": "Europe/Athens", "piraeus": "Europe/Athens", "greek": "Europe/Athens",
	"istanbul": "Europe/Istanbul", "dubai": "Asia/Dubai", "mumbai": "Asia/Kolkata", "delhi": "Asia/Kolkata", "india": "Asia/Kolkata", "indian": "Asia/Kolkata",
	"shanghai": "Asia/Shanghai", "beijing": "Asia/Shanghai", "china": "Asia/Shanghai", "hongkong": "Asia/Hong_Kong", "tokyo": "Asia/Tokyo", "japan": "Asia/Tokyo",
	"seoul": "Asia/Seoul", "korea": "Asia/Seoul", "korean": "Asia/Seoul", "manila": "Asia/Manila", "jakarta": "Asia/Jakarta", "sydney": "Australia/Sydney",
	"perth": "Australia/Perth", "houston": "America/Chicago", "chicago": "America/Chicago", "boston": "America/New_York", "newyork": "America/New_York",
	"york": "America/New_York", "connecticut": "America/New_York", "eastern": "America/New_York", "central": "America/Chicago", "pacific": "America/Los_Angeles",
	"moscow": "Europe/Moscow", "british": "Europe/London", "uk": "Europe/London", "japanese": "Asia/Tokyo", "chinese": "Asia/Shanghai",
}

// A zone is a time zone as a text gives it.
type zone struct {
	written  string
	meanings []meaning // empty: cannot be told ("local time")
	known    bool      // a zone was given at all
}

// utcZone is the zone that holds where the form's question or the text as a
// whole says UTC.
var utcZone = zone{written: "UTC", meanings: zoneNames[0].meanings, known: true}

// isUTC tells UTC under any of its names.
func (z *zone) isUTC() bool {
	return len(z.meanings) == 1 && z.meanings[0].location == "" && z.meanings[0].offset == 0 && !z.meanings[0].seasonal
}

// A conversion is one reading of a wall-clock time in a zone.
type conversion struct {
	at    time.Time
	label string
}

// convert reads a wall-clock time, given as if it were UTC, in the zone. More
// than one conversion that differ is an ambiguity.
func (z *zone) convert(wall time.Time) []conversion {
	out := make([]conversion, 0, 2)
	for i := range z.meanings {
		for _, c := range z.meanings[i].convert(wall) {
			out = appendDistinct(out, c)
		}
	}
	return out
}

func appendDistinct(list []conversion, c conversion) []conversion {
	for i := range list {
		if list[i].at.Equal(c.at) {
			return list
		}
	}
	return append(list, c)
}

// locations loads each location that a name can stand for once, when it is first
// needed: reading zone data anew for every window would cost more than all else.
var locations = func() map[string]func() (*time.Location, error) {
	once := map[string]func() (*time.Location, error){}
	add := func(name string) {
		if name != "" && once[name] == nil {
			once[name] = sync.OnceValues(func() (*time.Location, error) { return time.LoadLocation(name) })
		}
	}
	for i := range zoneNames {
		for k := range zoneNames[i].meanings {
			add(zoneNames[i].meanings[k].location)
		}
	}
	for _, name := range cities {
		add(name)
	}
	return once
}()

// locationOf loads a location; those that a client names in full come fresh.
func locationOf(name string) (*time.Location, error) {
	if load := locations[name]; load != nil {
		return load()
	}
	return time.LoadLocation(name)
}

// convert gives one instant, or two where the name belongs to the other half of
// the year: what the letters say and what the clocks there show.
func (m *meaning) convert(wall time.Time) []conversion {
	named := conversion{wall.Add(-time.Duration(m.offset) * time.Second), m.label}
	if m.location == "" {
		return []conversion{named}
	}
	loc, err := locationOf(m.location)
	if err != nil {
		// Without zone data only what the letters say is known.
		return []conversion{named}
	}
	y, mo, d := wall.Date()
	h, mi, s := wall.Clock()
	there := conversion{time.Date(y, mo, d, h, mi, s, 0, loc).UTC(), m.label}
	if !m.seasonal || there.at.Equal(named.at) {
		return []conversion{there}
	}
	named.label = m.label + " as written"
	there.label = m.label + " as in force"
	return []conversion{named, there}
}
