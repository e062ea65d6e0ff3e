package ticket

import (
	"strings"
	"time"
)

// windows finds the proposed windows of the text, in order.
func (r *reader) windows(items []item, fields []field) []Window {
	raw := r.pair(r.proposals(items))
	raw = r.keepVague(raw, fields)
	r.spreadZones(raw)
	raw = r.addVague(raw, fields)
	out := make([]Window, 0, len(raw))
	var near time.Time
	for k := range raw {
		raw[k].near = near
		w := r.window(&raw[k])
		if !w.Start.IsZero() {
			near = w.Start.Truncate(24 * time.Hour)
		}
		if k > 0 && r.restates(&raw[k-1], &raw[k], &out[len(out)-1], &w) {
			continue
		}
		if out = append(out, w); len(out) > mostWindows {
			break
		}
	}
	if len(out) == 0 {
		out = r.vagueAnswers(fields)
	}
	if r.cut { // who knows what stands there
		n := len(r.toks)
		out = append(out, r.unread(max(0, n-longestLabel), n))
	}
	return bounded(out)
}

// mostWindows is how many windows one text can propose. Who names more pasted
// something else, or wants to talk.
const mostWindows = 40

// bounded cuts a list that is too long, and turns its last window into one that
// is asked about: what was left out must never go unnoticed.
func bounded(list []Window) []Window {
	if len(list) <= mostWindows {
		return list
	}
	last := &list[mostWindows]
	*last = Window{Written: last.Written, Span: last.Span, ProposedAt: last.ProposedAt, Doubts: []Doubt{Unreadable}}
	return list[:mostWindows+1]
}

// proposals drops the dates and times that are part of a story: when something
// happened, or is due.
func (r *reader) proposals(items []item) []item {
	kept := make([]item, 0, len(items))
	story := -1 // the token behind the last date of a story
	for k := range items {
		it := items[k]
		switch {
		case it.taken:
		case it.isDate && r.isPastDay(&it.date): // yesterday
			story = it.end
			continue
		case r.isAside(&it):
		case story >= 0 && !it.isDate && r.gapBetween(story, it.start) == near && !r.broken(story, it.start):
		case r.isStory(it.start, !it.isDate && it.hours.ranged):
			story = it.end
			continue
		case !it.isDate && !r.isTimely(items, k):
		default:
			kept = append(kept, it)
		}
		story = -1
	}
	return kept
}

// isAside tells the dates and times under a label that asks for no window. A
// range may still be one.
func (r *reader) isAside(it *item) bool {
	return r.tok(it.start).flags&aside != 0 && (it.isDate || !it.hours.ranged)
}

// isPastDay tells a relative day that lies behind.
func (r *reader) isPastDay(d *dates) bool {
	v := &d.days[0]
	return v.relative && v.midnight().Before(today(r.at))
}

// isTimely tells whether figures that could be many things are a time here: a
// date stands beside them, or a zone behind.
func (r *reader) isTimely(items []item, k int) bool {
	h := &items[k].hours
	if h.certainty == sure {
		return true
	}
	if k > 0 && items[k-1].isDate && r.gapBetween(items[k-1].end, items[k].start) == near {
		return true
	}
	if k+1 < len(items) && items[k+1].isDate && r.gapBetween(items[k].end, items[k+1].start) == near && (h.zone.known || h.ranged || h.led) {
		return true
	}
	return h.zone.known && (h.ranged || h.certainty == compact)
}

// storyReach is how far back a word can make a date part of a story.
const storyReach = 7

// isStory tells whether the words before a date or time are those of a report
// or of a deadline. A range needs stronger words than a point.
func (r *reader) isStory(i int, ranged bool) bool {
	named := false // behind a name only the words of a report count
	for k := i - 1; k >= 0 && k >= i-storyReach; k-- {
		t := r.tok(k)
		switch {
		case r.partsStory(k):
			return false
		case t.kind == aName: // "we last refreshed X_test on …"
			if ranged || !r.tok(k+1).has(isOn|isAt) || r.tok(k-1).has(isRefresh) && !r.isParticiple(k-1) {
				return false
			}
			named = true
		case t.kind == aWord && r.tells(k, ranged || named):
			return true
		}
	}
	return false
}

// partsStory tells whether the token at k parts a date from the words before it:
// another date, the end of a sentence, or what makes a wish of it.
func (r *reader) partsStory(k int) bool {
	switch t := r.tok(k); t.kind {
	case aTime, aDate, aNumber, aForm, aMark, aNewline, aCell:
		return true
	case aPunct:
		return t.isAny(":;?") || t.is('.') && r.tok(k+1).start > t.end
	default:
		return r.isOneOf(k, "please", "pls", "plz", "kindly")
	}
}

// tells tells whether the word at k makes what follows part of a story. Only
// some words do so where the date may well be a proposal.
func (r *reader) tells(k int, strictly bool) bool {
	w := lowerString(r.text(r.tok(k)))
	switch {
	case stories[w], r.phrase(k, "not", "available") && r.tok(k+2).has(isOn|isAt|isFrom):
		return true
	case strictly:
		return false
	}
	return deadlines[w] || events[w] && r.isOneOf(k+1, "on", "at", "is", "starts", "begins", "of", "from")
}

// isParticiple tells a verb in the past: "refreshed", not "refresh".
func (r *reader) isParticiple(i int) bool {
	s := r.text(r.tok(i))
	return strings.HasSuffix(s, "ed")
}

