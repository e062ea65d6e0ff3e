package ics_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/ics"
	"github.com/refreshbot/refreshbot/rules/calendar"
)

var years = ics.Years{First: 2024, Last: 2030}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

// file returns a calendar of one event with the given lines.
func file(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + event(lines...) + "END:VCALENDAR\r\n"
}

func event(lines ...string) string {
	return "BEGIN:VEVENT\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\n"
}

func parse(t testing.TB, text, region string) ics.File {
	t.Helper()
	f, err := ics.Parse(strings.NewReader(text), years, zone(t, region))
	require.NoError(t, err, text)
	return f
}

// dates writes the days of a file in a line.
func dates(f ics.File) string {
	var all []string
	for _, day := range f.Days {
		all = append(all, day.Date.String())
	}
	return strings.Join(all, " ")
}

func TestOneEvent(t *testing.T) {
	tests := []struct{ name, region, lines, want string }{
		{"a date", "UTC", "DTSTART;VALUE=DATE:20250809", "2025-08-09"},
		{"a date without VALUE", "UTC", "DTSTART:20250809", "2025-08-09"},
		{"the end of dates is not in it", "UTC", "DTSTART;VALUE=DATE:20250129|DTEND;VALUE=DATE:20250131", "2025-01-29 2025-01-30"},
		{"an end that is the start", "UTC", "DTSTART;VALUE=DATE:20250129|DTEND;VALUE=DATE:20250129", "2025-01-29"},
		{"a length in days", "UTC", "DTSTART;VALUE=DATE:20250129|DURATION:P3D", "2025-01-29 2025-01-30 2025-01-31"},
		{"a length in weeks", "UTC", "DTSTART;VALUE=DATE:20251229|DURATION:P1W", "2025-12-29 2025-12-30 2025-12-31 2026-01-01 2026-01-02 2026-01-03 2026-01-04"},
		{"VALUE=DATE with a time behind it", "UTC", "DTSTART;VALUE=DATE:20250129T000000", "2025-01-29"},
		{"only what lies in the years", "UTC", "DTSTART;VALUE=DATE:20231230|DTEND;VALUE=DATE:20240103", "2024-01-01 2024-01-02"},
		{"to the end of the years", "UTC", "DTSTART;VALUE=DATE:20301231|DTEND;VALUE=DATE:20310103", "2030-12-31"},

		{"floating time is the region's", "Asia/Singapore", "DTSTART:20250809T000000|DTEND:20250810T000000", "2025-08-09"},
		{"an instant alone", "Asia/Singapore", "DTSTART:20250809T120000", "2025-08-09"},
		{"hours", "UTC", "DTSTART:20250809T120000Z|DURATION:PT8H", "2025-08-09"},
		{"hours over midnight", "UTC", "DTSTART:20250809T200000Z|DURATION:PT8H", "2025-08-09 2025-08-10"},
		{"UTC that is a local day", "Europe/Athens", "DTSTART:20241231T220000Z|DTEND:20250101T220000Z", "2025-01-01"},
		{"UTC that is not", "Europe/Athens", "DTSTART:20250101T000000Z|DTEND:20250102T000000Z", "2025-01-01 2025-01-02"},
		{"another zone", "Asia/Singapore", "DTSTART;TZID=America/New_York:20250704T000000|DTEND;TZID=America/New_York:20250705T000000", "2025-07-04 2025-07-05"},
		{"the zone of the event", "Asia/Tokyo", "DTSTART;TZID=Asia/Tokyo:20250101T000000|DTEND;TZID=Asia/Tokyo:20250102T000000", "2025-01-01"},
		{"a zone in quotes", "Asia/Tokyo", `DTSTART;TZID="Asia/Tokyo":20250101T090000`, "2025-01-01"},
		{"a zone with a publisher before it", "Europe/Athens", "DTSTART;TZID=/example.org/20250101_1/Europe/Athens:20250106T000000|DURATION:P1D", "2025-01-06"},
		{"a zone of Windows", "Europe/Athens", "DTSTART;TZID=GTB Standard Time:20250106T000000|DURATION:P1D", "2025-01-06"},
		{"start and end in different zones", "UTC", "DTSTART;TZID=Asia/Tokyo:20250101T090000|DTEND:20250101T235959Z", "2025-01-01"},
		{"the day that clocks go forward", "Europe/Berlin", "DTSTART:20250330T000000|DTEND:20250331T000000", "2025-03-30"},
		{"a day of 23 hours by length", "Europe/Berlin", "DTSTART:20250330T000000|DURATION:P1D", "2025-03-30"},
		{"a day of 25 hours by length", "Europe/Berlin", "DTSTART:20251026T000000|DURATION:P1D", "2025-10-26"},
		{"a midnight that does not exist", "Africa/Cairo", "DTSTART:20250425T000000|DTEND:20250426T000000", "2025-04-25"},
		{"nor west of Greenwich", "America/Santiago", "DTSTART:20240908T000000|DTEND:20240909T000000", "2024-09-08"},
		{"a year's end in UTC", "Pacific/Auckland", "DTSTART:20251231T110000Z|DTEND:20260101T110000Z", "2026-01-01"},

		{"free time of whole days", "UTC", "DTSTART:20250809|TRANSP:TRANSPARENT", "2025-08-09"},
		{"whole days as Outlook writes them", "Asia/Singapore", "DTSTART:20250809T000000|DTEND:20250810T000000|TRANSP:TRANSPARENT|X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "2025-08-09"},
		{"names in lower case", "UTC", "dtstart;value=date:20250809", "2025-08-09"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, file(strings.Split("SUMMARY:A|"+tt.lines, "|")...), tt.region)
			require.Equal(t, tt.want, dates(f))
			require.Equal(t, f.Days[len(f.Days)-1].Date.Year(), f.Through)
		})
	}
}

