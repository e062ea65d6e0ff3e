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
	// NextDue returns what there is to do next.
	NextDue(ctx context.Context) (Agenda, error)
	// Forget takes away up to limit conversations that are over and of which
	// nothing was decided since before, with all that belongs to them: messages,
	// audit trail, runs and journals; and runs of no ticket that were ordered
	// before then. It returns how many. Of a ticket there stays what keeps it from
	// being taken for a new one: a conversation in the state Silent, of the same
	// version and with what of the ticket was seen, and one audit line. Where
	// something is left to do, a message, an event, a timer, a run that is not
	// settled, nothing is taken away.
	Forget(ctx context.Context, before, now time.Time, limit int) (forgotten int, err error)
	Close() error
}

// An Agenda says when the next event, message and timer are due. An instant in
// the past is work for now; a zero one means that nothing of the sort waits.
type Agenda struct {
	Event   time.Time // UTC
	Message time.Time // UTC
	Timer   time.Time // UTC
}

// Soonest returns when the first of them is due; zero: nothing waits.
func (a Agenda) Soonest() (due time.Time) {
	for _, at := range []time.Time{a.Event, a.Message, a.Timer} {
		if due.IsZero() || !at.IsZero() && at.Before(due) {
			due = at
		}
	}
	return due
}

// Due reports whether there is work by now.
func (a Agenda) Due(now time.Time) bool { return due(a.Soonest(), now) }

// Conversations keeps conversations and what comes in for them.
type Conversations interface {
	// NextEvents returns up to limit events that wait and whose time to be tried
	// has come: those that were never put off in the order in which they came in,
	// then the others by their time. Of each ticket only the first that waits is
	// returned, so its events are dealt with in order.
	NextEvents(ctx context.Context, now time.Time, limit int) ([]InboxRow, error)
	// Delay puts an event off, and with it those of its ticket that came in
	// later; cause is for people. From the time it was put off Patience times on
	// it goes behind them instead, so that one that can't be dealt with holds up
	// nothing for good. NotFound: no such event waits.
	Delay(ctx context.Context, id string, until time.Time, cause string) error
	// Conversation returns the conversation, or a zero one with the ticket's key
	// and version 0 where there is none.
	Conversation(ctx context.Context, ticket TicketKey) (Conversation, error)
	// Conversations returns every conversation that is in one of the states, or
	// all where none are given, sorted by key.
	Conversations(ctx context.Context, states ...State) ([]Conversation, error)
	// DueTimers returns up to limit tickets whose wake time has come, earliest
	// first. Receive of the TimerRang event takes a wake time away: the event
	// stands for it from then on.
	DueTimers(ctx context.Context, now time.Time, limit int) ([]Timer, error)
	// Commit makes a decision durable, whole or not at all. Conflict: the
	// conversation has another version than Was, the event is no longer waiting,
	// a run of the id exists, or the bookings changed since Ledger where the
	// commit takes any.
	Commit(ctx context.Context, c Commit) error
	// History returns the audit trail of a ticket, oldest first.
	History(ctx context.Context, ticket TicketKey) ([]Audit, error)
}

// Patience is how often an event is put off before those behind it go first.
const Patience = 20

// An InboxRow is an event that waits.
type InboxRow struct {
	Event    Event     `json:"event"`
	Received time.Time `json:"received"` // UTC
	Attempts int       `json:"attempts"`
	Due      time.Time `json:"due,omitzero"`    // UTC; when to try it, zero: at once
	Cause    string    `json:"cause,omitempty"` // of the last delay
}

// A Timer is a conversation's wake time.
type Timer struct {
	Ticket  TicketKey `json:"ticket"`
	Version Version   `json:"version"` // that set it
	At      time.Time `json:"at"`      // UTC
	// Number tells it from every other that the store was ever told: a version may
	// set the same instant again after it rang.
	Number uint64 `json:"number,omitempty"`
}

// A Commit is one decision made durable. It is a value: the same on every store,
// printable, comparable, easy to fault.
//
// Where Next has the version Was nothing was decided: the event is done, the
// audit lines are kept and a run may be settled, but the conversation stays as
// it is, and so does its wake time if Wake is zero. Such a commit carries no
// messages, bookings or orders.
type Commit struct {
	EventID string       // the inbox row that is done; empty: none
	Was     Version      // the version decided on
	Next    Conversation // its Version is Was+1, or Was where nothing was decided
	Now     time.Time    // UTC; stamped on rows
	Heard   time.Time    // UTC; how old what the ticket says may be that is new to it, zero: none was read
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
	Source  string    `json:"source,omitempty"` // the event's ID
	// Refused is why nothing was done, of a command that was given on the command
	// line: there the trail is where its answer is read.
	Refused *Whisper `json:"refused,omitempty"`
}

