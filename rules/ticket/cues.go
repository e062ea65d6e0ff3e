package ticket

// judge gives each mention its side from the words around it.
func (r *reader) judge(all []mention) {
	for k := range all {
		m := &all[k]
		before, after := -1, len(r.toks)
		if k > 0 {
			before = all[k-1].end - 1
		}
		if k+1 < len(all) {
			after = all[k+1].tok
		}
		left, right := r.cueBefore(m.tok, before), r.cueBehind(m.end, after)
		if k > 0 && abs(left) < cue && r.besideName(all[k-1].end, m.tok) || k+1 < len(all) && abs(left) < cue && r.besideName(m.end, all[k+1].tok) {
			left = 0 // "refresh X/Y" does not say which
		}
		m.side = left
		if abs(right) >= abs(left) && right != 0 {
			m.side = right
		}
	}
}

// besideName tells whether nothing but a slash, a hyphen or a comma parts two names.
func (r *reader) besideName(i, j int) bool {
	return j == i+1 && (r.tok(i).isAny("/-,"))
}

// cueReach is how far a cue may stand from the environment that it belongs to.
const cueReach = 7

// cueBefore looks back from a mention for the word or sign that gives its side,
// not further than the mention before it.
func (r *reader) cueBefore(i, limit int) int {
	timed := false // a date or time stands between: its prepositions are its own
	for k := i - 1; k > limit && k >= i-cueReach; k-- {
		switch t := r.tok(k); {
		case t.kind == aDate || t.kind == aTime || t.kind == aPair || t.kind == aNumber:
			timed = true
		case t.kind == anArrow:
			return arrowSide(t)
		case r.endsPhrase(k, i):
			return 0
		case t.kind == aWord && (!timed || t.has(isRefresh|isCopy|isSource|isTarget)):
			if side, ok := r.wordSide(k); ok {
				return side
			}
		}
	}
	return 0
}

// arrowSide is the side of what stands behind an arrow.
func arrowSide(t *token) int {
	if t.char == '>' {
		return -marked
	}
	return marked
}

// endsPhrase tells whether the token at k parts a mention at i from what stands
// before. A line may be wrapped right behind a preposition.
func (r *reader) endsPhrase(k, i int) bool {
	t := r.tok(k)
	switch {
	case t.is('.'):
		return t.end < r.tok(k+1).start
	case t.is(')'):
		return k < i-1
	case t.kind == aNewline:
		return k < i-1 || !r.tok(k-1).has(isFromPrep|isToPrep)
	}
	return t.isAny("?!;") || t.kind == aForm || t.kind == aCell
}

// wordSide judges what a word before a mention says of its side; false where it
// says nothing and the search goes on.
func (r *reader) wordSide(k int) (side int, ok bool) {
	t := r.tok(k)
	switch {
	case r.isGenitive(k):
		if side := r.objectOf(k); side != 0 {
			return side, true
		}
		if t.word.class&isFromPrep != 0 && !r.phrase(k, "of") {
			return cue, true
		}
		return 0, true
	case t.word.class&isSource != 0:
		return marked, true
	case t.word.class&isTarget != 0:
		return -marked, true
	case r.isLikeness(k):
		return cue, true
	case r.isOneOf(k, "for", "on", "in"):
		return -hint, true
	case t.word.class&isFromPrep != 0 && !r.isNotPrep(k):
		return cue, true
	case t.word.class&isToPrep != 0 && !r.isNotPrep(k):
		return -cue, true
	case t.word.class&(isRefresh|isCopy) != 0:
		return r.verbSide(k), true
	}
	return 0, false
}

// isNotPrep tells the prepositions that are something else here: "asap as
// possible", "by Monday", the article "a".
func (r *reader) isNotPrep(i int) bool {
	switch {
	case r.isOneOf(i, "off", "out", "a"), r.isInfinitive(i):
		return true
	case r.phrase(i, "as"):
		return !r.tok(i-1).has(isCopy|isRefresh) && r.tok(i-1).kind != aName
	case r.phrase(i, "by"):
		return r.tok(i + 1).has(isWeekday | isMonth)
	}
	return false
}

