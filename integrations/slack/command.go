package slack

import (
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// A saying is what somebody typed, as far as it was understood: a question, a
// command, or neither.
type saying struct {
	ticket   bot.TicketKey // may be empty in a thread, which knows its ticket
	command  bot.Command
	question bot.Question // Topic empty: it is a command
	problem  string       // what to answer; empty: it was understood
}

// parse reads what somebody typed. A window that is proposed is length long.
func parse(text string, length time.Duration) saying {
	s := bot.ParseSaying(text, length)
	return saying{ticket: s.Ticket, command: s.Command, question: s.Question, problem: problemOf(s.Unclear)}
}

// problemOf says what to answer where something was not understood.
func problemOf(u bot.Unclear) string {
	switch u {
	case bot.UnclearHelp:
		return wordCommands
	case bot.UnclearStart:
		return wordNoStart
	case bot.UnclearRegion:
		return wordNoRegion
	case bot.UnclearReason:
		return wordNoReason
	case bot.UnclearLength:
		return wordLong(bot.MaxReason)
	case bot.UnclearWords:
		return wordUnknown
	default:
		return ""
	}
}

// isQuestion reports whether something is to be looked up, and nothing decided.
func (s saying) isQuestion() bool { return s.problem == "" && s.question.Topic != "" }

// wantsTicket reports whether the ticket of a thread belongs to what was said.
func (s saying) wantsTicket() bool {
	shared := s.question.Topic == bot.AboutList || s.question.Topic == bot.AboutHolidays
	return s.problem == "" && s.ticket == "" && !shared
}

// complete returns the saying with its ticket in its place, or with the problem
// that it names none.
func (s saying) complete() saying {
	s.question.Ticket = s.ticket
	optional := s.question.Topic != "" && s.question.Topic != bot.AboutRequest
	if s.problem == "" && s.ticket == "" && !optional {
		s.problem = wordNoTicket
	}
	return s
}

// spoken returns the text of a message to the bot without the mention in front
// and without Slack's entities.
func spoken(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "<@") {
		if _, after, found := strings.Cut(text, ">"); found {
			text = after
		}
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(strings.TrimSpace(text))
}

// ticketOfKey returns the ticket in an effect's key, or "".
func ticketOfKey(key string) bot.TicketKey {
	ticket, _, _ := strings.Cut(key, "/")
	if !bot.IsTicketKey(ticket) {
		return ""
	}
	return bot.TicketKey(ticket)
}
