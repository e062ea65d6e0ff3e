package ticket

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexer cuts a plain text into tokens. A run of characters that begins with a
// digit is read whole as dates and times, or it is one opaque blob: that keeps
// ticket keys, versions and telephone numbers from ever being dates.
type lexer struct {
	s    string
	pos  int
	toks []token
}

// lex returns the tokens of the lines of s that are not quoted.
func lex(s string, kept []line) []token {
	lx := &lexer{s: s, toks: make([]token, 0, len(s)/4+16)}
	for _, l := range kept {
		if lx.line(l); len(lx.toks) >= mostTokens {
			break
		}
	}
	lx.spellDays()
	return lx.toks
}

// mostTokens bounds what is read of a text, at more than a megabyte of prose.
// Jira allows a description 32 kB; only a text that is made to be slow has more.
const mostTokens = 250_000

func (lx *lexer) line(l line) {
	lx.pos = max(lx.pos, l.start) // a sentence of the form may have run on into this line
	sentence := true
	for lx.pos < l.end && len(lx.toks) < mostTokens {
		if sentence && lx.form() {
			continue
		}
		before := len(lx.toks)
		lx.next(l.end)
		if len(lx.toks) > before {
			sentence = endsSentence(&lx.toks[len(lx.toks)-1])
		}
	}
	if n := len(lx.toks); lx.pos <= l.end && !(n > 1 && lx.toks[n-1].kind == aNewline && lx.toks[n-2].kind == aNewline) {
		lx.add(token{kind: aNewline, start: l.end, end: l.end}) // more blank lines say no more
	}
}

// endsSentence tells whether a sentence of the form can begin behind t.
func endsSentence(t *token) bool {
	switch t.kind {
	case aPunct:
		return t.char == '.' || t.char == '?' || t.char == '!' || t.char == ')' || t.char == ':' || t.char == '(' || t.char == '*' || t.char == '#'
	case aCell, aMark, aForm:
		return true
	}
	return false
}

// form skips a sentence of the desk's form.
func (lx *lexer) form() bool {
	i := lx.pos
	for i < len(lx.s) && (lx.s[i] == ' ' || lx.s[i] == '"') {
		i++
	}
	end, slot := matchForm(lx.s, i)
	if end == 0 {
		return false
	}
	lx.add(token{kind: aForm, start: i, end: end, n: [3]int{int(slot)}})
	lx.pos = end
	return true
}

// add appends a token. The room it makes is what the rest of the text needs at
// the pace so far: growing by steps would copy a large text many times.
func (lx *lexer) add(t token) {
	if len(lx.toks) == cap(lx.toks) && t.end > 0 {
		lx.toks = slices.Grow(lx.toks, 64+len(lx.toks)*(len(lx.s)-t.start)/t.end)
	}
	lx.toks = append(lx.toks, t)
}

// next reads one token, or skips one blank.
func (lx *lexer) next(end int) {
	c := lx.s[lx.pos]
	switch {
	case c == ' ':
		for lx.pos < end && lx.s[lx.pos] == ' ' {
			lx.pos++
		}
	case isDigit(c):
		lx.figures()
	case isLetter(c) || c >= utf8.RuneSelf || c == '_':
		lx.letters()
	default:
		lx.punctuation(end)
	}
}

