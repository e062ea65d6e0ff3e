package ticket

// markLists turns the markers of lists and the numbers of labels into marks, so
// that no grammar takes them for days or hours.
func (r *reader) markLists() {
	dashed := r.dashedList()
	hashes, lineStart := 0, true
	for i := range r.toks {
		t := &r.toks[i]
		switch {
		case t.kind == aNumber:
			r.markNumber(i, lineStart, dashed)
		case t.kind == aBlob && lineStart && r.isQuestionNumber(i):
			r.mark(i, i+1, int(r.plain.text[t.start+1]-'0'))
		case t.kind == aWord:
			r.markLetter(i, lineStart)
		case lineStart && t.is('#'):
			hashes++
			r.mark(i, i, hashes)
		}
		if t.kind != aMark && t.kind != anArrow && !t.isAny("*-\"") {
			lineStart = t.breaks() || t.kind == aForm
		}
	}
}

// markLetter marks the letter that counts an item or a window: a), Window B.
func (r *reader) markLetter(i int, lineStart bool) {
	switch {
	case (lineStart || r.tok(i-1).is('(')) && r.isLetterMark(i):
		r.mark(i, i+1, r.letterNumber(i))
	case r.tok(i).has(isSlot) && r.tok(i+1).kind == aWord && r.isLetterLabel(i+1):
		r.mark(i+1, i+1, r.letterNumber(i+1))
	}
}

// isQuestionNumber tells "Q4:", "A4)".
func (r *reader) isQuestionNumber(i int) bool {
	s := r.text(r.tok(i))
	return len(s) == 2 && contains("QqAa", s[0]) && isDigit(s[1]) && r.tok(i+1).isAny(":.)")
}

// letterNumber counts the letter at i from a, which is 1.
func (r *reader) letterNumber(i int) int { return int(lower(r.plain.text[r.tok(i).start])-'a') + 1 }

// mark makes one mark of the tokens from i to j.
func (r *reader) mark(i, j, n int) {
	for k := i; k <= j; k++ {
		r.toks[k].kind = aMark
		r.toks[k].n = [3]int{n}
	}
}

// dashedList tells a list whose markers are "1 -", "2 -".
func (r *reader) dashedList() bool {
	found := 0
	for i := range r.toks {
		if r.toks[i].kind == aNumber && r.tok(i-1).breaks() && r.tok(i+1).is('-') && r.toks[i].n[0] == found+1 {
			found++
		}
	}
	return found >= 2
}

// markNumber marks a number that counts an item or a window.
func (r *reader) markNumber(i int, lineStart, dashed bool) {
	t, next := r.tok(i), r.tok(i+1)
	if t.n[1] > 2 || t.n[0] > 30 {
		return
	}
	n := t.n[0]
	switch {
	case t.flags&ordinal != 0:
		if n <= 5 && r.ordinalLabels(i) {
			r.mark(i, i, n)
		}
	case r.tok(i-1).is('(') && next.is(')'):
		r.mark(i-1, i+1, n)
	case r.tok(i-1).kind == aCell && next.kind == aCell:
		r.mark(i, i, n)
	case r.endsMarker(i, lineStart, dashed):
		r.mark(i, i+1, n)
	case n <= 9 && r.labelledBefore(i) && r.indexEnds(i+1):
		r.mark(i, i, n)
	}
}

// endsMarker tells whether the mark behind the number at i makes it a list's:
// "1)", "1.", "1:", and "1 -" in a list of such.
func (r *reader) endsMarker(i int, lineStart, dashed bool) bool {
	switch next := r.tok(i + 1); {
	case next.is(')'):
		return !r.insideBracket(i)
	case next.is('.'):
		return (lineStart || r.countsOn(i)) && !r.isDay(i+2)
	case next.is(':'):
		return lineStart
	case next.is('-'):
		return lineStart && dashed
	}
	return false
}

// labelledBefore tells whether a window's label stands before the number at i:
// "Window 1", "Slot #1", "Option no. 1".
func (r *reader) labelledBefore(i int) bool {
	k := i - 1
	if r.tok(k).is('#') || r.tok(k).is('.') && r.isOneOf(k-1, "no", "nr") {
		k--
	}
	if r.isOneOf(k, "no", "nr", "number") && r.tok(k-1).has(isSlot) {
		return true
	}
	return r.tok(k).has(isSlot)
}

