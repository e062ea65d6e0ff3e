package ics

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-ical"
)

// Objects are what is read of a file before anything is made of it.
type objects struct {
	events []event
	zones  []timezone
}

// A timezone is one VTIMEZONE: a zone that the file describes itself.
type timezone struct {
	id       string
	location string   // X-LIC-LOCATION: the name that others know it by
	offsets  []string // TZOFFSETTO of its parts
}

// maxDepth is how deep components may lie within one another; an alarm in an
// event lies three deep.
const maxDepth = 8

// A reader puts the lines of a file together.
type reader struct {
	objects
	open []string // the components that have begun, outermost first
}

// readObjects reads a file. What comes after a broken line can't be told apart
// from it, so the first is the only one to be named.
func readObjects(text string) (objects, error) {
	var r reader
	whole := false
	for l := range lines(text) {
		if err := r.take(l); err != nil {
			return objects{}, fmt.Errorf("line %d%s: %w", l.number, r.inEvent(), err)
		}
		whole = true
	}
	switch {
	case !whole:
		return objects{}, errors.New("the file is empty: want BEGIN:VCALENDAR")
	case len(r.open) > 0:
		return objects{}, fmt.Errorf("the file ends%s before END:%s: it is cut short", r.inEvent(), r.open[len(r.open)-1])
	}
	return r.objects, nil
}

// inEvent names the event that is being read, for a message.
func (r *reader) inEvent() string {
	if len(r.open) < 2 || r.open[1] != ical.CompEvent {
		return ""
	}
	return r.events[len(r.events)-1].label()
}

func (r *reader) take(l line) error {
	if len(r.open) == 0 && !strings.EqualFold(strings.TrimSpace(l.text), "BEGIN:VCALENDAR") {
		return fmt.Errorf("want BEGIN:VCALENDAR, found %s: is this a calendar file?", quote(l.text))
	}
	prop, err := readProperty(l.text)
	if err != nil {
		return err
	}
	name := strings.ToUpper(strings.TrimSpace(prop.Value))
	switch prop.Name {
	case "BEGIN":
		return r.begin(name, l.number)
	case "END":
		return r.end(name)
	}
	r.keep(property{Prop: prop, line: l.number})
	return nil
}

func (r *reader) begin(name string, line int) error {
	switch {
	case name == "" || strings.ContainsFunc(name, func(r rune) bool { return !nameRune(r) }):
		return fmt.Errorf("%s is no name of a component", quote(name))
	case len(r.open) == maxDepth:
		return fmt.Errorf("more than %d components within one another", maxDepth)
	}
	r.open = append(r.open, name)
	switch {
	case r.within(ical.CompCalendar, ical.CompEvent):
		r.events = append(r.events, event{line: line})
	case r.within(ical.CompCalendar, ical.CompTimezone):
		r.zones = append(r.zones, timezone{})
	}
	if len(r.events) > MaxEvents {
		return fmt.Errorf("more than %d events: publish fewer years", MaxEvents)
	}
	return nil
}

func (r *reader) end(name string) error {
	last := len(r.open) - 1
	if r.open[last] != name {
		return fmt.Errorf("END:%s, where END:%s is due", quote(name), r.open[last])
	}
	r.open = r.open[:last]
	return nil
}

// keep takes a property, if it is one that is read.
func (r *reader) keep(p property) {
	switch {
	case r.within(ical.CompCalendar, ical.CompEvent):
		if e := &r.events[len(r.events)-1]; wanted(p.Name) {
			e.props = append(e.props, p)
		}
	case len(r.open) >= 2 && r.open[1] == ical.CompTimezone:
		zone := &r.zones[len(r.zones)-1]
		switch p.Name {
		case ical.PropTimezoneID:
			zone.id = p.Value
		case "X-LIC-LOCATION":
			zone.location = p.Value
		case ical.PropTimezoneOffsetTo:
			zone.offsets = append(zone.offsets, p.Value)
		}
	}
}

func (r *reader) within(path ...string) bool { return slices.Equal(r.open, path) }
