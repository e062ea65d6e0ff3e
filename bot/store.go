package bot

import (
	"context"
	"time"

	"github.com/refreshbot/refreshbot/rules"
)

// A Store keeps everything that must outlive the process. Every method is
// durable on return and safe for concurrent use. Errors are of type *Error:
// Conflict for a lost race, NotFound, and Unavailable where the store can't be
// written.
type Store interface {
	Inbox
	Conversations
	Outbox
	Runs
	Bookings
	Marks
	Close() error
}

// Conversations keeps conversations and what comes in for them.
type Conversations interface {
	// NextEvents returns up to limit events that wait and whose time to be tried
	// has come, oldest first, at most one for each ticket.
	NextEvents(ctx context.Context, now time.Time, limit int) ([]InboxRow, error)
	// Delay puts an event off; cause is for people.
	Delay(ctx context.Context, id string, until time.Time, cause string) error
	// Conversation returns the conversation, or a zero one with the ticket's key
	// and version 0 where there is none.
	Conversation(ctx context.Context, ticket TicketKey) (Conversation, error)
	// Conversations returns every conversation that is in one of the states, or
	// all where none are given, sorted by key.
	Conversations(ctx context.Context, states ...State) ([]Conversation, error)
	// DueTimers returns up to limit tickets whose wake time has come, earliest
	// first.
	DueTimers(ctx context.Context, now time.Time, limit int) ([]Timer, error)
	// Commit makes a decision durable, whole or not at all. Conflict: the
	// conversation has another version than Was, a run of the id exists, or the
	// bookings changed since Ledger where the commit takes any.
	Commit(ctx context.Context, c Commit) error
	// History returns the audit trail of a ticket, oldest first.
	History(ctx context.Context, ticket TicketKey) ([]Audit, error)
}

// An InboxRow is an event that waits.
type InboxRow struct {
	Event    Event     `json:"event"`
	Received time.Time `json:"received"` // UTC
	Attempts int       `json:"attempts"`
	Due      time.Time `json:"due"`             // UTC; when to try it
	Cause    string    `json:"cause,omitempty"` // of the last delay
}

// A Timer is a wake time.
type Timer struct {
	Ticket TicketKey
	At     time.Time // UTC
}

// A Commit is one decision made durable. It is a value: the same on every store,
// printable, comparable, easy to fault.
type Commit struct {
	EventID string       // the inbox row that is done; empty: none
	Was     Version      // the version decided on
	Next    Conversation // its Version is Was+1
	Now     time.Time    // UTC; stamped on rows
	Wake    time.Time    // UTC; zero: no timer

	Messages []Message
	Audit    []Audit
	Book     []Booking // put, by ID
	Unbook   []string  // taken away, by ID
	Ledger   uint64    // of the bookings decided on, see Bookings.Taken
	Order    *Run      // started, if not nil
	Wish     *WishFor  // for a run that is there, if not nil
	Settle   RunID     // whose last report was dealt with; empty: none
}

// A WishFor is a wish for a run.
type WishFor struct {
	Run  RunID
	Wish RunWish
}

// A Booking is a window that a request takes: held while its approval is open,
// booked once confirmed. Its ID is the conversation's own.
type Booking struct {
	ID     string    `json:"id"` // "HELP-7/A"
	Ticket TicketKey `json:"ticket"`
	Held   bool      `json:"held"`
	Until  time.Time `json:"until,omitzero"` // UTC; a hold counts no longer from then on
	rules.Booking
}

// Bookings keeps windows that are taken.
type Bookings interface {
	// Taken returns every booking and every hold that still counts at now, but
	// for those of one ticket, sorted by start; and the ledger's number, which
	// changes with every change of any booking.
	Taken(ctx context.Context, now time.Time, except TicketKey) ([]Booking, uint64, error)
}

