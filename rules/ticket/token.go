package ticket

// kind is what a token is.
type kind uint8

const (
	aWord    kind = iota // a word of letters; its entry of the lexicon goes with it
	aName                // letters and digits with separators: an environment, perhaps
	aNumber              // up to four digits that stand alone
	aDate                // a whole date in figures, or with its month in letters
	aPair                // 27/4, 08.00: a date without year, or a time
	aTime                // a time of day that can't be anything else
	anOffset             // UTC+8, +05:30, Europe/Oslo: a zone that the lexicon has not
	aNewline
	aCell // the border of a table's cell
	aMark // the marker of a list item, or the index of a label: 1. (2) a)
	aForm // a sentence of the desk's own form
	anArrow
	aBox   // a check box
	aPunct // any other character
	aBlob  // a run of characters that is none of these: a key, a version, an address
)

// A token is a piece of the plain text.
type token struct {
	kind       kind
	char       byte // of punctuation and of a pair's separator; '<' or '>' of an arrow, 'x' of a ticked box
	flags      flag
	start, end int
	word       *word // of words
	// n holds a date's year, first and second figure; a time's hour, minute and
	// second; a pair's two figures; a number and its count of digits; a mark's
	// number; the slot of a form's sentence; an offset's seconds.
	n [3]int
}

// flag is what a token's spelling says beside its figures.
type flag uint16

const (
	dayFirst   flag = 1 << iota // a date in which the day is known to come first
	monthFirst                  // a date in which the month is known to come first
	shortYear                   // a year of two digits
	ordinal                     // 9th
	am                          // a time before noon
	pm                          // a time after noon
	bareHour                    // a time of day without minutes: "8am", "15h"
	foreign                     // a name with letters outside ASCII
	aside                       // under a label that asks for no answer
)

// has tells whether the token is a word of any of the classes.
func (t *token) has(c class) bool { return t.kind == aWord && t.word.class&c != 0 }

// is tells whether the token is the punctuation mark c.
func (t *token) is(c byte) bool { return t.kind == aPunct && t.char == c }

// isAny tells whether the token is one of the punctuation marks.
func (t *token) isAny(marks string) bool { return t.kind == aPunct && contains(marks, t.char) }

// breaks tells whether the token ends a line or a cell.
func (t *token) breaks() bool { return t.kind == aNewline || t.kind == aCell }
