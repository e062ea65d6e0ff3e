package ticket

// preserve reads whether the target's users are to be kept: under the form's
// question or a label, as the fourth item of a list, as a line of its own, or
// from a sentence.
func (r *reader) preserve(fields []field) Preserve {
	for k := range fields {
		f := &fields[k]
		if f.slot == preserveSlot {
			if p := r.answerAbout(f.start, r.boxesEnd(r.answerEnd(f.start, f.end)), r.asksToWipe(f)); p.Answer != NotStated {
				return p
			}
		}
	}
	for k := range fields {
		f := &fields[k]
		if f.slot == noSlot && f.mark == 4 || f.mark == 4 && f.slot == otherSlot {
			if p := r.answerAbout(f.start, r.answerEnd(f.start, f.end), false); p.Answer != NotStated && !r.holdsItem(f) {
				return p
			}
		}
	}
	if p := r.aboutUsers(); p.Answer != NotStated {
		return p
	}
	return r.bareAnswer()
}

// boxesEnd takes in the lines of check boxes that follow an answer's first line.
func (r *reader) boxesEnd(end int) int {
	for k := end; k < end+3; k++ {
		switch t := r.tok(k); {
		case t.kind == aBox:
			end = r.lineEnd(k)
			k = end - 1
		case t.kind != aNewline && !t.is('*') && !t.is('-'):
			return end
		}
	}
	return end
}

// asksToWipe tells a label that asks the opposite question: "Overwrite users?".
func (r *reader) asksToWipe(f *field) bool {
	wipe := false
	for i := f.label; i < f.start && !f.form; i++ {
		if r.tok(i).has(isKeep) {
			return false
		}
		wipe = wipe || r.tok(i).has(isWipe)
	}
	return wipe
}

// holdsItem tells whether a list's item is about dates or environments.
func (r *reader) holdsItem(f *field) bool {
	for i := f.start; i < r.answerEnd(f.start, f.end); i++ {
		switch r.tok(i).kind {
		case aDate, aTime, aName, aPair:
			return true
		}
	}
	return false
}

// answerAbout judges an answer to the question itself.
func (r *reader) answerAbout(start, end int, wipes bool) Preserve {
	i, j := r.trimAnswer(start, end)
	if i == j && start < end && r.tok(start).is('?') {
		return r.preserved(Neither, start, start+1)
	}
	if i == j || r.isDefault(i, j) {
		return Preserve{}
	}
	v := r.judgeAnswer(i, j)
	if v == NotStated {
		return Preserve{}
	}
	if wipes && v != Neither {
		v = opposite(v)
	}
	return r.preserved(v, i, j)
}

func (r *reader) preserved(v YesNo, i, j int) Preserve {
	if a, b := r.trim(i, j); a < b {
		i, j = a, b
	}
	written, span := r.quote(i, j)
	return Preserve{Answer: v, Written: written, Span: span}
}

func opposite(v YesNo) YesNo {
	switch v {
	case Yes:
		return No
	case No:
		return Yes
	}
	return v
}

// trimAnswer is trim, but check boxes stay.
func (r *reader) trimAnswer(i, j int) (int, int) {
	i, j = r.trim(i, j)
	if e := r.answerStop(i, j); e > i {
		j = e
	}
	return i, j
}

// answerStop ends an answer at its sentence's end.
func (r *reader) answerStop(i, j int) int {
	for k := i + 1; k < j; k++ {
		t := r.tok(k)
		if (t.isAny(".!")) && r.tok(k+1).start > t.end && !r.tok(k+1).has(isYes|isNo|isKeep|isWipe) || t.is(';') || t.breaks() && r.tok(k+1).kind != aBox {
			return k
		}
	}
	return j
}

// isDefault tells "n/a", "default" and their like.
func (r *reader) isDefault(i, j int) bool {
	switch s := lowerString(squeeze(r.plain.text[r.tok(i).start:r.tok(j-1).end])); s {
	case "n/a", "na", "n.a", "n.a.", "n / a", "default", "as default", "standard", "none", "nil", "blank", "n-a":
		return true
	}
	if r.phrase(i, "default") && j-i <= 4 && !r.tok(j-1).has(isYes|isNo) {
		return true
	}
	return r.phrase(i, "not", "applicable") || r.phrase(i, "not", "relevant")
}

// judgeAnswer reads yes, no, or neither from an answer; NotStated where nothing
// but the choice itself stands there ("yes / no").
func (r *reader) judgeAnswer(i, j int) YesNo {
	if v, ok := r.boxes(i, j); ok {
		return v
	}
	var seen verdicts
	chosen := false
	for k := i; k < j; k++ {
		if n := r.choice(k); n > 0 {
			chosen = true
			k += n - 1
			continue
		}
		k += r.signal(k, i, j, &seen)
	}
	switch {
	case seen.unsure || seen.yes && seen.no:
		return Neither
	case seen.yes:
		return Yes
	case seen.no, seen.source:
		return No
	case seen.target:
		return Yes
	case chosen && !seen.other:
		return NotStated
	}
	return Neither
}

// verdicts are the signs that an answer gives.
type verdicts struct {
	yes, no, unsure, other bool
	source, target         bool // whose users are meant
}

func (v *verdicts) add(keep bool) {
	v.yes = v.yes || keep
	v.no = v.no || !keep
}

// choice returns the length of "yes or no", "Y/N" at i: the question repeated.
func (r *reader) choice(i int) int {
	j := i
	if r.tok(j).is('(') {
		j++
	}
	first := r.tok(j)
	if !first.has(isYes | isNo) {
		return 0
	}
	if !r.tok(j+1).is('/') && !r.tok(j+1).has(isOr) {
		return 0
	}
	second := r.tok(j + 2)
	if !second.has(isYes|isNo) || first.word.class&(isYes|isNo) == second.word.class&(isYes|isNo) {
		return 0
	}
	j += 3
	for r.tok(j).isAny("):-") {
		j++
	}
	return j - i
}

