package ticket

import "time"

// reader holds one text while it is read. Its methods look at the tokens from a
// given index on and return the index behind what they took.
type reader struct {
	plain *plain
	toks  []token
	at    time.Time // when the text was written
	// spanned says that a table has columns for the start and the end of windows.
	spanned bool
	// before is the last date that was read, for "the Friday after".
	before *day
	// cut says that the text goes on behind the last token.
	cut bool
}

// text returns the plain text of a token.
func (r *reader) text(t *token) string { return r.plain.text[t.start:t.end] }

// tok returns the token at i; behind the last there are only ends of lines.
func (r *reader) tok(i int) *token {
	if i < 0 || i >= len(r.toks) {
		return &endOfText
	}
	return &r.toks[i]
}

// endOfText stands for every token outside the text; nothing writes to it.
var endOfText = token{kind: aNewline}

// A day is one date as the words give it, before it is resolved.
type day struct {
	year     int // 0: not stated
	month    time.Month
	day      int
	swap     bool // day and month could be each other
	noMonth  bool // only a day's number: "the 9th"
	relative bool // counted from the day of writing; year, month and day are set
}

// dates is a date, or a list of them that shares what follows: "9 and 10 Oct".
type dates struct {
	days       []day
	weekday    time.Weekday
	hasWeekday bool
	firm       bool // the weekday is beyond doubt one
	strong     bool // named month or year: a date even without a time
	start, end int  // tokens
}

// date reads a date or a list of dates at i.
func (r *reader) date(i int) (dates, bool) {
	d := dates{start: i}
	j := r.weekdays(i, &d)
	for n := 0; n < 2 && j > i && (r.tok(j).has(isOn) || r.phrase(j, "d") || r.tok(j).is('.')) && r.dateFollows(j+1); n++ {
		j++ // "Wednesday the 9th", "onsdag d. 9."
	}
	next := r.calendarDate(j, &d)
	switch {
	case next > j:
	case j > i && r.bracketed(j, &d):
		return d, true
	case r.relative(i, &d):
		return d, true
	case d.hasWeekday && d.firm && len(d.days) == 0:
		if !r.comingWeekday(i, j, &d) {
			return d, false
		}
		return d, true
	default:
		return d, false
	}
	d.end = r.trailingWeekday(next, &d)
	return d, true
}

// bracketed reads the date in brackets behind a weekday: "Wednesday (9 Oct)".
func (r *reader) bracketed(i int, d *dates) bool {
	if !r.tok(i).is('(') {
		return false
	}
	end := r.calendarDate(i+1, d)
	if end == i+1 || !r.tok(end).is(')') {
		d.days = nil
		return false
	}
	d.end = end + 1
	return true
}

// weekdays skips the weekday before a date, in one or two languages.
func (r *reader) weekdays(i int, d *dates) int {
	for range 3 {
		t := r.tok(i)
		if !r.isWeekdayHere(i, d) {
			return i
		}
		d.weekday, d.hasWeekday, d.firm = t.word.weekday, true, true
		i++
		for n := 0; n < 2 && (r.tok(i).isAny(",./") || r.tok(i).is('-') && r.dateFollows(i+1)); n++ {
			i++
		}
		if r.tok(i).is('(') && r.tok(i+1).has(isWeekday) && r.tok(i+2).is(')') {
			i += 3
		}
	}
	return i
}

// isWeekdayHere tells a weekday from the months and other words that are spelled
// like one.
func (r *reader) isWeekdayHere(i int, d *dates) bool {
	t := r.tok(i)
	if t.has(isWeekday) {
		return !t.has(isMonth) || r.tok(i+1).kind != aNumber || d.hasWeekday || r.text(t) == "sun"
	}
	return t.has(isShortDay) && r.dateFollows(i+1) && !isEnglishShort(r.text(t))
}

// isEnglishShort tells the short weekdays that are too common as other words.
func isEnglishShort(s string) bool {
	switch s {
	case "to", "on", "do", "so", "me", "la", "man", "son", "mar", "To", "ONS":
		return true
	}
	return false
}

// dateFollows tells whether a date in figures or a day's number is at i.
func (r *reader) dateFollows(i int) bool {
	for r.tok(i).isAny(",.") {
		i++
	}
	t := r.tok(i)
	return t.kind == aDate || t.kind == aPair || t.kind == aNumber && (t.flags&ordinal != 0 || r.tok(i+1).has(isMonth) || r.tok(i+1).is('.') && r.tok(i+2).has(isMonth))
}

// calendarDate reads a date with figures; it returns i where there is none.
func (r *reader) calendarDate(i int, d *dates) int {
	switch t := r.tok(i); {
	case t.kind == aDate:
		return r.figureDate(i, d)
	case t.kind == aNumber || t.kind == aPair && t.char == '/':
		if j := r.dayThenMonth(i, d); j > i {
			return j
		}
		if t.kind == aPair {
			return r.shortDate(i, d)
		}
		return r.dayAlone(i, d)
	case t.kind == aPair:
		return r.shortDate(i, d)
	case t.has(isMonth):
		return r.monthThenDay(i, d)
	}
	return i
}

