package ticket

import (
	"strings"
	"unicode"
)

// figures reads a run that begins with a digit. Either the whole of it is dates
// and times with what joins them, or it is a name or a blob.
func (lx *lexer) figures() {
	start, mark := lx.pos, len(lx.toks)
	end := blobEnd(lx.s, start, "-./:+~&#'")
	if end-start > longestRun || end < len(lx.s) && lx.s[end] == '@' {
		lx.blob(end)
		return
	}
	if n := lx.gluedMark(start, end); n > 0 {
		lx.add(token{kind: aNumber, start: start, end: start + n, n: [3]int{atoi(lx.s[start : start+n]), n}})
		lx.pos = start + n
		return
	}
	run := figureRun{lexer: lx, end: end}
	if run.read() {
		return
	}
	lx.toks, lx.pos = lx.toks[:mark], start
	short := blobEnd(lx.s, start, "-.")
	if s := lx.s[start:short]; isName(s) && strings.ContainsFunc(s, unicode.IsLetter) {
		lx.name(start, short)
		return
	}
	lx.blob(end)
}

// gluedMark returns the digits of a list marker that no blank parts from its
// text, as in "2.Target".
func (lx *lexer) gluedMark(start, end int) int {
	n := digitsAt(lx.s, start)
	if n > 2 || start+n+1 >= end || !contains(".:", lx.s[start+n]) || letterAt(lx.s, start+n+1) == 0 {
		return 0
	}
	next := lx.s[start+n+1:]
	if lookup(next[:wordEnd(next)]).class&(isMonth|isWeakMonth) != 0 {
		return 0
	}
	return n
}

func digitsAt(s string, i int) int {
	n := 0
	for i+n < len(s) && isDigit(s[i+n]) {
		n++
	}
	return n
}

