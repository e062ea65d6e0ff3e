package bot

import (
	"errors"
	"fmt"
	"time"
)

// A Kind says what can be done about an error. Adapters translate their
// vendor's answers into kinds at the edge; nothing decides by an error's text.
type Kind string

// The kinds.
const (
	Internal    Kind = "internal"     // a fault of our own; the zero answer of KindOf
	NotFound    Kind = "not_found"    // the thing is not, or no longer, there
	Conflict    Kind = "conflict"     // somebody else was first: reload and decide again
	Invalid     Kind = "invalid"      // the input can't be used as it is
	Denied      Kind = "denied"       // not allowed, or not allowed any more
	Unavailable Kind = "unavailable"  // it certainly did not happen; try again later
	RateLimited Kind = "rate_limited" // it certainly did not happen; try again after After
	Ambiguous   Kind = "ambiguous"    // it may have happened: look before trying again
)

// An Error is an error with a kind. Op is what was being done, in the form
// "jira: add comment to HELP-7".
type Error struct {
	Kind  Kind
	Op    string
	After time.Duration // RateLimited: what the vendor asks to wait; zero if it does not say
	// Answered, with Ambiguous: the vendor did answer, so that what it may have
	// done is done by now and nothing lands later.
	Answered bool
	Err      error
}

// Errorf returns an Error of a kind; format and args as for fmt.Errorf.
func Errorf(kind Kind, op, format string, args ...any) *Error {
	return &Error{Kind: kind, Op: op, Err: fmt.Errorf(format, args...)}
}

func (e *Error) Error() string { return e.Op + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first Error in err's chain, or Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
