package ticket

import "strings"

// letters reads a run that begins with a letter: a word, a name, a zone.
func (lx *lexer) letters() {
	start := lx.pos
	end := blobEnd(lx.s, start, "-.'")
	if end == start { // a symbol outside ASCII
		lx.pos = start + max(1, runeWidth(lx.s, start))
		lx.add(token{kind: aPunct, char: '*', start: start, end: lx.pos})
		return
	}
	if end-start > longestRun {
		lx.blob(end)
		return
	}
	if lx.plainWord(start, end) {
		lx.word(start, end)
		return
	}
	if end < len(lx.s) && (lx.s[end] == '@' || strings.HasPrefix(lx.s[end:], "://")) {
		lx.blob(end)
		return
	}
	if lx.location(start, end) || lx.zoneOffset(start) || lx.monthFirst(start, end) {
		return
	}
	lx.wordOrName(start, end)
}

// plainWord tells a run of nothing but ASCII letters that what follows makes
// nothing else of.
func (lx *lexer) plainWord(start, end int) bool {
	if end < len(lx.s) && contains("@:/+-", lx.s[end]) {
		return false
	}
	for i := start; i < end; i++ {
		if !isLetter(lx.s[i]) {
			return false
		}
	}
	return end-start != 3 || end+1 >= len(lx.s) || !contains("+-", lx.s[end+1])
}

// runeWidth is the width of the UTF-8 sequence at i, valid or not.
func runeWidth(s string, i int) int {
	n := 1
	for i+n < len(s) && s[i+n]&0xC0 == 0x80 {
		n++
	}
	return n
}

// wordOrName decides between a word, a name, words that only a hyphen or a
// missing blank joins, and a blob.
func (lx *lexer) wordOrName(start, end int) {
	s := lx.s[start:end]
	if !strings.ContainsAny(s, "_-.0123456789") {
		lx.word(start, end)
		return
	}
	if lx.dottedWord(start, end) || lx.markedWord(start, end) || lx.identifier(start, end) {
		return
	}
	switch {
	case isName(s):
		lx.name(start, end)
	case !strings.ContainsAny(s, "_0123456789") || lx.joined(start, end):
		lx.word(start, start+wordEnd(s))
	default:
		lx.blob(end)
	}
}

// dottedWord reads the words of the lexicon that hold marks, and abbreviations.
func (lx *lexer) dottedWord(start, end int) bool {
	s := lx.s[start:end]
	w := lookup(s)
	if w.class == 0 && !isAbbreviation(s) {
		return false
	}
	if end < len(lx.s) && lx.s[end] == '.' && isAbbreviation(s) {
		end++
	}
	lx.add(token{kind: aWord, start: start, end: end, word: w})
	lx.pos = end
	return true
}

// markedWord reads a word in marks of emphasis, _so_, and one that an apostrophe
// joins with a figure: l'11 marzo.
func (lx *lexer) markedWord(start, end int) bool {
	s := lx.s[start:end]
	if core := strings.Trim(s, "_"); len(core) < len(s) && wordEnd(core) == len(core) {
		start += strings.Index(s, core)
		lx.word(start, start+len(core))
		lx.pos = end
		return true
	}
	if n := wordEnd(s); n+1 < len(s) && s[n] == '\'' && isDigit(s[n+1]) {
		lx.word(start, start+n)
		lx.pos++
		return true
	}
	return false
}

// isAbbreviation tells the abbreviations whose last dot ends no sentence.
func isAbbreviation(s string) bool {
	switch s {
	case "a.m", "p.m", "A.M", "P.M", "i.e", "I.e", "e.g", "E.g", "z.B", "d.h":
		return true
	}
	return false
}

// isShortened tells the shortened words whose dot ends no sentence.
func isShortened(s string) bool {
	switch s {
	case "incl", "inkl", "approx", "resp", "bzw", "vs", "ref", "Ref", "Incl", "att":
		return true
	}
	return false
}

// identifier reads a label written as one word, source_env, as its words.
func (lx *lexer) identifier(start, end int) bool {
	for part := range strings.SplitSeq(lx.s[start:end], "_") {
		if lookup(strings.TrimRight(part, "0123456789")).class&(isSource|isTarget|isSystem|isSlot|isUsers|isKeep|isDatabase|isStart|isEnd) == 0 {
			return false
		}
	}
	for start < end {
		stop := start
		for stop < end && lx.s[stop] != '_' {
			stop++
		}
		lx.word(start, stop)
		start = stop + 1
	}
	lx.pos = end
	return true
}

// wordEnd returns the length of the letters that s begins with.
func wordEnd(s string) int {
	i := 0
	for i < len(s) {
		n := letterAt(s, i)
		if n == 0 && !(s[i] == '\'' && i+1 < len(s) && letterAt(s, i+1) > 0) {
			break
		}
		i += max(n, 1)
	}
	return max(i, 1)
}

// joined tells whether the run is a word known to the reader, glued to what
// follows by a mark: "Wed.21.05", "window1-", "kl.08.00".
func (lx *lexer) joined(start, end int) bool {
	n := wordEnd(lx.s[start:end])
	if start+n >= end || !contains(".-", lx.s[start+n]) {
		return false
	}
	w := lookup(lx.s[start : start+n])
	return w.class&(isMonth|isWeekday|isShortDay|isAt|isSlot|isNot|isZone) != 0 && isDigit(lx.s[start+n+1])
}

