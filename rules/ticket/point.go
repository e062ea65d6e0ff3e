package ticket

import "sort"

// pointReach is how far the instant may stand from the words that announce it.
const pointReach = 10

// point finds the instant whose data are wanted, and takes its items away from
// the windows.
func (r *reader) point(items []item, fields []field, spoken bool) *Instant {
	for k := range fields {
		if f := &fields[k]; f.slot == pointSlot {
			if p, ok := r.instantIn(items, f.start, r.answerEnd(f.start, f.end)); ok {
				return p
			}
			if i, j := r.trim(f.start, r.answerEnd(f.start, f.end)); i < j && !r.isOpen(i, j) && !r.isLatestCopy(i, j) && r.hasFigure(i, j) {
				return r.unreadInstant(i, j)
			}
		}
	}
	for i := range r.toks {
		n := r.announces(i)
		if n == 0 {
			continue
		}
		end := i + n + pointReach
		if p, ok := r.instantIn(items, i+n, end); ok {
			return p
		}
	}
	if spoken {
		return r.lonePoint(items)
	}
	return nil
}

// isLatestCopy tells "latest", "now": no instant but the usual copy.
func (r *reader) isLatestCopy(i, j int) bool {
	for ; i < j; i++ {
		if r.tok(i).has(isLatest) || r.isOneOf(i, "now", "n", "no") {
			return true
		}
	}
	return false
}

func (r *reader) hasFigure(i, j int) bool {
	for ; i < j; i++ {
		switch r.tok(i).kind {
		case aNumber, aDate, aTime, aPair:
			return true
		}
	}
	return false
}

// announces returns the length of the words at i that announce an instant, 0
// where there are none.
func (r *reader) announces(i int) int {
	t := r.tok(i)
	if !t.has(isAnnounce) {
		return 0
	}
	for _, a := range announcements {
		if equalLower(r.text(t), a[0]) && r.phrase(i, a...) {
			return len(a)
		}
	}
	if r.isOneOf(i, "data", "daten", "copy") && r.isOneOf(i+1, "from", "of", "until", "till", "per", "vom") {
		return 2
	}
	return 0
}

var announcements = [][]string{
	{"as", "of"}, {"as", "at"}, {"as", "it", "was"}, {"as", "they", "were"}, {"up", "until"}, {"up", "to"}, {"up", "till"},
	{"point", "in", "time"}, {"point-in-time"}, {"restore", "point"}, {"snapshot"}, {"backup", "from"}, {"backup", "of"}, {"backup", "taken"},
	{"state", "of"}, {"state", "on"}, {"state", "at"}, {"state", "from"}, {"status", "as"}, {"pit"}, {"looked", "on"}, {"looked", "at"},
	{"stand", "vom"}, {"stand", "per"}, {"back", "to"}, {"cut-off"}, {"cutoff"}, {"data", "until"},
}

// instantIn reads the instant among the tokens [start, end): a date with a time,
// in either order, that is no range.
func (r *reader) instantIn(items []item, start, end int) (*Instant, bool) {
	k := sort.Search(len(items), func(k int) bool { return items[k].start >= start })
	for k < len(items) && items[k].taken {
		k++
	}
	if k == len(items) || items[k].start >= end || r.gapIsBroken(start, items[k].start) {
		return nil, false
	}
	d, h := &items[k], (*item)(nil)
	if k+1 < len(items) && r.belongs(d, &items[k+1]) {
		h = &items[k+1]
	}
	if !d.isDate {
		if d, h = h, d; d == nil || h.hours.certainty < sure {
			return nil, false
		}
	}
	if h != nil && (h.hours.ranged || h.hours.lasting != 0) {
		return nil, false
	}
	return r.instant(d, h), true
}

// belongs tells whether of two items one is the date and the other its time, on
// one line and in one sentence.
func (r *reader) belongs(a, b *item) bool {
	return a.isDate != b.isDate && r.gapBetween(a.end, b.start) != apart && !r.broken(a.end, b.start) && !r.sentenceEnds(a.end, b.start)
}

// sentenceEnds tells whether a dot between two tokens ends a sentence.
func (r *reader) sentenceEnds(i, j int) bool {
	for ; i < j; i++ {
		if r.tok(i).is('.') && r.tok(i+1).start > r.tok(i).end && r.tok(i+1).kind == aWord {
			return true
		}
	}
	return false
}

// gapIsBroken tells whether a line or a sentence ends between two tokens, other
// than right at the first.
func (r *reader) gapIsBroken(i, j int) bool {
	said := false
	for ; i < j; i++ {
		t := r.tok(i)
		if t.kind == aWord && !t.has(joins) && !t.has(isDatabase|isRole|isSystem|isLatest|isSource) {
			said = true
		}
		if r.isOneOf(i, "to", "into", "onto", "over") || said && t.breaks() || t.is('.') && r.tok(i+1).start > t.end && r.tok(i+1).kind == aWord {
			return true
		}
	}
	return false
}

// lonePoint finds the one date with a single time in a text whose other times
// are ranges: there the point in time stands without an announcement.
func (r *reader) lonePoint(items []item) *Instant {
	at, singles, ranges := -1, 0, 0
	for k := range items {
		it := &items[k]
		switch {
		case it.isDate || it.taken:
		case it.hours.ranged:
			ranges++
		case k > 0 && items[k-1].isDate && r.gapBetween(items[k-1].end, it.start) != apart:
			at = k
			singles++
		}
	}
	if ranges == 0 || singles != 1 {
		return nil
	}
	return r.instant(&items[at-1], &items[at])
}

// instant settles an instant from its date and its time; the time may be
// missing. It takes both items.
func (r *reader) instant(d, h *item) *Instant {
	start, end := d.start, d.end
	d.taken = true
	if h == nil || len(d.date.days) != 1 {
		return r.unreadInstant(start, end)
	}
	h.taken = true
	start, end = min(start, h.start), max(end, h.end)
	z := h.hours.zone
	if !z.known {
		z = r.statedZone(nil)
	}
	w := r.window(&rawWindow{date: d.date.days[0], dates: &d.date, hours: &h.hours, zone: z, start: start, end: end, past: true})
	p := &Instant{At: w.Start, Written: w.Written, Span: w.Span}
	for _, x := range w.Doubts {
		if x != EndAssumed {
			p.Doubts = append(p.Doubts, x)
		}
	}
	for _, x := range w.Readings {
		p.Readings = append(p.Readings, Reading{Start: x.Start, End: x.Start, Zone: x.Zone})
	}
	return p
}

// unreadInstant quotes words that are no instant.
func (r *reader) unreadInstant(i, j int) *Instant {
	written, span := r.quote(i, j)
	return &Instant{Written: written, Span: span, Doubts: []Doubt{Unreadable}}
}
