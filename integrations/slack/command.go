package slack

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
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
// like. The ticket may be missing. A window that is proposed is length long.
func parse(text string, length time.Duration) saying {
	word, rest := next(text)
	verb := bot.Verb(strings.ToLower(word))
	if !slices.Contains(bot.Verbs[:], verb) {
		return saying{problem: wordHelp}
	}
	s := saying{command: bot.Command{Verb: verb}}
	if key, after := next(rest); isTicket(strings.ToUpper(key)) {
		s.ticket, rest = bot.TicketKey(strings.ToUpper(key)), after
	}
	switch verb {
	case bot.Approve:
		s.problem, rest = s.choose(rest), ""
	case bot.Propose:
		rest, s.problem = s.propose(rest, length)
	default: // the rest take a reason and nothing else
	}
	s.command.Reason = strings.TrimSpace(rest)
	if s.problem == "" {
		s.problem = reasonProblem(s.command.Reason, needsReason(verb))
	}
	return s
}

// choose reads which window is approved: one word, or none.
func (s *saying) choose(rest string) (problem string) {
	choice, after := next(rest)
	if after != "" || len(choice) > maxChoice {
		return wordHelp
	}
	s.command.Choice = strings.ToUpper(choice)
	return ""
}

// propose reads the start of a window and returns what follows it.
func (s *saying) propose(rest string, length time.Duration) (after, problem string) {
	day, rest := next(rest)
	clock, rest := next(rest)
	start, ok := startOf(day, clock)
	if !ok {
		return "", wordNoStart
	}
	s.command.Window = rules.Interval{Start: start, End: start.Add(length)}
	if zone, after := next(rest); strings.EqualFold(zone, "UTC") {
		rest = after
	}
	return rest, ""
}

// needsReason reports whether a command is nothing without words.
func needsReason(v bot.Verb) bool {
	return v == bot.Reject || v == bot.Ask || v == bot.MarkFailed
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