func TestRepeating(t *testing.T) {
	tests := []struct{ name, region, lines, want string }{
		{"fourth Thursday of November", "America/New_York", "DTSTART;VALUE=DATE:20201126|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
			"2024-11-28 2025-11-27 2026-11-26 2027-11-25 2028-11-23 2029-11-22 2030-11-28"},
		{"29 February", "UTC", "DTSTART;VALUE=DATE:20200229|RRULE:FREQ=YEARLY", "2024-02-29 2028-02-29"},
		{"last Monday of May", "UTC", "DTSTART;VALUE=DATE:20250526|RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;UNTIL=20270531", "2025-05-26 2026-05-25 2027-05-31"},
		{"without some", "UTC", "DTSTART;VALUE=DATE:20240501|RRULE:FREQ=YEARLY;COUNT=5|EXDATE;VALUE=DATE:20250501,20270501", "2024-05-01 2026-05-01 2028-05-01"},
		{"EXDATE as a time", "Europe/Athens", "DTSTART;VALUE=DATE:20240501|RRULE:FREQ=YEARLY;COUNT=2|EXDATE:20250501T000000", "2024-05-01"},
		{"EXDATE as a date", "Europe/Athens", "DTSTART:20240501T080000|RRULE:FREQ=YEARLY;COUNT=2|EXDATE;VALUE=DATE:20250501", "2024-05-01"},
		{"EXDATE in UTC", "Europe/Athens", "DTSTART:20240501T000000|RRULE:FREQ=YEARLY;COUNT=2|EXDATE:20250430T210000Z", "2024-05-01"},
		{"EXDATE at another hour", "Europe/Athens", "DTSTART:20240501T080000|RRULE:FREQ=YEARLY;COUNT=2|EXDATE:20250501T090000", "2024-05-01 2025-05-01"},
		{"further dates", "UTC", "DTSTART;VALUE=DATE:20240501|RDATE;VALUE=DATE:20240611,20250620|DURATION:P2D", "2024-05-01 2024-05-02 2024-06-11 2024-06-12 2025-06-20 2025-06-21"},
		{"further periods", "UTC", "DTSTART:20240501T000000Z|DURATION:PT1H|RDATE;VALUE=PERIOD:20240601T220000Z/20240602T020000Z,20240701T220000Z/PT3H", "2024-05-01 2024-06-01 2024-06-02 2024-07-01 2024-07-02"},
		{"over the year's end", "UTC", "DTSTART;VALUE=DATE:20281231|DURATION:P2D|RRULE:FREQ=YEARLY", "2028-12-31 2029-01-01 2029-12-31 2030-01-01 2030-12-31"},
		{"begun before the years", "UTC", "DTSTART;VALUE=DATE:20201231|DURATION:P2D|RRULE:FREQ=YEARLY;UNTIL=20241231", "2024-01-01 2024-12-31 2025-01-01"},
		{"every other week, UNTIL on the day", "UTC", "DTSTART;VALUE=DATE:20300101|RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20300129", "2030-01-01 2030-01-15 2030-01-29"},
		{"week days over a year's end", "UTC", "DTSTART;VALUE=DATE:20241230|RRULE:FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4", "2024-12-30 2025-01-02 2025-01-06 2025-01-09"},
		{"last working day of a month", "UTC", "DTSTART;VALUE=DATE:20300830|RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2030-08-30 2030-09-30 2030-10-31 2030-11-29 2030-12-31"},
		{"last day of a month", "UTC", "DTSTART;VALUE=DATE:20240131|RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "2024-01-31 2024-02-29 2024-03-31"},
		{"the 31st", "UTC", "DTSTART;VALUE=DATE:20300831|RRULE:FREQ=MONTHLY", "2030-08-31 2030-10-31 2030-12-31"},
		{"the hundredth day", "UTC", "DTSTART;VALUE=DATE:20240409|RRULE:FREQ=YEARLY;BYYEARDAY=100;COUNT=2", "2024-04-09 2025-04-10"},
		{"the last week", "UTC", "DTSTART;VALUE=DATE:20291224|RRULE:FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", "2029-12-24 2030-12-23"},
		{"the start, though the rule does not name it", "UTC", "DTSTART;VALUE=DATE:20290101|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2029-01-01 2029-11-22 2030-11-28"},
		{"midnight on both sides of the change of clocks", "Europe/Athens", "DTSTART:20240324T000000|DTEND:20240325T000000|RRULE:FREQ=WEEKLY;COUNT=3", "2024-03-24 2024-03-31 2024-04-07"},
		{"a clock of another zone", "Europe/Athens", "DTSTART;TZID=America/New_York:20240307T170000|DURATION:PT15M|RRULE:FREQ=WEEKLY;COUNT=2", "2024-03-08 2024-03-14"},
		{"UNTIL in UTC", "Europe/Athens", "DTSTART:20240501T000000|RRULE:FREQ=YEARLY;UNTIL=20250430T210000Z", "2024-05-01 2025-05-01"},
		{"UNTIL in UTC, too early", "Europe/Athens", "DTSTART:20240501T000000|RRULE:FREQ=YEARLY;UNTIL=20250430T205959Z", "2024-05-01"},
		{"UNTIL an hour too early", "Europe/Athens", "DTSTART:20240501T080000|RRULE:FREQ=YEARLY;UNTIL=20250501T040000Z", "2024-05-01"},
		{"UNTIL as a date", "America/New_York", "DTSTART:20240501T200000|RRULE:FREQ=YEARLY;UNTIL=20250501", "2024-05-01 2025-05-01"},
		{"a semicolon at the end, and lower case", "UTC", "DTSTART:20240501|RRULE:freq=yearly;count=2;", "2024-05-01 2025-05-01"},
		{"hours that say nothing new", "UTC", "DTSTART:20240501|RRULE:FREQ=YEARLY;COUNT=2;BYHOUR=0;BYMINUTE=0", "2024-05-01 2025-05-01"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, file(strings.Split("SUMMARY:A|"+tt.lines, "|")...), tt.region)
			require.Equal(t, tt.want, dates(f))
		})
	}
}

