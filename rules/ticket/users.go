package ticket

// userReach is how far the users may stand from the verb about them.
const userReach = 7

// aboutUsers reads a sentence about keeping users.
func (r *reader) aboutUsers() Preserve {
	for k := range r.toks {
		t := &r.toks[k]
		if t.kind != aWord || t.flags&aside != 0 || t.word.class&(isKeep|isWipe|isUsers|isNo|isNot) == 0 {
			continue
		}
		start, end := r.sentence(k)
		if t.has(isKeep|isWipe) && r.usersNear(k, start, end) && !r.isOther(k) {
			return r.spoken(k, start, end)
		}
		if p := r.shortAnswer(k, end); p.Answer != NotStated {
			return p
		}
	}
	return Preserve{}
}

// spoken judges the verb at k in the sentence [start, end) about users.
func (r *reader) spoken(k, start, end int) Preserve {
	keep, n := r.verb(k, start, end)
	v := No
	if keep {
		v = Yes
	}
	if r.hedged(start, end) {
		v = Neither
	}
	return r.preserved(v, r.wordsBefore(max(start, k-4), k), min(end, k+n+1+3))
}

// shortAnswer reads what needs no verb: "users no", "no users", "preserve no",
// "no preservation", "with the users from production".
func (r *reader) shortAnswer(k, end int) Preserve {
	t, next := r.tok(k), r.tok(k+1)
	answered := next.has(isYes|isNo) || next.is('=') && r.tok(k+2).has(isYes|isNo)
	switch {
	case t.has(isUsers) && answered && r.tok(k-1).kind != aName:
		return r.answerAbout(k+1, end, false)
	case t.has(isNo|isNot) && r.isOneOf(k+1, "preserve", "preservation", "preserving") && !r.tok(k-1).has(isYes|isNo),
		t.has(isNo) && next.has(isUsers):
		return r.preserved(No, k, k+2)
	case t.has(isKeep) && next.has(isYes|isNo) && r.endsClause(k+2):
		return r.answerAbout(k+1, k+2, false)
	case t.has(isUsers) && r.fromSource(k, end):
		return r.preserved(No, k, min(end, k+4))
	}
	return Preserve{}
}

// wordsBefore returns where the words right before k begin, i at the earliest.
func (r *reader) wordsBefore(i, k int) int {
	for k > i {
		switch t := r.tok(k - 1); t.kind {
		case aDate, aTime, aPair, aNumber, anOffset:
			return k
		default:
			if t.has(isZone) || t.is('?') {
				return k
			}
		}
		k--
	}
	return k
}

// endsClause tells whether a clause ends before i.
func (r *reader) endsClause(i int) bool {
	return r.tok(i).breaks() || r.tok(i).isAny(".,;!)")
}

// fromSource tells the users at k that are wanted from the source: "with the
// users from production".
func (r *reader) fromSource(k, end int) bool {
	from := false
	for n := k + 1; n < end && n <= k+4; n++ {
		t := r.tok(n)
		switch {
		case r.isOneOf(n, "from", "of", "von", "fra", "aus", "från", "van"):
			from = true
		case t.kind == aName && roleOfName(r.text(t)) == Production, t.has(isRole) && t.word.role == Production:
			return from
		case t.kind != aWord || t.has(isRefresh|isCopy):
			return false
		}
	}
	return false
}

// hedged tells whether a sentence leaves it open.
func (r *reader) hedged(start, end int) bool {
	for k := start; k < end; k++ {
		if r.phrase(k, "not", "sure") || r.isOneOf(k, "maybe", "whether", "unsure") || r.phrase(k, "not", "decided") {
			return true
		}
	}
	return false
}

// sentence returns the tokens of the sentence around k, not further than a
// screen.
func (r *reader) sentence(k int) (start, end int) {
	const reach = 40
	start, end = k, k
	for start > 0 && start > k-reach && !r.stops(start-1) {
		start--
	}
	for end < len(r.toks) && end < k+reach && !r.stops(end) {
		end++
	}
	return start, end
}

// stops tells whether a sentence ends at i.
func (r *reader) stops(i int) bool {
	t := r.tok(i)
	return t.breaks() || t.kind == aForm || t.kind == aMark || t.isAny(";!") || t.is('?') && !r.tok(i+1).has(isYes|isNo) || t.is('.') && r.tok(i+1).start > t.end
}

// usersNear tells whether the verb at k is about users.
func (r *reader) usersNear(k, start, end int) bool {
	for n := max(start, k-userReach); n < min(end, k+userReach+1); n++ {
		if n != k && r.tok(n).has(isUsers) {
			return true
		}
	}
	return false
}

// isOther tells verbs of keeping that are about something else: "keep the users
// informed".
func (r *reader) isOther(k int) bool {
	for n := k + 1; n <= k+5; n++ {
		for _, w := range []string{"informed", "posted", "updated", "mind", "logged", "out"} {
			if r.phrase(n, w) {
				return true
			}
		}
	}
	return false
}

// bareAnswer reads a line that is nothing but yes or no.
func (r *reader) bareAnswer() Preserve {
	for k := range r.toks {
		t := &r.toks[k]
		if !t.has(isYes|isNo) || t.flags&aside != 0 {
			continue
		}
		before, after := k-1, k+1
		for b := r.tok(before); b.is('*') || b.is('-') || b.kind == aMark || b.kind == anArrow; b = r.tok(before) {
			before--
		}
		for r.tok(after).isAny(".,!") || r.isOneOf(after, "please", "thanks", "pls") {
			after++
		}
		if (r.tok(before).breaks() || r.tok(before).is(';')) && r.tok(after).breaks() && t.end-t.start > 1 {
			return r.answerAbout(k, after, false)
		}
	}
	return Preserve{}
}
