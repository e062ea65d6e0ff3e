package ticket

import (
	"slices"
	"strings"
)

// A mention is an environment, by name or by role, somewhere in the text.
type mention struct {
	env    Environment
	tok    int
	end    int
	isName bool
	firm   bool // the name says by itself that it is an environment's
	side   int  // above zero: the source, below: the target; further away: surer
}

// How sure a cue makes the reader of a mention's side.
const (
	hint   = 1 // a preposition that says little
	object = 2 // the verb that it is the object of
	cue    = 3 // a preposition of direction, an arrow
	marked = 5 // "source", "target"
)

// sides are the two environments of a refresh.
type sides struct {
	source, target           *Environment
	sourceAsked, targetAsked bool // a label asks for it, with or without an answer
	stated                   bool // words or signs say which is which, beyond a preposition
}

// environments finds source and target: from labels, from the numbers of a
// list, from sentences, from the order of bare lines.
func (r *reader) environments(fields []field) sides {
	var s sides
	r.labelled(fields, &s)
	if s.source == nil && s.target == nil { // the form may stand above, left blank
		r.numbered(fields, &s)
	}
	r.fromSentences(&s)
	r.nameRoles(&s)
	return s
}

// nameRoles puts the name in the place of a role where the text holds exactly
// one name of that role: "clone PROD to UAT, we have X-prod and X-uat".
func (r *reader) nameRoles(s *sides) {
	if (s.source == nil || s.source.Role == "") && (s.target == nil || s.target.Role == "") {
		return
	}
	names := distinct(r.mentions())
	s.source = namedFor(s.source, s.target, names)
	s.target = namedFor(s.target, s.source, names)
}

// namedFor returns the one of the names that has an environment's role, other
// than the other side's, or the environment as it is.
func namedFor(e, other *Environment, names []mention) *Environment {
	if e == nil || e.Role == "" {
		return e
	}
	var found *Environment
	for k := range names {
		if m := &names[k]; roleOfName(m.env.Written) != e.Role || other != nil && strings.EqualFold(m.env.Written, other.Written) {
			continue
		}
		if found != nil {
			return e
		}
		found = &names[k].env
	}
	if found == nil {
		return e
	}
	return found
}

// roleOfName returns the role that a part of a name says, the last one first.
func roleOfName(s string) Role {
	parts := strings.FieldsFunc(s, func(c rune) bool { return c == '_' || c == '-' || c == '.' })
	for _, part := range slices.Backward(parts) {
		if role := lookup(strings.TrimRight(part, "0123456789")).role; role != "" {
			return role
		}
	}
	return ""
}

// labelled reads the answers to labels and to the form's questions.
func (r *reader) labelled(fields []field, s *sides) {
	for k := range fields {
		f := &fields[k]
		switch {
		case f.slot == sourceSlot && s.source == nil:
			s.sourceAsked = true
			s.source = r.environmentIn(f.start, f.end)
		case f.slot == targetSlot && s.target == nil:
			s.targetAsked = true
			s.target = r.environmentIn(f.start, f.end)
		}
	}
}

// numbered reads the first two items of a list without labels, in the form's
// order.
func (r *reader) numbered(fields []field, s *sides) {
	var items [3]*field
	for k := range fields {
		if f := &fields[k]; f.slot == noSlot && (f.mark == 1 || f.mark == 2) && items[f.mark] == nil {
			items[f.mark] = f
		}
	}
	if items[1] == nil || items[2] == nil || !r.isPlainEnvironment(items[1]) || !r.isPlainEnvironment(items[2]) {
		return
	}
	s.sourceAsked, s.targetAsked = true, true
	s.source = r.environmentIn(items[1].start, items[1].end)
	s.target = r.environmentIn(items[2].start, items[2].end)
}

// isPlainEnvironment tells whether an item holds an environment, or nothing,
// and no date and no sentence.
func (r *reader) isPlainEnvironment(f *field) bool {
	words, named := 0, r.blank(f.start, f.end)
	for i := f.start; i < f.end; i++ {
		t := r.tok(i)
		switch {
		case t.kind == aName || t.has(isRole):
			named = true
		case t.kind == aWord:
			words++
		case t.kind == aDate || t.kind == aTime || t.kind == aNumber:
			return false
		}
	}
	return named && words <= 4 || !named && words <= 2
}

