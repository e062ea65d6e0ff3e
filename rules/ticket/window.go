package ticket

import "time"

// rawWindow is one window as the words give it, before it is settled.
type rawWindow struct {
	date  day
	dates *dates
	hours *hours
	near  time.Time // the date before, for a day without a month
	zone  zone
	start int // tokens of the whole
	end   int
	vague bool // words that give no time: kept only to be quoted
	past  bool // a date without a year may lie behind
}

// pairing joins the dates and times of a text into windows.
type pairing struct {
	*reader
	items     []item
	out       []rawWindow
	waiting   []int // items: dates that have no time yet
	last      []int // items: the dates of the window before
	lastEnd   int   // token behind the window before
	timeFirst bool  // the window before had its date behind its time
	timed     int   // windows that have a time
}

// mostPairs bounds the windows that are made: a thousand dates with a thousand
// times would be a million. Some of them repeat others in another zone.
const mostPairs = 3 * mostWindows

// pair gives each time the dates it belongs to: those waiting before it, else
// those behind it, else those of the window before.
func (r *reader) pair(items []item) []rawWindow {
	p := &pairing{reader: r, items: items}
	for i := 0; i < len(items); i++ {
		switch {
		case items[i].taken:
		case items[i].isDate:
			p.wait(i)
		default:
			i = p.time(i)
		}
	}
	p.giveUp()
	return p.out
}

// wait keeps a date until its time comes.
func (p *pairing) wait(i int) {
	if n := len(p.waiting); n > 0 && p.gapBetween(p.items[p.waiting[n-1]].end, p.items[i].start) != near {
		p.giveUp()
	}
	p.waiting = append(p.waiting, i)
}

// giveUp turns the dates that wait into windows that can't be read.
func (p *pairing) giveUp() {
	for _, i := range p.waiting {
		it := &p.items[i]
		if it.date.strong {
			p.out = append(p.out, rawWindow{dates: &it.date, date: it.date.days[0], start: it.start, end: it.end, vague: true})
		}
	}
	p.waiting = p.waiting[:0]
}

// time places one time of day and returns the last item that it used.
func (p *pairing) time(i int) int {
	h := &p.items[i]
	if h.hours.date != nil {
		p.giveUp()
		p.out = append(p.out, rawWindow{date: h.hours.date.days[0], dates: h.hours.date, hours: &h.hours, start: h.start, end: h.end})
		p.last, p.lastEnd = nil, h.end
		return i
	}
	if n := len(p.waiting); n > 0 {
		g := p.gapBetween(p.items[p.waiting[n-1]].end, h.start)
		if g == near || g == within && h.hours.certainty > bare {
			if last, ok := p.column(i); ok {
				return last
			}
			p.place(i, p.onLine(h.start))
			p.timeFirst = false
			return i
		}
	}
	reuse := len(p.last) > 0 && p.gapBetween(p.lastEnd, h.start) == near
	if j := p.datesBehind(i, reuse); j > i {
		behind := make([]int, 0, j-i)
		for k := i + 1; k <= j; k++ {
			behind = append(behind, k)
		}
		p.giveUp()
		p.place(i, behind)
		p.lastEnd = max(p.lastEnd, p.items[j].end)
		p.timeFirst = true
		return j
	}
	if reuse && h.hours.certainty > bare {
		p.place(i, p.last)
	}
	return i
}

// onLine returns the waiting dates that a time at token i belongs to. Where it
// stands on the line of the last one, dates on lines of their own before that
// have no time.
func (p *pairing) onLine(i int) []int {
	n := len(p.waiting) - 1
	if n == 0 || p.broken(p.items[p.waiting[n]].end, i) {
		return p.waiting
	}
	for k := n; k > 0; k-- {
		end, start := p.items[p.waiting[k-1]].end, p.items[p.waiting[k]].start
		if !p.broken(end, start) || p.tok(end).has(isOr|isAnd) || p.tok(start-1).has(isOr|isAnd) {
			continue
		}
		late := append([]int(nil), p.waiting[k:]...)
		p.waiting = p.waiting[:k]
		p.giveUp()
		return late
	}
	return p.waiting
}

// column pairs a row of dates with the row of times below it, cell by cell.
func (p *pairing) column(i int) (last int, ok bool) {
	n := len(p.waiting)
	if n < 2 || i+n > len(p.items) {
		return i, false
	}
	for k := 1; k < n; k++ {
		if p.items[i+k].isDate || !p.celled(p.items[p.waiting[k-1]].end, p.items[p.waiting[k]].start) || !p.celled(p.items[i+k-1].end, p.items[i+k].start) {
			return i, false
		}
	}
	dates := append([]int(nil), p.waiting...)
	for k, d := range dates {
		p.place(i+k, []int{d})
	}
	return i + n - 1, true
}

// celled tells whether a cell's border lies between two tokens.
func (p *pairing) celled(i, j int) bool {
	for ; i < j; i++ {
		if p.tok(i).kind == aCell {
			return true
		}
	}
	return false
}

// datesBehind returns the last of the dates behind a time that belong to it, and
// i where there are none. Where the time could also take the date before it,
// the dates behind must not have a time of their own.
func (p *pairing) datesBehind(i int, reuse bool) int {
	j := i
	for p.dateJoins(j+1, j > i) {
		j++
	}
	if j > i && reuse && !p.timeFirst && p.hasTime(j) {
		return i
	}
	return j
}

// dateJoins tells whether the item at k is a date that belongs to the time
// before it, or, where listed, to the dates behind that.
func (p *pairing) dateJoins(k int, listed bool) bool {
	if k >= len(p.items) || !p.items[k].isDate || p.items[k].taken {
		return false
	}
	before, start := p.items[k-1].end, p.items[k].start
	switch g := p.gapBetween(before, start); {
	case g == apart || listed && g != near:
		return false
	case p.broken(before, start):
		return !listed && len(p.last) == 0 && !p.hasTime(k)
	}
	return !listed || !p.hasTime(k)
}

// hasTime tells whether the date at k is followed by a time of its own, on the
// same line.
func (p *pairing) hasTime(k int) bool {
	if k+1 >= len(p.items) || p.items[k+1].isDate || p.items[k+1].taken {
		return false
	}
	end, start := p.items[k].end, p.items[k+1].start
	if p.gapBetween(end, start) != near {
		return false
	}
	for ; end < start; end++ {
		if p.tok(end).has(isOr|isAnd) || p.tok(end).isAny(";/") {
			return false
		}
	}
	return true
}

// on returns the dates with a weekday that stands elsewhere, where they have
// none of their own.
func (d *dates) on(weekday *token) *dates {
	if weekday == nil || d.hasWeekday {
		return d
	}
	with := *d
	with.weekday, with.hasWeekday, with.firm = weekday.word.weekday, true, true
	return &with
}

// place makes the windows of one time on some dates.
func (p *pairing) place(i int, on []int) {
	h := &p.items[i]
	for _, k := range on {
		d := &p.items[k]
		for _, v := range d.date.days {
			if v.year == 0 && !v.noMonth {
				v.year = h.hours.yearAfter
			}
			w := rawWindow{date: v, dates: d.date.on(h.hours.weekday), hours: &h.hours, start: h.start, end: h.end}
			if len(on) == 1 && d.start < w.start && p.lastEnd <= d.start || d.end > w.end {
				w.start, w.end = min(w.start, d.start), max(w.end, d.end)
			}
			if p.timed++; p.timed <= mostPairs {
				p.out = append(p.out, w)
			}
		}
	}
	p.last = append(p.last[:0:0], on...)
	p.waiting = p.waiting[:0]
	p.lastEnd = h.end
}
