package bot

// A State is how far a conversation is.
type State string

// The states.
const (
	Collecting State = "collecting" // something is asked of the client
	Proposed   State = "proposed"   // waits for the engineers; its windows are held
	Confirmed  State = "confirmed"  // waits for its window
	Running    State = "running"    // the clone engine is at work
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
}