// environmentIn reads the environment that an answer names; nil where the
// answer is blank or says that it is still open.
func (r *reader) environmentIn(start, end int) *Environment {
	end = r.answerEnd(start, end)
	for i := start; i < end; i++ {
		if t := r.tok(i); t.kind == aName {
			return &Environment{Written: r.text(t), Span: r.plain.original(t.start, t.end)}
		}
	}
	first, last := r.trim(start, end)
	last = min(last, first+longestLabel) // whatever stands there is quoted, but no more than a line of it
	if first == last || r.isOpen(first, last) {
		return nil
	}
	env := r.environmentOf(first, last)
	for i := first; i < last && env.Role == ""; i++ {
		if t := r.tok(i); t.has(isRole) {
			env.Role = t.word.role
		}
	}
	return &env
}

// environmentOf takes the words in [i, j) as they are.
func (r *reader) environmentOf(i, j int) Environment {
	start, end := r.tok(i).start, r.tok(j-1).end
	return Environment{Written: squeeze(r.plain.text[start:end]), Span: r.plain.original(start, end)}
}

// squeeze makes one blank of each run of blanks and newlines.
func squeeze(s string) string {
	if !strings.ContainsAny(s, "\n|") && !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "|", " ")), " ")
}

// answerEnd returns the end of the first line of an answer that says something.
func (r *reader) answerEnd(start, end int) int {
	said := false
	for i := start; i < end; i++ {
		switch t := r.tok(i); {
		case t.kind == aNewline && said, t.kind == aForm && said:
			return i
		case !t.breaks() && t.kind != aForm && t.kind != anArrow && t.kind != aMark && t.kind != aPunct:
			said = true
		}
	}
	return end
}

// trim drops punctuation and breaks from both ends of a range of tokens.
func (r *reader) trim(i, j int) (int, int) {
	idle := func(t *token) bool {
		return t.breaks() || t.kind == aPunct || t.kind == aForm || t.kind == anArrow || t.kind == aMark
	}
	for i < j && idle(r.tok(i)) {
		i++
	}
	for i < j && idle(r.tok(j-1)) {
		j--
	}
	return i, j
}

// isOpen tells an answer that says that there is none yet.
func (r *reader) isOpen(i, j int) bool {
	for ; i < j; i++ {
		t := r.tok(i)
		if t.kind != aWord || t.has(isRole) {
			return false
		}
		switch lowerString(r.text(t)) {
		case "tbc", "tbd", "tba", "pending", "unknown", "xxx", "xx", "none", "na", "n", "blank", "open", "todo", "not":
			return true
		case "to":
			return r.phrase(i, "to", "be")
		case "will":
			return true
		}
	}
	return false
}

// fromSentences fills what labels left open from the mentions of the text.
func (r *reader) fromSentences(s *sides) {
	if (s.source != nil || s.sourceAsked) && (s.target != nil || s.targetAsked) {
		return
	}
	all := r.mentions()
	r.judge(all)
	for k := range all {
		s.stated = s.stated || abs(all[k].side) >= marked
	}
	if s.source == nil && !s.sourceAsked {
		s.source = best(all, 1, s.target)
	}
	if s.target == nil && !s.targetAsked {
		s.target = best(all, -1, s.source)
	}
	r.fromRest(all, s)
}

// mentions lists the names and role words of the text outside the answers to
// other questions.
func (r *reader) mentions() []mention {
	var all []mention
	firm := false
	for i := range r.toks {
		t := &r.toks[i]
		switch {
		case t.flags&aside != 0:
		case t.kind == aName:
			m := mention{env: r.environmentOf(i, i+1), tok: i, end: i + 1, isName: true, firm: isEnvironmentName(r.text(t))}
			firm = firm || m.firm
			all = append(all, m)
		case t.has(isRole) && r.isRoleNoun(i):
			m := mention{env: r.environmentOf(i, i+1), tok: i, end: i + 1}
			m.env.Role = t.word.role
			all = append(all, m)
		}
	}
	if !firm {
		return all
	}
	kept := all[:0]
	for _, m := range all {
		if m.firm || !m.isName {
			kept = append(kept, m)
		}
	}
	return kept
}

// isEnvironmentName tells a name one of whose parts is a role.
func isEnvironmentName(s string) bool {
	for part := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == '_' || c == '-' || c == '.' }) {
		part = strings.TrimRight(strings.ToLower(part), "0123456789")
		if environmentParts[part] || lookup(part).class&isRole != 0 {
			return true
		}
	}
	return false
}

