// Package ics reads calendar files (iCalendar, RFC 5545) for the days on which
// a region is closed, and keeps them through a failure of whoever publishes them.
//
// [Parse] turns one file into days. Every event that is not cancelled is a
// holiday, on all the dates that it touches; in doubt a day is closed. A file
// that can't be read whole is refused whole: half of a calendar looks like
// working days.
//
// [Calendars] loads the files and addresses that are configured. A source that
// does not answer, or answers with something else than a calendar, leaves what
// it last said in force; the last good copy of each source also outlives a
// restart, in a folder. How old it is can be asked at any time.
//
// Outside text is hostile until read: size, events, dates and the work that
// repeating events ask for are bounded. Properties are held as those of
// emersion/go-ical and repetitions are read by teambition/rrule-go. Splitting
// the file into lines and going through the days of a rule is done here: both
// libraries panic on some malformed text, the first knows no line numbers, and
// the second searches to the year 9999 for the days of a rule that has none.
package ics