func TestOverrides(t *testing.T) {
	series := event("UID:1", "SUMMARY:Day off", "DTSTART;VALUE=DATE:20240610", "RRULE:FREQ=YEARLY;COUNT=4")
	tests := []struct{ name, events, want string }{
		{"moved", series + event("UID:1", "RECURRENCE-ID;VALUE=DATE:20250610", "DTSTART;VALUE=DATE:20250612"), "2024-06-10 2025-06-12 2026-06-10 2027-06-10"},
		{"stands before the series", event("UID:1", "RECURRENCE-ID:20250610", "DTSTART:20250612", "DURATION:P2D") + series, "2024-06-10 2025-06-12 2025-06-13 2026-06-10 2027-06-10"},
		{"cancelled", series + event("UID:1", "RECURRENCE-ID:20250610", "DTSTART:20250610", "STATUS:CANCELLED"), "2024-06-10 2026-06-10 2027-06-10"},
		{"of another series", series + event("UID:2", "RECURRENCE-ID:20250610", "DTSTART:20250612"), "2024-06-10 2025-06-10 2025-06-12 2026-06-10 2027-06-10"},
		{"the series is cancelled", event("UID:1", "DTSTART:20240610", "RRULE:FREQ=YEARLY", "STATUS:cancelled") + event("UID:2", "DTSTART:20240101"), "2024-01-01"},
		{"free hours", event("DTSTART:20240610T100000Z", "TRANSP:TRANSPARENT") + event("DTSTART:20240101"), "2024-01-01"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, "BEGIN:VCALENDAR\n"+tt.events+"END:VCALENDAR", "UTC")
			require.Equal(t, tt.want, dates(f))
		})
	}
}

