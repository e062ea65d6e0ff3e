package ticket

import (
	"slices"
	"strings"
)

// choices reads the numbers of the suggestions that a comment takes, and keeps
// them from being read as dates.
func (r *replyReader) choices() []int {
	if len(r.asked.Options) == 0 {
		return nil
	}
	var out []int
	for i := 0; i < len(r.toks); i++ {
		n, used := r.choiceAt(i)
		if n == 0 {
			continue
		}
		if !slices.Contains(out, n) && !r.deniedChoice(i) {
			out = append(out, n)
		}
		r.mark(i, i+used-1, n)
		i += used - 1
	}
	if len(out) == 0 && r.takesAll() {
		return slices.Clone(r.asked.Options)
	}
	return out
}

// choiceAt reads one number that is a choice: behind "option", as an ordinal
// before "one", or alone.
func (r *replyReader) choiceAt(i int) (n, used int) {
	t := r.tok(i)
	if n, used := r.offerNumber(i); n > 0 {
		return n, used
	}
	if n := r.offerByOrder(i); n > 0 {
		return n, 1
	}
	bare := t.kind == aNumber && t.flags&ordinal == 0 && t.n[1] <= 2 || t.kind == aMark && isDigit(r.plain.text[t.start])
	if bare && r.standsAlone(i) {
		return t.n[0], 1
	}
	return 0, 0
}

// offerNumber reads "option 2", "#2".
func (r *replyReader) offerNumber(i int) (n, used int) {
	t := r.tok(i)
	if t.is('#') && r.tok(i+1).kind == aNumber {
		return r.tok(i + 1).n[0], 2
	}
	if t.kind != aWord || !offers[lowerString(r.text(t))] {
		return 0, 0
	}
	k := i + 1
	for r.tok(k).isAny("#.:") {
		k++
	}
	n = r.numeral(k)
	if n == 0 || r.datesOn(k) || r.tok(k).kind == aMark && r.tok(k+1).is(':') {
		return 0, 0
	}
	return n, k - i + 1
}

// offerByOrder reads "the second one", "the latter": the place of a suggestion
// among those on offer.
func (r *replyReader) offerByOrder(i int) int {
	t, options := r.tok(i), r.asked.Options
	switch {
	case t.has(isOrdinal) || t.kind == aNumber && t.flags&ordinal != 0 || t.kind == aMark:
		counts := r.phrase(i+1, "one") || offers[lowerString(r.text(r.tok(i+1)))] || r.standsAlone(i)
		if k := r.ordinalIndex(i); counts && k > 0 && k <= len(options) {
			return options[k-1]
		}
	case r.isOneOf(i, "last", "latter") && r.isOneOf(i+1, "one", "option", "suggestion"), r.phrase(i, "latter"):
		return options[len(options)-1]
	case r.phrase(i, "former"):
		return options[0]
	}
	return 0
}

// offers are the words for a suggestion.
var offers = setOf("option suggestion alternative number nr choice slot proposal no window vorschlag opción alternativ")

// numeral returns the number at i, in figures or words.
func (r *replyReader) numeral(i int) int {
	t := r.tok(i)
	switch {
	case t.kind == aNumber && t.n[1] <= 2 && t.flags&ordinal == 0, t.kind == aMark && isDigit(r.plain.text[t.start]):
		return t.n[0]
	case r.phrase(i, "one"):
		return 1
	case r.phrase(i, "two"):
		return 2
	case r.phrase(i, "three"):
		return 3
	case r.phrase(i, "four"):
		return 4
	}
	return 0
}

// datesOn tells whether the number at i is part of a date or of a time.
func (r *replyReader) datesOn(i int) bool {
	next, after := r.tok(i+1), r.tok(i+2)
	switch {
	case next.kind == aTime || next.kind == aDate || next.is(':'), next.has(isMonth | isMeridiem | isClock | isZone):
		return true
	case next.is('-') && (after.kind == aNumber || after.kind == aTime):
		return true
	}
	return r.startsDate(i)
}

// ordinalIndex returns the place that an ordinal gives: "the second one".
func (r *replyReader) ordinalIndex(i int) int {
	t := r.tok(i)
	if t.kind == aNumber {
		return t.n[0]
	}
	switch strings.ToLower(r.text(t)) {
	case "first", "1st":
		return 1
	case "second", "2nd":
		return 2
	case "third", "3rd":
		return 3
	case "fourth", "4th":
		return 4
	}
	return 0
}

