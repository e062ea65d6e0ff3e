package ticket

import "strings"

// cues is what the text asks for, by its words.
type cues struct {
	refresh bool // asks for a refresh
	schema  bool // asks for a schema update
	point   bool // speaks of a point in time
	form    slot // the form whose questions the text holds
}

// cues looks for what the text asks for.
func (r *reader) cues() cues {
	var c cues
	for i := range r.toks {
		t := &r.toks[i]
		switch {
		case t.kind == aForm:
			c.noteForm(slot(t.n[0]))
		case t.kind != aWord:
		case t.word.class&(isRefresh|isCopy) != 0 && !c.refresh:
			c.refresh = r.asksRefresh(i)
		case t.word.class&isSchema != 0 && !c.schema:
			c.schema = r.asksSchema(i)
		}
		c.refresh = c.refresh || t.kind == aWord && r.asksLikeness(i)
		if t.kind == aWord && t.word.class&isUpgrade != 0 && !c.schema {
			c.schema = r.asksUpgrade(i)
		}
		c.point = c.point || r.speaksOfPoint(i)
	}
	return c
}

// noteForm remembers which of the two forms a text holds.
func (c *cues) noteForm(s slot) {
	switch s {
	case sourceSlot, targetSlot, preserveSlot:
		c.form = refreshNote
	case environmentSlot, schemaWindowSlot, schemaNote:
		if c.form != refreshNote {
			c.form = schemaNote
		}
	case refreshNote:
		if c.form == noSlot {
			c.form = refreshNote
		}
	}
}

// speaksOfPoint tells "point in time" and PIT.
func (r *reader) speaksOfPoint(i int) bool {
	t := r.tok(i)
	if t.kind != aWord || r.tok(i-1).has(isNo|isNot) || r.phrase(i-2, "not", "a") {
		return false
	}
	switch s := r.text(t); {
	case equalLower(s, "pit") || equalLower(s, "pitr"):
		return true
	case equalLower(s, "point-in-time"):
		return true
	case equalLower(s, "point"):
		return r.phrase(i+1, "in", "time") || r.tok(i+1).is('-') && r.phrase(i+2, "in") || r.phrase(i+1, "of", "time")
	}
	return false
}

// objectReach is how far the object of a verb may stand.
const objectReach = 9

// asksRefresh tells whether the verb at i asks for a refresh of a database, and
// neither reports one nor denies it.
func (r *reader) asksRefresh(i int) bool {
	if r.isReport(i) || r.isAboutScreen(i) {
		return false
	}
	if start, _ := r.sentence(i); r.isEnquiry(start) {
		return false
	}
	if r.tok(i).has(isCopy) && !r.tok(i).has(isRefresh) {
		return r.copiesDatabase(i)
	}
	start, end := r.sentence(i)
	for k := max(start, i-objectReach); k < min(end, i+objectReach); k++ {
		t := r.tok(k)
		if t.kind == aName || t.has(isDatabase|isSystem) || t.has(isRole) && r.isRoleNoun(k) {
			return true
		}
	}
	return r.isOneOf(i+1, "request", "needed", "required")
}

// asksLikeness tells "UAT should look like production": the wish for a refresh
// by its outcome.
func (r *reader) asksLikeness(i int) bool {
	if !r.isLikeness(i) || r.isReport(i) {
		return false
	}
	start, end := r.sentence(i)
	return r.environmentBetween(max(start, i-objectReach), i) && r.environmentBetween(i+1, min(end, i+4))
}

// isLikeness tells the words behind which stands what something is to be like.
func (r *reader) isLikeness(i int) bool {
	return r.phrase(i, "like") && r.isOneOf(i-1, "look", "be", "exactly", "just") ||
		r.isOneOf(i, "mirror", "match", "reflect") && r.isOneOf(i-1, "to", "should", "must", "will") || r.phrase(i-1, "identical", "to")
}

// environmentBetween tells whether an environment is named from token i up to j.
func (r *reader) environmentBetween(i, j int) bool {
	for ; i < j; i++ {
		if t := r.tok(i); t.kind == aName || t.has(isRole) && r.isRoleNoun(i) {
			return true
		}
	}
	return false
}

// isReport tells a verb that speaks of what was, or was not, done.
func (r *reader) isReport(i int) bool {
	start, _ := r.sentence(i)
	for k := i - 1; k >= start && k >= i-5; k-- {
		t := r.tok(k)
		if t.kind == aName || t.is(',') {
			return false
		}
		if t.kind != aWord {
			continue
		}
		w := lowerString(r.text(t))
		if w == "advance" { // "thanks in advance for refreshing"
			return false
		}
		if reports[w] {
			return true
		}
	}
	return false
}