func (lx *lexer) word(start, end int) {
	s := lx.s[start:end]
	w := lookup(s)
	if end < len(lx.s) && lx.s[end] == '.' && isShortened(s) {
		end++
	}
	if w.class == 0 && strings.HasSuffix(s, "'s") {
		w = lookup(s[:len(s)-2])
	}

	lx.add(token{kind: aWord, start: start, end: end, word: w})
	lx.pos = end
}

func (lx *lexer) name(start, end int) {
	s := strings.TrimRight(strings.TrimLeft(lx.s[start:end], "_"), "_")
	start += strings.Index(lx.s[start:end], s)
	t := token{kind: aName, start: start, end: start + len(s)}
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			t.flags |= foreign
		}
	}
	lx.add(t)
	lx.pos = end
}

// isName tells whether a run can be an environment's name: with an underscore
// whatever its parts, with a hyphen or a dot where a part says what it is for.
func isName(s string) bool {
	s = strings.Trim(s, "_")
	if strings.HasPrefix(s, "www.") || hasExtension(s) {
		return false
	}
	role, underscore := false, false
	for i, start := 0, 0; i <= len(s); i++ {
		if i < len(s) && !contains("_-.", s[i]) {
			continue
		}
		if i < len(s) && s[i] == '_' {
			underscore = true
		}
		part := strings.TrimRight(s[start:i], "0123456789")
		start = i + 1
		if len(part) <= longestWord && (environmentParts[part] || environmentParts[strings.ToLower(part)]) {
			role = true
			continue
		}
		if w := lookup(part); w.class&(isRefresh|isDatabase|isSystem|isSchema|isUpgrade) != 0 && !underscore {
			return false
		}
	}
	return (underscore || role) && strings.ContainsAny(s, "_-.")
}

// hasExtension tells the names of files and sites.
func hasExtension(s string) bool {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return false
	}
	return extensions[strings.ToLower(s[i+1:])]
}

// extensions are those of files and of addresses.
var extensions = setOf("png jpg jpeg gif pdf doc docx xls xlsx csv txt zip sql bak log xml json msg eml html htm com net org exe")

// location reads an IANA name such as Europe/Oslo.
func (lx *lexer) location(start, end int) bool {
	if end >= len(lx.s) || lx.s[end] != '/' {
		return false
	}
	switch lx.s[start:end] {
	case "Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian", "Antarctica", "Etc", "US":
	default:
		return false
	}
	stop := end + 1
	for stop < len(lx.s) && (isAlnum(lx.s[stop]) || contains("_/-+", lx.s[stop])) {
		stop++
	}
	lx.add(token{kind: anOffset, char: '/', start: start, end: stop})
	lx.pos = stop
	return true
}

// zoneOffset reads UTC+8, GMT-0500, UTC +05:30.
func (lx *lexer) zoneOffset(start int) bool {
	i := start
	for i < len(lx.s) && isLetter(lx.s[i]) {
		i++
	}
	if i-start != 3 || !lookup(lx.s[start:i]).zone.named("UTC") {
		return false
	}
	if i < len(lx.s) && lx.s[i] == ' ' {
		i++
	}
	seconds, n := offsetAt(lx.s, i)
	if n == 0 || lx.s[i] == '-' && rangeFollows(lx.s, i+n) {
		return false
	}
	lx.add(token{kind: anOffset, start: start, end: i + n, n: [3]int{seconds}})
	lx.pos = i + n
	return true
}

// rangeFollows tells "02:00 UTC-04:00 UTC" from an offset.
func rangeFollows(s string, i int) bool {
	rest := strings.TrimLeft(s[i:min(len(s), i+8)], " ")
	return len(rest) >= 3 && lookup(rest[:3]).zone.named("UTC") || len(rest) > 0 && rest[0] == ':'
}

// named tells whether the zone has a meaning of that label.
func (z *zoneName) named(label string) bool {
	return z != nil && z.meanings[0].label == label
}

// offsetAt reads [+-]h, hh, hhmm or hh:mm at i and returns its seconds and
// length.
func offsetAt(s string, i int) (seconds, length int) {
	if i >= len(s) || s[i] != '+' && s[i] != '-' {
		return 0, 0
	}
	h, m, j := offsetFigures(s, i+1)
	if j == 0 || h > 14 || m > 59 || j < len(s) && (isAlnum(s[j]) || s[j] == '_') {
		return 0, 0
	}
	seconds = h*hour + m*60
	if s[i] == '-' {
		seconds = -seconds
	}
	return seconds, j - i
}

// offsetFigures reads the hours and minutes of an offset; its end is 0 where
// there are none.
func offsetFigures(s string, i int) (h, m, end int) {
	n := min(digitsAt(s, i), 4)
	h, end = atoi(s[i:i+n]), i+n
	switch {
	case n == 0 || n == 3:
		return 0, 0, 0
	case n == 4:
		return h / 100, h % 100, end
	case end < len(s) && s[end] == ':' && digitsAt(s, end+1) >= 2:
		return h, atoi(s[end+1 : end+3]), end + 3
	}
	return h, 0, end
}

// monthFirst reads a month glued to its day: Oct-9-2024, Oct.9.
func (lx *lexer) monthFirst(start, end int) bool {
	n := wordEnd(lx.s[start:end])
	if start+n+1 >= end || !contains("-./", lx.s[start+n]) || !isDigit(lx.s[start+n+1]) {
		return false
	}
	w := lookup(lx.s[start : start+n])
	if w.class&isMonth == 0 {
		return false
	}
	lx.add(token{kind: aWord, start: start, end: start + n, word: w})
	lx.pos = start + n + 1
	return true
}
