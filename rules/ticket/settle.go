package ticket

import (
	"slices"
	"time"
)

// assumedLength is how long a window is that has no end.
const assumedLength = 2 * time.Hour

// quote returns the words in the tokens [i, j) and where they stand.
func (r *reader) quote(i, j int) (string, Span) {
	start, end := r.tok(i).start, r.tok(j-1).end
	return squeeze(r.plain.text[start:end]), r.plain.original(start, end)
}

// interval is one reading of a window.
type interval struct {
	start, end time.Time
	zone       string
}

// window settles one window: its date, its end, its zone, and what is in doubt.
func (r *reader) window(raw *rawWindow) Window {
	w := Window{ProposedAt: r.at.UTC()}
	w.Written, w.Span = r.quote(raw.start, raw.end)
	if d := raw.dates; d != nil && d.end > d.start && (d.end <= raw.start || d.start >= raw.end) {
		shared, _ := r.quote(d.start, d.end)
		w.Written = shared + " " + w.Written
	}
	if raw.vague {
		w.Doubts = []Doubt{Unreadable}
		return w
	}
	res := r.resolve(raw.date, raw.dates, raw.near, raw.past)
	local := r.intervals(raw, res.dates)
	if len(local) == 0 {
		w.Doubts = []Doubt{Unreadable}
		return w
	}
	zones := settleZone(&w, &raw.zone, local)
	dated := len(local) > 1
	r.doubt(&w, raw, &res, dated, len(zones) > len(local) || raw.zone.known && len(raw.zone.meanings) == 0)
	if w.open() {
		for _, v := range zones {
			w.Readings = append(w.Readings, Reading{v.start, v.end, v.zone})
		}
		return w
	}
	w.Start, w.End = zones[0].start, zones[0].end
	return w
}

// open tells whether a doubt leaves the window without instants.
func (w *Window) open() bool {
	for _, d := range w.Doubts {
		if d == Unreadable || d == AmbiguousDate || d == WeekdayMismatch || d == ZoneAmbiguous {
			return true
		}
	}
	return false
}

// doubt notes what is in doubt, in the order of the constants.
func (r *reader) doubt(w *Window, raw *rawWindow, res *resolution, dated, zoned bool) {
	h := raw.hours
	for _, x := range []struct {
		doubt Doubt
		holds bool
	}{
		{AmbiguousDate, dated && !res.mismatch},
		{WeekdayMismatch, res.mismatch},
		{ZoneAmbiguous, zoned},
		{NotUTC, raw.zone.known && !zoned && !raw.zone.isUTC()},
		{ZoneAssumed, !raw.zone.known},
		{EndAssumed, !h.ranged && h.lasting == 0},
		{YearAssumed, res.yearAssumed},
		{RelativeDate, res.relative},
	} {
		if x.holds {
			w.Doubts = append(w.Doubts, x.doubt)
		}
	}
}

// intervals gives the window on each date that its words can mean, as wall-clock
// times.
func (r *reader) intervals(raw *rawWindow, days []time.Time) []interval {
	out := make([]interval, 0, 2)
	for _, day := range days {
		start := day.Add(raw.hours.from.length())
		out = append(out, r.endings(raw.hours, day, start)...)
	}
	if len(out) > 1 && raw.hours.toDate != nil {
		out = plausible(out)
	}
	return out
}

// endings gives the ends that belong to one start.
func (r *reader) endings(h *hours, day, start time.Time) []interval {
	switch {
	case h.ranged && h.toDate != nil:
		var out []interval
		res := r.resolve(h.toDate.days[0], h.toDate, day, true)
		for _, d := range res.dates {
			out = append(out, interval{start: start, end: d.Add(h.to.length())})
		}
		return out
	case h.ranged:
		end := day.Add(h.to.length())
		if !end.After(start) {
			end = end.AddDate(0, 0, 1)
		}
		return []interval{{start: start, end: end}}
	case h.lasting != 0:
		return []interval{{start: start, end: start.Add(h.lasting)}}
	}
	return []interval{{start: start, end: start.Add(assumedLength)}}
}

// plausible keeps the readings that end behind their start and not days later,
// if there are any: the second date settles the first.
func plausible(all []interval) []interval {
	kept := slices.DeleteFunc(slices.Clone(all), func(v interval) bool {
		d := v.end.Sub(v.start)
		return d <= 0 || d > 72*time.Hour
	})
	if len(kept) > 0 {
		return kept
	}
	return all[:1]
}

// settleZone converts each interval to UTC, in each meaning of its zone.
func settleZone(w *Window, z *zone, local []interval) []interval {
	if !z.known || len(z.meanings) == 0 {
		if z.known {
			w.Zone = z.written
		}
		return local
	}
	if !z.isUTC() {
		w.Zone = z.written
	}
	out := make([]interval, 0, len(local))
	for _, v := range local {
		for _, c := range z.convert(v.start) {
			out = append(out, interval{c.at, c.at.Add(v.end.Sub(v.start)), c.label})
		}
	}
	return out
}
