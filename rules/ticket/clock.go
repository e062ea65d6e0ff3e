package ticket

import "strings"

// clock reads a time with a colon: 2:30, 02:00:00Z, 8:00pm, 06:00hrs.
func (r *figureRun) clock(n int) bool {
	i := r.pos + n
	if i+2 >= r.end || r.s[i] != ':' || digitsAt(r.s, i+1) != 2 {
		return false
	}
	h, m, s := atoi(r.s[r.pos:i]), atoi(r.s[i+1:i+3]), 0
	i += 3
	if i+2 < r.end && r.s[i] == ':' && digitsAt(r.s, i+1) == 2 {
		s = atoi(r.s[i+1 : i+3])
		i += 3
		if i+1 < r.end && r.s[i] == '.' {
			i += 1 + digitsAt(r.s, i+1)
		}
	}
	if h > 24 || m > 59 || s > 59 || h == 24 && m > 0 {
		return false
	}
	return r.time(i, [3]int{h, m, s}, 0)
}

// time adds a time of day that ends at i, with the suffix, zone or offset that
// is glued to it.
func (r *figureRun) time(i int, n [3]int, f flag) bool {
	end, half, ok := r.suffix(i)
	if !ok {
		return r.gluedZone(i, n, f)
	}
	if half != 0 && (n[0] == 0 || n[0] > 12) { // 14:00pm: the figure says more
		if n[0] == 0 && half == pm {
			return false
		}
		half = 0
	}
	r.put(aTime, end, n, f|half)
	return r.gluedOffset()
}

// gluedOffset reads the +00:00 of 03:00+00:00.
func (r *figureRun) gluedOffset() bool {
	if r.pos < r.end && (r.s[r.pos] == '+' || r.s[r.pos] == '-' && r.iso) {
		seconds, n := offsetAt(r.s, r.pos)
		if n == 0 && r.pos+6 < r.end && r.s[r.pos+3] == ':' { // a range goes on behind it
			seconds, n = offsetAt(r.s[:r.pos+6], r.pos)
		}
		if n == 0 {
			return r.s[r.pos] == '-'
		}
		return r.put(anOffset, r.pos+n, [3]int{seconds}, 0)
	}
	return true
}

// gluedZone reads 10:00UTC, 1100SGT.
func (r *figureRun) gluedZone(i int, n [3]int, f flag) bool {
	l := 0
	for i+l < r.end && isLetter(r.s[i+l]) {
		l++
	}
	w := lookup(r.s[i : i+l])
	if w.class&isZone == 0 || !r.boundary(i+l) {
		return false
	}
	r.put(aTime, i, n, f)
	r.add(token{kind: aWord, start: i, end: i + l, word: w})
	r.pos = i + l
	return true
}

// suffix reads what may be glued to a time: am, p.m., h, hrs, Z. It reports the
// end, am or pm, and whether the time may end there.
func (r *figureRun) suffix(i int) (end int, half flag, ok bool) {
	l := r.suffixLength(i)
	if l == 0 {
		return i, 0, true
	}
	half, ok = timeSuffixes[strings.ToLower(r.s[i:i+l])]
	if !ok { // Z among them, which is read as a zone
		return i, 0, false
	}
	end = i + l
	if end >= r.end && end < len(r.s) && r.s[end] == '.' && l == 3 { // the last dot of p.m.
		end++
	}
	return end, half, true
}

// suffixLength returns how many letters are glued to a time, the inner dot of
// a.m. included.
func (r *figureRun) suffixLength(i int) int {
	const longest = 5
	l := 0
	for i+l < len(r.s) && l < longest && (isLetter(r.s[i+l]) || r.s[i+l] == '.' && l == 1 && i+l < r.end) {
		l++
	}
	return l
}

// timeSuffixes are what may be glued to a time.
var timeSuffixes = map[string]flag{
	"am": am, "a.m": am, "pm": pm, "p.m": pm, "h": 0, "hr": 0, "hrs": 0, "hours": 0, "uhr": 0,
}

// hour reads a time that is an hour alone: 8am, 15h, 16h30, 10UTC.
func (r *figureRun) hour(n int) bool {
	h, i := atoi(r.s[r.pos:r.pos+n]), r.pos+n
	if i >= r.end || h > 24 || letterAt(r.s, i) == 0 || ordinalSuffix(r.s[i:r.end]) > 0 {
		return false
	}
	if r.s[i]|0x20 == 'h' && digitsAt(r.s, i+1) == 2 && r.boundary(i+3) {
		m := atoi(r.s[i+1 : i+3])
		return m < 60 && r.put(aTime, i+3, [3]int{h, m}, 0)
	}
	return r.time(i, [3]int{h}, bareHour)
}

// compactTime reads three or four figures that a suffix marks as a time: 0600h,
// 930am, 1100UTC.
func (r *figureRun) compactTime(n int) bool {
	i := r.pos + n
	h, m := atoi(r.s[r.pos:i])/100, atoi(r.s[r.pos:i])%100
	if h > 24 || m > 59 || i >= r.end || letterAt(r.s, i) == 0 {
		return false
	}
	return r.time(i, [3]int{h, m}, 0)
}
