// Package ticket reads what clients write: a ticket's text into [Answers], a
// comment into a [Reply], each answer with the span of text that it was read
// from.
//
// The reader never guesses. What can be understood in two ways, or not at all,
// comes back as a [Doubt] that is asked, with the client's own words beside it.
//
// The package is pure: the time of the message is an argument, and it keeps
// nothing between calls.
package ticket
