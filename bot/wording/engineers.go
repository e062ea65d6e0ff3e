package wording

import (
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
)

// thread is a line in the card's thread, with what belongs to it.
func thread(c bot.Conversation, e bot.TellEngineers, h bot.House) bot.Text {
	line := headline(c, e)
	if h.Shadow && forClient[e.Topic] {
		line = join(says("(Shadow mode: the client reads nothing of this.)"), line)
	}
	text := bot.Text{para(line)}
	switch e.Topic {
	case bot.NewsRejected, bot.NewsAsked, bot.NewsCancelled, bot.NewsWords:
		if e.Text != "" {
			text = append(text, quote(e.Text))
		}
	case bot.NewsFailed, bot.NewsQuestion, bot.NewsRolledBack, bot.NewsNoWayBack:
		if e.Text != "" {
			text = append(text, para(says("%s", plain(e.Text))))
		}
	case bot.NewsStopped:
		text = append(text, stopped(c)...)
	}
	if len(e.More) > 0 {
		text = append(text, bullets(facts(e.More)...))
	}
	return text
}

// forClient are the topics that say what the client reads.
var forClient = map[bot.EngineerTopic]bool{
	bot.NewsConfirmed: true, bot.NewsRejected: true, bot.NewsAsked: true, bot.NewsProposed: true, bot.NewsGone: true,
	bot.NewsLate: true, bot.NewsOvertime: true, bot.NewsDone: true, bot.NewsFailed: true, bot.NewsLapsed: true,
}

func facts(list []string) []bot.Line {
	lines := make([]bot.Line, len(list))
	for i, s := range list {
		lines[i] = says("%s", plain(s))
	}
	return lines
}

// headline says a topic in a sentence or two.
func headline(c bot.Conversation, e bot.TellEngineers) bot.Line {
	by, window := plain(e.By), plain("window "+e.Label)
	switch e.Topic {
	case bot.NewsApproved:
		return says("%s approved %s%s. Somebody else has to approve it too, since the target is production.", by, window, extra(c))
	case bot.NewsConfirmed:
		return says("%s approved %s%s. Booked: %s; the client has been told.", by, window, extra(c), plain(booked(c)))
	case bot.NewsRejected:
		return says("%s rejected the request; the client gets this reason:", by)
	case bot.NewsAsked:
		return says("%s asked the client:", by)
	case bot.NewsProposed:
		return says("%s proposed another window to the client, who can take it by answering %s.", by, plain(e.Label))
	case bot.NewsHeld:
		return says("%s extended the hold on the windows.", by)
	case bot.NewsReleased:
		return says("%s released the windows. They can still be approved while they are free.", by)
	case bot.NewsStopped:
		return stoppedLine(e)
	case bot.NewsResumed:
		return says("%s let the start go ahead: it begins as planned, %s.", by, plain(booked(c)))
	case bot.NewsRetry:
		return says("%s asked for the failed task to be tried again.", by)
	case bot.NewsRollBack:
		return says("%s asked to roll back.", by)
	case bot.NewsCancelled:
		return cancelledLine(e)
	case bot.NewsTakenUp:
		return says("%s handed the ticket to the bot.", by)
	case bot.NewsWords:
		return says("%s wrote on the ticket; please answer there:", by)
	default:
		return joinedHeadline(c, e)
	}
}

// extra names an approval that is more than the usual one.
func extra(c bot.Conversation) bot.Piece {
	if d, ok := lastDeed(c, bot.Approve); ok && d.Extra {
		return plain(" as an exception")
	}
	return plain("")
}

// joinedHeadline says the topics that nobody in particular stands behind.
func joinedHeadline(c bot.Conversation, e bot.TellEngineers) bot.Line {
	switch e.Topic {
	case bot.NewsHandedOver:
		return says(handed(e.Text))
	case bot.NewsClosed:
		return closed(c)
	case bot.NewsHoldOver:
		return slices.Concat(says("The hold on "), names(e.Labels, "and"), says(" has ended: others can book now. Approving still works while it is free."))
	case bot.NewsByHand:
		return says("The window is here and nothing starts by itself. Whoever does the work: please press Started on the card, then Done or Failed.")
	case bot.NewsStarted:
		return says("Started on the word of %s.", plain(e.By))
	case bot.NewsLate:
		return says("This will not finish in its window: expected to end %s. At the window's end it is stopped unless the swap has come. The client has been told.", plain(at(e.At)))
	case bot.NewsFailed:
		if c.Run.ID == "" {
			return says("It failed by hand. The client has been told that you are looking at it; Done on the card settles it.")
		}
		return says("The run failed and stands still. Retry tries the failed task again, Roll back takes everything back; both are on the card.")
	case bot.NewsQuestion:
		return says("The run can't tell how a task ended. Please look at it, then press Retry or Roll back on the card.")
	default:
		return says(fixedHeadlines[e.Topic])
	}
}

