package ticket

import "time"

// relative reads a day that is counted from the day of writing: "tomorrow", "the
// day after tomorrow", "in 3 days".
func (r *reader) relative(i int, d *dates) bool {
	j := i
	for r.tok(j).has(isOn) && j < i+2 {
		j++
	}
	base, days, next := r.daysAhead(j)
	if next == j || days > 60 {
		return false
	}
	d.days = append(d.days, dayOf(base.AddDate(0, 0, days)))
	d.start, d.end = i, r.trailingWeekday(next, d)
	r.inFigures(d)
	return true
}

// inFigures lets the date in figures that may follow a relative day stand for it:
// "tomorrow (9 October 2024)".
func (r *reader) inFigures(d *dates) {
	if !r.tok(d.end).isAny("(,") {
		return
	}
	var named dates
	k := r.calendarDate(r.weekdays(d.end+1, &named), &named)
	if len(named.days) != 1 {
		return
	}
	named.start, named.end = d.start, k
	if r.tok(k).is(')') {
		named.end++
	}
	*d = named
}

// daysAhead reads the words of a relative day at i: the day that it counts from,
// how many days further it is, and where the words end.
func (r *reader) daysAhead(i int) (base time.Time, days, next int) {
	base = today(r.at)
	if n := r.nextDayAt(i); n > 0 && r.before != nil && r.before.year != 0 {
		return r.before.midnight(), 1, i + n
	}
	for _, p := range daysAfterTomorrow {
		if r.phrase(i, p...) {
			return base, 2, i + len(p)
		}
	}
	switch t := r.tok(i); {
	case t.has(isRelative):
		return base, t.word.days, i + 1
	case r.phrase(i, "in") && r.tok(i+1).kind == aNumber && r.isOneOf(i+2, "days", "day"):
		return base, r.tok(i + 1).n[0], i + 3
	}
	return base, 0, i
}

// daysAfterTomorrow are the phrases for it; single words are in the lexicon.
var daysAfterTomorrow = [][]string{
	{"day", "after", "tomorrow"}, {"pasado", "mañana"}, {"après", "demain"}, {"apres", "demain"}, {"depois", "de", "amanhã"},
}

// midnight returns the beginning of a day whose year is known.
func (v *day) midnight() time.Time { return time.Date(v.year, v.month, v.day, 0, 0, 0, 0, time.UTC) }

// nextDayAt returns the length of "next day", "one day later" at i, 0 where it
// is not there: the day behind the date before.
func (r *reader) nextDayAt(i int) int {
	switch {
	case r.isOneOf(i, "next", "following") && r.phrase(i+1, "day"), r.phrase(i, "day", "after") && !r.phrase(i+2, "tomorrow"):
		return 2
	case r.isOneOf(i, "one", "a") && r.phrase(i+1, "day", "later"):
		return 3
	}
	return 0
}

// phrase tells whether the words at i are these, in lower case or capitalised.
func (r *reader) phrase(i int, words ...string) bool {
	for k, w := range words {
		t := r.tok(i + k)
		if t.kind != aWord || !equalLower(r.text(t), w) {
			return false
		}
	}
	return true
}

// isOneOf tells whether the word at i is one of these.
func (r *reader) isOneOf(i int, words ...string) bool {
	t := r.tok(i)
	if t.kind != aWord {
		return false
	}
	s := r.text(t)
	for _, w := range words {
		if equalLower(s, w) {
			return true
		}
	}
	return false
}

func today(at time.Time) time.Time {
	y, m, d := at.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return day{year: y, month: m, day: d, relative: true}
}

// comingWeekday reads a weekday that stands alone: the first one after the day
// of writing, or that of next week where the text says so. "Monday to Friday"
// is no date.
func (r *reader) comingWeekday(i, j int, d *dates) bool {
	if r.weekdaySpan(j, 1) || r.weekdaySpan(i-1, -1) {
		return false
	}
	base, next := today(r.at), j
	switch {
	case r.phrase(j, "next", "week"):
		base, next = nextMonday(base).AddDate(0, 0, -1), j+2
	case r.tok(j).has(isOn) && r.phrase(j+1, "next", "week"):
		base, next = nextMonday(base).AddDate(0, 0, -1), j+3
	case r.phrase(i-2, "next", "week"):
		base = nextMonday(base).AddDate(0, 0, -1)
	case r.before != nil && r.before.year != 0 && r.isOneOf(j, "after", "thereafter", "afterwards", "following") && !r.timeFollows(j+1):
		base, next = r.before.midnight(), j+1
	case r.tok(j).has(isNext) && !r.tok(j).has(isUntil|isOn):
		next = j + 1
	}
	n := (int(d.weekday) - int(base.Weekday()) + 7) % 7
	if n == 0 {
		n = 7
	}
	d.days = append(d.days, dayOf(base.AddDate(0, 0, n)))
	d.end = next
	return true
}