func TestNames(t *testing.T) {
	tests := []struct {
		name   string
		events string
		want   calendar.Holiday
	}{
		{"escapes", event("SUMMARY:Easter\\, and\\n more\\; all", "DTSTART:20250420"), calendar.Holiday{Name: "Easter, and more; all"}},
		{"folded", event("SUMMARY:Good\r\n  Fri\r\n\tday", "DTSTART:20250418"), calendar.Holiday{Name: "Good Friday"}},
		{"folded within a letter", event("SUMMARY:F\xc3\r\n \xa9te", "DTSTART:20250418"), calendar.Holiday{Name: "Féte"}},
		{"none", event("DTSTART:20250418"), calendar.Holiday{Name: "Holiday"}},
		{"tentative", event("SUMMARY:Eid", "DTSTART:20250418", "STATUS:TENTATIVE"), calendar.Holiday{Name: "Eid", Estimated: true}},
		{"estimated", event("SUMMARY:Eid (Estimated)", "DTSTART:20250418"), calendar.Holiday{Name: "Eid", Estimated: true}},
		{"twice", event("SUMMARY:Eid", "DTSTART:20250418") + event("SUMMARY:Eid", "DTSTART:20250418"), calendar.Holiday{Name: "Eid"}},
		{"two on a day, one certain", event("SUMMARY:Eid (estimated)", "DTSTART:20250418") + event("SUMMARY:Good Friday", "DTSTART:20250418"), calendar.Holiday{Name: "Eid / Good Friday"}},
		{"two on a day, the first certain", event("SUMMARY:Good Friday", "DTSTART:20250418") + event("SUMMARY:Eid (estimated)", "DTSTART:20250418"), calendar.Holiday{Name: "Good Friday / Eid"}},
		{"a parameter", event(`SUMMARY;LANGUAGE=en;X="a;b:c",d:A`, "DTSTART:20250418"), calendar.Holiday{Name: "A"}},
		{"an alarm has its own", event("SUMMARY:A", "BEGIN:VALARM", "SUMMARY:B", "DTSTART:20250101", "END:VALARM", "DTSTART:20250418"), calendar.Holiday{Name: "A"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := parse(t, "\ufeffBEGIN:VCALENDAR\n\n"+tt.events+"END:VCALENDAR\n\n", "UTC")
			require.Len(t, f.Days, 1)
			require.Equal(t, tt.want, f.Days[0].Holiday)
		})
	}
	long := parse(t, file("SUMMARY:"+strings.Repeat("é", 500), "DTSTART:20250418"), "UTC")
	require.LessOrEqual(t, len(long.Days[0].Name), 130)
	two := parse(t, "BEGIN:VCALENDAR\n"+event("SUMMARY:A", "DTSTART:20250418", "DURATION:P2D")+event("SUMMARY:B", "DTSTART:20250419")+"END:VCALENDAR", "UTC")
	require.Equal(t, "A", two.Days[0].Name, "the other day's name stays on the other day")
}

