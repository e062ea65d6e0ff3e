package ticket

// dayThenMonth reads "9 October 2024", "9th of October", "9, 10 and 11 Oct",
// "9-10 Oct" and "9/10 October".
func (r *reader) dayThenMonth(i int, d *dates) int {
	var list [10]int
	days, j := r.dayList(i, list[:0])
	if len(days) == 0 {
		return i
	}
	for k := 0; k < 2 && (r.tok(j).is('.') || r.tok(j).has(isOn) && !r.tok(j).has(isMonth) || r.tok(j).is('-')); k++ {
		j++
	}
	if !r.tok(j).has(isMonth|isWeakMonth) || !r.isRealMonth(j) {
		return i
	}
	month := r.tok(j).word.month
	year, end := r.year(j + 1)
	d.strong = true
	for _, n := range days {
		d.days = append(d.days, day{year: year, month: month, day: n})
	}
	return end
}

// isRealMonth tells a month from a word of English that is spelled like it.
func (r *reader) isRealMonth(i int) bool {
	switch r.text(r.tok(i)) {
	case "may", "set", "out", "ago":
		t := r.tok(i + 1)
		return t.kind == aNumber || t.isAny(",.") || t.kind == aTime || t.kind == aNewline || t.has(isAt|isFrom|isUntil|isOn)
	}
	return true
}

// dayList reads the numbers of days before or behind a month. A span such as
// 9-11 gives each day of it.
func (r *reader) dayList(i int, days []int) ([]int, int) {
	if t := r.tok(i); t.kind == aPair { // 9/10 October
		if t.char != '/' || !isDay(t.n[0]) || !isDay(t.n[1]) {
			return nil, i
		}
		return append(days, t.n[0], t.n[1]), i + 1
	}
	span := false
	for {
		t := r.tok(i)
		if !t.isDay() {
			return nil, i
		}
		if span {
			days = fill(days, t.n[0])
		}
		days = append(days, t.n[0])
		i++
		j, isSpan := r.listJoint(i)
		if j == i || len(days) > mostDays || !r.isListDay(j) || isSpan && r.tok(j).n[0] <= t.n[0] {
			return days, i
		}
		i, span = j, isSpan
	}
}

// mostDays bounds a list of days.
const mostDays = 8

// fill adds the days between the last one and the day to.
func fill(days []int, to int) []int {
	for n := days[len(days)-1] + 1; n < to && len(days) < mostDays; n++ {
		days = append(days, n)
	}
	return days
}

// isDay tells a figure that can be a day of a month.
func isDay(n int) bool { return n >= 1 && n <= 31 }

// isDay tells a number of one or two figures that can be a day of a month.
func (t *token) isDay() bool { return t.kind == aNumber && t.n[1] <= 2 && isDay(t.n[0]) }

// listJoint skips what joins two days of a list; a hyphen or "to" makes it a
// span.
func (r *reader) listJoint(i int) (next int, span bool) {
	start := i
	if r.tok(i).is('.') && r.tok(i+1).kind != aNewline { // 9. und 10. Oktober
		i++
	}
	joint := i
	if r.tok(i).is(',') {
		i++
	}
	switch t := r.tok(i); {
	case t.isAny("&/+") || t.has(isAnd|isOr):
		i++
	case t.is('-') || t.has(isUntil):
		i, span = i+1, true
	}
	if i == joint {
		return start, false
	}
	for r.tok(i).has(isOn) || r.tok(i).has(isWeekday) && r.tok(i+1).kind == aNumber { // Tue 10 & Wed 11 March
		i++
	}
	return i, span
}

// isListDay tells whether the number at i goes on a list of days: it is no hour
// and no figure of a date of its own.
func (r *reader) isListDay(i int) bool {
	if r.tok(i).kind != aNumber || r.tok(i).n[1] > 2 {
		return false
	}
	t := r.tok(i + 1)
	return !t.has(isMeridiem|isZone|isClock) && t.kind != aTime && t.kind != anOffset
}