// reports are the words before a verb that make it a report.
var reports = setOf("not after since last previous during before doesn't does don't didn't isn't wasn't won't cannot can't never fails " +
	"thank thanks failed without following was were until latest seit nach how")

// isAboutScreen tells the refreshing of screens and rates.
func (r *reader) isAboutScreen(i int) bool {
	start, end := r.sentence(i)
	for k := max(start, i-4); k < min(end, i+5); k++ {
		if t := r.tok(k); t.kind == aWord && screens[lowerString(r.text(t))] {
			return true
		}
	}
	return false
}

var screens = setOf("screen page browser rates rate dashboard report reports list grid cache token password feed map chart widget button " +
	"tab view layout")

// copiesDatabase tells whether what a verb of copying is about is a database,
// and nothing in it.
func (r *reader) copiesDatabase(i int) bool {
	_, end := r.sentence(i)
	for k := i + 1; k < min(end, i+objectReach); k++ {
		t := r.tok(k)
		switch {
		case t.kind == aName, t.has(isDatabase | isSystem), t.has(isRole) && r.isRoleNoun(k):
			return r.mentionsAnother(k, end) || t.has(isDatabase)
		case t.kind == aWord && t.word.class&(isOn|isToPrep|isFromPrep|isLatest|isFiller|isNext|isThis|isCopy|isRefresh|isSource|isTarget|isSlot) == 0:
			return false
		}
	}
	return false
}

// mentionsAnother tells whether a further environment stands behind k.
func (r *reader) mentionsAnother(k, end int) bool {
	for n := k + 1; n < end; n++ {
		if t := r.tok(n); t.kind == aName || t.has(isRole) {
			return true
		}
	}
	return false
}

// schemaReach is how far the verb may stand from the word schema.
const schemaReach = 12

// asksSchema tells whether the text asks for a schema update: the schema with a
// verb of updating near it.
func (r *reader) asksSchema(i int) bool {
	if strings.Contains(r.text(r.tok(i)), "-") || equalLower(r.text(r.tok(i)), "schemaupdate") {
		return !r.isReport(i)
	}
	start, end := r.sentence(i)
	if r.isCondition(start) {
		return false
	}
	for k := max(start, i-schemaReach); k < min(end, i+schemaReach); k++ {
		if r.tok(k).has(isUpgrade) && !r.isReport(min(i, k)) && !r.isDone(k) {
			return true
		}
	}
	return false
}

// isCondition tells a sentence that only says what would be if.
func (r *reader) isCondition(start int) bool {
	return r.phrase(start, "if") || r.phrase(start, "in", "case") || r.isEnquiry(start)
}

// isEnquiry tells a sentence that only wants to know: "Is an update planned?",
// and not "Is it possible to …?".
func (r *reader) isEnquiry(start int) bool {
	if !r.isOneOf(start, "is", "are", "was", "has", "have", "did", "does") || r.isOneOf(start+1, "it", "there", "you", "we", "anyone", "someone") {
		return false
	}
	_, end := r.sentence(start)
	return r.tok(end).is('?')
}

// isDone tells a verb in the perfect: "have been updated", "already updated".
func (r *reader) isDone(k int) bool {
	for n := k - 1; n > k-4; n-- {
		if r.isOneOf(n, "been", "already", "were", "was", "just") {
			return true
		}
	}
	return false
}

// asksUpgrade tells "upgrade X_test to the latest version", which does not name
// the schema.
func (r *reader) asksUpgrade(i int) bool {
	if r.isReport(i) || r.isDone(i) {
		return false
	}
	start, end := r.sentence(i)
	if r.isCondition(start) {
		return false
	}
	named, version := false, false
	for k := start; k < end; k++ {
		t := r.tok(k)
		named = named || k > i && t.kind == aName
		version = version || r.isOneOf(k, "version", "release", "build", "patch")
		if t.has(isSchema) {
			return false // judged there
		}
		if t.has(isUsers) {
			return false
		}
	}
	return named && version
}

// kindOf decides what a text is, from its cues and from what it names. Without a
// word for it, the two environments must be given as such, or with a window.
func kindOf(c cues, s sides, proposed bool, instant *Instant) (Kind, bool) {
	switch {
	case c.refresh || c.form == refreshNote || c.form != schemaNote && !c.schema && s.named(proposed):
		if c.point || instant != nil {
			return PointInTime, c.schema
		}
		return Standard, c.schema
	case c.schema || c.form == schemaNote:
		return SchemaUpdate, false
	}
	return Unknown, false
}

// named tells whether both environments are given as such, or with a window.
func (s *sides) named(proposed bool) bool {
	return s.source != nil && s.target != nil && (s.stated || s.sourceAsked || s.targetAsked || proposed)
}
