package wording

import (
	"slices"
	"strconv"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// client is a public reply of its own.
func client(c bot.Conversation, e bot.TellClient) bot.Text {
	r := requestOf(c)
	switch e.Topic {
	case bot.ToldVerdict:
		return r.turn(c, e)
	case bot.ToldNothing:
		return append(append(bot.Text{para(says("I'm sorry, I could not find an answer in that."))}, r.stillOpen(c)...),
			para(says("If that is easier, answer %s and an engineer will take over.", name("human"))))
	case bot.ToldStatus:
		return r.standing(c)
	case bot.ToldConfirmed:
		return confirmed(c)
	case bot.ToldReminder:
		return reminder(c, e)
	case bot.ToldRejected:
		return rejected(e.Reason)
	case bot.ToldQuestion:
		return bot.Text{para(says("The engineers have a question:")), quote(e.Reason), para(says("Please answer here, in a comment."))}
	case bot.ToldProposal:
		return proposal(c, e)
	case bot.ToldLapsed:
		return lapsed(c)
	case bot.ToldNudge:
		return append(bot.Text{para(says("A friendly reminder: I still need an answer from you."))}, r.stillOpen(c)...)
	case bot.ToldHandedOver:
		return handedOver(c)
	case bot.ToldCancelled:
		return cancelled(c, e)
	case bot.ToldClosed:
		return bot.Text{para(says("I have not heard from you for a while, so I close this %s. That is no problem: answer here whenever you still need it and I will take it up again.", plain(r.noun())))}
	default:
		return duringRun(c, e)
	}
}

// duringRun is what a client hears once the work has begun.
func duringRun(c bot.Conversation, e bot.TellClient) bot.Text {
	r := requestOf(c)
	switch e.Topic {
	case bot.ToldDelayed:
		return bot.Text{para(says("The %s of %s has not begun yet: the engineers are still looking at something. I will write here as soon as I know more.", plain(r.work()), name(r.target())))}
	case bot.ToldLate:
		return late(c)
	case bot.ToldDone:
		return done(c)
	case bot.ToldFailed:
		return bot.Text{para(says("The %s did not go through. The engineers are looking at it now and I will write here as soon as it is settled. Please stay logged out of %s until then.",
			plain(r.work()), name(r.target())))}
	case bot.ToldRolledBack:
		text := bot.Text{para(says("%s is as it was before the %s: everything has been taken back. You can log in again.", name(r.target()), plain(r.work())))}
		if c.State == bot.Cancelled {
			return text
		}
		return append(text, r.again()...)
	case bot.ToldStopped:
		return append(bot.Text{para(says("The window ended before the %s could finish, so it was stopped. %s is as it was before; you can log in again.", plain(r.work()), name(r.target())))}, r.again()...)
	case bot.ToldTooLate:
		return bot.Text{para(says("The %s is running, so it can't be changed any more. I have told the engineers; they will answer here.", plain(r.work())))}
	default:
		return status(c)
	}
}

// turn is the answer to a client's words.
func (r request) turn(c bot.Conversation, e bot.TellClient) bot.Text {
	if c.State == bot.Confirmed {
		return bot.Text{para(says("Noted. The confirmation for %s still holds.", plain(spanIn(c.Booked.Window, r.Zone))))}
	}
	opening := r.turnOpening()
	if e.Voided {
		opening = join(says("This changes the request, so what the engineers agreed to before holds no longer."), opening)
	}
	for _, n := range e.Unknown {
		opening = join(says("There is no suggestion %s.", plain(strconv.Itoa(n))), opening)
	}
	return r.news(opening, e.Changed)
}

func (r request) turnOpening() bot.Line {
	switch {
	case r.onPremise():
		return r.opening()
	case r.public() == rules.Ready:
		return says("Thank you, that is all the engineers need. They will now look at %s.", plain(r.possible()))
	case r.public() == rules.Exception:
		return says("Thank you, that is all the engineers need. They have to agree specially to %s.", plain(r.possible()))
	case r.public() == rules.Reschedule:
		return says("Thank you. There is no window yet that can be had.")
	default:
		return says("Thank you. Something is still open.")
	}
}

// possible names the windows that the engineers look at: "window A", "windows A
// and B".
func (r request) possible() string {
	var labels []string
	for i, w := range r.Windows {
		if w.Feasible && i < len(r.labels) {
			labels = append(labels, r.labels[i])
		}
	}
	if len(labels) == 1 {
		return "window " + labels[0]
	}
	return "windows " + names(labels, "and").String()
}

// stillOpen is what the client has not answered yet, without what was read.
func (r request) stillOpen(c bot.Conversation) bot.Text {
	if o, ok := proposed(r.offers); ok {
		return proposal(c, bot.TellClient{Number: o.Number})
	}
	var lines []bot.Line
	for i, w := range r.Windows {
		if !w.Feasible || slices.ContainsFunc(w.Findings, isError) {
			lines = append(lines, r.window(i, w))
		}
	}
	var text bot.Text
	if len(lines) > 0 {
		text = bot.Text{bullets(lines...)}
	}
	text = append(text, r.toMend()...)
	text = append(text, r.options()...)
	return append(text, para(r.whatNow()))
}

// standing answers a client who asks how things stand.
func (r request) standing(c bot.Conversation) bot.Text {
	switch {
	case c.State == bot.Proposed:
		var lines []bot.Line
		for i, w := range r.Windows {
			if w.Feasible {
				lines = append(lines, r.window(i, w))
			}
		}
		return bot.Text{para(says("The engineers are looking at %s.", plain(r.possible()))), bullets(lines...), para(says(unconfirmed))}
	case c.Asking() && c.State != bot.Lapsed:
		return append(bot.Text{para(says("I am waiting for an answer from you."))}, r.stillOpen(c)...)
	default:
		return status(c)
	}
}

// again asks for another window: a suggestion, or one of the client's own that
// can still be had.
func (r request) again() bot.Text {
	var lines []bot.Line
	var answers []string
	for i, w := range r.Windows {
		if w.Feasible && i < len(r.labels) {
			lines, answers = append(lines, r.window(i, w)), append(answers, r.labels[i])
		}
	}
	for _, o := range r.offers {
		lines, answers = append(lines, r.option(o)), append(answers, strconv.Itoa(o.Number))
	}
	if len(lines) == 0 {
		return append(r.options(), para(says("Please propose other windows, in UTC. "+unconfirmed)))
	}
	return bot.Text{
		heading("Windows that would work"), bullets(lines...),
		para(join(append(join(says("Please answer"), names(answers, "or")), plain(", or propose other windows in UTC.")), says(unconfirmed))),
	}
}

func proposal(c bot.Conversation, e bot.TellClient) bot.Text {
	n := strconv.Itoa(e.Number)
	var window rules.Interval
	for _, o := range c.Offers {
		if o.Number == e.Number {
			window = o.Window
		}
	}
	opening := says("The engineers would rather do this at another time:")
	if e.Voided {
		opening = says("I'm sorry: the engineers can't keep the confirmed window. They would like to do this at another time:")
	}
	text := bot.Text{para(opening), bullets(says("%s: %s", strong(n), plain(spanIn(window, c.Verdict.Zone))))}
	if e.Reason != "" {
		text = append(text, quote(e.Reason))
	}
	return append(text, para(says("Please answer %s if that suits you, or propose other windows in UTC. "+unconfirmed, name(n))))
}

func rejected(reason string) bot.Text {
	return bot.Text{
		para(says("I'm sorry, the engineers can't accept this request. Their reason:")),
		quote(reason),
		para(says("If something can be changed, answer here with other windows or other details and I will ask them again.")),
	}
}

func handedOver(c bot.Conversation) bot.Text {
	if c.State == bot.Confirmed {
		return bot.Text{para(says("An engineer will answer you here. The confirmed window, %s, stays as it is.", plain(spanIn(c.Booked.Window, c.Verdict.Zone))))}
	}
	return bot.Text{para(says("I leave this to an engineer, who has all that you wrote and will answer you here."))}
}

func cancelled(c bot.Conversation, e bot.TellClient) bot.Text {
	r := requestOf(c)
	switch {
	case c.State == bot.Running:
		return bot.Text{para(says("The %s is being stopped; I will write here when %s is as it was before.", plain(r.work()), name(r.target())))}
	case e.By != "" && e.Reason != "":
		return bot.Text{para(says("The engineers have cancelled this request. Their reason:")), quote(e.Reason)}
	case e.By != "":
		return bot.Text{para(says("The engineers have cancelled this request; nothing will be done."))}
	default:
		return bot.Text{para(says("This request is cancelled; nothing will be done. Answer here if you need it after all."))}
	}
}

// work is what is done: "refresh" or "update".
func (r request) work() string {
	if r.Kind == ticket.SchemaUpdate {
		return "update"
	}
	return "refresh"
}

// target is where users have to log out.
func (r request) target() string {
	if r.Kind == ticket.SchemaUpdate {
		return names(r.Environments, "and").String()
	}
	return r.Target
}
