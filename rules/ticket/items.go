package ticket

// An item is a date or a time of day of the text, in the text's order.
type item struct {
	start, end int // tokens
	date       dates
	hours      hours
	isDate     bool
	taken      bool // belongs to an instant, not to a window
}

// mostItems bounds the dates and times that are read: a log of a megabyte has
// fewer.
const mostItems = 40_000

// items collects the dates and times of the text.
func (r *reader) items() []item {
	list := make([]item, 0, 8)
	for i := 0; i < len(r.toks); {
		if len(list) == mostItems {
			r.cut = true
			break
		}
		t := &r.toks[i]
		it, ok := r.itemAt(i, t)
		if !ok && len(list) > 0 && t.has(isFiller) {
			it, ok = r.sameHours(list, i)
		}
		if ok && it.end > i {
			list = append(list, it)
			if it.isDate {
				r.before = &it.date.days[0]
			}
			i = it.end
			continue
		}
		i++
	}
	return list
}

// sameHours reads "same time" right beside a date: the hours given before.
func (r *reader) sameHours(list []item, i int) (item, bool) {
	if !r.isSameHours(i) {
		return item{}, false
	}
	last := &list[len(list)-1]
	if last.isDate && r.gapBetween(last.end, i) != near || !last.isDate && !r.dateFollows(r.skipComma(i+2)) && !r.tok(r.skipComma(i+2)).has(isWeekday) {
		return item{}, false
	}
	for k := len(list) - 1; k >= 0; k-- {
		if h := list[k].hours; !list[k].isDate {
			h.start, h.end = i, i+2
			h.date, h.toDate, h.weekday, h.certainty = nil, nil, nil, sure
			return item{start: i, end: i + 2, hours: h}, !(list[k].hours.ranged && list[k].hours.toDate != nil)
		}
	}
	return item{}, false
}

// isSameHours tells "same time" where no time follows.
func (r *reader) isSameHours(i int) bool {
	return r.phrase(i, "same") && r.isOneOf(i+1, "time", "times", "hours", "hour", "slot") && !r.timeFollows(i+2)
}

// sameFollows tells whether "same time" comes right next: ", at the same time".
func (r *reader) sameFollows(i int) bool {
	for n := 0; n < 4 && (r.tok(i).isAny(",(") || r.tok(i).has(isAt|isOn) || r.isOneOf(i, "the", "and", "but", "with")); n++ {
		i++
	}
	return r.isSameHours(i)
}

// itemAt reads the item that begins at i.
func (r *reader) itemAt(i int, t *token) (item, bool) {
	if t.has(isNext|isLead|isToPrep) && r.nextDayAt(i) > 0 {
		var d dates
		ok := r.relative(i, &d)
		return item{start: d.start, end: d.end, date: d, isDate: true}, ok
	}
	if !startsItem(t) || t.kind == aWord && t.word.class&(isMonth|isWeekday|isShortDay|isRelative|isNoon|isMidnight) == 0 && !r.figuresNear(i+1) {
		return item{}, false
	}
	if d, ok := r.date(i); ok {
		return item{start: d.start, end: d.end, date: d, isDate: true}, true
	}
	if h, ok := r.hours(i); ok {
		return item{start: h.start, end: h.end, hours: h}, true
	}
	return item{}, false
}

// startsItem keeps the grammar from being tried at every word.
func startsItem(t *token) bool {
	switch t.kind {
	case aTime, aDate, aPair, aNumber, anOffset:
		return true
	case aWord:
		return t.word.class&(isMonth|isWeekday|isShortDay|isRelative|isAt|isFrom|isNoon|isMidnight|isZone|isLead) != 0
	}
	return false
}

// figuresNear tells whether a date or a time can follow soon behind a word that
// introduces one.
func (r *reader) figuresNear(i int) bool {
	for k := i; k < i+4; k++ {
		switch t := r.tok(k); t.kind {
		case aTime, aDate, aPair, aNumber:
			return true
		case aWord:
			if t.word.class&(isRelative|isNoon|isMidnight) != 0 {
				return true
			}
		}
	}
	return false
}

// gap says how closely two items belong together.
type gap int

const (
	apart  gap = iota // other things are said between them
	within            // in one sentence, with a few other words between
	near              // nothing but what joins or labels windows
)

// looseWords is how many other words may stand between a date and its time.
const looseWords = 5

// gapBetween judges the tokens from i up to j. It looks at no more of them than
// a window's label can have.
func (r *reader) gapBetween(i, j int) gap {
	const reach = 24
	if j-i > reach {
		return apart
	}
	words, broken := 0, false
	for k := i; k < j; k++ {
		if r.tok(k).breaks() {
			broken = true
		} else if !r.isJoint(k) {
			words++
		}
		if next := r.tok(k + 1); r.tok(k).is('.') && next.kind == aWord && next.start > r.tok(k).end && !next.has(joins) {
			return apart
		}
	}
	switch {
	case words == 0:
		return near
	case broken || words > looseWords:
		return apart
	}
	return within
}

// isJoint tells whether the token at i only joins or labels dates and times.
func (r *reader) isJoint(i int) bool {
	switch t := r.tok(i); t.kind {
	case aMark, anArrow, aBox:
		return true
	case aNumber:
		return r.tok(i - 1).has(isSlot | isOrdinal)
	case aPunct:
		return t.char != '?' && t.char != '!'
	default:
		return t.has(joins)
	}
}

// joins are the words that say nothing of their own between a date and a time,
// or between two windows.
const joins = isAt | isFrom | isUntil | isOr | isAnd | isOn | isSlot | isOrdinal | isStart | isThis | isNext |
	isWeekday | isRelative | isClock | isZone | isFiller | isUnsure

// broken tells whether a line ends between two tokens.
func (r *reader) broken(i, j int) bool {
	for ; i < j; i++ {
		if r.tok(i).breaks() {
			return true
		}
	}
	return false
}
