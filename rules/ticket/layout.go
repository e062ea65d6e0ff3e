package ticket

// A field is a label or a question with the answer behind it.
type field struct {
	slot       slot
	mark       int // the number of the list item, 0 where there is none
	form       bool
	label      int // tokens: where the label begins,
	start, end int // and the answer
}

// layout finds the labels, questions and list items of the text, in order. What
// follows one belongs to it up to the next.
func (r *reader) layout() []field {
	fields := make([]field, 0, 8)
	for i := 0; i < len(r.toks); {
		end := r.lineEnd(i)
		if rows, next, ok := r.tableColumns(i, end); ok {
			fields = append(fields, rows...)
			i = next
			continue
		}
		fields = r.lineFields(i, end, fields)
		i = end + 1
	}
	for k := range fields {
		if k+1 < len(fields) {
			fields[k].end = min(fields[k].end, fields[k+1].label)
		}
		r.answerBelow(fields, k)
		r.setAside(&fields[k])
	}
	return fields
}

// setAside keeps what stands under a label of something else, and the words of
// the question about users, from being read as an answer.
func (r *reader) setAside(f *field) {
	end := f.end
	if f.slot == preserveSlot {
		if t := r.tok(f.start - 1); t.kind != aPunct && t.kind != aCell {
			return
		}
		end = f.start
	} else if f.slot != otherSlot {
		return
	}
	for i := f.label; i < end; i++ {
		r.toks[i].flags |= aside
	}
}

// lineEnd returns the newline at or behind i.
func (r *reader) lineEnd(i int) int {
	for i < len(r.toks) && r.toks[i].kind != aNewline {
		i++
	}
	return i
}

// lineFields adds the fields that begin on one line.
func (r *reader) lineFields(i, end int, fields []field) []field {
	for i < end {
		f, next, ok := r.fieldAt(i, end)
		if ok {
			f.end = end
			fields = append(fields, f)
		}
		i = r.nextClause(max(next, i+1), end)
	}
	return fields
}

// nextClause returns where the next label of the line can begin.
func (r *reader) nextClause(i, end int) int {
	for ; i < end; i++ {
		prev, t := r.tok(i-1), r.tok(i)
		if t.kind == aMark && prev.kind != aMark || t.kind == aForm || prev.kind == aForm || prev.kind == aCell || prev.isAny(".,;?") {
			return i
		}
	}
	return end
}

// fieldAt reads the label at i: a sentence of the form, a list marker, words up
// to a colon, or a label's word right before its answer.
func (r *reader) fieldAt(i, end int) (field, int, bool) {
	f := field{label: i}
	j := i
	for j < end {
		t := r.tok(j)
		if t.kind == aMark {
			f.mark = t.n[0]
		} else if !(t.kind == aCell || t.isAny("*-\"") || t.kind == anArrow || t.isAny("h~")) {
			break
		}
		j++
	}
	if t := r.tok(j); t.kind == aForm && j < end {
		f.slot, f.form, f.start = slot(t.n[0]), true, j+1
		for r.tok(f.start).kind == aForm && slot(r.tok(f.start).n[0]) >= refreshNote {
			f.start++
		}
		return f, f.start, f.slot < refreshNote && f.slot != noSlot
	}
	if s, next, ok := r.label(j, end); ok {
		f.slot, f.start = s, next
		return f, next, true
	}
	f.start = j
	return f, j, f.mark > 0
}

// longestLabel is how many tokens a label has at most.
const longestLabel = 20

// label reads the words of a label up to what ends it.
func (r *reader) label(i, end int) (slot, int, bool) {
	var seen class
	names := 0
	for j := i; j < end && j < i+longestLabel; j++ {
		t := r.tok(j)
		switch {
		case r.endsLabel(j):
			if j == i {
				return noSlot, i, false
			}
			if t.is('?') && r.tok(i-1).is(',') && r.tok(j+1).breaks() {
				return noSlot, i, false // the end of a sentence that asks for something
			}
			s := r.slotOf(i, j, seen)
			return s, j + 1, s != noSlot
		case t.kind == aWord:
			seen |= t.word.class
		case t.kind == aName:
			names++
			if seen&(isUsers|isKeep) == 0 {
				return r.implicit(i, end)
			}
		case t.kind == aMark || t.isAny("/()&'\"-+"):
		default:
			return r.implicit(i, end)
		}
	}
	if s, ok := r.bareLabel(i, end, seen, names); ok {
		return s, end, true
	}
	return r.implicit(i, end)
}

