// Package ticket reads what clients write: a ticket's text into [Answers], a
// comment into a [Reply], each answer with the span of text that it was read
// from.
//
// A text is read in four steps. It is cleaned of markup, with the way back to
// the original kept (clean.go, html.go, typography.go). Lines that the writer
// did not write now, and the sentences of the desk's own form, are dropped
// (quote.go, form.go). The rest is cut into tokens; a run of figures is either
// dates and times as a whole or opaque, so that no version and no ticket's key
// is ever taken for a date (lexer.go, letters.go, figures.go). Then the tokens
// are read twice: for labels and list items (layout.go) and for dates and times
// (items.go), and each answer takes what it needs of both.
//
// The reader never guesses. What can be understood in two ways, or not at all,
// comes back as a [Doubt] that is asked, with the client's own words beside it.
//
// The package is pure: the time of the message is an argument, and it keeps
// nothing between calls. Its cost is linear in the text's length: whatever looks
// around in a text looks only so far. Zones need zone data, which the program
// brings (time/tzdata).
//
// Of a monstrous text no more is read than bounds allow (mostTokens, mostItems,
// mostWindows), each far beyond what a person writes. What is left out comes back
// as one more window that cannot be read: it is asked about, and never taken for
// understood.
package ticket