// figureDate takes a whole date; a year may still follow one without.
func (r *reader) figureDate(i int, d *dates) int {
	t := r.tok(i)
	v := day{year: t.n[0], month: time.Month(t.n[2]), day: t.n[1]}
	switch {
	case t.flags&monthFirst != 0:
		v.month, v.day = time.Month(t.n[1]), t.n[2]
	case t.flags&dayFirst != 0 || t.n[1] > 12:
	case t.n[2] > 12:
		v.month, v.day = time.Month(t.n[1]), t.n[2]
	default:
		v.swap = v.day != int(v.month)
	}
	if v.month > 12 || t.flags&shortYear != 0 && abs(v.year-r.at.Year()) > 30 {
		return i
	}
	d.strong = true
	j := i + 1
	if v.year == 0 {
		v.year, j = r.year(j)
	}
	d.days = append(d.days, v)
	return j
}

func abs(n int) int { return max(n, -n) }

// shortDate takes 27/4, or 27.4. where what is around it says that it is no
// time.
func (r *reader) shortDate(i int, d *dates) int {
	t := r.tok(i)
	a, b := t.n[0], t.n[1]
	if !isDayOfMonth(a, b) || t.char == '.' && !r.isDottedDate(i, d) {
		return i
	}
	v := day{day: a, month: time.Month(b), swap: t.char == '/' && a != b && max(a, b) <= 12}
	if b > 12 {
		v = day{day: b, month: time.Month(a)}
	}
	if !d.hasWeekday && !r.timeFollows(i+1) && !r.listFollows(i+1) {
		return i
	}
	d.days = append(d.days, v)
	if r.tok(i + 1).is('.') {
		i++
	}
	return i + 1
}

// isDottedDate tells the date 27.4. from the time 08.00.
func (r *reader) isDottedDate(i int, d *dates) bool {
	t := r.tok(i)
	if t.n[1] > 12 || r.rangeOfPairs(i) {
		return false
	}
	return t.flags&dayFirst != 0 || d.hasWeekday || r.timeFollows(i+1)
}

// rangeOfPairs tells 08.00-10.00, which is no date.
func (r *reader) rangeOfPairs(i int) bool {
	sep, to := r.tok(i+1), r.tok(i+2)
	if !(sep.isAny("-~") || sep.has(isUntil)) || r.tok(i).flags&dayFirst != 0 {
		return false
	}
	return to.kind == aPair && to.char == '.' || to.kind == aTime
}

// listFollows tells whether another short date comes next.
func (r *reader) listFollows(i int) bool {
	for r.tok(i).isAny(",./&") || r.tok(i).has(isOr|isAnd) {
		i++
	}
	return r.tok(i).kind == aPair && r.tok(i).char == '/' && r.timeFollows(i+1)
}

// timeFollows tells whether a time of day comes right next.
func (r *reader) timeFollows(i int) bool {
	for n := 0; n < 5; n++ {
		t := r.tok(i)
		if t.isAny(",.:()-") || t.has(isAt|isFrom|isClock|isWeekday) || t.kind == aCell || t.has(isSlot) {
			i++
			continue
		}
		break
	}
	t := r.tok(i)
	switch t.kind {
	case aTime:
		return true
	case aPair:
		return t.char == '.' && t.n[2] == 2 && t.n[0] <= 24
	case aNumber:
		return t.n[1] == 4 && isClockFigure(t.n[0]) || r.tok(i+1).has(isMeridiem) || r.tok(i+1).is('-') && r.tok(i+2).kind == aNumber
	}
	return t.has(isNoon | isMidnight)
}

// isClockFigure tells whether four figures can be a time.
func isClockFigure(n int) bool { return n/100 < 24 && n%100 < 60 || n == 2400 }

// weekdayOfNext tells whether the weekday at i belongs to the date behind it.
func (r *reader) weekdayOfNext(i int) bool {
	var next dates
	j := r.weekdays(i, &next)
	return r.calendarDate(j, &next) > j
}

// trailingWeekday skips a weekday behind a date: "9 Oct (Wed)", "9 Oct,
// Wednesday". One that begins the next date stays.
func (r *reader) trailingWeekday(i int, d *dates) int {
	j := i
	open := r.tok(j).is('(')
	if open || r.tok(j).isAny(",-") {
		j++
	}
	t := r.tok(j)
	if !t.has(isWeekday) && !(open && t.has(isShortDay)) {
		return i
	}
	if open {
		if !r.tok(j + 1).is(')') {
			return i
		}
		j++
	} else if r.weekdayOfNext(j) {
		return i
	}
	if !d.hasWeekday {
		d.weekday, d.hasWeekday, d.firm = t.word.weekday, true, true
	}
	return j + 1
}