// endsLabel tells what parts a label from its answer: a colon, a question mark, a
// cell's border, a hyphen between blanks, an arrow.
func (r *reader) endsLabel(i int) bool {
	t := r.tok(i)
	switch {
	case t.is('-'):
		return r.tok(i+1).start > t.end && r.tok(i-1).end < t.start
	case t.kind == anArrow:
		return t.char == '>' && t.end-t.start > 1
	}
	return t.isAny(":=?") || t.kind == aCell
}

// bareLabel reads a line that is nothing but a label's words.
func (r *reader) bareLabel(i, end int, seen class, names int) (slot, bool) {
	if names > 0 || end == i || end > i+longestLabel || r.tok(end).kind != aNewline || !r.tok(i-1).breaks() && r.tok(i-1).kind != aMark {
		return noSlot, false
	}
	const words = isSource | isTarget | isSystem | isDatabase | isSlot | isUsers | isKeep | isOn | isAnd | isOrdinal | isFromPrep | isToPrep
	for k := i; k < end; k++ {
		t := r.tok(k)
		if t.kind == aWord && !t.has(words) && !r.isOneOf(k, "info", "list", "name", "names") {
			return noSlot, false
		}
	}
	s := r.slotOf(i, end, seen)
	return s, s != noSlot && s != otherSlot && seen&(isSource|isTarget|isUsers|isSlot) != 0
}

// implicit reads a label that nothing but a blank parts from its answer:
// "WINDOW 1 27 JAN", "PRESERVE USERS NO".
func (r *reader) implicit(i, end int) (slot, int, bool) {
	t := r.tok(i)
	switch {
	case t.has(isSource) && (r.tok(i+1).kind == aName || r.tok(i+1).has(isSystem|isDatabase)):
		return sourceSlot, r.skipSystem(i + 1), true
	case t.has(isTarget) && (r.tok(i+1).kind == aName || r.tok(i+1).has(isSystem|isDatabase)):
		return targetSlot, r.skipSystem(i + 1), true
	case t.has(isSlot) && r.tok(i+1).kind == aMark:
		return windowSlot, i + 2, true
	}
	return noSlot, i, false
}

func (r *reader) skipSystem(i int) int {
	for r.tok(i).has(isSystem | isDatabase) {
		i++
	}
	return i
}

// slotOf decides what the label in [i, j) asks for; seen are its words' classes.
func (r *reader) slotOf(i, j int, seen class) slot {
	switch {
	case r.isPointLabel(i, j):
		return pointSlot
	case seen&(isUsers|isKeep) != 0 && !r.isOneOf(i, "requested", "user") || seen&isUsers != 0 && seen&(isKeep|isWipe) != 0:
		return preserveSlot
	case seen&isSource != 0 && seen&isTarget == 0:
		return sourceSlot
	case seen&isTarget != 0 && seen&isSource == 0:
		return targetSlot
	case j-i <= 5 && r.isNote(i, j):
		return otherSlot
	}
	if s := r.directionLabel(i, j); s != noSlot {
		return s
	}
	return r.plainLabel(i, j, seen)
}

// directionLabel tells the labels "From:" and "To:" of a form from those of the
// ends of a window.
func (r *reader) directionLabel(i, j int) slot {
	if j-i > 4 || r.timeFollows(j+1) || r.dateFollows(j+1) {
		return noSlot
	}
	switch {
	case r.isOneOf(i, "from", "von"), r.phrase(i, "copy", "from"), r.phrase(i, "refresh", "from"):
		return sourceSlot
	case r.isOneOf(i, "to", "into", "nach"), r.phrase(i, "copy", "to"), r.phrase(i, "refresh", "to"):
		return targetSlot
	}
	return noSlot
}

// plainLabel tells the labels of windows and of environments.
func (r *reader) plainLabel(i, j int, seen class) slot {
	switch {
	case seen&isSlot != 0 && seen&(isDatabase|isSystem) == 0,
		seen&(isStart|isEnd) != 0 && j-i <= 5 && seen&(isFromPrep|isToPrep) == 0,
		seen&isOrdinal != 0 && j-i <= 2:
		return windowSlot
	case seen&isSystem != 0 && j-i <= 6, r.phrase(i, "where"),
		seen&isDatabase != 0 && j-i <= 3 && seen&isRole == 0:
		return environmentSlot
	}
	return noSlot
}

