package bot

import (
	"time"

	"github.com/refreshbot/refreshbot/rules"
)

// Facts are what a decision may rest on beside the conversation and the event.
// The runner gathers them before each step.
type Facts struct {
	Ticket     *Ticket     // as it is now; nil: deleted or out of sight
	World      rules.World // its Tenant is left empty: Step finds it by the reporter
	Taken      []Booking   // as in World.Taken, with whose they are
	Ledger     uint64      // of Taken
	Standing   *Standing   // of the command's actor; nil for other events
	Drawn      time.Time   // UTC; when a card first stood in Slack that shows the client's last change; zero: not yet
	Approvers  []Standing  // of those who approved what is confirmed, when the clock rings for it
	Run        *Run        // the conversation's, if it has one
	Estimate   *Estimate   // for a request that has a driver; nil: it has none
	FirstStart time.Time   // UTC; of the bot on this store
	House      House
}

// House is how the bot is set up, as far as a conversation cares.
type House struct {
	Shadow      bool              // say everything as internal notes, start nothing
	Manual      bool              // engineers run the clone by hand
	Transitions map[string]string // by "confirmed", "done", "declined"; empty: leave the ticket where it is
	TicketURL   string            // before a ticket's key, "https://example.atlassian.net/browse/"
	People      []Person          // who is who
	Policy      string            // the policy's version, for the audit trail
}

// A Decision is what Step makes of an event.
type Decision struct {
	Next    Conversation // its Version is one more
	Effects []Effect
	Wake    time.Time // UTC; zero: no timer
	Audit   []Audit
	Book    []Booking
	Unbook  []string
	Order   *Run
	Wish    *WishFor
	Settle  RunID
	Given   []Event // commands found on the ticket, to be received before the rest is committed
}

// Step decides what an event means for a conversation. It is pure: the same
// arguments give the same decision, and none of them is changed.
//
// An event that means nothing gives a decision without effects, whose next
// conversation differs by its version alone.
func Step(c Conversation, e Event, f Facts, now time.Time) Decision {
	t := begin(c, e, f, now)
	if e.Kind == TicketTouched {
		t.readNotes()
	}
	if handle, ok := table[c.State][e.Kind]; ok {
		handle(t)
	}
	return t.end()
}

// A handler deals with one kind of event in one state.
type handler func(*turn)

// table says what every state makes of every kind of event. A row or a column
// that is missing is found by a test.
var table = map[State]map[EventKind]handler{
	"":         row((*turn).meet, (*turn).nothing, (*turn).settle),
	Silent:     row((*turn).meet, (*turn).nothing, (*turn).settle),
	Collecting: row((*turn).touched, (*turn).wait, (*turn).settle),
	Lapsed:     row((*turn).touched, (*turn).wait, (*turn).settle),
	Declined:   row((*turn).touched, (*turn).wait, (*turn).settle),
	Proposed:   row((*turn).touched, (*turn).holdsEnd, (*turn).settle),
	Confirmed:  row((*turn).touched, (*turn).countdown, (*turn).settle),
	Running:    row((*turn).touched, (*turn).windowEnds, (*turn).report),
	Done:       row((*turn).touched, (*turn).nothing, (*turn).report),
	Failed:     row((*turn).touched, (*turn).nothing, (*turn).report),
	Cancelled:  row((*turn).touched, (*turn).nothing, (*turn).settle),
	HandedOver: row((*turn).touched, (*turn).nothing, (*turn).settle),
}

// row is one state's row of the table. Commands find their own way, by verb; a
// security notice and a restored backup mean the same everywhere.
func row(touched, clock, report handler) map[EventKind]handler {
	return map[EventKind]handler{
		TicketTouched:   touched,
		CommandGiven:    (*turn).command,
		TimerRang:       clock,
		RunReported:     report,
		SecurityNoticed: (*turn).notice,
		StoreRestored:   (*turn).redraw,
	}
}

// nothing is for events that a state has no use for: a timer that rings late.
func (t *turn) nothing() {}

// redraw shows a request as it is. It has a card from then on, whatever its state:
// there may be one that says something else. What its ticket says may have been
// answered, until it is read.
func (t *turn) redraw() {
	if t.c.State == "" || t.c.State == Silent {
		return
	}
	t.c.Behind = true
	t.show()
	t.card = true
	t.audit("shown as it is: a backup was restored")
}

// notice passes a security notice on to the engineers.
func (t *turn) notice() {
	if n := t.e.Notice; n != nil {
		t.tell(RaiseAlert{Topic: AlertOutside, What: n.What, Who: n.Source})
		t.audit("security notice: " + n.What)
	}
}