// An Audit is one line of a ticket's audit trail.
type Audit struct {
	Ticket  TicketKey `json:"ticket"`
	Version Version   `json:"version"`
	At      time.Time `json:"at"`    // UTC
	Actor   string    `json:"actor"` // who, or "client", "clock", "engine"
	Event   string    `json:"event"` // what came in
	Before  State     `json:"before"`
	After   State     `json:"after"`
	What    string    `json:"what"`             // what was decided and why, one line
	Hash    string    `json:"hash,omitempty"`   // of what an approval covers
	Policy  string    `json:"policy,omitempty"` // the policy's version
}

// An Outbox keeps messages until they are sent.
type Outbox interface {
	// NextMessages returns up to limit messages that wait and whose time to be
	// tried has come: by lane, then oldest first; at most one for each ticket
	// and vendor, and none while an earlier one of the same ticket and vendor
	// waits in its lane.
	NextMessages(ctx context.Context, now time.Time, limit int) ([]OutboxRow, error)
	// Attempt marks a message as about to be sent, before it is.
	Attempt(ctx context.Context, key EffectKey, now time.Time) error
	// Settle records how an attempt ended.
	Settle(ctx context.Context, key EffectKey, o Outcome) error
	// Living returns where the living message of that name was sent.
	Living(ctx context.Context, ticket TicketKey, name LivingName) (RemoteID, bool, error)
	// Messages returns a ticket's messages, oldest first; all where ticket is
	// empty.
	Messages(ctx context.Context, ticket TicketKey) ([]OutboxRow, error)
}

// An OutboxRow is a message with what became of it.
type OutboxRow struct {
	Message  Message       `json:"message"`
	State    DeliveryState `json:"state"`
	Epoch    string        `json:"epoch"` // the store's; renewed when a backup is restored
	Queued   time.Time     `json:"queued"`
	Attempts int           `json:"attempts"`
	First    time.Time     `json:"first,omitzero"` // when an attempt was first made
	Due      time.Time     `json:"due"`            // UTC; when to try it
	Remote   RemoteID      `json:"remote,omitempty"`
	Cause    string        `json:"cause,omitempty"` // of the last failure, for people
}

// A DeliveryState says what became of a message.
type DeliveryState string

// The states of delivery.
const (
	Waiting    DeliveryState = "waiting"
	Attempting DeliveryState = "attempting" // begun, outcome not recorded: look before sending
	Unsure     DeliveryState = "unknown"    // the vendor did not answer: look before sending
	Delivered  DeliveryState = "sent"
	Superseded DeliveryState = "superseded" // a newer drawing of the living message took its place
	Expired    DeliveryState = "expired"    // not sent by NotAfter
	Dead       DeliveryState = "dead"       // given up; can be retried by an operator
)

// An Outcome is how an attempt to send a message ended.
type Outcome struct {
	State  DeliveryState // Delivered, Waiting (retry at Due), Unsure (look at Due), Expired or Dead
	At     time.Time     // UTC
	Due    time.Time     // UTC
	Remote RemoteID
	Cause  string
}

// Runs keeps the clone engine's runs and their journals.
type Runs interface {
	// Order starts a run that no conversation asks for, with its booking.
	// Conflict: the id exists, or the booking's ledger has changed.
	Order(ctx context.Context, r Run, b Booking, ledger uint64) error
	Run(ctx context.Context, id RunID) (Run, error)
	// OpenRuns returns the runs that are not settled, oldest first.
	OpenRuns(ctx context.Context) ([]Run, error)
	// Claim gives the caller a new fencing token for the run; records with an
	// older one are refused from then on.
	Claim(ctx context.Context, id RunID) (token uint64, err error)
	// Append adds a record to a run's journal and sets the run's state.
	// Conflict: Seq is not the next one, or the token is old.
	Append(ctx context.Context, r RunRecord, s RunState) error
	Journal(ctx context.Context, id RunID) ([]RunRecord, error)
	// WishRun changes what people want of a run.
	WishRun(ctx context.Context, w WishFor) error
	// SettleRun marks the last report as dealt with.
	SettleRun(ctx context.Context, id RunID) error
}

// Marks keeps a few named instants: the bot's first start, the poll's progress.
type Marks interface {
	Mark(ctx context.Context, name string) (time.Time, error) // zero: never set
	SetMark(ctx context.Context, name string, t time.Time) error
}