// isNote tells the labels whose text is about something else.
func (r *reader) isNote(i, j int) bool {
	for k := i; k < j; k++ {
		t := r.tok(k)
		if t.kind != aWord {
			continue
		}
		switch w := r.text(t); {
		case len(w) > 12:
		case notes[w], notes[lowerString(w)]:
			return true
		}
	}
	return false
}

// notes are the words of such labels.
var notes = setOf("reason reasons purpose background comment comments note notes ref reference requested requester requestor by raised created phone tel telephone " +
	"mobile contact email e-mail version deadline why ticket subject case company name reporter priority impact grund begrunnelse motivo raison")

func lowerString(s string) string {
	var buf [16]byte
	if len(s) > len(buf) {
		return s
	}
	for i := 0; i < len(s); i++ {
		buf[i] = lower(s[i])
	}
	return string(buf[:len(s)])
}

// isPointLabel tells "Required point in time:", "PIT:", "Data as of:".
func (r *reader) isPointLabel(i, j int) bool {
	for k := i; k < j; k++ {
		if r.isOneOf(k, "point-in-time", "pit", "snapshot") || r.phrase(k, "point", "in", "time") || r.phrase(k, "as", "of") ||
			r.phrase(k, "as", "at") || r.phrase(k, "restore", "point") {
			return !r.phrase(i, "request") && !r.phrase(i, "type")
		}
	}
	return false
}

// answerBelow lets the answer of a label with nothing behind it be the lines
// that follow.
func (r *reader) answerBelow(fields []field, k int) {
	f := &fields[k]
	limit := len(r.toks)
	if k+1 < len(fields) {
		limit = fields[k+1].label
	}
	if f.slot == otherSlot || !r.blank(f.start, f.end) && !f.form && f.slot != windowSlot && f.slot != environmentSlot {
		return
	}
	f.end = max(f.end, min(limit, f.start+200))
}

// blank tells whether nothing but breaks and notes of the form is in [i, j).
func (r *reader) blank(i, j int) bool {
	for ; i < j; i++ {
		if t := r.tok(i); !t.breaks() && t.kind != aForm && !t.is('*') && !t.is('-') && !t.is(':') && !t.is('"') && t.kind != aMark && t.kind != anArrow {
			return false
		}
	}
	return true
}

// tableColumns reads a table whose first row names the columns: the fields are
// the cells of the rows below. It returns the token behind the last of them.
func (r *reader) tableColumns(i, end int) (fields []field, next int, ok bool) {
	if r.tok(i).kind != aCell {
		return nil, i, false
	}
	heads := r.cells(i, end)
	if len(heads) < 3 {
		return nil, i, false
	}
	known := false
	for {
		start, stop := r.rowBelow(end)
		values := r.cells(start, stop)
		if len(values) != len(heads) {
			return fields, end + 1, known
		}
		row, named := r.tableRow(heads, values)
		if known = known || named; !known {
			return nil, i, false
		}
		fields, end = append(fields, row...), stop
	}
}

// rowBelow returns the line below the one that ends at end; HTML leaves blank
// ones between the rows of a table.
func (r *reader) rowBelow(end int) (start, stop int) {
	start = end + 1
	for n := 0; n < 2 && start < len(r.toks) && r.toks[start].kind == aNewline; n++ {
		start++
	}
	return start, r.lineEnd(start)
}

// tableRow gives each cell of a row what its column's head asks for. The row
// counts if two of the heads are known.
func (r *reader) tableRow(heads, values []field) (row []field, known bool) {
	answers := 0
	for k, h := range heads {
		var seen class
		for t := h.start; t < h.end; t++ {
			if r.tok(t).kind == aWord {
				seen |= r.tok(t).word.class
			}
		}
		s := r.slotOf(h.start, h.end, seen)
		if (s == sourceSlot || s == targetSlot) && r.hasFigure(values[k].start, values[k].end) {
			s = windowSlot
		}
		r.spanned = r.spanned || s == windowSlot && seen&isEnd != 0
		if s != noSlot && s != otherSlot {
			answers++
		}
		row = append(row, field{slot: s, label: values[k].start, start: values[k].start, end: values[k].end})
	}
	return row, answers >= 2
}

// cells returns the cells of a table's row that say something.
func (r *reader) cells(i, end int) []field {
	var out []field
	if i >= len(r.toks) || r.tok(i).kind != aCell {
		return nil
	}
	for i < end {
		i++
		start := i
		for i < end && r.tok(i).kind != aCell {
			i++
		}
		if start < i || i < end {
			out = append(out, field{start: start, end: i})
		}
	}
	return out
}