// weekdaySpan tells whether a hyphen or "to" joins the weekday beside i with
// another one.
func (r *reader) weekdaySpan(i, step int) bool {
	t := r.tok(i)
	return (t.is('-') || t.has(isUntil)) && r.tok(i+step).has(isWeekday)
}

func nextMonday(day time.Time) time.Time {
	return day.AddDate(0, 0, 7-(int(day.Weekday())+6)%7)
}

// resolution is what one date of the text can be.
type resolution struct {
	dates       []time.Time // midnight UTC: one, several where it is ambiguous, or none
	mismatch    bool        // the stated weekday fits none of the dates
	yearAssumed bool
	relative    bool
}

// resolve gives a day its year and chooses between day and month, in the
// policy's order: the stated weekday, then what has not passed yet. near is the
// date before it in the text, for a day without a month; past says that a date
// without a year may lie behind.
func (r *reader) resolve(v day, d *dates, near time.Time, past bool) resolution {
	res := resolution{yearAssumed: v.year == 0 && !v.relative, relative: v.relative}
	if v.noMonth {
		res.dates = r.dayInMonth(v.day, near)
		if res.mismatch = !d.fits(res.dates); res.mismatch { // the later window may be named first
			if next := r.dayInMonth(v.day, time.Time{}); d.fits(next) {
				res.dates, res.mismatch = next, false
			}
		}
		res.yearAssumed, res.relative = false, near.IsZero()
		return res
	}
	all := r.candidates(v, past)
	if d.hasWeekday && !v.relative && len(all) > 0 && len(d.days) == 1 {
		var fits []time.Time
		for _, c := range all {
			if c.Weekday() == d.weekday {
				fits = append(fits, c)
			}
		}
		if len(fits) == 0 {
			res.mismatch, res.dates = true, all
			return res
		}
		all = fits
	}
	if len(all) == 2 {
		all = stillAhead(all, today(r.at))
	}
	res.dates = all
	return res
}

// candidates returns the dates that the figures can stand for.
func (r *reader) candidates(v day, past bool) []time.Time {
	all := make([]time.Time, 0, 2)
	if c, ok := r.date1(v.year, v.month, v.day, past); ok {
		all = append(all, c)
	}
	if v.swap {
		if c, ok := r.date1(v.year, time.Month(v.day), int(v.month), past); ok {
			all = append(all, c)
		}
	}
	return all
}

// date1 builds one date; without a year it is the next such date, or the nearest
// one where it may lie in the past.
func (r *reader) date1(year int, month time.Month, d int, past bool) (time.Time, bool) {
	if year != 0 {
		return valid(year, month, d)
	}
	now := today(r.at)
	var best time.Time
	for y := now.Year() - 1; y <= now.Year()+8; y++ {
		c, ok := valid(y, month, d)
		switch {
		case !ok || c.Before(now) && !past:
			continue
		case best.IsZero() || c.Sub(now).Abs() < best.Sub(now).Abs():
			best = c
		}
		if !past {
			break
		}
	}
	return best, !best.IsZero()
}

func valid(year int, month time.Month, d int) (time.Time, bool) {
	t := time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
	return t, firstYear <= year && year <= lastYear && t.Day() == d && t.Month() == month
}

// The years that are taken for one. Before the first nobody had a database, and the
// year 1 would be an instant not given; what begins in the year after the last may
// end in one of five figures, which no store and no interface can write.
const (
	firstYear = 1970
	lastYear  = 9998
)

// stillAhead drops the dates before today; where both have passed, the later
// one stands.
func stillAhead(two []time.Time, today time.Time) []time.Time {
	first, second := two[0].Before(today), two[1].Before(today)
	switch {
	case first && second:
		if two[0].After(two[1]) {
			return two[:1]
		}
		return two[1:]
	case first:
		return two[1:]
	case second:
		return two[:1]
	}
	return two
}

// fits tells whether a date may be the one that is meant, by the stated weekday.
func (d *dates) fits(found []time.Time) bool {
	return !d.hasWeekday || len(d.days) != 1 || len(found) == 0 || found[0].Weekday() == d.weekday
}

// dayInMonth finds a day that was given without its month.
func (r *reader) dayInMonth(d int, near time.Time) []time.Time {
	base := near
	if base.IsZero() {
		base = today(r.at)
	}
	for k := range 3 {
		t := time.Date(base.Year(), base.Month()+time.Month(k), d, 0, 0, 0, 0, time.UTC)
		if t.Day() == d && !t.Before(base) {
			return []time.Time{t}
		}
	}
	return nil
}