// monthThenDay reads "October 9", "Oct 9th, 2024", "October 9 and 10, 2024".
func (r *reader) monthThenDay(i int, d *dates) int {
	month := r.tok(i).word.month
	j := i + 1
	for r.tok(j).is('.') || r.tok(j).has(isOn) && r.tok(j+1).kind == aNumber {
		j++
	}
	if t := r.tok(j); t.kind != aNumber || t.n[1] > 2 {
		return i
	}
	if lowerCase(r.text(r.tok(i))) && len(r.text(r.tok(i))) == 3 && !r.timeFollows(j+1) && r.tok(j+1).kind != aNumber && !r.tok(j+1).is(',') {
		return i // "we may 2"
	}
	var list [10]int
	days, j := r.monthDays(j, list[:0])
	if len(days) == 0 {
		return i
	}
	year, end := r.year(j)
	d.strong = true
	for _, n := range days {
		d.days = append(d.days, day{year: year, month: month, day: n})
	}
	return end
}

func lowerCase(s string) bool { return s != "" && s[0] >= 'a' && s[0] <= 'z' }

// monthDays reads the days behind a month. Hours can follow there, so a further
// number is a day only if nothing makes it an hour.
func (r *reader) monthDays(i int, days []int) ([]int, int) {
	if !isDay(r.tok(i).n[0]) {
		return nil, i
	}
	days = append(days, r.tok(i).n[0])
	i++
	for len(days) < mostDays {
		j, span := r.listJoint(i)
		if j == i || !r.isListDay(j) || !isDay(r.tok(j).n[0]) || r.startsHours(j) {
			break
		}
		if span {
			days = fill(days, r.tok(j).n[0])
		}
		days = append(days, r.tok(j).n[0])
		i = j + 1
	}
	return days, i
}

// startsHours tells whether what follows the number at i makes it an hour, or the
// day of another month.
func (r *reader) startsHours(i int) bool {
	after := r.tok(i + 1)
	return (after.is('-') || after.has(isUntil)) && r.tok(i+2).kind == aNumber || after.has(isMonth) || after.is(':')
}

// year reads the year behind a month or a day; 0 where there is none.
func (r *reader) year(i int) (year, next int) {
	j := i
	for k := 0; k < 3 && (r.tok(j).isAny(",.-'") || r.tok(j).has(isOn)); k++ {
		j++
	}
	switch t := r.tok(j); {
	case t.kind != aNumber:
	case t.n[1] == 4 && t.n[0] >= 1990 && t.n[0] <= 2099 && !r.startsFigureRange(j):
		return t.n[0], j + 1
	case t.n[1] == 2 && abs(2000+t.n[0]-r.at.Year()) <= 10 && (r.tok(j-1).is('\'') || r.yearEnds(j+1)):
		return 2000 + t.n[0], j + 1
	}
	return 0, r.skipDot(i)
}

// startsFigureRange tells the times of "10 March 2000-2200" from a year.
func (r *reader) startsFigureRange(i int) bool {
	after, to := r.tok(i+1), r.tok(i+2)
	return (after.is('-') || after.has(isUntil)) && to.kind == aNumber && to.n[1] == 4 && isClockFigure(r.tok(i).n[0]) && !r.timeFollows(i+3)
}

// skipDot skips the dot of an abbreviated month.
func (r *reader) skipDot(i int) int {
	if r.tok(i).is('.') && r.timeFollows(i+1) {
		return i + 1
	}
	return i
}

// yearEnds tells whether a time, in figures that can't be anything else, follows
// a year of two figures.
func (r *reader) yearEnds(i int) bool {
	for k := 0; k < 2 && (r.tok(i).is(',') || r.tok(i).has(isAt|isFrom) || r.tok(i).is('(') || r.tok(i).has(isWeekday)); k++ {
		i++
	}
	t := r.tok(i)
	return t.kind == aTime || t.kind == aPair || t.kind == aNumber && t.n[1] == 4 || t.kind == aNumber && r.tok(i-1).has(isAt|isFrom)
}

// dayAlone reads "the 9th", a day whose month is that of the date before it or
// the next to come.
func (r *reader) dayAlone(i int, d *dates) int {
	t := r.tok(i)
	if t.flags&ordinal == 0 || t.n[0] < 1 || t.n[0] > 31 {
		return i
	}
	if r.before != nil && r.sameFollows(i+1) {
		d.days = append(d.days, day{day: t.n[0], noMonth: true})
		return i + 1
	}
	if !r.timeFollows(i+1) || r.tok(i+1).isAny(":)") || r.tok(i+1).has(isSlot|isWeekday) || r.tok(i+1).kind == aCell {
		return i
	}
	d.days = append(d.days, day{day: t.n[0], noMonth: true})
	return i + 1
}