// signal reads one sign at k and returns how many further tokens belong to it.
func (r *reader) signal(k, i, j int, seen *verdicts) int {
	t := r.tok(k)
	switch {
	case t.kind != aWord:
	case r.isOneOf(k, "i.e.", "i.e", "ie", "meaning"):
		*seen = verdicts{} // said again, and better
	case t.has(isUnsure) || r.isHedge(k):
		seen.unsure = true
	case t.has(isKeep | isWipe):
		keep, n := r.verb(k, i, j)
		seen.add(keep)
		return n
	case t.has(isYes) && !t.has(isNot):
		seen.yes = true
	case r.phrase(k, "not") && r.isNeeded(k+1):
		seen.no = true
		return 1
	case t.has(isNo) && !r.negatesVerb(k, j), t.has(isNot) && k+1 >= j:
		seen.no = true
	case r.isOneOf(k, "required", "needed"):
		seen.yes = seen.yes || !seen.no
	default:
		r.whose(k, seen)
	}
	return 0
}

// isNeeded tells the words that a denial of need ends with.
func (r *reader) isNeeded(k int) bool {
	return r.isOneOf(k, "needed", "required", "necessary", "wanted")
}

// whose notes whose users a word means.
func (r *reader) whose(k int, seen *verdicts) {
	switch t := r.tok(k); {
	case t.has(isRole) && t.word.role == Production, t.has(isSource):
		seen.source = true
	case t.has(isRole | isTarget), r.phrase(k, "existing"):
		seen.target = !seen.source
	default:
		seen.other = true
	}
}

// isHedge tells the phrases that leave the answer open.
func (r *reader) isHedge(k int) bool {
	for _, h := range [][]string{
		{"not", "sure"}, {"no", "idea"}, {"no", "preference"}, {"don't", "know"}, {"dont", "know"}, {"do", "not", "know"}, {"don't",
			"mind"}, {"up", "to", "you"},
		{"not", "decided"}, {"you", "decide"}, {"either", "way"}, {"not", "certain"}, {"to", "be", "confirmed"}, {"to", "be", "decided"},
		{"let", "me", "check"}, {"will", "confirm"}, {"will", "check"},
		{"what", "do", "you"}, {"what", "would", "you"}, {"please", "advise"}, {"pls", "advise"}, {"recommend"}, {"depending"}, {"partly"},
		{"some"}, {"weiß", "nicht"}, {"ikke", "sikker"}, {"usual"},
		{"need", "to", "check"}, {"checking"}, {"under", "discussion"}, {"don't", "care"}, {"not", "yet"}, {"what", "does"}, {"what", "is"}, {"only"},
	} {
		if r.phrase(k, h...) {
			return true
		}
	}
	return false
}

// negatesVerb tells whether a "no" only negates the verb that follows it.
func (r *reader) negatesVerb(k, j int) bool {
	for n := k + 1; n < j && n <= k+4; n++ {
		t := r.tok(n)
		if t.has(isKeep | isWipe) {
			return true
		}
		if t.kind != aWord {
			return false
		}
	}
	return false
}

// verb judges a verb of keeping or wiping at k with what negates or answers it,
// and returns how many tokens behind it that takes.
func (r *reader) verb(k, i, j int) (keep bool, taken int) {
	keep = r.tok(k).has(isKeep) != r.negated(k, i)
	for n := k + 1; n < j && n <= k+12; n++ {
		t := r.tok(n)
		switch {
		case t.has(isNo) && !r.negatesVerb(n, j):
			return false, n - k
		case t.has(isYes):
			return r.tok(k).has(isKeep) || keep, n - k
		case t.has(isNot) && r.isNeeded(n+1):
			return false, n + 1 - k
		case !r.isObject(n):
			return keep, 0
		}
	}
	return keep, 0
}

// negated tells whether a word before the verb at k, in its clause, negates it.
func (r *reader) negated(k, i int) bool {
	for n := k - 1; n >= i && n >= k-6; n-- {
		t := r.tok(n)
		if t.isAny(",.;") || t.breaks() || t.has(isKeep|isWipe) {
			return false
		}
		if t.has(isNot | isNo) {
			return true
		}
	}
	return false
}

// isObject tells what may stand between a verb of keeping and its answer.
func (r *reader) isObject(n int) bool {
	t := r.tok(n)
	return t.kind == aName || t.isAny("=:()-?") || t.has(isUsers|isTarget|isSystem|isRole|isOn|isDatabase) || r.isOneOf(n, "info", "list", "should", "shall", "be", "is", "answer")
}

// boxes reads check boxes: the ticked one counts, and of one box alone whether
// it is ticked.
func (r *reader) boxes(i, j int) (YesNo, bool) {
	first, ticked, n := -1, NotStated, 0
	for k := i; k < j; k++ {
		if r.tok(k).kind != aBox {
			continue
		}
		if first < 0 {
			first = k
		}
		if r.tok(k).char != 'x' {
			continue
		}
		n++
		word := k + 1
		if first > i { // "Yes [x] No [ ]"
			word = k - 1
		}
		switch t := r.tok(word); {
		case t.has(isYes):
			ticked = Yes
		case t.has(isNo):
			ticked = No
		}
	}
	if first < 0 {
		return NotStated, false
	}
	switch {
	case n > 1:
		return Neither, true
	case n == 1 && ticked == NotStated && !r.tok(first+1).has(isUnsure):
		return Yes, true // one box, ticked: what it stands beside is wanted
	}
	return ticked, true
}