// fixedHeadlines are the topics that need no names.
var fixedHeadlines = map[bot.EngineerTopic]string{
	bot.NewsVoided:     "The client changed the request, so what was approved is void. Please look at the card again.",
	bot.NewsChanged:    "The client changed the request; the card shows it as it is now.",
	bot.NewsWaits:      "The client changed the request and left something open; nothing can be approved until they have answered.",
	bot.NewsGone:       "No window is left to approve; the client has been asked for others.",
	bot.NewsStopping:   "The window has ended before the swap: the run is being stopped and taken back.",
	bot.NewsOvertime:   "The window has ended and the work goes on. The client has been told.",
	bot.NewsDone:       "Done. The client has been told.",
	bot.NewsRolledBack: "Rolled back: the target is as it was before the run.",
	bot.NewsNoWayBack:  "This can't be rolled back, so everything stays as it is:",
	bot.NewsLapsed:     "The window passed without a run. The client has been offered others.",
	bot.NewsShadow:     "Shadow mode: the run would start now. Nothing was started; from here on this ticket is yours.",
	bot.NewsCancelWish: "The client wants to cancel while this is running. Cancel stops it and takes everything back, as long as the swap has not come.",
	bot.NewsTenant:     "The reporter belongs to none of our tenants, or to several. Please see whose request this is.",
	bot.NewsCapped:     "There have been six public replies on this ticket within a day, so the bot keeps the next ones back. Please look if the client needs you.",
	bot.NewsUnanswered: "The client did not answer, so the request is closed.",
}

func handed(why string) string {
	switch why {
	case bot.HandedByClient:
		return "The client asks for a person. Please answer on the ticket; the bot says nothing more there."
	case bot.HandedByLabel:
		return "The ticket carries the label no-bot. Please answer there; the bot says nothing more."
	case bot.HandedByMute:
		return "The bot is muted on this ticket. Please answer the client there."
	default:
		return "Two turns went by and nothing got clearer. Please answer on the ticket; the bot says nothing more there."
	}
}

func cancelledLine(e bot.TellEngineers) bot.Line {
	switch {
	case e.By == "":
		return says("The client cancelled the request.")
	case e.Text == "":
		return says("%s cancelled the request.", plain(e.By))
	default:
		return says("%s cancelled the request:", plain(e.By))
	}
}

func stoppedLine(e bot.TellEngineers) bot.Line {
	if e.By != "" {
		return says("%s holds this: it does not start by itself. Release lets it go ahead.", plain(e.By))
	}
	return says("Something has changed since the approval, so this does not start by itself. Release lets it go ahead all the same, or propose another window.")
}

// obstacles are what stands in the way of a start, a line each.
func obstacles(s *bot.Stopped) []bot.Line {
	lines := append(facts(s.Missing), findings(s.Findings)...)
	for _, l := range s.Lost {
		lines = append(lines, says("%s approved this, and %s", plain(or(l.By.Name, person(l.By))), plain(losses[l.Why])))
	}
	return lines
}

// losses say why an approval counts no longer.
var losses = map[bot.Refusal]string{
	bot.NotListed:   "is no approver any more.",
	bot.IsGuest:     "is a guest now.",
	bot.IsBot:       "is a bot now.",
	bot.IsDeleted:   "has no active account any more.",
	bot.CannotCheck: "Slack did not say whether that still counts.",
}

// stopped lists what stands in the way of a start.
func stopped(c bot.Conversation) bot.Text {
	if c.Stopped == nil {
		return nil
	}
	lines := obstacles(c.Stopped)
	if len(lines) == 0 {
		return nil
	}
	return bot.Text{bullets(lines...)}
}

func booked(c bot.Conversation) string {
	if c.Booked == nil {
		return ""
	}
	return spanIn(c.Booked.Window, c.Verdict.Zone)
}

// whisper answers the one who gave a command.
func whisper(c bot.Conversation, e bot.Whisper) bot.Text {
	text := bot.Text{para(why(c, e))}
	if len(e.Findings) > 0 {
		lines := make([]bot.Line, len(e.Findings))
		for i, f := range e.Findings {
			lines[i] = finding(f)
		}
		text = append(text, bullets(lines...))
	}
	return text
}

func why(c bot.Conversation, e bot.Whisper) bot.Line {
	switch e.Why {
	case bot.WhyNotApprover:
		return says(refusals[bot.Refusal(e.By)])
	case bot.WhyOldCard:
		return says(oldCard(c.Renewed) + " Nothing was done; please decide on the card as it is now.")
	case bot.WhyAlready:
		did := "approved"
		if e.Verb == bot.Reject {
			did = "rejected"
		}
		return says("Already %s by %s, %s.", plain(did), plain(e.By), plain(at(e.At)))
	case bot.WhyTwice:
		return says("You have approved window %s already; now somebody else has to.", plain(e.Label))
	case bot.WhyState:
		return says("%s does nothing here: the request %s.", plain(verbName(e.Verb)), plain(stateLine(c)))
	case bot.WhyNoWindow:
		if e.Label == "" {
			return says("Which window? Those on the card are %s.", plain(strings.Join(c.Labels, ", ")))
		}
		return says("There is no window %s to approve. Those on the card are %s.", plain(e.Label), plain(strings.Join(c.Labels, ", ")))
	case bot.WhyHeeded:
		return says("Noted: %s. The request %s.", plain(string(e.Verb)), plain(stateLine(c)))
	case bot.WhyNotFeasible:
		return says("That window can't be had now. Nothing was done.")
	default:
		return says(fixedWhys[e.Why])
	}
}

