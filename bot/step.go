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
}

// A Decision is what Step makes of an event.
type Decision struct {
	Next    Conversation
	Effects []Effect
	Wake    time.Time // UTC; zero: no timer
	Audit   []Audit
	Book    []Booking
	Unbook  []string
	Order   *Run
	Wish    *WishFor
	Settle  RunID
}