// letterAt returns the width of the letter at i, 0 where there is none.
func letterAt(s string, i int) int {
	if i >= len(s) {
		return 0
	}
	if s[i] < utf8.RuneSelf {
		if isLetter(s[i]) {
			return 1
		}
		return 0
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	if unicode.IsLetter(r) || r == utf8.RuneError {
		return n
	}
	return 0
}

// blobEnd returns the end of the run of letters, digits and inner separators
// that begins at i.
func blobEnd(s string, i int, separators string) int {
	for i < len(s) {
		for i < len(s) && isLetter(s[i]) {
			i++
		}
		if i == len(s) {
			break
		}
		if c := s[i]; isDigit(c) || c == '_' {
			i++
			continue
		}
		if n := letterAt(s, i); n > 0 {
			i += n
			continue
		}
		if i+1 < len(s) && contains(separators, s[i]) && (isDigit(s[i+1]) || s[i+1] == '_' || letterAt(s, i+1) > 0) {
			i++
			continue
		}
		break
	}
	return i
}

func contains(set string, c byte) bool {
	for i := 0; i < len(set); i++ {
		if set[i] == c {
			return true
		}
	}
	return false
}

// blob adds an opaque token, up to the next blank where it is an address.
func (lx *lexer) blob(end int) {
	start := lx.pos
	if end < len(lx.s) && (lx.s[end] == '@' || lx.s[end] == ':' && end+2 < len(lx.s) && lx.s[end+1:end+3] == "//") {
		for end < len(lx.s) && lx.s[end] != ' ' && lx.s[end] != '\n' && lx.s[end] != '|' {
			end++
		}
	}
	lx.add(token{kind: aBlob, start: start, end: end})
	lx.pos = end
}

// punctuation reads a mark that is neither letter nor digit.
func (lx *lexer) punctuation(end int) {
	c, start := lx.s[lx.pos], lx.pos
	switch {
	case c == '|':
		for lx.pos < end && (lx.s[lx.pos] == '|') {
			lx.pos++
		}
		lx.add(token{kind: aCell, start: start, end: lx.pos})
	case c == '(' && lx.example(end):
	case c == '[' || c == '(' && lx.pos+2 < end && lx.s[lx.pos+2] == ')':
		lx.bracket(end)
	case c == '+' && lx.plus():
	case contains("-=<>", c) && lx.arrow(end):
	default:
		lx.pos = start + lx.sameMarks(end)
		lx.add(token{kind: aPunct, char: c, start: start, end: lx.pos})
	}
}

// sameMarks returns how many marks at the position make one token: a line drawn
// with them is one, and two or three stay apart.
func (lx *lexer) sameMarks(end int) int {
	n := 1
	for lx.pos+n < end && lx.s[lx.pos+n] == lx.s[lx.pos] {
		n++
	}
	if n < 4 {
		return 1
	}
	return n
}

// longestRun is how long a name, a word or a date in figures can be. What runs
// on for longer without a blank is one opaque blob, however it is made up: it is
// looked at once, and not again at each of its marks.
const longestRun = 250

// bracket reads a check box, [x] or [ ], or an opening bracket.
func (lx *lexer) bracket(end int) {
	start := lx.pos
	if start+2 < end && contains("])", lx.s[start+2]) {
		switch lx.s[start+1] {
		case 'x', 'X', 'v', 'V', '/':
			if lx.s[start] == '[' || lx.s[start+1] == '/' || lx.s[start+1]|0x20 == 'x' {
				lx.pos += 3
				lx.add(token{kind: aBox, char: 'x', start: start, end: lx.pos})
				return
			}
		case ' ':
			lx.pos += 3
			lx.add(token{kind: aBox, char: ' ', start: start, end: lx.pos})
			return
		}
	}
	if start+1 < end && lx.s[start:start+2] == "[]" {
		lx.pos += 2
		lx.add(token{kind: aBox, char: ' ', start: start, end: lx.pos})
		return
	}
	lx.pos++
	lx.add(token{kind: aPunct, char: lx.s[start], start: start, end: lx.pos})
}

// arrow reads ->, -->, =>, <=, <- and a lone > or < between blanks.
func (lx *lexer) arrow(end int) bool {
	start, i := lx.pos, lx.pos
	for i < end && contains("-=<>", lx.s[i]) {
		i++
	}
	run := lx.s[start:i]
	var char byte
	switch {
	case run[len(run)-1] == '>' && run[0] != '<':
		char = '>'
	case run[0] == '<' && run[len(run)-1] != '>':
		char = '<'
	default:
		return false
	}
	lx.pos = i
	lx.add(token{kind: anArrow, char: char, start: start, end: i})
	return true
}

// plus skips an international telephone number whole, and reads an offset such
// as +05:30.
func (lx *lexer) plus() bool {
	i, digits := lx.pos+1, 0
	for i < len(lx.s) && (isDigit(lx.s[i]) || digits > 0 && contains(" -().", lx.s[i])) {
		if isDigit(lx.s[i]) {
			digits++
		}
		i++
	}
	if digits >= 7 && !(i < len(lx.s) && lx.s[i] == ':') {
		lx.add(token{kind: aBlob, start: lx.pos, end: i})
		lx.pos = i
		return true
	}
	if n := len(lx.toks); n > 0 && (lx.toks[n-1].kind == aTime || lx.toks[n-1].is('(')) {
		if seconds, n := offsetAt(lx.s, lx.pos); n > 2 {
			lx.add(token{kind: anOffset, start: lx.pos, end: lx.pos + n, n: [3]int{seconds}})
			lx.pos += n
			return true
		}
	}
	return false
}

// longestExample is how long a bracket with an example can be.
const longestExample = 300

// example skips a bracket that gives an example.
func (lx *lexer) example(end int) bool {
	if !startsAny(lx.s[lx.pos+1:end], "e.g", "eg ", "eg.", "ex.", "for example", "example", "z.b", "f.eks", "t.ex") {
		return false
	}
	stop := min(end, lx.pos+longestExample)
	if strings.IndexByte(lx.s[lx.pos:stop], ')') < 0 {
		return false
	}
	for i, depth := lx.pos, 0; i < stop; i++ {
		switch lx.s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				lx.add(token{kind: aForm, start: lx.pos, end: i + 1, n: [3]int{int(otherSlot)}})
				lx.pos = i + 1
				return true
			}
		}
	}
	return false
}
