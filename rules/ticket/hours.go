package ticket

import "time"

// moment is a time of day as the words give it.
type moment struct {
	hour, minute, second int
	half                 flag // am, pm, or 0
	certainty            certainty
}

// certainty says how much the figures alone speak for a time of day.
type certainty int

const (
	bare    certainty = iota // an hour alone: 8
	compact                  // 0800, 08.00: other things look like that too
	sure                     // 08:00, 8 am, noon
)

// length returns the time since midnight.
func (m moment) length() time.Duration {
	h := m.hour
	switch {
	case m.half == pm && h < 12:
		h += 12
	case m.half == am && h == 12:
		h = 0
	}
	return time.Duration(h)*time.Hour + time.Duration(m.minute)*time.Minute + time.Duration(m.second)*time.Second
}

// hours is a time of day, or a range of two, with its zone.
type hours struct {
	from, to  moment
	ranged    bool // to is given
	lasting   time.Duration
	date      *dates // the date of the start, where it stands inside the range: "16:00, 23 Apr - 22:00, 27 Apr"
	toDate    *dates // the date of the end, where it has one of its own
	yearAfter int    // a year that follows the times: "Oct 26, 10:00 - 11:00 2023"
	zone      zone
	certainty certainty
	weekday   *token // a weekday in brackets behind the times
	led       bool   // "from", "at" or the like stands before
	start     int    // tokens
	end       int
}

// hours reads a time or a range of times at i.
func (r *reader) hours(i int) (hours, bool) {
	if h, ok := r.lastingFirst(i); ok {
		return h, true
	}
	return r.timeRange(i)
}

// timeRange is hours for times that their length does not precede.
func (r *reader) timeRange(i int) (hours, bool) {
	h := hours{start: i}
	between := false
	j := r.skipLead(i, &h, &between)
	j = r.leadingZone(j, &h)
	first := j
	from, j, ok := r.moment(j)
	if !ok || from.certainty < sure && r.startsDate(first) {
		return h, false
	}
	h.from, h.certainty = from, from.certainty
	j = r.zoneAfter(j, &h)
	if k, ok := r.rangeEnd(j, &h, between); ok {
		j = k
	} else if k, ok := r.datedRange(j, &h); ok {
		j = k
	} else {
		j = r.lasting(j, &h)
	}
	h.end = r.lateWeekday(r.lateYear(j, &h), &h)
	if !h.ranged && h.lasting == 0 && h.from.certainty == bare && !h.zone.known && !h.led {
		return h, false
	}
	return h, true
}

// skipLead skips "from", "at", "between", "kl." before a time.
func (r *reader) skipLead(i int, h *hours, between *bool) int {
	for n := 0; n < 3; n++ {
		t := r.tok(i)
		if !t.has(isFrom | isAt) {
			break
		}
		h.led = true
		if r.isBetween(i) {
			*between = true
		}
		i++
		if r.tok(i).isAny(".:") {
			i++
		}
	}
	return i
}

// isBetween tells the words behind which "and" joins the ends of a range.
func (r *reader) isBetween(i int) bool {
	return r.isOneOf(i, "between", "zwischen", "tussen", "mellem", "mellom", "mellan", "entre", "tra")
}

// moment reads one time of day.
func (r *reader) moment(i int) (moment, int, bool) {
	t := r.tok(i)
	m := moment{hour: t.n[0], minute: t.n[1], second: t.n[2], half: t.flags & (am | pm), certainty: sure}
	switch {
	case t.kind == aTime:
	case t.kind == aPair && t.char == '.' && t.n[2] == 2 && t.n[0] <= 24:
		m.second, m.certainty = 0, compact
	case t.kind == aNumber && t.n[1] == 4 && isClockFigure(t.n[0]):
		m = moment{hour: t.n[0] / 100, minute: t.n[0] % 100, certainty: compact}
	case t.kind == aNumber && t.n[1] <= 2 && t.n[0] <= 24 && t.flags&ordinal == 0:
		m = moment{hour: t.n[0], certainty: bare}
	case t.has(isNoon):
		return moment{hour: 12, certainty: sure}, i + 1, true
	case t.has(isMidnight):
		return moment{certainty: sure}, i + 1, true
	default:
		return m, i, false
	}
	return r.half(i+1, m)
}

