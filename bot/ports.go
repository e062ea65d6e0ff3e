package bot

import (
	"context"
	"time"
)

// A RemoteID names a message at its vendor: a comment's id, a Slack message's
// channel and timestamp. Only the adapter that made it reads it.
type RemoteID string

// An Inbox keeps what comes in.
type Inbox interface {
	// Receive makes the event durable. It reports false where an event of the
	// same ID came in before, which is then dropped.
	Receive(ctx context.Context, e Event) (fresh bool, err error)
}

// A Desk is the help center.
//
// Errors are of type *Error. Reading methods may be repeated. A writing method
// whose outcome is not known returns the kind Ambiguous; Sent then tells.
type Desk interface {
	// Ticket reads a ticket. NotFound: deleted, or not visible any more.
	Ticket(ctx context.Context, key TicketKey) (Ticket, error)
	// Touched lists the tickets of the configured project that changed at or
	// after since, each once, oldest change first. It may list too many.
	Touched(ctx context.Context, since time.Time) ([]Touch, error)

	// Reply writes a public comment, Note an internal one. Both carry the key.
	Reply(ctx context.Context, ticket TicketKey, key EffectKey, text PublicText) (RemoteID, error)
	Note(ctx context.Context, ticket TicketKey, key EffectKey, text InternalText) (RemoteID, error)
	// Rewrite changes a public comment of the bot's own in place and leaves the
	// key of the last change on it. NotFound: somebody deleted it.
	Rewrite(ctx context.Context, ticket TicketKey, id RemoteID, key EffectKey, text PublicText) error
	// Transition moves the ticket through the transition of that name or id.
	// Nothing happens where the ticket is there already.
	Transition(ctx context.Context, ticket TicketKey, transition string) error
	// Sent looks among the bot's own comments since an instant for one that the key
	// finds, see EffectKey.Finds.
	Sent(ctx context.Context, ticket TicketKey, key EffectKey, since time.Time) (RemoteID, bool, error)
}

// A Touch is a ticket that changed.
type Touch struct {
	Ticket  TicketKey
	Updated time.Time // UTC
}

// A Chat is Slack. Errors are as for a Desk.
type Chat interface {
	// Post sends a message of any chat kind and returns where it is. Thread is
	// the message under which it goes; empty: into the channel.
	Post(ctx context.Context, m Message, thread RemoteID) (RemoteID, error)
	// Redraw changes a message in place. NotFound: somebody deleted it.
	Redraw(ctx context.Context, id RemoteID, m Message) error
	// Posted looks for a message that the key finds since an instant, in the thread
	// or, where that is empty, in the channel.
	Posted(ctx context.Context, key EffectKey, thread RemoteID, since time.Time) (RemoteID, bool, error)
	// Standing says who a member is and whether a decision of theirs counts.
	// It is asked at every click; in doubt it is a refusal.
	Standing(ctx context.Context, member string) (Standing, error)
}

// A Standing is what is known of somebody who gives a command.
type Standing struct {
	Person   Person
	Approver bool
	Refusal  Refusal // why not, where Approver is false
}

// A Refusal is why somebody's decision does not count.
type Refusal string

// The refusals.
const (
	NotListed   Refusal = "not_listed"   // not among the approvers
	IsGuest     Refusal = "guest"        // a guest or a stranger from another workspace
	IsBot       Refusal = "bot"          // not a person
	IsDeleted   Refusal = "deleted"      // a deactivated account
	CannotCheck Refusal = "cannot_check" // Slack did not answer: denied in doubt
)

// A Cloner performs runs of the clone engine.
type Cloner interface {
	// Advance performs the next task of a run and returns the state of the run
	// after it. On a run that is over it changes nothing and returns the state.
	// A failed append to the journal is an error and stops the run; a failed
	// task is not an error but a report.
	Advance(ctx context.Context, id RunID) (RunReport, error)
	// Estimate returns how long an order would take, as far as sizes and past
	// runs tell, and what is missing for it.
	Estimate(ctx context.Context, o RunOrder) (Estimate, error)
}

// An Estimate is what is known of a run beforehand.
type Estimate struct {
	Length  time.Duration
	Missing []string // what stands in the way, a line each; empty: nothing
}
