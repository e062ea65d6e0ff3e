package slack

import (
	"fmt"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
)

// The sentences below are answered on the spot, before there is an event that
// package wording could be asked about.
const (
	wordConfirm   = "Are you sure?"
	wordBack      = "Back"
	wordNotKept   = "I could not keep that just now, so nothing was done. Please try again in a minute."
	wordNoForm    = "The form could not be opened. Please click once more."
	wordOldButton = "I can't make sense of that button. Please use the newest card of the request."
	wordNoReason  = "Please say why; a word or two are enough."
	wordDate      = "Which day?"
	wordTime      = "Starting when, in UTC?"
	wordTimeHint  = "A window that breaks a rule is refused with the reason."
	wordNoDate    = "Please pick a day."
	wordNoTime    = "Please pick a time."
	wordPast      = "That is in the past."
	wordNoStart   = "When? Give the start in UTC, as in: propose HELP-7 2024-10-09 02:00"
	wordNoTicket  = "Which request? Name its ticket, or say it in the thread of its card."
	wordNoRegion  = "Holidays of which region, and in which year? As in: holidays SG 2025"

	wordNoAnswer    = "I could not look that up just now. Please try again in a minute."
	wordNoInquiries = "I can't look anything up here."
	wordNotHere     = "Clients' requests are shown to approvers, and in the channel of the cards. Please ask there."

	wordChoice      = "Which window?"
	wordOther       = "Another time"
	wordOtherHint   = "the day and the time below"
	wordOtherDay    = "Another day"
	wordOtherTime   = "Another time, in UTC"
	wordNoChoice    = "Please choose a window, or another time."
	wordTwoChoices  = "You also filled in another time: choose “Another time” to use it, or clear it."
	wordRefreshHome = "Refresh"
)

// wordNoReader says why somebody is shown no client's request.
func wordNoReader(r bot.Refusal) string {
	switch r {
	case bot.IsGuest:
		return "Guests are not shown clients' requests."
	case bot.IsBot, bot.IsDeleted:
		return "This account is not shown clients' requests."
	default:
		return "I could not check who you are, so I can't show that. Please try again in a minute."
	}
}

// wordCommands is what there is to type; wordUnknown is said where something else
// was.
const (
	wordCommands = "This is what I know.\n" + commandList
	wordUnknown  = "I did not understand that. This is what I know.\n" + commandList

	commandList = "*Look up*, for your eyes alone:\n" +
		"`status` or `status KEY`  ·  `list`  ·  `show KEY`\n" +
		"`windows` or `windows KEY`  ·  `holidays SG 2025`\n" +
		"*Decide*, if you may:\n" +
		"`approve KEY A`  ·  `reject KEY reason`  ·  `ask KEY question`\n" +
		"`propose KEY 2024-10-09 02:00` (UTC)\n" +
		"`hold KEY`  ·  `release KEY`  ·  `cancel KEY`  ·  `mute KEY`\n" +
		"`start KEY`  ·  `retry KEY`  ·  `rollback KEY`\n" +
		"KEY is the ticket, such as HELP-7; in the thread of a card it can be left out."
)

func wordLong(limit int) string { return fmt.Sprintf("At most %d characters, please.", limit) }

// wordNoted says a command back that was kept. What comes of it is not known yet.
func wordNoted(ticket bot.TicketKey, c bot.Command) string {
	said := strings.TrimSpace(string(c.Verb) + " " + string(ticket) + " " + c.Choice)
	return "Noted: " + said + ". The card shows what comes of it."
}

// A form's words.
type formWords struct{ title, label, hint, submit string }

// wordsOf returns what the form for a verb's reason says.
func wordsOf(v bot.Verb) formWords {
	const asItStands = "It goes onto the ticket as it stands."
	switch v {
	case bot.Propose:
		return formWords{"Window for", "A word for the client?", asItStands, "Propose"}
	case bot.Reject:
		return formWords{"Reject", "Why can't this run?", asItStands, "Reject"}
	case bot.Ask:
		return formWords{"Ask the client", "What should the client be asked?", asItStands, "Ask"}
	case bot.CancelRequest:
		return formWords{"Cancel", "Why is it cancelled?", asItStands, "Cancel request"}
	case bot.MarkFailed:
		return formWords{"Failed", "What went wrong?", "For the engineers and the record.", "Mark as failed"}
	default:
		return formWords{"Reason", "Why?", "For the engineers and the record.", "Go on"}
	}
}