// isRoleNoun tells whether a role word names an environment here: it belongs to
// no name beside it, and is no verb.
func (r *reader) isRoleNoun(i int) bool {
	next, prev := r.tok(i+1), r.tok(i-1)
	if next.kind == aName || prev.kind == aName || next.is('(') && r.tok(i+2).kind == aName || r.tok(i+2).kind == aName && next.has(isDatabase|isSystem) {
		return false
	}
	if r.phrase(i-1, "go") || r.phrase(i-2, "go") && prev.is('-') || r.phrase(i+1, "so") {
		return false
	}
	if r.phrase(i-1, "to") && (r.isOneOf(i, "test", "live", "train", "stage")) {
		return !(next.kind == aWord && next.word.class&(isDatabase|isSystem|isOn|isAt|isAnd|isFrom|isSlot|isWeekday|isFiller) == 0 || r.isOneOf(i+1, "the", "a", "our"))
	}
	return true
}

// best returns the surest mention of one side, names before roles; a role only
// with a cue beyond the verb.
func best(all []mention, sign int, other *Environment) *Environment {
	var found *mention
	several := len(distinct(all)) > 1
	for k := range all {
		m := &all[k]
		weight := m.side * sign
		if weight <= 0 || !m.isName && weight < object {
			continue
		}
		if other != nil && weight < cue && several && strings.EqualFold(m.env.Written, other.Written) {
			continue
		}
		if found == nil || m.isName && !found.isName || m.isName == found.isName && weight > found.side*sign {
			found = m
		}
	}
	if found == nil {
		return nil
	}
	return &found.env
}

// fromRest gives the one name that is left over to the side that is still open;
// with no cue at all the names of bare lines, or production and the other one,
// stand in the form's order.
func (r *reader) fromRest(all []mention, s *sides) {
	names := distinct(all)
	sourceOpen, targetOpen := s.source == nil && !s.sourceAsked, s.target == nil && !s.targetAsked
	switch {
	case s.source == nil && s.target == nil && sourceOpen && targetOpen:
		r.byOrder(names, s)
	case sourceOpen:
		s.source = leftOver(names, s.target)
	case targetOpen:
		s.target = leftOver(names, s.source)
	}
}

// byOrder gives names without any cue their sides: two by production, or by
// standing on lines of their own in the form's order; one as the target.
func (r *reader) byOrder(names []mention, s *sides) {
	switch len(names) {
	case 1:
		if !isProduction(names[0]) {
			s.target = &names[0].env
		}
	case 2:
		first, second := isProduction(names[0]), isProduction(names[1])
		s.stated = r.ownLines(names)
		switch {
		case s.stated || first && !second:
			s.source, s.target = &names[0].env, &names[1].env
		case second && !first:
			s.source, s.target = &names[1].env, &names[0].env
		}
	}
}

// leftOver returns the one name that is not the other side's.
func leftOver(names []mention, other *Environment) *Environment {
	var rest *Environment
	if other == nil {
		return nil
	}
	for k := range names {
		if strings.EqualFold(names[k].env.Written, other.Written) {
			continue
		}
		if rest != nil {
			return nil
		}
		rest = &names[k].env
	}
	return rest
}

// distinct returns the names, each once.
func distinct(all []mention) []mention {
	var names []mention
next:
	for _, m := range all {
		if !m.isName {
			continue
		}
		for k := range names {
			if strings.EqualFold(names[k].env.Written, m.env.Written) {
				continue next
			}
		}
		if len(names) == 20 {
			break
		}
		names = append(names, m)
	}
	return names
}

// ownLines tells whether each name stands alone on its line.
func (r *reader) ownLines(names []mention) bool {
	for _, m := range names {
		before, after := m.tok-1, m.end
		for t := r.tok(before); t.isAny("*-") || t.kind == aMark || t.kind == anArrow; t = r.tok(before) {
			before--
		}
		if r.tok(after).isAny(",;") {
			after++
		}
		if !r.tok(before).breaks() || !r.tok(after).breaks() {
			return false
		}
	}
	return true
}

func isProduction(m mention) bool {
	s := m.env.Written
	i := strings.LastIndexAny(s, "_-.")
	return lookup(s[i+1:]).role == Production
}
