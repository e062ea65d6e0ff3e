package slack

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/refreshbot/refreshbot/bot"
)

// maxReason is how long a reason may be, in characters.
const maxReason = 1000

// maxChoice bounds a choice: a window's letter or a suggestion's number.
const maxChoice = 16

// A saying is what somebody typed, as far as it was understood.
type saying struct {
	ticket  bot.TicketKey // may be empty in a thread, which knows its ticket
	command bot.Command
	problem string // what to answer; empty: it is a command
}

// complete returns the saying with the problem that it names no ticket, if so.
func (s saying) complete() saying {
	if s.problem == "" && s.ticket == "" {
		s.problem = wordNoTicket
	}
	return s
}

// parse reads "approve HELP-7 A", "reject HELP-7 no backup that night" and the
// like. The ticket may be missing.
func parse(text string) saying {
	word, rest := next(text)
	verb, needsReason := verbOf(word)
	if verb == "" {
		return saying{problem: wordHelp}
	}
	s := saying{command: bot.Command{Verb: verb}}
	if key, after := next(rest); isTicket(strings.ToUpper(key)) {
		s.ticket, rest = bot.TicketKey(strings.ToUpper(key)), after
	}
	if verb == bot.Approve {
		choice, after := next(rest)
		if after != "" || len(choice) > maxChoice {
			return saying{problem: wordHelp}
		}
		s.command.Choice = strings.ToUpper(choice)
		return s
	}
	s.command.Reason = strings.TrimSpace(rest)
	switch {
	case needsReason && s.command.Reason == "":
		s.problem = wordNoReason
	case utf8.RuneCountInString(s.command.Reason) > maxReason:
		s.problem = wordLong(maxReason)
	}
	return s
}

// verbOf returns the verb that a word stands for, and whether it needs a reason.
// Proposing a window takes a form, not a word.
func verbOf(word string) (verb bot.Verb, needsReason bool) {
	switch v := bot.Verb(strings.ToLower(word)); v {
	case bot.Reject, bot.Ask, bot.MarkFailed:
		return v, true
	case bot.Approve, bot.Hold, bot.Release, bot.CancelRequest, bot.StartNow, bot.Retry,
		bot.RollBack, bot.Mute, bot.MarkStarted, bot.MarkDone:
		return v, false
	}
	return "", false
}

// next cuts the first word off a text.
func next(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	i := strings.IndexFunc(text, unicode.IsSpace)
	if i < 0 {
		return text, ""
	}
	return text[:i], strings.TrimSpace(text[i:])
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

// isTicket reports whether s has the form of a ticket's key: "HELP-7".
func isTicket(s string) bool {
	project, number, found := strings.Cut(s, "-")
	if !found || len(project) < 2 || len(s) > 64 || number == "" || project[0] < 'A' || project[0] > 'Z' {
		return false
	}
	for _, r := range project {
		if (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' {
			return false
		}
	}
	return strings.Trim(number, "0123456789") == ""
}

// ticketOfKey returns the ticket in an effect's key, or "".
func ticketOfKey(key string) bot.TicketKey {
	ticket, _, _ := strings.Cut(key, "/")
	if !isTicket(ticket) {
		return ""
	}
	return bot.TicketKey(ticket)
}