// standsAlone tells whether a number is all that its line says, but for
// courtesies and other numbers: "2 please", "1 or 2 is fine", "we take 2".
func (r *replyReader) standsAlone(i int) bool {
	start, end := i, i
	for start > 0 && !r.tok(start-1).breaks() && i-start < 10 {
		start--
	}
	for end < len(r.toks) && !r.tok(end).breaks() && end-i < 12 {
		end++
	}
	for k := start; k < end; k++ {
		if !r.isCourtesy(k) {
			return false
		}
	}
	return !r.tok(i+1).is('/') && r.tok(i).kind != aPair
}

// isCourtesy tells what may stand beside a chosen number: another one, marks, and
// words that ask for nothing else.
func (r *replyReader) isCourtesy(k int) bool {
	switch t := r.tok(k); t.kind {
	case aMark:
		return true
	case aNumber:
		return t.n[1] <= 2 && !r.datesOn(k)
	case aPunct:
		return t.char != ':' && (t.char != '/' || r.tok(k+1).kind == aNumber)
	case aWord:
		return t.has(isFiller|isNot|isOr|isAnd|isYes|isOrdinal|isUntil|isFrom) || courtesies[lowerString(r.text(t))]
	}
	return false
}

// courtesies are the words that may stand beside a chosen number.
var courtesies = setOf("please pls plz thanks thank thx you we i i'd we'd take go with choose pick prefer like would is fine works ok okay " +
	"good best suits suit for us me option let's lets the one it ours will want confirm confirmed regards hi hello dear " +
	"team all great perfect vennligst bitte danke gracias s'il vous plait merci to rgds br cheers that this use both " +
	"better whatever whichever but")

// deniedChoice tells "not 1" from "1".
func (r *replyReader) deniedChoice(i int) bool {
	switch {
	case r.tok(i - 1).has(isNot), r.isOneOf(i-1, "cancel", "drop", "remove", "skip"):
		return true
	case r.tok(i - 1).has(isOn):
		return r.tok(i - 2).has(isNot)
	case r.tok(i + 1).has(isNot):
		return !r.tok(i + 2).breaks()
	}
	return r.phrase(i+1, "does", "not")
}

// takesAll tells "either is fine", "both work".
func (r *replyReader) takesAll() bool {
	if len(r.list) > 0 || len(r.toks) > 14 {
		return false
	}
	for i := range r.toks {
		if !r.isOneOf(i, "either", "both", "any") {
			continue
		}
		if r.isOneOf(i+1, "option", "options", "of") {
			return true
		}
		if r.tok(i+1).breaks() || r.isOneOf(i+1, "is", "are", "work", "works", "fine", "ok", "one", "would", "will", "suit") {
			return !r.asks(AskPreserve)
		}
	}
	return false
}

// letters reads the letters of the client's own windows that a comment keeps.
func (r *replyReader) letters() []string {
	var out []string
	for i := range r.toks {
		t := r.tok(i)
		if t.kind != aWord && t.kind != aMark {
			continue
		}
		s := strings.Trim(r.text(t), "()")
		if t.end-t.start > 2 || !slices.Contains(r.asked.Letters, strings.ToUpper(s)) {
			continue
		}
		upper := strings.ToUpper(s)
		if r.isLetterChoice(i, s) && !slices.Contains(out, upper) && !r.deniedChoice(i) {
			out = append(out, upper)
		}
	}
	return out
}

// isLetterChoice tells a window's letter from the article "a".
func (r *replyReader) isLetterChoice(i int, s string) bool {
	next, prev := r.tok(i+1), r.tok(i-1)
	if prev.has(isSlot) || r.isOneOf(i-1, "keep", "take", "prefer", "choose", "with", "window", "option", "slot") && s == strings.ToUpper(s) {
		return true
	}
	if s != strings.ToUpper(s) {
		return next.breaks() && prev.breaks()
	}
	return next.breaks() || next.isAny(".,!)") || r.isOneOf(i+1, "is", "works", "fine", "please", "pls", "ok", "or", "and", "would", "suits", "then", "it")
}
