package ticket

import (
	"slices"
	"strings"
	"time"
)

// readWindows finds the windows that a comment names: whole ones, a new day for
// the old time, a new time for the old day, or which reading was meant.
func (r *replyReader) readWindows(plain YesNo) []Window {
	if out, ok := r.changed(plain); ok {
		return out
	}
	out := r.windows(r.list, r.fields)
	for i := 0; i < len(r.toks) && len(out) == 0 && r.asks(AskWindows); i++ {
		if n := r.vaguePhrase(i); n > 0 {
			out = append(out, r.unread(i, i+n))
		}
	}
	return out
}

// changed reads what changes the windows on the table; false where the comment
// names whole windows, or none.
func (r *replyReader) changed(plain YesNo) (out []Window, ok bool) {
	days, times := r.count()
	switch {
	case len(r.asked.Windows) == 0:
	case days > 0 && times == 0 && r.sameTime():
		return r.moved(), true
	case days > 0 && times == 0:
		out = r.readingsOn()
		if len(out) > 0 {
			out = append(out, r.otherZones(out)...)
		}
	case days == 0 && times > 0:
		return r.retimed(), true
	case days == 0 && plain != Yes:
		out = r.rezoned()
	}
	return out, len(out) > 0
}

// otherZones settles the zones of the windows that are not settled yet.
func (r *replyReader) otherZones(settled []Window) []Window {
	var out []Window
	for _, w := range r.settled(nil, func(v Reading) bool { return v.Zone != "" && r.names(v.Zone) }) {
		if !slices.ContainsFunc(settled, func(s Window) bool { return s.Written == w.Written }) {
			out = append(out, w)
		}
	}
	return out
}

// count returns how many dates and times of day are left for windows.
func (r *replyReader) count() (days, times int) {
	for k := range r.list {
		switch it := &r.list[k]; {
		case it.taken:
		case it.isDate:
			days++
		case it.hours.certainty > bare || it.hours.ranged || it.hours.zone.known:
			times++
		}
	}
	return days, times
}

// sameTime tells "same time", "same slot", "same hours".
func (r *replyReader) sameTime() bool {
	for i := range r.toks {
		if r.phrase(i, "same") && r.isOneOf(i+1, "time", "times", "hours", "slot", "hour", "window") {
			return true
		}
		if r.isOneOf(i, "samme", "gleiche", "gleicher", "zelfde", "samma", "même", "misma", "stessa", "mesma") {
			return true
		}
	}
	return false
}

// models returns the windows on the table that a change starts from: those whose
// letters are named, else all.
func (r *replyReader) models() []Window {
	var named []Window
	for i := range r.toks {
		k := slices.Index(r.asked.Letters, r.text(r.tok(i)))
		if k < 0 || k >= len(r.asked.Windows) {
			continue
		}
		if r.tok(i-1).has(isSlot) || r.isOneOf(i-1, "move", "change", "shift", "make", "replace", "for") {
			named = append(named, r.asked.Windows[k])
		}
	}
	if len(named) == 0 {
		return r.asked.Windows
	}
	return named
}

// bounds returns a window's instants; of one that is still open those of its
// first reading.
func (w *Window) bounds() (start, end time.Time, ok bool) {
	if !w.Start.IsZero() {
		return w.Start, w.End, true
	}
	if len(w.Readings) > 0 {
		return w.Readings[0].Start, w.Readings[0].End, true
	}
	return time.Time{}, time.Time{}, false
}

// clock returns the time of day that the windows have in common; false where
// they have none.
func clock(windows []Window) (*hours, bool) {
	var h *hours
	for k := range windows {
		start, end, ok := windows[k].bounds()
		if !ok {
			continue
		}
		next := &hours{from: momentOf(start), lasting: end.Sub(start)}
		if h != nil && (h.from != next.from || h.lasting != next.lasting) {
			return nil, false
		}
		h = next
	}
	return h, h != nil
}