var refusals = map[bot.Refusal]string{
	bot.NotListed:   "You are not on the list of approvers, so nothing was done.",
	bot.IsGuest:     "Guests can't decide on requests, so nothing was done.",
	bot.IsBot:       "Bots can't decide on requests, so nothing was done.",
	bot.IsDeleted:   "This account is deactivated, so nothing was done.",
	bot.CannotCheck: "I could not check whether you may decide on this, so nothing was done. Please try again in a minute.",
}

var fixedWhys = map[bot.Why]string{
	bot.WhyRequester:    "This is your own request; somebody else has to decide on it.",
	bot.WhyForeign:      "The ticket names another tenant's environment, so it can't be approved.",
	bot.WhyNoTime:       "Which window? Please give its date and start, in UTC.",
	bot.WhyNoReason:     "Please add a reason: the client is going to read it.",
	bot.WhyNotNow:       "That works only during the confirmed window.",
	bot.WhyNoDriver:     "This was done by hand, so there is nothing that I could repeat or take back.",
	bot.WhyMissing:      "Something is missing for the start; the card names it.",
	bot.WhyShadow:       "In shadow mode nothing is started.",
	bot.WhyUnknown:      "I know of no request on that ticket.",
	bot.WhySwapped:      "The new database is in place already, so the run can't be stopped. Roll back after it ends.",
	bot.WhyTicketGone:   "The ticket is closed, or I can't see it.",
	bot.WhyNothingToSay: "It is so already; nothing was done.",
	bot.WhyNoRequest:    "I find no refresh or schema update request on that ticket.",
	bot.WhyOtherTicket:  "That is another ticket. Please write the note there, or tell me in Slack.",
	bot.WhyNoVerb:       "I don't know that command.",
	bot.WhyNoteUnclear: "I don't understand that. In a note, behind my name: approve A, reject with the reason, ask with the question, propose 2024-10-09 02:00 (UTC), " +
		"hold, release, start, cancel, retry, rollback, mute.",
}

// closed says what it means that the ticket is gone.
func closed(c bot.Conversation) bot.Line {
	const gone = "The ticket was closed, moved or deleted"
	switch {
	case c.Run == nil || c.State != bot.Running:
		return says(gone + ", so this is cancelled.")
	case c.Run.Swapped:
		return says(gone + ". The swap has been made, so the run goes on to its end.")
	default:
		return says(gone + ", so the run is stopped and what it did is taken back.")
	}
}

func oldCard(r bot.Renewal) string {
	switch r {
	case bot.RenewedByClient:
		return "The client has changed the request since this card was drawn."
	case bot.RenewedByDecision:
		return "Somebody has decided since this card was drawn."
	default:
		return "A window has changed since this card was drawn."
	}
}

// verbName writes a verb as its button does.
func verbName(v bot.Verb) string {
	names := map[bot.Verb]string{bot.StartNow: "Start now", bot.RollBack: "Roll back", bot.CancelRequest: "Cancel"}
	if n, ok := names[v]; ok {
		return n
	}
	return strings.ToUpper(string(v[:1])) + string(v[1:])
}

// infinitive writes a verb as what somebody wanted to do.
func infinitive(v bot.Verb) string {
	names := map[bot.Verb]string{bot.MarkStarted: "mark as started", bot.MarkDone: "mark as done", bot.MarkFailed: "mark as failed"}
	if n, ok := names[v]; ok {
		return n
	}
	return strings.ToLower(verbName(v))
}

// alert is a security notice.
func alert(c bot.Conversation, e bot.RaiseAlert) bot.Text {
	ticket := plain(string(c.Key))
	switch e.Topic {
	case bot.AlertForeign:
		return bot.Text{para(says("%s names %s, an environment of another tenant. Reporter: %s. The client was told only that it is not an environment of theirs.",
			ticket, name(e.What), plain(e.Who)))}
	case bot.AlertRefused:
		return bot.Text{para(says("%s tried to %s %s and was refused.", plain(e.Who), plain(infinitive(bot.Verb(e.What))), ticket))}
	default:
		line := says("Security notice: %s.", plain(strings.TrimSuffix(e.What, ".")))
		if e.Who != "" {
			line = join(line, says("Source: %s.", plain(e.Who)))
		}
		return bot.Text{para(line)}
	}
}
