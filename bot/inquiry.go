package bot

import (
	"context"
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/rules"
)

// Inquiries answers engineers at once, from what is kept: what they ask, the
// windows that they can propose, their home. It decides nothing and changes
// nothing, so nothing of it goes through the inbox. Errors are those of its
// Records; now is the present instant, UTC.
type Inquiries interface {
	// Answer answers a question, for the asker alone. What can't be found is
	// said in the answer and is no error.
	Answer(ctx context.Context, q Question, now time.Time) (InternalText, error)
	// Choices returns the windows that could be proposed to a ticket's client.
	Choices(ctx context.Context, ticket TicketKey, now time.Time) (Choices, error)
	// Against says what speaks against proposing a window to a ticket's client,
	// a sentence each; none: it can be proposed.
	Against(ctx context.Context, ticket TicketKey, window rules.Interval, now time.Time) ([]string, error)
	// Home draws what somebody should see first.
	Home(ctx context.Context, viewer Standing, now time.Time) (Home, error)
}

// Records are what inquiries are answered from. Every Store is one.
type Records interface {
	Conversation(ctx context.Context, ticket TicketKey) (Conversation, error)
	Conversations(ctx context.Context, states ...State) ([]Conversation, error)
	History(ctx context.Context, ticket TicketKey) ([]Audit, error)
	Taken(ctx context.Context, now time.Time, except TicketKey) ([]Booking, uint64, error)
}

// A Question is what an engineer wants to know.
type Question struct {
	Topic  Topic
	Ticket TicketKey // of AboutRequest always, of AboutStatus and AboutWindows perhaps
	Region string    // of AboutHolidays: ISO 3166-1 or 3166-2, in either case
	Year   int       // of AboutHolidays; zero: the present one
}

// A Topic is what a question is about.
type Topic string

// The topics, as they are typed.
const (
	AboutStatus   Topic = "status"   // how things stand: with one request, or with all
	AboutList     Topic = "list"     // every open request, a line each
	AboutRequest  Topic = "show"     // everything about one request
	AboutWindows  Topic = "windows"  // when something could run: one request, or any
	AboutHolidays Topic = "holidays" // of a region in a year
)

// Topics lists every topic.
var Topics = [...]Topic{AboutStatus, AboutList, AboutRequest, AboutWindows, AboutHolidays}

// Private reports whether the answer tells of a client's request, and so is not
// for everybody.
func (q Question) Private() bool {
	return q.Ticket != "" || q.Topic != AboutHolidays && q.Topic != AboutWindows
}

// Choices are windows to choose from, in order of time.
type Choices struct {
	Windows []Choice
	None    string // why there is none; empty where there are some
}

// A Choice is a window that satisfies every rule at once.
type Choice struct {
	Window rules.Interval
	When   string // in UTC
	Local  string // in the client's zone; empty where that is not known
}

// A Home is what somebody sees before anything was asked: what waits for them,
// what runs, what comes.
type Home struct {
	Title    string
	Summary  string   // how much of everything, in a line
	Notes    []string // what not to overlook, a line each
	Sections []HomeSection
}

// A HomeSection is requests of a sort, or lines.
type HomeSection struct {
	Title   string
	Entries []HomeEntry
	Lines   []string
	More    string // what is left out; empty: nothing
}

// A HomeEntry is a request in a few lines.
type HomeEntry struct {
	Ticket  TicketKey
	Title   string // "HELP-7: ABCD_prod → ABCD_test"
	Link    string // to the ticket; may be empty
	Lines   []string
	Done    int // tasks of the run, out of All
	All     int // zero: there is no run to show
	Buttons []Button
}

// WaitsFor reports whether a request waits for somebody's own decision: it is
// theirs to approve, they did not ask for it, and have not approved it before.
func (c Conversation) WaitsFor(s Standing, h House) bool {
	if c.State != Proposed || !s.Approver || c.Verdict.ForeignEnvironment != "" || h.same(s.Person, c.Reporter) {
		return false
	}
	return !slices.ContainsFunc(c.Approvals, func(a Approval) bool {
		return h.same(a.By, s.Person) && a.Hash == c.Hash(a.Label)
	})
}
