package ticket

import "strings"

// spelled are the days of a month in English words, but for those of two words.
var spelled = map[string]int{
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
	"tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
	"seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}

// spelledTens are what stands before a day of two words: "twenty-fourth".
var spelledTens = map[string]int{"twenty": 20, "thirty": 30}

// longestSpelled is the length of the longest of all these words, in bytes.
const longestSpelled = len("seventeenth")

// spellDays makes the tenth of March what the 10th of March is. Elsewhere such a
// word counts something else: the second window, the first of three.
func (lx *lexer) spellDays() {
	kept := lx.toks[:0]
	for i, t := range lx.toks {
		if n := lx.spelledAt(i); n > 0 {
			kept, n, t.start = lx.takeTens(kept, n, t.start)
			t = token{kind: aNumber, flags: ordinal, start: t.start, end: t.end, n: [3]int{n, 2}}
		}
		kept = append(kept, t)
	}
	lx.toks = kept
}

// spelledAt returns the day that token i spells, if "of" and a month follow.
func (lx *lexer) spelledAt(i int) int {
	if i+2 >= len(lx.toks) || !lx.toks[i+2].has(isMonth) || lx.lower(i+1) != "of" {
		return 0
	}
	return spelled[lx.lower(i)]
}

// takeTens takes the tens of a day of two words away from the tokens before it,
// and returns the day with them and where it begins.
func (lx *lexer) takeTens(before []token, day, start int) ([]token, int, int) {
	n := len(before)
	if n > 0 && before[n-1].is('-') {
		n--
	}
	if n == 0 || day > 9 {
		return before, day, start
	}
	tens := spelledTens[lx.lowered(before[n-1])]
	if tens == 0 {
		return before, day, start
	}
	return before[:n-1], tens + day, before[n-1].start
}

func (lx *lexer) lower(i int) string { return lx.lowered(lx.toks[i]) }

// lowered returns a word in small letters; "" for what is no word of these.
func (lx *lexer) lowered(t token) string {
	if t.kind != aWord || t.end-t.start > longestSpelled {
		return ""
	}
	return strings.ToLower(lx.s[t.start:t.end])
}
