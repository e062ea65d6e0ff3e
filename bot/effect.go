package bot

import (
	"time"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// An Effect is something that a decision does to the world outside. Package
// wording turns it into a Message, in the light of the conversation as it is
// after the decision; an effect itself holds only what is not to be seen there.
type Effect interface{ effect() }

// The effects.
type (
	// ShowStatus draws the living reply on the ticket: the first reply, then how
	// things stand.
	ShowStatus struct{}

	// ShowCard draws the request's card in Slack.
	ShowCard struct{}

	// ShowProgress draws how far the run is, in the card's thread.
	ShowProgress struct{ Report RunReport }

	// MoveTicket takes the ticket through a transition.
	MoveTicket struct{ Transition string }

	// TellClient is a public reply of its own, where the client has something to
	// do or to know.
	TellClient struct {
		Topic   ClientTopic
		Changed []ticket.Question // ToldVerdict: what the client's words changed
		Voided  bool              // ToldVerdict: a confirmation or an approval is void
		Unknown []int             // ToldVerdict: numbers that were never offered
		Reason  string            // the engineer's words, where the topic has any
		Number  int               // ToldProposal: the offer's
		Ahead   time.Duration     // ToldReminder
		By      string            // who, where the topic has somebody
		Until   time.Time         // UTC; not sent after it, zero: whenever
	}

	// TellEngineers is a line in the card's thread.
	TellEngineers struct {
		Topic  EngineerTopic
		By     string   // who
		Label  string   // the window's
		Labels []string // of several
		Text   string   // a reason, a problem, a client's words
		More   []string
		At     time.Time
	}

	// Whisper answers the one engineer who gave a command.
	Whisper struct {
		To       string // the member
		Origin   string // the channel, if it is not the desk's
		Why      Why
		Verb     Verb
		Label    string
		By       string // who was first
		At       time.Time
		Findings []rules.Finding
		Until    time.Time // UTC; of no use after it
	}

	// NoteInside is an internal note on the ticket: the answer to a command that
	// was given there.
	NoteInside struct{ Whisper }

	// RaiseAlert is a security notice, in a message of its own.
	RaiseAlert struct {
		Topic AlertTopic
		What  string // an environment's name, a forged message
		Who   string // an account, an address
	}
)

func (ShowStatus) effect()    {}
func (ShowCard) effect()      {}
func (ShowProgress) effect()  {}
func (MoveTicket) effect()    {}
func (TellClient) effect()    {}
func (TellEngineers) effect() {}
func (Whisper) effect()       {}
func (NoteInside) effect()    {}
func (RaiseAlert) effect()    {}

// A ClientTopic is what a public reply is about.
type ClientTopic string

// What clients are told.
const (
	ToldVerdict    ClientTopic = "verdict"   // what their last words made of the request
	ToldNothing    ClientTopic = "nothing"   // their last words could not be read
	ToldStatus     ClientTopic = "status"    // how things stand, since they asked
	ToldConfirmed  ClientTopic = "confirmed" // the window is confirmed
	ToldReminder   ClientTopic = "reminder"  // it is near
	ToldRejected   ClientTopic = "rejected"  // the engineers said no
	ToldQuestion   ClientTopic = "question"  // the engineers ask
	ToldProposal   ClientTopic = "proposal"  // the engineers propose another window
	ToldDelayed    ClientTopic = "delayed"   // the window is here and the start is stopped
	ToldLate       ClientTopic = "late"      // the run will end after its window
	ToldDone       ClientTopic = "done"
	ToldFailed     ClientTopic = "failed"
	ToldRolledBack ClientTopic = "rolled_back" // all is as before the run
	ToldStopped    ClientTopic = "stopped"     // the window's end came before the run could finish
	ToldLapsed     ClientTopic = "lapsed"      // the window passed without a run
	ToldCancelled  ClientTopic = "cancelled"
	ToldTooLate    ClientTopic = "too_late"    // to cancel or to change: it is running
	ToldHandedOver ClientTopic = "handed_over" // a person answers from here on
	ToldNudge      ClientTopic = "nudge"       // an answer is still open
	ToldClosed     ClientTopic = "closed"      // nobody answered
)

// An EngineerTopic is what a line in the card's thread is about.
type EngineerTopic string

// What engineers are told.
const (
	NewsApproved   EngineerTopic = "approved" // the first of several approvals
	NewsConfirmed  EngineerTopic = "confirmed"
	NewsRejected   EngineerTopic = "rejected"
	NewsAsked      EngineerTopic = "asked"     // the client was asked
	NewsProposed   EngineerTopic = "proposed"  // a window was proposed to the client
	NewsVoided     EngineerTopic = "voided"    // the client changed what had been approved
	NewsChanged    EngineerTopic = "changed"   // the client changed the request
	NewsWaits      EngineerTopic = "waits"     // the change left something open
	NewsGone       EngineerTopic = "gone"      // no window is left
	NewsHoldOver   EngineerTopic = "hold_over" // the windows are kept free no longer
	NewsHeld       EngineerTopic = "held"
	NewsReleased   EngineerTopic = "released"
	NewsStopped    EngineerTopic = "stopped" // a recheck, or an engineer, stopped the start
	NewsResumed    EngineerTopic = "resumed"
	NewsByHand     EngineerTopic = "by_hand" // the window is here: somebody has to start
	NewsStarted    EngineerTopic = "started"
	NewsLate       EngineerTopic = "late"
	NewsStopping   EngineerTopic = "stopping" // the window ended before the swap
	NewsOvertime   EngineerTopic = "overtime" // the window ended after the swap, or by hand
	NewsDone       EngineerTopic = "done"
	NewsFailed     EngineerTopic = "failed"
	NewsQuestion   EngineerTopic = "question" // the clone engine can't tell how a task ended
	NewsRetry      EngineerTopic = "retry"
	NewsRollBack   EngineerTopic = "rollback" // asked for
	NewsRolledBack EngineerTopic = "rolled_back"
	NewsNoWayBack  EngineerTopic = "no_way_back" // what was done can't be rolled back
	NewsCancelled  EngineerTopic = "cancelled"
	NewsClosed     EngineerTopic = "closed" // the ticket is closed, moved or deleted
	NewsLapsed     EngineerTopic = "lapsed"
	NewsShadow     EngineerTopic = "shadow"      // shadow mode: nothing was started
	NewsHandedOver EngineerTopic = "handed_over" // Text is one of the reasons below
	NewsTakenUp    EngineerTopic = "taken_up"    // the bot goes on
	NewsWords      EngineerTopic = "words"       // a client's words that need a person
	NewsCancelWish EngineerTopic = "cancel_wish" // the client wants to cancel a run at work
	NewsTenant     EngineerTopic = "tenant"      // the reporter fits no tenant, or several
	NewsCapped     EngineerTopic = "capped"      // the day's public replies are used up
	NewsUnanswered EngineerTopic = "unanswered"  // closed, since nobody answered
)

// Why a ticket was handed to a person: the Text of NewsHandedOver.
const (
	HandedByClient = "client" // asked for a person
	HandedByLabel  = "label"
	HandedByMute   = "mute"
	HandedByStuck  = "stuck" // two turns without progress
)

// A Why is the reason of a whisper: why a command was refused or, of the last
// few, what came of it.
type Why string

// The reasons.
const (
	WhyNotApprover  Why = "not_approver" // By is the refusal
	WhyRequester    Why = "requester"
	WhyOldCard      Why = "old_card"
	WhyAlready      Why = "already"  // decided by somebody else before
	WhyTwice        Why = "twice"    // one's own second approval
	WhyState        Why = "state"    // nothing the verb could do in this state
	WhyNoWindow     Why = "no_label" // no window of that label
	WhyNoTime       Why = "no_time"  // a window without instants was proposed
	WhyNotFeasible  Why = "not_feasible"
	WhyForeign      Why = "foreign" // another tenant's environment: never approvable
	WhyNoReason     Why = "no_reason"
	WhyNotNow       Why = "not_now"   // outside the window
	WhyNoDriver     Why = "no_driver" // nothing that could be started or rolled back
	WhyMissing      Why = "missing"   // something stands in the way of the start
	WhyShadow       Why = "shadow"
	WhyUnknown      Why = "unknown" // no conversation about that ticket
	WhySwapped      Why = "swapped" // too late to stop
	WhyTicketGone   Why = "ticket_gone"
	WhyNothingToSay Why = "nothing"      // it is so already
	WhyNoVerb       Why = "no_verb"      // not a command
	WhyNoteUnclear  Why = "note_unclear" // a note speaks to the bot, but is no command
	WhyOtherTicket  Why = "other_ticket" // a note speaks of another ticket than its own
	WhyHeeded       Why = "heeded"       // it was done: the answer to a note
	WhyNoRequest    Why = "no_request"   // the ticket asks for nothing of the kind
)

// An AlertTopic is what a security notice is about.
type AlertTopic string

// The alerts.
const (
	AlertForeign AlertTopic = "foreign" // a ticket names another tenant's environment
	AlertRefused AlertTopic = "refused" // an approval by somebody who may not
	AlertOutside AlertTopic = "outside" // reported from outside
)
