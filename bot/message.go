package bot

import (
	"fmt"
	"path"
	"strings"
	"time"
)

// An EffectKey names one effect for ever: the conversation, the version that
// decided it, and its place among that version's effects. It travels with the
// message, so that after an unknown outcome the message can be looked for.
type EffectKey string

// KeyOf returns the key of the effect at index of the decision that led a
// conversation to version.
func KeyOf(ticket TicketKey, version Version, index int) EffectKey {
	return EffectKey(fmt.Sprintf("%s/%d/%d", ticket, version, index))
}

// Ticket returns the ticket of the conversation that decided the effect.
func (k EffectKey) Ticket() TicketKey {
	ticket, _, _ := strings.Cut(string(k), "/")
	return TicketKey(ticket)
}

// Finds reports whether a message that went out with the key found is the one that
// is looked for by k: a star in k stands for any one part, see OutboxRow.SoughtAs.
func (k EffectKey) Finds(found EffectKey) bool {
	same, err := path.Match(string(k), string(found))
	return same && err == nil
}

// A Version counts a conversation's decisions. The first one makes version 1.
type Version uint64

// A Message is an effect with its words: what waits in the outbox.
type Message struct {
	Key    EffectKey   `json:"key"`
	Ticket TicketKey   `json:"ticket"`
	Kind   MessageKind `json:"kind"`
	// Living names a message of which there is one, redrawn in place: the sender
	// changes the one that was sent under the name before, and a newer message
	// of the name takes an older one's place in the outbox. Empty: sent once.
	Living LivingName `json:"living,omitempty"`
	// Under names the living message in whose thread this one belongs.
	Under     LivingName `json:"under,omitempty"`
	NotBefore time.Time  `json:"not_before,omitzero"` // UTC
	NotAfter  time.Time  `json:"not_after,omitzero"`  // UTC; dropped when it could not be sent by then

	Public *PublicText   `json:"public,omitempty"` // TicketReply
	Inside *InternalText `json:"inside,omitempty"` // TicketNote, ChatThread, ChatWhisper, ChatAlert
	Card   *Card         `json:"card,omitempty"`   // ChatCard
	Plan   *RunReport    `json:"plan,omitempty"`   // ChatProgress
	Status string        `json:"status,omitempty"` // TicketStatus: a transition's name or id
	To     string        `json:"to,omitempty"`     // ChatWhisper: the member it is for
	Origin string        `json:"origin,omitempty"` // ChatWhisper: the channel, if it is not the desk's
}

// known is what a message is recognised by where its number says nothing: the name
// of a living one, the hash of what another says.
func (m Message) known() string {
	if m.Living != "" {
		return string(m.Living)
	}
	return hashOf([]any{m.Kind, m.Public, m.Inside})[:16]
}

// A MessageKind says where a message goes and what it is made of.
type MessageKind string

// The kinds of message.
const (
	TicketReply  MessageKind = "ticket_reply"  // a public comment
	TicketInside MessageKind = "ticket_note"   // an internal comment
	TicketStatus MessageKind = "ticket_status" // a transition
	ChatCard     MessageKind = "chat_card"     // the request's card
	ChatThread   MessageKind = "chat_thread"   // a milestone in the card's thread
	ChatProgress MessageKind = "chat_progress" // the run's tasks, in the card's thread
	ChatWhisper  MessageKind = "chat_whisper"  // seen by one member alone
	ChatAlert    MessageKind = "chat_alert"    // a security notice, a message of its own
)

// OnTicket reports whether a message of the kind goes to the help center; the
// others go to Slack.
func (k MessageKind) OnTicket() bool {
	return k == TicketReply || k == TicketInside || k == TicketStatus
}

// Vendor returns where a message of the kind goes.
func (k MessageKind) Vendor() Vendor {
	if k.OnTicket() {
		return ToDesk
	}
	return ToChat
}

// A Vendor is one of the two sides that messages go to.
type Vendor string

// The vendors.
const (
	ToDesk Vendor = "desk" // the help center
	ToChat Vendor = "chat" // Slack
)

// Lane returns the kind's lane in the outbox: lower ones are sent first.
// Progress waits for everything else.
func (k MessageKind) Lane() int {
	if k == ChatProgress {
		return 1
	}
	return 0
}

// A LivingName names a message that is redrawn in place.
type LivingName string

// The living messages of a conversation.
const (
	StatusReply LivingName = "status"   // on the ticket: the first reply, then the state of things
	RequestCard LivingName = "card"     // in Slack
	RunProgress LivingName = "progress" // in Slack; one for each run, see ProgressOf
)

// ProgressOf names the progress message of a run.
func ProgressOf(id RunID) LivingName { return RunProgress + LivingName("/"+id) }

// PublicText is text that the client may read. Only package wording makes it.
type PublicText struct {
	Text Text `json:"text"`
}

// InternalText is text for the engineers alone. There is no way from it to a
// public comment.
type InternalText struct {
	Text Text `json:"text"`
}

// A Card shows a request in Slack and carries its buttons.
type Card struct {
	Title   string       `json:"title"`             // "HELP-7: ABCD_prod → ABCD_test"
	State   string       `json:"state"`             // one line: "waits for approval"
	Link    string       `json:"link,omitempty"`    // to the ticket
	Facts   []CardFact   `json:"facts"`             // name and value pairs
	Windows []CardWindow `json:"windows"`           // in order
	Notes   []string     `json:"notes,omitempty"`   // warnings, a line each
	Buttons []Button     `json:"buttons,omitempty"` // none: nothing to decide
	History []string     `json:"history,omitempty"` // who decided what, newest last
}

// A CardFact is a name and its value.
type CardFact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A CardWindow is a window with its verdict in a few words.
type CardWindow struct {
	Label   string   `json:"label"`   // "A"
	When    string   `json:"when"`    // UTC, local time beside it where known
	Verdict string   `json:"verdict"` // "works", "needs approval", "does not work"
	Good    bool     `json:"good"`
	Special bool     `json:"special,omitempty"` // it can be had, if it is approved specially
	Reasons []string `json:"reasons,omitempty"`
}

// A Button gives a command.
type Button struct {
	Label   string `json:"label"`
	Verb    Verb   `json:"verb"`
	Choice  string `json:"choice,omitempty"`
	Token   string `json:"token"` // of the card it is drawn on
	Danger  bool   `json:"danger,omitempty"`
	Primary bool   `json:"primary,omitempty"`
	// Confirm, if set, is asked before the command is given.
	Confirm string `json:"confirm,omitempty"`
	// NeedsReason opens a form for the reason first.
	NeedsReason bool `json:"needs_reason,omitempty"`
}