// Christmas for ever says nothing of moving holidays.
func TestThrough(t *testing.T) {
	endless := event("SUMMARY:Christmas", "DTSTART:20201225", "RRULE:FREQ=YEARLY")
	easter := event("SUMMARY:Easter", "DTSTART:20260406")
	ends := event("SUMMARY:Review", "DTSTART:20260707", "RRULE:FREQ=YEARLY;UNTIL=20280707")
	tests := []struct {
		events string
		want   int
	}{{endless, 2030}, {easter, 2026}, {endless + easter, 2026}, {endless + easter + ends, 2028}}
	for _, tt := range tests {
		require.Equal(t, tt.want, parse(t, "BEGIN:VCALENDAR\n"+tt.events+"END:VCALENDAR\n", "UTC").Through)
	}
}

func TestZonesOfTheFile(t *testing.T) {
	const zones = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Office\nX-LIC-LOCATION:Europe/Athens\nEND:VTIMEZONE\n" +
		"BEGIN:VTIMEZONE\nTZID:Ship\nBEGIN:STANDARD\nTZOFFSETTO:+0530\nEND:STANDARD\nEND:VTIMEZONE\n" +
		"BEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\nTZOFFSETTO:+0100\nEND:STANDARD\nBEGIN:DAYLIGHT\nTZOFFSETTO:+0200\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
	for id, want := range map[string]string{"Office": "2025-01-01", "Ship": "2024-12-31"} {
		f := parse(t, zones+event("DTSTART;TZID="+id+":20250101T000000")+"END:VCALENDAR", "Europe/Athens")
		require.Equal(t, want, dates(f), id)
	}
	_, err := ics.Parse(strings.NewReader(zones+event("SUMMARY:A", "DTSTART;TZID=Odd:20250101T000000")+"END:VCALENDAR"), years, time.UTC)
	require.EqualError(t, err, `line 23, event "A": DTSTART: zone "Odd" is not known: name it as in the tz database, such as Europe/Athens`)
}

func TestManyYearsOfManyEvents(t *testing.T) {
	f, err := ics.Parse(strings.NewReader(thousand()), ics.Years{First: 2020, Last: 2029}, time.UTC)
	require.NoError(t, err)
	require.Len(t, f.Days, 3653, "every day of ten years")
}

// thousand returns a file of 1,000 events: 700 that repeat every year, 200 that
// do so by the day of the week, and 100 that don't.
func thousand() string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
	start := calendar.NewDate(2000, time.January, 1)
	for i := range 1000 {
		day := strings.ReplaceAll((start + calendar.Date(i%366)).String(), "-", "")
		lines := []string{fmt.Sprintf("UID:%d@calendar.example", i), fmt.Sprintf("SUMMARY:Holiday %d", i), "DTSTART;VALUE=DATE:" + day}
		switch {
		case i < 700:
			lines = append(lines, "RRULE:FREQ=YEARLY", "DESCRIPTION:Every year, on this very day, and for ever\r\n  after")
		case i < 900:
			lines = append(lines, "RRULE:FREQ=YEARLY;BYMONTH=5,11;BYDAY=4TH")
		}
		b.WriteString(event(lines...))
	}
	b.WriteString("END:VCALENDAR\r\n")
	return b.String()
}

func BenchmarkParse(b *testing.B) {
	text := thousand()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := ics.Parse(strings.NewReader(text), ics.Years{First: 2024, Last: 2036}, time.UTC); err != nil {
			b.Fatal(err)
		}
	}
}
