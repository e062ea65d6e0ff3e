package ticket

import "time"

// lasting reads the length of a window behind its start: "10:00 for 2 hours",
// "10:00 (2h)", "10:00 + 2 hours".
func (r *reader) lasting(i int, h *hours) int {
	j := i
	for n := 0; n < 2 && (r.tok(j).isAny(",(+") || r.isOneOf(j, "for", "lasting", "duration", "für") || r.tok(j).is('/')); n++ {
		j++
	}
	if r.tok(j).is(':') {
		j++
	}
	length, k := r.duration(j)
	if length == 0 || j == i {
		return i
	}
	h.lasting = length
	if r.tok(k).is(')') {
		k++
	}
	return r.zoneAfter(k, h)
}

// lastingFirst reads "2 hours from 10:00".
func (r *reader) lastingFirst(i int) (hours, bool) {
	j := i
	if r.phrase(j, "for") {
		j++
	}
	length, k := r.duration(j)
	if length == 0 || !r.tok(k).has(isFrom|isStart) {
		return hours{}, false
	}
	h, ok := r.timeRange(k)
	if !ok || h.ranged || h.lasting != 0 {
		return hours{}, false
	}
	h.start, h.lasting = i, length
	return h, true
}

// duration reads a number of hours or minutes.
func (r *reader) duration(i int) (time.Duration, int) {
	t := r.tok(i)
	var n int
	switch {
	case t.kind == aNumber && t.flags&ordinal == 0 && t.n[1] <= 3:
		n = t.n[0]
	case t.kind == aTime && t.flags&bareHour != 0 && t.flags&(am|pm) == 0 && t.n[0] <= 12:
		return time.Duration(t.n[0]) * time.Hour, i + 1
	case r.phrase(i, "two"):
		n = 2
	case r.phrase(i, "one"), r.phrase(i, "an"):
		n = 1
	case r.phrase(i, "three"):
		n = 3
	default:
		return 0, i
	}
	j := i + 1
	if r.tok(j).is('-') {
		j++
	}
	switch {
	case r.isOneOf(j, "hours", "hour", "hrs", "hr", "h", "timer", "stunden"):
		return time.Duration(n) * time.Hour, j + 1
	case r.isOneOf(j, "minutes", "min", "mins"):
		return time.Duration(n) * time.Minute, j + 1
	}
	return 0, i
}
