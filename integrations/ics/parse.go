package ics

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/rules/calendar"
)

// The bounds of one file. What goes beyond them is refused.
const (
	MaxBytes  = 5 << 20
	MaxEvents = 20_000
	MaxDates  = 200_000 // of all events together, each date once for each event on it
)

// maxReported is how many mistakes of one file are told at once.
const maxReported = 10

// Years is a range of years, both inclusive. Days outside it are left out, and
// events that repeat without end are followed to its end.
type Years struct{ First, Last int }

// A File is what a calendar file says.
type File struct {
	// Days are the holidays, by date, each date once. Where several events fall
	// on a date its name tells of all of them.
	Days []calendar.Day
	// Through is the last year of which the file says everything: that of the
	// last day which is written out, or comes of a repetition that ends. A file
	// which names moving holidays to 2027 and repeats Christmas for ever says
	// little about 2028. Where all events repeat for ever it is Years.Last.
	Through int
}

// Parse reads a calendar file. A time without a zone is one of the given zone,
// the region's, which must not be nil, and the days are those of that zone: an event that has times is
// a holiday on every date of the region on which any instant of it falls.
//
// Cancelled events are no holidays, nor are those with times that leave the time
// free (TRANSP:TRANSPARENT). For events of whole days TRANSP does not matter:
// most publishers mark public holidays as free time. A tentative event, or one
// named "… (estimated)", gives days that are estimated.
//
// The error names the line and the event of each mistake, the first ten at most.
// A file without a holiday in the years is an error too.
func Parse(r io.Reader, years Years, zone *time.Location) (File, error) {
	text, err := readText(r)
	if err != nil {
		return File{}, err
	}
	objects, err := readObjects(text)
	if err != nil {
		return File{}, err
	}
	x := newExpander(objects, years, zone)
	if err := x.expand(objects.events); err != nil {
		return File{}, err
	}
	if len(x.holidays) == 0 {
		return File{}, fmt.Errorf("no holiday from %d to %d among %d events", years.First, years.Last, len(objects.events))
	}
	return File{Days: x.days(), Through: x.through()}, nil
}

// readText reads a file of bounded size, without its byte order mark.
func readText(r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return "", fmt.Errorf("read: %w", err)
	}
	if len(data) > MaxBytes {
		return "", fmt.Errorf("the file is larger than %d MB: publish fewer years or events", MaxBytes>>20)
	}
	return strings.TrimPrefix(string(data), "\ufeff"), nil
}

// report joins the mistakes of a file, or the first of them.
func report(mistakes []error) error {
	if more := len(mistakes) - maxReported; more > 0 {
		mistakes = append(mistakes[:maxReported:maxReported], fmt.Errorf("and %d more", more))
	}
	return errors.Join(mistakes...)
}
