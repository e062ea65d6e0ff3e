package bot

import (
	"maps"
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// A State is how far a conversation is.
type State string

// The states.
const (
	Collecting State = "collecting" // something is asked of the client
	Proposed   State = "proposed"   // waits for the engineers; its windows are held
	Confirmed  State = "confirmed"  // waits for its window
	Running    State = "running"    // the clone engine, or an engineer, is at work
	Done       State = "done"
	Failed     State = "failed"
	Declined   State = "declined"
	Cancelled  State = "cancelled"
	Lapsed     State = "lapsed"      // the window passed without a run
	HandedOver State = "handed_over" // a person has taken it: the bot is silent
	Silent     State = "silent"      // not a request of these kinds
)

// States lists every state.
var States = [...]State{
	Collecting, Proposed, Confirmed, Running, Done, Failed,
	Declined, Cancelled, Lapsed, HandedOver, Silent,
}

// A Conversation is everything that is known about one request. It is changed by
// Step alone. Its JSON is what stores keep: fields are added, never renamed.
type Conversation struct {
	Key     TicketKey `json:"key"`
	Version Version   `json:"version"`
	State   State     `json:"state"` // empty before the first event

	Reporter Person `json:"reporter,omitzero"`
	Tenant   string `json:"tenant,omitempty"`

	Seen    Seen                       `json:"seen,omitzero"`
	Answers ticket.Answers             `json:"answers,omitzero"`
	Origins map[ticket.Question]Origin `json:"origins,omitempty"` // where each answer was read
	// Labels name the windows of Answers and of Verdict, in their order: a
	// letter for one of the client's own, its number for a suggestion taken.
	Labels  []string      `json:"labels,omitempty"`
	Letters int           `json:"letters,omitempty"` // given so far; none is used again
	Offers  []Offer       `json:"offers,omitempty"`  // every suggestion ever made, by number
	Verdict rules.Verdict `json:"verdict,omitzero"`

	Versions [2]string     `json:"versions,omitzero"`  // schema versions of source and target, as far as known
	Expected time.Duration `json:"expected,omitempty"` // how long the clone takes; zero: not known
	Missing  []string      `json:"missing,omitempty"`  // what stands in the way of the clone engine, a line each

	Said   []time.Time `json:"said,omitempty"`    // public replies of the last day, UTC
	Spoke  time.Time   `json:"spoke,omitzero"`    // the bot's last public word, UTC
	Nudged bool        `json:"nudged,omitempty"`  // since that the client was reminded
	Stuck  int         `json:"stuck,omitempty"`   // turns in a row in which nothing got clearer
	Muted  bool        `json:"muted,omitempty"`   // a person answers the client; the work goes on
	Capped bool        `json:"capped,omitempty"`  // the engineers were told that the day's replies are used up
	Shown  bool        `json:"shown,omitempty"`   // there is a living reply on the ticket
	Carded bool        `json:"carded,omitempty"`  // there is a card in Slack
	Shuts  bool        `json:"shut,omitempty"`    // the bot has asked for the ticket to be closed
	Behind bool        `json:"behind,omitempty"`  // a backup was restored, and the ticket was not read since
	Deeds  []Deed      `json:"history,omitempty"` // what people decided, newest last

	// Card counts what could be decided: a button drawn for an earlier count is
	// refused, and Renewed says why. RenewedAt tells it from the same count of a time
	// that a restored store has forgotten.
	Card      int        `json:"card,omitempty"`
	Renewed   Renewal    `json:"renewed,omitempty"`
	RenewedAt time.Time  `json:"renewed_at,omitzero"` // UTC
	Changed   time.Time  `json:"changed,omitzero"`    // UTC; when the client last changed what could be decided, or withdrew it
	Holds     []Held     `json:"holds,omitempty"`     // at most two
	Approvals []Approval `json:"approvals,omitempty"`
	Booked    *Booked    `json:"booked,omitempty"` // from the confirmation on
	Stopped   *Stopped   `json:"stopped,omitempty"`
	Run       *Progress  `json:"run,omitempty"`
	Runs      int        `json:"runs,omitempty"` // how many were ordered
}

// Seen is what of a ticket has been dealt with.
type Seen struct {
	Description string            `json:"description,omitempty"` // hash of summary, description and fields
	Read        ticket.Answers    `json:"read,omitzero"`         // what stood in them
	Comments    map[string]string `json:"comments,omitempty"`    // by id: hash of the text
	Notes       map[string]string `json:"notes,omitempty"`       // the same of internal notes to the bot
	Shut        bool              `json:"shut,omitempty"`        // closed, and by the bot: a word on it counts all the same
}

// An Origin says where an answer was read.
type Origin struct {
	Comment string    `json:"comment,omitempty"` // its id; empty: the description
	At      time.Time `json:"at"`                // UTC; of the message
}

// An Offer is a window that was suggested to the client.
type Offer struct {
	Number int            `json:"number"` // never used again on the ticket
	Window rules.Interval `json:"window"`
	Made   time.Time      `json:"made"`            // UTC; its notice counts from here
	Taken  bool           `json:"taken,omitempty"` // the client chose it
	Open   bool           `json:"open,omitempty"`  // among those last suggested
	By     string         `json:"by,omitempty"`    // the engineer who proposed it; empty: the bot
}

// A Held is a window that is kept free while its approval is open.
type Held struct {
	Label string    `json:"label"`
	Until time.Time `json:"until"` // UTC
}

// An Approval is one engineer's yes to one window.
type Approval struct {
	Label  string    `json:"label"`
	Hash   string    `json:"hash"` // of the request as it was approved
	By     Person    `json:"by"`
	At     time.Time `json:"at"`               // UTC
	Extra  bool      `json:"extra,omitempty"`  // an internal approval: outside the standard hours
	Policy string    `json:"policy,omitempty"` // the policy's version
}

// Booked is the window that was confirmed, and what has been done about it.
type Booked struct {
	Label    string          `json:"label"`
	Window   rules.Interval  `json:"window"`
	Hash     string          `json:"hash"`
	At       time.Time       `json:"at"`                 // UTC
	Reminded []time.Duration `json:"reminded,omitempty"` // those ahead that are done with
	Checked  []time.Duration `json:"checked,omitempty"`
	Begun    bool            `json:"begun,omitempty"`   // the start was dealt with
	Overdue  bool            `json:"overdue,omitempty"` // the end was dealt with while running
	Waived   []string        `json:"waived,omitempty"`  // hashes of what an engineer let pass in a recheck
}

// Stopped says that a confirmed request does not start by itself, and why.
type Stopped struct {
	By       string          `json:"by,omitempty"` // an engineer; empty: a recheck
	At       time.Time       `json:"at"`
	Findings []rules.Finding `json:"findings,omitempty"`
	Missing  []string        `json:"missing,omitempty"` // of the clone engine
	// Lost are the approvals that count no longer, as far as they are needed.
	Lost []Loss `json:"lost,omitempty"`
}

// A Loss is an approval that counts no longer, and why.
type Loss struct {
	By  Person  `json:"by"`
	Why Refusal `json:"why"`
}

// Progress is how far the run is.
type Progress struct {
	ID      RunID     `json:"id,omitempty"` // empty: by hand
	By      Person    `json:"by"`           // on whose word
	Started time.Time `json:"started"`      // UTC
	Ended   time.Time `json:"ended,omitzero"`
	State   RunState  `json:"state"`
	Wish    RunWish   `json:"wish,omitempty"`
	Seq     int       `json:"seq,omitempty"` // of the last report
	Swapped bool      `json:"swapped,omitempty"`
	Late    bool      `json:"late,omitempty"` // both sides know that it ends after its window
	// Overtime allows the run to go on after its window: an engineer said so.
	Overtime   bool      `json:"overtime,omitempty"`
	Undone     bool      `json:"undone,omitempty"`     // it had succeeded and is being rolled back
	Cancelling bool      `json:"cancelling,omitempty"` // it is being stopped because the request was withdrawn
	Finish     time.Time `json:"finish,omitzero"`
	Problem    string    `json:"problem,omitempty"`
	Question   string    `json:"question,omitempty"`
	Facts      []string  `json:"facts,omitempty"`
	Tasks      int       `json:"tasks,omitempty"` // done, of 31
}

// A Deed is one decision of a person's, as the card tells it.
type Deed struct {
	At     time.Time `json:"at"` // UTC
	Who    string    `json:"who"`
	Verb   Verb      `json:"verb"`
	Label  string    `json:"label,omitempty"`
	Reason string    `json:"reason,omitempty"`
	Extra  bool      `json:"extra,omitempty"` // of Approve: an internal approval
}

// A Renewal is why an older card's buttons count no longer.
type Renewal string

// The renewals.
const (
	RenewedByClient   Renewal = "client"   // the client changed the request
	RenewedByDecision Renewal = "decision" // somebody decided
	RenewedByTime     Renewal = "time"     // a window was judged again and had changed
)

// Asking reports whether the next word is the client's. A request that names
// another tenant's environment is among them: in public it is one like any other.
func (c Conversation) Asking() bool {
	switch c.State {
	case Collecting, Lapsed:
		return true
	case Declined:
		return c.Verdict.ForeignEnvironment != ""
	default:
		return false
	}
}

// Window returns the window of that label; false where there is none.
func (c Conversation) Window(label string) (rules.Window, bool) {
	i := slices.Index(c.Labels, label)
	if i < 0 || i >= len(c.Verdict.Windows) {
		return rules.Window{}, false
	}
	return c.Verdict.Windows[i], true
}

// GoLive reports whether the target is a production environment.
func (c Conversation) GoLive() bool {
	return slices.ContainsFunc(c.Verdict.Findings, func(f rules.Finding) bool {
		return f.Code == rules.TargetProduction
	})
}

// Order returns what the clone engine would be asked to do. Its window is empty
// until one is confirmed.
func (c Conversation) Order() RunOrder {
	o := RunOrder{
		Source:        c.Verdict.Source,
		Target:        c.Verdict.Target,
		PreserveUsers: c.Verdict.Preserve == ticket.Yes,
		AsOf:          c.Verdict.PointInTime,
		GoLive:        c.GoLive(),
	}
	if c.Booked != nil {
		o.Window = c.Booked.Window
	}
	return o
}

// Schema reports whether the request is a schema update.
func (c Conversation) Schema() bool { return c.Answers.Kind == ticket.SchemaUpdate }

// clone returns a copy that can be changed without touching c. Answers and
// Verdict are replaced as a whole, never written into, so they are shared; the
// windows of the answers alone are confirmed in place.
func (c Conversation) clone() Conversation {
	c.Seen.Comments = maps.Clone(c.Seen.Comments)
	c.Seen.Notes = maps.Clone(c.Seen.Notes)
	c.Origins = maps.Clone(c.Origins)
	c.Answers.Windows = slices.Clone(c.Answers.Windows)
	c.Labels = slices.Clone(c.Labels)
	c.Offers = slices.Clone(c.Offers)
	c.Said = slices.Clone(c.Said)
	c.Deeds = slices.Clone(c.Deeds)
	c.Holds = slices.Clone(c.Holds)
	c.Approvals = slices.Clone(c.Approvals)
	c.Booked = c.Booked.clone()
	c.Stopped = copied(c.Stopped)
	c.Run = copied(c.Run)
	return c
}

func (b *Booked) clone() *Booked {
	if b = copied(b); b != nil {
		b.Reminded = slices.Clone(b.Reminded)
		b.Checked = slices.Clone(b.Checked)
		b.Waived = slices.Clone(b.Waived)
	}
	return b
}

// copied returns a pointer to a copy of what p points to, or nil.
func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