// isInfinitive tells the "to" of "X_test to contain the data of X_prod".
func (r *reader) isInfinitive(i int) bool {
	return r.phrase(i, "to") && r.isOneOf(i+1, "contain", "have", "get", "receive", "hold", "match", "mirror", "be", "look", "show", "include", "reflect")
}

// isGenitive tells "of" in the languages in which it is also "from".
func (r *reader) isGenitive(i int) bool {
	return r.isOneOf(i, "of", "van", "av", "af", "di", "de", "da", "do", "del", "von", "vom", "des", "der") && !r.phrase(i-1, "partir")
}

// objectOf judges "refresh of X", "copy of X" and other things of X.
func (r *reader) objectOf(i int) int {
	for k := i - 1; k > i-4; k-- {
		t := r.tok(k)
		switch {
		case t.has(isRefresh):
			return -object
		case t.has(isCopy) && r.verbSide(k) > 0, t.has(isDatabase) && r.phrase(i, "of"):
			return cue
		case t.has(isCopy):
			return -object
		}
	}
	return 0
}

// verbSide judges the object of a verb: what is copied is the source, what is
// refreshed or overwritten the target.
func (r *reader) verbSide(i int) int {
	if r.tok(i).has(isRefresh) || r.tok(i).has(isWipe) {
		return -object
	}
	switch lowerString(r.text(r.tok(i))) {
	case "sync", "synced", "synchronise", "synchronize", "resync", "rebuild", "populate", "reload", "reloaded":
		return -object
	}
	return object
}

// cueBehind looks ahead from a mention, not further than the next one.
func (r *reader) cueBehind(i, limit int) int {
	open := false
	for k := i; k < limit && k < i+cueReach; k++ {
		t := r.tok(k)
		switch {
		case t.is('('):
			open = true
		case t.kind == anArrow:
			return -arrowSide(t)
		case (open || k <= i+3) && r.statedSide(k) != 0:
			return r.statedSide(k)
		case open:
			open = !t.is(')')
		case t.breaks() || t.isAny(".,;:") || t.kind == aForm:
			return 0
		case t.kind == aWord:
			if side, ok := r.wordSideBehind(k, limit, k <= i+3); ok {
				return side
			}
		}
	}
	return 0
}

// statedSide judges a word for one of the sides that follows a mention: "X_test
// (target)".
func (r *reader) statedSide(k int) int {
	switch t := r.tok(k); {
	case !t.has(isSource|isTarget) || r.labelsNext(k):
		return 0
	case t.has(isSource):
		return marked
	}
	return -marked
}

// wordSideBehind judges what a word behind a mention says of its side: the verb
// that the mention is the object of, where it is close, or a preposition.
func (r *reader) wordSideBehind(k, limit int, near bool) (side int, ok bool) {
	switch t := r.tok(k); {
	case near && t.has(isRefresh) && !t.has(isToPrep):
		return -object, true
	case r.isInfinitive(k):
		return -object, true
	case t.has(isToPrep) && !r.isOneOf(k, "in", "on", "as") && !r.phrase(k+1, "partir"):
		return r.leadsTo(k, limit, cue-1), true
	case t.has(isFromPrep) && r.isOneOf(k, "from", "with", "using", "by", "von", "fra", "aus", "mit", "från", "partir"):
		return r.leadsTo(k, limit, -(cue - 1)), true
	}
	return 0, false
}

// labelsNext tells whether the word at i labels what follows it and not what
// stands before.
func (r *reader) labelsNext(i int) bool {
	t := r.tok(i + 1)
	return t.isAny(":=") || t.kind == aName || t.has(isSystem|isDatabase) && !r.tok(i+2).breaks()
}

// leadsTo confirms a preposition behind a mention: the next mention follows it
// before long.
func (r *reader) leadsTo(k, limit, side int) int {
	if limit < len(r.toks) && limit-k <= 5 {
		return side
	}
	return 0
}