var (
	stories = setOf("since last was were happened occurred failed crashed created raised submitted reported logged opened released installed went previous yesterday ago " +
		"busy closed unavailable cancelled canceled except office working business opening originally missed expired")
	deadlines = setOf("before by until deadline due starts expires go-live golive live kick-off kickoff dated seen later than cutover found noticed observed discovered saw got received")
	events    = setOf("meeting meetings call training audit workshop session demo")
)

// spreadZones gives each window its zone: its own, else that of the last window
// where the ones before have none, else the one that the text states for all.
func (r *reader) spreadZones(raw []rawWindow) {
	last, open := -1, false
	for k := range raw {
		if raw[k].hours != nil {
			raw[k].zone = raw[k].hours.zone
			open = open || !raw[k].zone.known
			last = k
		}
	}
	if !open {
		return
	}
	common := raw[last].zone
	for k := 0; k < last && common.known; k++ {
		if raw[k].hours != nil && raw[k].zone.known {
			common = zone{}
		}
	}
	if !common.known {
		common = r.statedZone(raw)
	}
	for k := range raw {
		if !raw[k].zone.known {
			raw[k].zone = common
		}
	}
}

// statedZone returns the zone that the text states apart from any window: in
// the form's question, in a label, in a sentence of its own.
func (r *reader) statedZone(raw []rawWindow) zone {
	var found zone
	inWindow := 0
	for i := range r.toks {
		t := &r.toks[i]
		if t.kind == aForm && asksUTC(slot(t.n[0])) {
			return utcZone
		}
		for inWindow < len(raw) && raw[inWindow].end <= i {
			inWindow++
		}
		if !t.canBeZone() || inWindow < len(raw) && i >= raw[inWindow].start {
			continue
		}
		z, _, ok := r.zoneWord(i)
		if !ok || !z.isUTC() && !r.speaksOfTimes(i) {
			continue
		}
		if found.known && found.written != z.written {
			return zone{}
		}
		found = z
	}
	return found
}

// canBeZone tells whether a zone can begin here: an offset, an abbreviation, or
// a word that the lexicon does not know, such as a city.
func (t *token) canBeZone() bool {
	return t.kind == anOffset || t.kind == aWord && (t.word.class == 0 || t.word.class&isZone != 0)
}

// asksUTC tells the sentences of the forms that ask for UTC.
func asksUTC(s slot) bool { return s == windowSlot || s == schemaWindowSlot }

// speaksOfTimes tells whether the words around a zone are about the times of the
// text: "all times SGT", "Time (CET):".
func (r *reader) speaksOfTimes(i int) bool {
	for k := i + 3; k > i-7; k-- {
		if r.tok(k).kind == aNewline && k < i {
			return false
		}
		if r.isOneOf(k, "time", "times", "timezone", "zone", "hours", "tz", "window", "windows", "slots") {
			return true
		}
	}
	return false
}

// restates tells whether the second of two windows only repeats the first one in
// another zone. Where the two do not agree, which is right must be asked.
func (r *reader) restates(a, b *rawWindow, first, second *Window) bool {
	if !a.zoned() || !b.zoned() || first.open() || second.open() || sameZone(&a.zone, &b.zone) {
		return false
	}
	joint := r.restatement(a.end, b.start)
	if joint == noJoint {
		return false
	}
	shift := second.Start.Sub(first.Start)
	equal := shift%(24*time.Hour) == 0 && second.End.Sub(second.Start) == first.End.Sub(first.Start)
	switch {
	case equal && (shift == 0 || b.dates == a.dates):
		if b.zone.isUTC() && !a.zone.isUTC() {
			keepUTC(first)
		}
		return true
	case joint == bracket:
		first.Doubts = append([]Doubt{ZoneAmbiguous}, without(first.Doubts, NotUTC)...)
		first.Readings = []Reading{{first.Start, first.End, a.zone.written}, {second.Start, second.End, b.zone.written}}
		first.Start, first.End = time.Time{}, time.Time{}
		return true
	}
	return false
}

// zoned tells a window whose times have a zone of their own.
func (w *rawWindow) zoned() bool { return w.hours != nil && w.hours.zone.known }

// keepUTC lifts the doubt about a zone that the client converted already.
func keepUTC(w *Window) {
	w.Doubts = without(w.Doubts, NotUTC)
	w.Zone = ""
}

func without(list []Doubt, d Doubt) []Doubt {
	kept := list[:0:0]
	for _, x := range list {
		if x != d {
			kept = append(kept, x)
		}
	}
	return kept
}

func sameZone(a, b *zone) bool {
	return a.written == b.written || a.isUTC() && b.isUTC()
}

// What stands between a window and its repetition in another zone.
const (
	noJoint = iota
	listed  // what could also part two windows
	bracket // a bracket, an equals sign, "i.e."
)

func (r *reader) restatement(i, j int) int {
	joint := noJoint
	if j-i > 6 {
		return noJoint
	}
	for ; i < j; i++ {
		t := r.tok(i)
		switch {
		case t.isAny("(=[") || r.isOneOf(i, "i.e", "ie", "equals", "which"):
			joint = bracket
		case t.isAny("/,-") || t.has(isOr):
			joint = max(joint, listed)
		case t.isAny(".)~") || t.has(isFiller|isOn|isFrom):
		default:
			return noJoint
		}
	}
	return joint
}