// half reads what may follow the figures of a time: am, pm, noon, hrs, Uhr.
func (r *reader) half(i int, m moment) (moment, int, bool) {
	m, i = r.meridiem(i, m)
	if r.phrase(i, "o", "clock") {
		m.certainty = sure
		return m, i + 2, true
	}
	if r.tok(i).has(isClock) && !r.isLength(i) {
		m.certainty = max(m.certainty, compact)
		if n := r.tok(i - 1).n[1]; n == 2 && r.tok(i-1).kind == aNumber || n == 4 {
			m.certainty = sure
		}
		i++
	}
	if m.half != 0 && m.hour > 12 {
		m.half = 0
	}
	return m, i, true
}

// meridiem reads am, pm, noon or midnight behind a time.
func (r *reader) meridiem(i int, m moment) (moment, int) {
	t := r.tok(i)
	switch {
	case t.has(isMeridiem) && m.half == 0 && m.hour <= 12:
		m.half, m.certainty = am, sure
		if lower(r.plain.text[t.start]) == 'p' {
			m.half = pm
		}
		i++
		if r.tok(i).is('.') && r.tok(i-1).end == r.tok(i).start {
			i++
		}
		return m, i
	case t.has(isNoon) && m.hour == 12:
		m.certainty = sure
		return m, i + 1
	case t.has(isMidnight) && m.hour%12 == 0:
		return moment{hour: m.hour / 24 * 24, certainty: sure}, i + 1
	}
	return m, i
}

// isLength tells "2 hours" from "14 hours": an hour that is one, not many.
func (r *reader) isLength(i int) bool {
	t := r.tok(i - 1)
	return t.kind == aNumber && t.n[1] == 1 && (r.isOneOf(i, "hours", "hour", "hrs", "hr"))
}

// rangeEnd reads the separator and the end of a range.
func (r *reader) rangeEnd(i int, h *hours, between bool) (int, bool) {
	j, ok := r.separator(i, between)
	if !ok {
		return i, false
	}
	var lead hours
	j = r.skipEndLead(j, &lead)
	date, dated := r.date(j)
	if dated {
		if len(date.days) != 1 {
			return i, false
		}
		j = r.skipToTime(date.end)
	}
	before := j
	to, j, ok := r.moment(j)
	if !ok || !dated && !r.isPlainEnd(i, before, h, to) {
		return i, false
	}
	if dated {
		h.toDate = &date
	}
	h.to, h.ranged = to, true
	h.certainty = max(h.certainty, to.certainty)
	j = r.zoneAfter(j, h)
	if k := r.nextDay(j); !dated && k > j {
		j = r.zoneAfter(k, h)
	}
	h.shareHalf()
	return j, true
}

// skipToTime skips what may stand between a date and its time.
func (r *reader) skipToTime(i int) int {
	for r.tok(i).isAny(",:.-") || r.tok(i).has(isAt) {
		i++
	}
	return i
}

// isPlainEnd tells whether the moment at j, behind the separator at i, ends a
// range and is neither the day of a next date nor the rest of a fraction.
func (r *reader) isPlainEnd(i, j int, h *hours, to moment) bool {
	if t := r.tok(j); t.kind == aNumber && t.n[1] <= 2 && r.startsDate(j) {
		return false
	}
	return !r.tok(i).is('/') || h.from.certainty != bare && to.certainty != bare
}

// datedRange reads a range whose ends are each a time with its date behind it.
func (r *reader) datedRange(i int, h *hours) (int, bool) {
	if h.certainty == bare {
		return i, false
	}
	from, ok := r.date(r.skipComma(i))
	if !ok || len(from.days) != 1 {
		return i, false
	}
	j, ok := r.separator(from.end, false)
	if !ok {
		return i, false
	}
	to, j, ok := r.moment(r.skipEndLead(j, &hours{}))
	if !ok || to.certainty == bare {
		return i, false
	}
	j = r.zoneAfter(j, h)
	date, ok := r.date(r.skipComma(j))
	if !ok || len(date.days) != 1 {
		return i, false
	}
	h.date, h.toDate, h.to, h.ranged = &from, &date, to, true
	h.shareHalf()
	return r.zoneAfter(date.end, h), true
}

// skipComma skips what stands between a time and the date behind it.
func (r *reader) skipComma(i int) int {
	for n := 0; n < 2 && (r.tok(i).is(',') || r.tok(i).has(isOn)); n++ {
		i++
	}
	return i
}

