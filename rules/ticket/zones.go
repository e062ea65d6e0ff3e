package ticket

import (
	"strings"
	"time"
)

// zoneAfter reads the zone behind a time, if there is one.
func (r *reader) zoneAfter(i int, h *hours) int {
	z, next, ok := r.zoneAt(i)
	if !ok {
		return i
	}
	if !h.zone.known {
		h.zone = z
	}
	return next
}

// leadingZone reads a zone before a time: "UTC 02:00-04:00".
func (r *reader) leadingZone(i int, h *hours) int {
	z, next, ok := r.zoneWord(i)
	if !ok {
		return i
	}
	if r.tok(next).is(':') {
		next++
	}
	if _, _, ok := r.moment(next); !ok {
		return i
	}
	h.zone = z
	return next
}

// zoneAt reads a zone with what belongs to it: "(UTC)", "hrs UTC", "SGT
// (UTC+8)", "Singapore time".
func (r *reader) zoneAt(i int) (zone, int, bool) {
	open := r.tok(i).isAny("([")
	j := r.skipZoneLead(i, open)
	z, j, ok := r.zoneWord(j)
	if !ok {
		return zone{}, i, false
	}
	if r.tok(j).isAny("(/=") { // SGT (UTC+8), CET/UTC+1
		j = r.secondZone(j, &z)
	}
	for n := 0; n < 2 && (r.isOneOf(j, "time", "zone", "timezone", "hours", "hrs")); n++ {
		j++
	}
	switch {
	case !open:
	case r.tok(j).isAny(")]"):
		j++
	case r.moments(j):
		return zone{}, i, false
	}
	return z, j, true
}

// skipZoneLead skips what may stand before a zone's name: a bracket, "hrs", "in",
// "all times", and outside brackets a mark.
func (r *reader) skipZoneLead(i int, open bool) int {
	j := i
	if open {
		j++
	}
	for n := 0; n < 4; n++ {
		t := r.tok(j)
		if !t.has(isClock) && !r.isOneOf(j, "in", "all", "times", "the", "time") && (n > 0 || open || !t.isAny("-,")) {
			break
		}
		j++
	}
	return j
}

// moments tells whether a time starts at i.
func (r *reader) moments(i int) bool {
	m, _, ok := r.moment(i)
	return ok && m.certainty > bare
}

// secondZone reads a further name of the same zone. An offset settles a name of
// several meanings.
func (r *reader) secondZone(i int, z *zone) int {
	other, next, ok := r.zoneWord(i + 1)
	if !ok || r.moments(next) {
		return i
	}
	if r.tok(i).is('(') {
		for n := 0; n < 2 && r.tok(next).kind == aWord; n++ {
			next++
		}
		if !r.tok(next).is(')') {
			return i
		}
		next++
	}
	if len(z.meanings) > 1 || len(z.meanings) == 1 && z.meanings[0].seasonal {
		if len(other.meanings) == 1 && !other.meanings[0].seasonal {
			z.meanings = other.meanings
		}
	}
	return next
}

// zoneWord reads a zone's bare name.
func (r *reader) zoneWord(i int) (zone, int, bool) {
	t := r.tok(i)
	switch {
	case t.kind == anOffset && t.char == '/':
		name := r.text(t)
		if _, err := time.LoadLocation(name); err != nil {
			return zone{written: name, known: true}, i + 1, true
		}
		return zone{name, whole(name), true}, i + 1, true
	case t.kind == anOffset:
		return zone{r.text(t), fixed(t.n[0]), true}, i + 1, true
	case t.has(isZone) && r.isZoneName(i):
		return zone{r.text(t), t.word.zone.meanings, true}, i + 1, true
	case t.kind == aWord:
		return r.placeTime(i)
	}
	return zone{}, i, false
}

// isZoneName tells an abbreviation from a word in lower case that is spelled
// like one.
func (r *reader) isZoneName(i int) bool {
	t := r.tok(i)
	s := r.text(t)
	if t.word.zone.named("UTC") {
		return len(s) > 1 || (s == "Z" || s == "z" && r.tok(i-1).end == t.start) && r.tok(i-1).kind == aTime
	}
	if s == strings.ToUpper(s) {
		return true
	}
	switch strings.ToLower(s) {
	case "sgt", "cet", "cest", "est", "edt", "bst", "ist", "pst", "pdt", "cst", "hkt", "jst", "eet", "gst", "mez", "mesz", "aest":
		return lowerCase(s) && r.tok(i-1).kind != aWord || lowerCase(s) && r.tok(i-1).has(isClock|isMeridiem)
	}
	return false
}

// placeTime reads "Singapore time", "Eastern Standard Time", "local time".
func (r *reader) placeTime(i int) (zone, int, bool) {
	if !r.timeWordNear(i + 1) {
		return zone{}, i, false
	}
	start := r.tok(i).start
	place := strings.ToLower(r.text(r.tok(i)))
	location, known := cities[place]
	if !known && place != "local" && place != "our" && place != "my" && place != "ship's" {
		return zone{}, i, false
	}
	j := i + 1
	for n := 0; n < 3 && r.isZonePart(j); n++ {
		if r.phrase(j, "european") {
			location = map[string]string{"central": "Europe/Paris", "eastern": "Europe/Athens"}[place]
		}
		j++
	}
	if !r.phrase(j, "time") && !r.phrase(j, "lt") {
		return zone{}, i, false
	}
	z := zone{written: r.plain.text[start:r.tok(j).end], known: true}
	if location != "" {
		z.meanings = whole(location)
	}
	return z, j + 1, true
}

// timeWordNear tells whether the word "time" follows soon.
func (r *reader) timeWordNear(i int) bool {
	for k := i; k < i+4 && r.tok(k).kind == aWord; k++ {
		if r.isOneOf(k, "time", "lt") {
			return true
		}
	}
	return false
}

func (r *reader) isZonePart(i int) bool {
	for _, w := range []string{"standard", "daylight", "summer", "winter", "european", "local", "kong"} {
		if r.phrase(i, w) {
			return true
		}
	}
	return false
}
