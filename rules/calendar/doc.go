// Package calendar knows days: which are public holidays in a region, which
// are business days for the desk, and how far that knowledge reaches.
//
// Holidays come from three places, the later over the earlier: rules computed
// by rickar/cal where those are exact, a table of dates embedded here for
// regions whose holidays follow the moon, a decree or a substitution that no
// rule gives, and what the operator adds and removes. A [Calendar] is built
// once from them and never changes.
//
// What lies outside the data is said, by [Calendar.Covered], and never taken
// for a working day. A date is a day of some local calendar, a [Date]; an
// instant becomes one only together with a zone.
package calendar