// lateYear reads the year that some write behind the times.
func (r *reader) lateYear(i int, h *hours) int {
	t, next := r.tok(i), r.tok(i+1)
	if t.kind != aNumber || t.n[1] != 4 || t.n[0] < 2000 || t.n[0] > 2099 || next.kind == aNumber || next.is('-') || next.has(isUntil) {
		return i
	}
	h.yearAfter = t.n[0]
	return r.zoneAfter(i+1, h)
}

// lateWeekday reads the weekday in brackets that some write behind the times.
func (r *reader) lateWeekday(i int, h *hours) int {
	if !r.tok(i).is('(') || !r.tok(i+1).has(isWeekday) || !r.tok(i+2).is(')') {
		return i
	}
	h.weekday = r.tok(i + 1)
	return i + 3
}

// nextDay skips the note that the end lies on the next day: "(+1)".
func (r *reader) nextDay(i int) int {
	j := i
	if r.tok(j).is('(') {
		j++
	}
	if !r.tok(j).is('+') || r.tok(j+1).kind != aNumber || r.tok(j + 1).n[0] != 1 {
		return i
	}
	j += 2
	if r.isOneOf(j, "day", "d") {
		j++
	}
	if r.tok(j).is(')') {
		j++
	}
	return j
}

// startsDate tells whether the number at i is a day's and not an hour.
func (r *reader) startsDate(i int) bool {
	for j := i + 1; j < i+3; j++ {
		t := r.tok(j)
		if t.has(isMonth) {
			return !t.has(isWeekday) && r.isRealMonth(j)
		}
		if !t.is('.') && !t.has(isOn) {
			return false
		}
	}
	return false
}

// skipEndLead skips what may stand between the separator and the end's time.
func (r *reader) skipEndLead(i int, h *hours) int {
	between := false
	i = r.skipLead(i, h, &between)
	for r.tok(i).isAny(":=") {
		i++
	}
	return r.skipLead(i, h, &between)
}

// separator skips what stands between the start and the end of a range.
func (r *reader) separator(i int, between bool) (int, bool) {
	j := i
	if r.tok(j).is(',') && r.tok(j+1).has(isUntil|isEnd) {
		j++
	}
	t := r.tok(j)
	switch {
	case t.isAny("-~") || t.has(isUntil) || t.kind == anArrow && t.char == '>':
		j++
		if t.is('-') && r.tok(j).is('-') {
			j++
		}
		return j, true
	case t.is('/'):
		return j + 1, r.isInterval(j)
	case t.kind == aCell && r.spanned, between && (t.has(isAnd) || t.is('&')):
		return j + 1, true
	}
	return r.endLabel(j)
}

// isInterval tells the slash of 10:00/12:00 and of an ISO interval from one that
// parts two windows: no blank stands beside it.
func (r *reader) isInterval(i int) bool {
	t, next := r.tok(i), r.tok(i+1)
	if r.tok(i-1).end != t.start || next.start != t.end {
		return false
	}
	return next.kind != aDate || next.flags&monthFirst != 0 && r.timeFollows(i+2)
}

// endLabel skips the label of an end that stands on a line or in a cell of its
// own: "Start: …, End: …".
func (r *reader) endLabel(i int) (int, bool) {
	j := i
	for n := 0; n < 6; n++ {
		t := r.tok(j)
		if t.has(isEnd) {
			return r.skipLabel(j + 1), true
		}
		if !t.breaks() && !t.isAny(",;*") && t.kind != aMark && !t.has(isSlot) && (t.kind != aNumber || !r.tok(j-1).has(isSlot)) {
			return i, false
		}
		j++
	}
	return i, false
}

// skipLabel skips the rest of a label and what parts it from its answer: "(UTC):".
func (r *reader) skipLabel(i int) int {
	for {
		t := r.tok(i)
		if !t.isAny(":=)") && t.kind != aCell && !t.has(isSlot|isZone) && (!t.is('(') || !r.tok(i+1).has(isZone)) {
			return i
		}
		i++
	}
}

// shareHalf lets one am or pm speak for both ends: "2-4am", "11-1pm".
func (h *hours) shareHalf() {
	switch {
	case h.to.half != 0 && h.from.half == 0 && h.from.hour <= 12 && h.from.hour > 0:
		h.from.half = h.to.half
		if h.from.length() >= h.to.length() && h.toDate == nil {
			h.from.half = am + pm - h.to.half
		}
	case h.from.half != 0 && h.to.half == 0 && h.to.hour <= 12 && h.to.hour > 0 && h.toDate == nil:
		h.to.half = h.from.half
		if h.to.length() <= h.from.length() {
			h.to.half = am + pm - h.from.half
		}
	}
}
