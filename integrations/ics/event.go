package ics

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/emersion/go-ical"
)

// A property is one property with the line on which it stands.
type property struct {
	ical.Prop
	line int
}

// An event is one VEVENT, with those of its properties that are read.
type event struct {
	line  int // of its BEGIN
	props []property
}

// get returns the first property of a name, or nil.
func (e *event) get(name string) *property {
	for i := range e.props {
		if e.props[i].Name == name {
			return &e.props[i]
		}
	}
	return nil
}

// all returns every property of a name.
func (e *event) all(name string) iter.Seq[*property] {
	return func(yield func(*property) bool) {
		for i := range e.props {
			if e.props[i].Name == name && !yield(&e.props[i]) {
				return
			}
		}
	}
}

// value returns the value of the first property of a name, or "".
func (e *event) value(name string) string {
	if p := e.get(name); p != nil {
		return p.Value
	}
	return ""
}

// is reports whether a property has a value, in any case.
func (e *event) is(name, value string) bool {
	return strings.EqualFold(strings.TrimSpace(e.value(name)), value)
}

// mistake returns an error that names the event and the line of a property of it
// that is wrong, or missing.
func (e *event) mistake(name, format string, args ...any) error {
	line := e.line
	if p := e.get(name); p != nil {
		line = p.line
	}
	return e.mistakeAt(line, name+": "+format, args...)
}

func (e *event) mistakeAt(line int, format string, args ...any) error {
	return fmt.Errorf("line %d%s: %w", line, e.label(), fmt.Errorf(format, args...))
}

// label returns what a person finds the event by.
func (e *event) label() string {
	summary, uid := e.value(ical.PropSummary), e.value(ical.PropUID)
	switch {
	case summary != "" && uid != "":
		return fmt.Sprintf(", event %s (UID %s)", quote(plain(summary)), quote(uid))
	case summary != "":
		return ", event " + quote(plain(summary))
	case uid != "":
		return ", event with UID " + quote(uid)
	}
	return fmt.Sprintf(", event of line %d", e.line)
}

// name returns what the holiday is called, and whether its date is estimated.
func (e *event) name() (name string, estimated bool) {
	name = plain(e.value(ical.PropSummary))
	estimated = e.is(ical.PropStatus, string(ical.EventTentative))
	for _, mark := range []string{"(estimated)", "(tentative)"} {
		if cut := len(name) - len(mark); cut >= 0 && strings.EqualFold(name[cut:], mark) {
			name, estimated = strings.TrimSpace(name[:cut]), true
		}
	}
	if name == "" {
		name = "Holiday"
	}
	return name, estimated
}

// maxName is the longest name of a holiday, in bytes.
const maxName = 120

// plain returns a text value as one line of bounded length.
func plain(value string) string {
	value = value[:min(len(value), 4*maxName)]
	value = strings.NewReplacer(`\n`, " ", `\N`, " ", `\,`, ",", `\;`, ";", `\\`, `\`).Replace(value)
	value = strings.Map(printable, strings.ToValidUTF8(value, ""))
	value = strings.Join(strings.Fields(value), " ")
	if len(value) > maxName {
		value = strings.ToValidUTF8(value[:maxName], "") + "…"
	}
	return value
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return ' '
	}
	return r
}

// wanted reports whether a property of events is read.
func wanted(name string) bool { return slices.Contains(wantedNames[:], name) }

// wantedNames are the properties of events that are read.
var wantedNames = [...]string{
	ical.PropUID, ical.PropSummary, ical.PropStatus, ical.PropTransparency,
	ical.PropDateTimeStart, ical.PropDateTimeEnd, ical.PropDuration,
	ical.PropRecurrenceRule, ical.PropRecurrenceDates, ical.PropExceptionDates, ical.PropRecurrenceID,
	propExceptionRule, propWholeDay,
}

const (
	propExceptionRule = "EXRULE" // of the older standard, RFC 2445
	propWholeDay      = "X-MICROSOFT-CDO-ALLDAYEVENT"
)
