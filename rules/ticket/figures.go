package ticket

import (
	"strings"
	"time"
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

// figures3 are three groups of digits with one separator between them.
type figures3 struct {
	n, width [3]int
	sep      byte
	stop     int
}

// three reads three groups of up to four digits.
func (r *figureRun) three() (f figures3, ok bool) {
	i := r.pos
	for k := range f.n {
		if k > 0 {
			if i >= r.end || !contains("-./", r.s[i]) || k == 2 && r.s[i] != f.sep {
				return f, false
			}
			f.sep = r.s[i]
			i++
		}
		w := digitsAt(r.s, i)
		if w == 0 || w > 4 {
			return f, false
		}
		f.n[k], f.width[k] = atoi(r.s[i:i+w]), w
		i += w
	}
	f.stop = i
	return f, r.boundary(i) || r.s[i] == 'T'
}

// isDayOfMonth tells whether two figures can be a day and a month, in some order.
func isDayOfMonth(a, b int) bool {
	return min(a, b) >= 1 && min(a, b) <= 12 && max(a, b) <= 31
}

// yearFirst reads 2024-10-09, 2024/10/09 and 2024.10.09.
func (r *figureRun) yearFirst() bool {
	f, ok := r.three()
	if !ok || max(f.width[1], f.width[2]) > 2 || f.sep == '.' && min(f.width[1], f.width[2]) < 2 {
		return false
	}
	if month, day := f.n[1], f.n[2]; month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	return r.put(aDate, f.stop, f.n, monthFirst)
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
	f, ok := r.three()
	if !ok || f.width[1] > 2 || f.width[2] != 2 && f.width[2] != 4 || f.stop < r.end && r.s[f.stop] == ':' {
		return false
	}
	n := [3]int{f.n[2], f.n[0], f.n[1]}
	if !isDayOfMonth(n[1], n[2]) {
		return false
	}
	var spelled flag
	if f.width[2] == 2 {
		n[0], spelled = n[0]+2000, shortYear
	}
	if f.sep == '.' {
		spelled |= dayFirst
	}
	return r.put(aDate, f.stop, n, spelled)
}

// dayMonth reads 27JAN2026, 15-Jun-2026, 9th-Oct, 08.May.26.
func (r *figureRun) dayMonth(n int) bool {
	day, i := atoi(r.s[r.pos:r.pos+n]), r.pos+n
	i += ordinalSuffix(r.s[i:r.end])
	joined := i < r.end && contains("-./", r.s[i])
	if joined {
		i++
	}
	month, l := r.monthWord(i)
	if l < 3 || day < 1 || day > 31 {
		return false
	}
	year, f, end, ok := r.gluedYear(i+l, joined)
	return ok && r.put(aDate, end, [3]int{year, day, int(month)}, f)
}

// monthWord reads the month at i; its length is 0 where there is none.
func (r *figureRun) monthWord(i int) (time.Month, int) {
	l := 0
	for i+l < r.end && letterAt(r.s, i+l) > 0 {
		l += letterAt(r.s, i+l)
	}
	w := lookup(r.s[i : i+l])
	if w.class&(isMonth|isWeakMonth) == 0 {
		return 0, 0
	}
	return w.month, l
}

// gluedYear reads the year behind a month, if there is one. Two figures are a
// year only where the run is joined throughout, or behind an apostrophe.
func (r *figureRun) gluedYear(i int, joined bool) (year int, f flag, end int, ok bool) {
	j := i
	if j < r.end && contains("-./'", r.s[j]) {
		j++
	}
	switch y := digitsAt(r.s, j); {
	case i >= r.end:
		return 0, dayFirst, i, true
	case y == 4 && r.boundary(j+4):
		return atoi(r.s[j : j+4]), dayFirst, j + 4, true
	case y == 2 && r.boundary(j+2) && (j == i || joined || r.s[j-1] == '\''):
		return 2000 + atoi(r.s[j:j+2]), dayFirst | shortYear, j + 2, true
	}
	return 0, dayFirst, i, j > i
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
	figures := [3]int{atoi(r.s[r.pos:i]), atoi(r.s[i+1 : stop]), m}
	if end, f, ok := r.markedTime(i, stop, figures); ok {
		r.put(aTime, end, [3]int{figures[0], figures[1]}, f)
		return r.gluedOffset()
	}
	if !r.boundary(stop) || !pairs(figures, r.s[i]) {
		return false
	}
	var f flag
	if stop == r.end && stop < len(r.s) && r.s[stop] == '.' {
		f = dayFirst
	}
	char := r.s[i]
	r.put(aPair, stop, figures, f)
	r.last().char = char
	return true
}

// markedTime tells a pair with a dot that a suffix or an offset marks as a time.
func (r *figureRun) markedTime(dot, stop int, n [3]int) (end int, f flag, ok bool) {
	if r.s[dot] != '.' || n[2] != 2 || n[0] > 24 || n[1] > 59 {
		return stop, 0, false
	}
	end, f, ok = r.suffix(stop)
	return end, f, ok && (end > stop || stop < r.end && r.s[stop] == '+')
}

// pairs tells whether two figures can be a date or a time; 24/7 is neither.
func pairs(n [3]int, sep byte) bool {
	if sep == '/' && (n[0] == 24 && n[1] == 7 || n[1] > 31) {
		return false
	}
	return n[0] <= 31 && n[1] <= 59
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