// moved puts the old time on each new day.
func (r *replyReader) moved() []Window {
	h, ok := clock(r.models())
	var out []Window
	for k := range r.list {
		it := &r.list[k]
		if it.taken || !it.isDate {
			continue
		}
		if !ok {
			out = append(out, r.unread(it.start, it.end))
			continue
		}
		for _, d := range it.date.days {
			out = append(out, r.window(&rawWindow{date: d, dates: &it.date, hours: h, zone: utcZone, start: it.start, end: it.end}))
		}
	}
	return out
}

func momentOf(t time.Time) moment {
	h, m, s := t.UTC().Clock()
	return moment{hour: h, minute: m, second: s, certainty: sure}
}

// retimed puts each new time on the old day.
func (r *replyReader) retimed() []Window {
	var out []Window
	for _, d := range r.days() {
		date := &dates{days: []day{d}}
		for k := range r.list {
			if it := &r.list[k]; !it.taken && !it.isDate {
				out = append(out, r.window(&rawWindow{date: d, dates: date, hours: &it.hours, zone: it.hours.zone, start: it.start, end: it.end}))
			}
		}
	}
	return out
}

// days returns the days of the windows that a change starts from, each once.
func (r *replyReader) days() []day {
	var out []day
	models := r.models()
	for k := range models {
		start, _, ok := models[k].bounds()
		if !ok {
			continue
		}
		d := dayOf(start)
		d.relative = false
		if !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}

// readingsOn settles the windows one of whose readings lies on a day that the
// comment names.
func (r *replyReader) readingsOn() []Window {
	var out []Window
	for k := range r.list {
		it := &r.list[k]
		if it.taken || !it.isDate {
			continue
		}
		for _, d := range it.date.days {
			for _, on := range r.resolve(d, &it.date, time.Time{}, false).dates {
				out = r.settled(out, func(v Reading) bool { return today(v.Start).Equal(on) })
			}
		}
	}
	return out
}

// settled adds the windows on the table of which exactly one reading is meant.
func (r *replyReader) settled(out []Window, meant func(Reading) bool) []Window {
	for _, w := range r.asked.Windows {
		var fits []Reading
		for _, v := range w.Readings {
			if meant(v) {
				fits = append(fits, v)
			}
		}
		if len(fits) != 1 {
			continue
		}
		w.Start, w.End, w.Readings = fits[0].Start, fits[0].End, nil
		w.Doubts = without(without(without(w.Doubts, AmbiguousDate), WeekdayMismatch), ZoneAmbiguous)
		out = append(out, w)
	}
	return out
}

// rezoned reads the windows whose zone is in doubt in the zone that the comment
// names.
func (r *replyReader) rezoned() []Window {
	out := r.settled(nil, func(v Reading) bool { return v.Zone != "" && r.names(v.Zone) })
	if len(out) > 0 {
		return out
	}
	z := r.statedZone(nil)
	if !z.known {
		return nil
	}
	for _, w := range r.asked.Windows {
		if slices.ContainsFunc(w.Doubts, func(d Doubt) bool { return d == ZoneAmbiguous || d == NotUTC || d == ZoneAssumed }) {
			out = append(out, inZone(w, z)...)
		}
	}
	return out
}

// names tells whether the comment holds a word of a zone's label.
func (r *replyReader) names(label string) bool {
	for part := range strings.FieldsSeq(label) {
		if len(part) < 4 || part == "Central" || part == "written" || part == "force" {
			continue
		}
		for i := range r.toks {
			if s := r.text(r.tok(i)); r.tok(i).kind == aWord && len(s) >= len(part) && strings.EqualFold(s[:len(part)], part) {
				return true
			}
		}
	}
	return false
}

// inZone reads a window's words again, in another zone. It stays proposed when
// it was.
func inZone(w Window, z zone) []Window {
	r := newReader(w.Written, w.ProposedAt)
	raw := r.pair(r.items())
	out := make([]Window, 0, len(raw))
	for k := range raw {
		if raw[k].vague {
			continue
		}
		raw[k].zone = z
		again := r.window(&raw[k])
		again.Written, again.Span = w.Written, w.Span
		out = append(out, again)
	}
	return out
}
