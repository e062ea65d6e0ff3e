package bot

import (
	"time"

	"github.com/refreshbot/refreshbot/rules"
)

// An Event is something that happened outside. It is kept in the inbox before
// its sender is told that it arrived.
type Event struct {
	// ID is the same for every delivery of the same event; a second one is
	// dropped. "jira/webhook/<identifier>", "slack/action/<ts>/<message>", …
	ID     string    `json:"id"`
	Kind   EventKind `json:"kind"`
	Ticket TicketKey `json:"ticket"`
	At     time.Time `json:"at"` // UTC; when it happened, as far as the sender says

	Command *Command   `json:"command,omitempty"` // of CommandGiven
	Run     *RunReport `json:"run,omitempty"`     // of RunReported
	Notice  *Notice    `json:"notice,omitempty"`  // of SecurityNoticed
}

// An EventKind is the kind of an event.
type EventKind string

// The kinds of event.
const (
	// TicketTouched is a hint that a ticket is new or changed: the ticket itself
	// is read before anything is decided.
	TicketTouched EventKind = "ticket_touched"
	// CommandGiven is an engineer's command, from whichever surface.
	CommandGiven EventKind = "command_given"
	// TimerRang is the conversation's own wake time.
	TimerRang EventKind = "timer_rang"
	// RunReported is news of the clone engine.
	RunReported EventKind = "run_reported"
	// SecurityNoticed is something the engineers should know about that has no
	// conversation of its own, such as a forged webhook.
	SecurityNoticed EventKind = "security_noticed"
	// StoreRestored comes to a conversation of a store that has been a backup: what
	// stands on the ticket and in Slack may be of a life of which it knows nothing.
	StoreRestored EventKind = "store_restored"
)

// EventKinds lists every kind of event.
var EventKinds = [...]EventKind{TicketTouched, CommandGiven, TimerRang, RunReported, SecurityNoticed, StoreRestored}

// A Command is what an engineer wants done with a request.
type Command struct {
	Verb    Verb    `json:"verb"`
	Actor   Person  `json:"actor"`
	Surface Surface `json:"surface"`

	// Token is that of the card whose button was used; empty from elsewhere. An
	// older card's token is refused.
	Token  string         `json:"token,omitempty"`
	Choice string         `json:"choice,omitempty"` // of Approve: the window's letter or suggestion's number
	Window rules.Interval `json:"window,omitzero"`  // of Propose
	Reason string         `json:"reason,omitempty"` // of Reject, Ask, CancelRequest
	// Origin is where an answer to the actor alone goes: a channel, or empty.
	Origin string `json:"origin,omitempty"`
}

// A Verb is an engineer's command.
type Verb string

// The verbs.
const (
	Approve       Verb = "approve"
	Reject        Verb = "reject"
	Propose       Verb = "propose" // another window
	Ask           Verb = "ask"     // the client something
	Hold          Verb = "hold"
	Release       Verb = "release"
	CancelRequest Verb = "cancel"
	StartNow      Verb = "start"
	Retry         Verb = "retry"
	RollBack      Verb = "rollback"
	Mute          Verb = "mute"
	MarkStarted   Verb = "started" // runner manual: done by hand
	MarkDone      Verb = "done"
	MarkFailed    Verb = "failed"
)

// Verbs lists every verb.
var Verbs = [...]Verb{
	Approve, Reject, Propose, Ask, Hold, Release, CancelRequest,
	StartNow, Retry, RollBack, Mute, MarkStarted, MarkDone, MarkFailed,
}

// A Surface is where a command was given.
type Surface string

// The surfaces.
const (
	SlackCard    Surface = "slack_card"
	SlackThread  Surface = "slack_thread"
	SlackCommand Surface = "slack_command"
	TicketNote   Surface = "ticket_note"
	CommandLine  Surface = "command_line"
)

// A Notice is a security notice.
type Notice struct {
	What   string `json:"what"`   // "webhook with a wrong signature"
	Source string `json:"source"` // an address, an account
}