// atoi reads a few digits.
func atoi(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// figureRun reads the elements of one run.
type figureRun struct {
	*lexer
	end int
	iso bool // the last element was the time of an ISO date
}

func (r *figureRun) read() bool {
	for {
		if !r.element() {
			return false
		}
		if r.pos >= r.end {
			r.pos = r.end
			return true
		}
		c := r.s[r.pos]
		switch {
		case c == 'T' && r.last().kind == aDate:
			r.pos++
			r.iso = true
		case contains("-~/", c) && r.pos+1 < r.end:
			r.add(token{kind: aPunct, char: c, start: r.pos, end: r.pos + 1})
			r.pos++
			r.iso = false
		default:
			return false
		}
		if r.pos >= r.end || !isDigit(r.s[r.pos]) {
			return false
		}
	}
}

func (r *figureRun) last() *token { return &r.toks[len(r.toks)-1] }

// element reads one date, time or number.
func (r *figureRun) element() bool {
	n := digitsAt(r.s, r.pos)
	if n == 4 && r.yearFirst() {
		return true
	}
	switch {
	case n <= 2:
		return r.date() || r.dayMonth(n) || r.clock(n) || r.pair(n) || r.hour(n) || r.number(n)
	case n == 3 || n == 4:
		return r.compactTime(n) || r.number(n)
	case n == 8:
		return r.compactDate()
	}
	return false
}

// boundary tells whether nothing that belongs to the figures before stands at i.
func (r *figureRun) boundary(i int) bool {
	return i >= r.end || !isDigit(r.s[i]) && r.s[i] != '_' && letterAt(r.s, i) == 0
}

func (r *figureRun) put(k kind, end int, n [3]int, f flag) bool {
	r.add(token{kind: k, start: r.pos, end: end, n: n, flags: f})
	r.pos = end
	return true
}

// yearFirst reads 2024-10-09, 2024/10/09 and 2024.10.09.
func (r *figureRun) yearFirst() bool {
	i := r.pos + 4
	if i >= r.end || !contains("-/.", r.s[i]) {
		return false
	}
	sep := r.s[i]
	m := digitsAt(r.s, i+1)
	j := i + 1 + m
	if m == 0 || m > 2 || j >= r.end || r.s[j] != sep {
		return false
	}
	d := digitsAt(r.s, j+1)
	stop := j + 1 + d
	if d == 0 || d > 2 || sep == '.' && (m < 2 || d < 2) || !r.boundary(stop) && r.s[stop] != 'T' {
		return false
	}
	month, day := atoi(r.s[i+1:j]), atoi(r.s[j+1:stop])
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	return r.put(aDate, stop, [3]int{atoi(r.s[r.pos:i]), month, day}, monthFirst)
}

// compactDate reads 20241009.
func (r *figureRun) compactDate() bool {
	y, m, d := atoi(r.s[r.pos:r.pos+4]), atoi(r.s[r.pos+4:r.pos+6]), atoi(r.s[r.pos+6:r.pos+8])
	if y < 2000 || y > 2099 || m < 1 || m > 12 || d < 1 || d > 31 {
		return false
	}
	return r.put(aDate, r.pos+8, [3]int{y, m, d}, monthFirst)
}

// date reads 09/10/2024 and its like, with two or four figures for the year.
func (r *figureRun) date() bool {
	a := digitsAt(r.s, r.pos)
	i := r.pos + a
	if i >= r.end || !contains("-./", r.s[i]) {
		return false
	}
	b := digitsAt(r.s, i+1)
	j := i + 1 + b
	if b == 0 || b > 2 || j >= r.end || r.s[j] != r.s[i] {
		return false
	}
	y := digitsAt(r.s, j+1)
	stop := j + 1 + y
	if y != 2 && y != 4 || !r.boundary(stop) && r.s[stop] != 'T' || stop < r.end && r.s[stop] == ':' {
		return false
	}
	n := [3]int{atoi(r.s[j+1 : stop]), atoi(r.s[r.pos:i]), atoi(r.s[i+1 : j])}
	var f flag
	if y == 2 {
		n[0], f = n[0]+2000, shortYear
	}
	if r.s[i] == '.' {
		f |= dayFirst
	}
	if n[1] < 1 || n[1] > 31 || n[2] < 1 || n[2] > 31 || n[1] > 12 && n[2] > 12 {
		return false
	}
	return r.put(aDate, stop, n, f)
}

// dayMonth reads 27JAN2026, 15-Jun-2026, 9th-Oct, 08.May.26.
func (r *figureRun) dayMonth(n int) bool {
	day, i := atoi(r.s[r.pos:r.pos+n]), r.pos+n
	i += ordinalSuffix(r.s[i:r.end])
	sep := byte(0)
	if i < r.end && contains("-./", r.s[i]) {
		sep = r.s[i]
		i++
	}
	l := 0
	for i+l < r.end && letterAt(r.s, i+l) > 0 {
		l += letterAt(r.s, i+l)
	}
	w := lookup(r.s[i : i+l])
	if l < 3 || day < 1 || day > 31 || w.class&(isMonth|isWeakMonth) == 0 {
		return false
	}
	i += l
	year, f := 0, dayFirst
	if j := i; j < r.end {
		if contains("-./'", r.s[j]) {
			j++
		}
		switch y := digitsAt(r.s, j); {
		case y == 4 && r.boundary(j+4):
			year, i = atoi(r.s[j:j+4]), j+4
		case y == 2 && r.boundary(j+2) && (j == i || sep != 0 || r.s[j-1] == '\''):
			year, i, f = 2000+atoi(r.s[j:j+2]), j+2, f|shortYear
		case j == i:
			return false
		}
	}
	return r.put(aDate, i, [3]int{year, day, int(w.month)}, f)
}

// ordinalSuffix returns the length of an English ordinal's ending.
func ordinalSuffix(s string) int {
	if len(s) >= 2 && (len(s) == 2 || letterAt(s, 2) == 0) {
		switch strings.ToLower(s[:2]) {
		case "st", "nd", "rd", "th", "er":
			return 2
		}
	}
	return 0
}

// pair reads two figures that are a date without its year or a time: 27/4,
// 08.00. A dot that follows tells the date: "17.03. 10:30".
func (r *figureRun) pair(n int) bool {
	i := r.pos + n
	if i >= r.end || r.s[i] != '.' && r.s[i] != '/' {
		return false
	}
	m := digitsAt(r.s, i+1)
	stop := i + 1 + m
	if m == 0 || m > 2 || stop < r.end && r.s[stop] == ':' {
		return false
	}
	a, b := atoi(r.s[r.pos:i]), atoi(r.s[i+1:stop])
	if r.s[i] == '.' && m == 2 && a <= 24 && b <= 59 {
		if end, f, ok := r.suffix(stop); ok && (end > stop || stop < r.end && r.s[stop] == '+') {
			r.put(aTime, end, [3]int{a, b}, f)
			return r.gluedOffset()
		}
	}
	if !r.boundary(stop) || a > 31 || b > 59 || r.s[i] == '/' && (a == 24 && b == 7 || b > 31) {
		return false
	}
	var f flag
	if stop == r.end && stop < len(r.s) && r.s[stop] == '.' {
		f = dayFirst
	}
	char := r.s[i]
	r.put(aPair, stop, [3]int{a, b, m}, f)
	r.last().char = char
	return true
}

// number reads a figure that stands alone.
func (r *figureRun) number(n int) bool {
	i, f := r.pos+n, flag(0)
	if k := ordinalSuffix(r.s[i:r.end]); k > 0 && n <= 2 {
		i, f = i+k, ordinal
	}
	if !r.boundary(i) {
		return false
	}
	return r.put(aNumber, i, [3]int{atoi(r.s[r.pos : r.pos+n]), n}, f)
}