// An Outbox keeps messages until they are sent.
type Outbox interface {
	// NextMessages returns up to limit messages that wait, are being attempted or
	// are unsure, and whose time to be tried has come: by lane, then those never
	// put off in the order of their decision, then the others by their time; at
	// most one for each ticket and vendor, and none while an earlier one of the
	// same ticket and vendor waits in its lane. Where vendors are given, only those
	// to them: what waits for the others costs little.
	NextMessages(ctx context.Context, now time.Time, limit int, to ...Vendor) ([]OutboxRow, error)
	// Attempt marks a message as about to be sent, before it is. Conflict: it
	// needs no sending any more.
	Attempt(ctx context.Context, key EffectKey, now time.Time) error
	// Settle records how an attempt ended. The same end twice changes nothing;
	// one that contradicts an earlier end is a Conflict. A dead message that is
	// settled as Waiting is tried again, behind the others.
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
	First    time.Time     `json:"first,omitzero"`  // UTC; when an attempt was first made
	Last     time.Time     `json:"last,omitzero"`   // UTC; when one was last begun, became unsure, or is known to have gone well
	Doubt    bool          `json:"doubt,omitempty"` // the outcome of some attempt was never known
	// Again: another store may have said it since an instant and until another, from
	// whose backup this one was restored, under another number and an epoch of its
	// own. Set with Doubt.
	Again  bool      `json:"again,omitempty"`
	Since  time.Time `json:"since,omitzero"` // UTC; of Again
	Until  time.Time `json:"until,omitzero"` // UTC; of Again
	Due    time.Time `json:"due,omitzero"`   // UTC; when to try it, zero: at once
	Remote RemoteID  `json:"remote,omitempty"`
	Cause  string    `json:"cause,omitempty"` // of the last failure, for people
}

// SentAs returns the key with which the message goes out and is looked for: the
// effect's, the store's epoch, since a restored backup decides the same versions
// again, differently, and the name of a living message or, of another, its words.
func (r OutboxRow) SentAs() EffectKey {
	return r.Message.Key + EffectKey("/"+r.Epoch+"/"+r.Message.known())
}

// SoughtAs returns the key by which the message is looked for where it may have been
// sent before. What another store may have said is found whatever its epoch and its
// version were: of a living message any drawing will do, since it is changed in
// place, of another one the same words.
func (r OutboxRow) SoughtAs() EffectKey {
	if !r.Again {
		return r.SentAs()
	}
	return EffectKey(string(r.Message.Ticket) + "/*/*/*/" + r.Message.known())
}

// SoughtSince returns from when on the message is looked for: since an attempt was
// first made, or since another store may have said it.
func (r OutboxRow) SoughtSince() time.Time {
	if r.Again {
		return r.Since
	}
	return r.First
}

// Attempted returns when the last attempt was begun whose outcome is not known: this
// store's, or the last that another store may have made; zero: there is none.
func (r OutboxRow) Attempted() (at time.Time) {
	if r.State != Waiting {
		at = r.Last
	}
	if r.Again && r.Until.After(at) {
		at = r.Until
	}
	return at
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
	// Doubt, with Waiting: the vendor answered without saying what it did. Look
	// before sending again; unlike with Unsure nothing can land later.
	Doubt bool
	Cause string
}

// Runs keeps the clone engine's runs and their journals.
type Runs interface {
	// Order starts a run that no conversation asks for, with its booking.
	// Conflict: the id exists, or the booking's ledger has changed.
	Order(ctx context.Context, r Run, b Booking, ledger uint64) error
	Run(ctx context.Context, id RunID) (Run, error)
	// OpenRuns returns the runs that are not settled, oldest first.
	OpenRuns(ctx context.Context) ([]Run, error)
	// PastRuns returns runs over a target that succeeded, newest order first, at
	// most limit.
	PastRuns(ctx context.Context, target string, limit int) ([]Run, error)
	// Claim gives the caller a new fencing token for the run; records with an
	// older one are refused from then on.
	Claim(ctx context.Context, id RunID) (token uint64, err error)
	// Append adds a record to a run's journal and sets the run's state.
	// Conflict: Seq is not the next one, or the token is old.
	Append(ctx context.Context, r RunRecord, s RunState) error
	Journal(ctx context.Context, id RunID) ([]RunRecord, error)
	// WishRun changes what people want of a run. To retry or to roll back opens
	// a settled run again.
	WishRun(ctx context.Context, w WishFor) error
	// SettleRun marks the last report as dealt with, and ends the booking that
	// Order made.
	SettleRun(ctx context.Context, id RunID) error
}

// Marks keeps a few named instants: the bot's first start, the poll's progress.
type Marks interface {
	Mark(ctx context.Context, name string) (time.Time, error) // zero: never set
	SetMark(ctx context.Context, name string, t time.Time) error
}