// isDay tells whether the number before i and its dot are a day: a month
// follows, and not a month with a day of its own.
func (r *reader) isDay(i int) bool {
	if !r.tok(i).has(isMonth | isWeakMonth) {
		return false
	}
	after := r.tok(i + 1)
	return !(after.kind == aNumber && after.n[1] <= 2 && !r.tok(i+2).is('-') && !r.tok(i+2).has(isUntil))
}

// countsOn tells whether the number at i goes on a list that runs inside a line:
// "1. X_prod 2. X_test 3. …".
func (r *reader) countsOn(i int) bool {
	n := r.tok(i).n[0]
	if n == 1 {
		return r.countedOn(i+2, 2)
	}
	if r.tok(i+2).kind == aNewline && r.tok(i-1).kind == aWord {
		return false
	}
	for k := i - 1; k >= 0 && k > i-40; k-- {
		if r.tok(k).kind == aMark {
			return r.tok(k).n[0] == n-1
		}
	}
	return false
}

// countedOn tells whether the number n and its dot follow on the same line.
func (r *reader) countedOn(i, n int) bool {
	for k := i; k < i+40 && r.tok(k).kind != aNewline; k++ {
		if r.tok(k).kind == aNumber && r.tok(k).n[0] == n && r.tok(k+1).is('.') && !r.isDay(k+2) {
			return n == 3 || r.countedOn(k+2, n+1)
		}
	}
	return false
}

// insideBracket tells whether a bracket opened shortly before i is still open.
func (r *reader) insideBracket(i int) bool {
	for k := i - 1; k > i-8; k-- {
		t := r.tok(k)
		if t.is(')') || t.kind == aNewline {
			return false
		}
		if t.is('(') {
			return true
		}
	}
	return false
}

// ordinalLabels tells "1st: …", "1st Tuesday 9 June" and "2nd window" from "1st
// October".
func (r *reader) ordinalLabels(i int) bool {
	t := r.tok(i + 1)
	switch {
	case t.isAny(":-=)"), t.kind == aCell, t.kind == aDate, t.kind == aNumber, t.has(isWeekday):
		return true
	case t.has(isMonth): // "1st October 9" counts, "1st October" does not
		day, after := r.tok(i+2), r.tok(i+3)
		return day.kind == aNumber && day.n[1] <= 2 && after.kind != aTime && !after.is('-')
	}
	return t.has(isSlot)
}

// indexEnds tells whether the number before i only counts a label: "Window 1",
// and not "Date 9 October".
func (r *reader) indexEnds(i int) bool {
	t := r.tok(i)
	switch {
	case t.has(isMonth | isWeakMonth):
		return !r.isDay(i) && r.tok(i+1).kind == aNumber
	case t.is('.') && r.tok(i+1).kind == aNewline:
		return true
	case t.isAny("-."):
		return r.startsWindow(i+1, t.end)
	case t.isAny("/~"), t.has(isMeridiem | isClock | isZone | isUntil), t.kind == anOffset:
		return false
	}
	return true
}

// startsWindow tells whether what begins at i, behind a mark that ends at end, is
// a date, a time or a name of its own.
func (r *reader) startsWindow(i, end int) bool {
	t := r.tok(i)
	switch t.kind {
	case aDate, aName:
		return true
	case aNumber:
		return r.tok(i + 1).has(isMonth)
	case aTime:
		return end < t.start
	}
	return t.has(isWeekday | isMonth)
}

// isLetterMark tells "a)" and "b." at the start of a line.
func (r *reader) isLetterMark(i int) bool {
	t, next := r.tok(i), r.tok(i+1)
	return t.end-t.start == 1 && lower(r.plain.text[t.start]) <= 'j' && isLetter(r.plain.text[t.start]) &&
		(next.is(')') || next.is('.') && next.start == t.end && r.tok(i+2).start > next.end)
}

// isLetterLabel tells the A of "Window A".
func (r *reader) isLetterLabel(i int) bool {
	t, next := r.tok(i), r.tok(i+1)
	c := r.plain.text[t.start]
	return t.end-t.start == 1 && c >= 'A' && c <= 'F' &&
		(next.isAny(":-=)") || next.breaks() || next.kind == aDate || next.kind == aNumber || next.has(isWeekday))
}
