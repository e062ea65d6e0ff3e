package slack

import (
	"slices"
	"strconv"
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

// A saying is what somebody typed, as far as it was understood: a question, a
// command, or neither.
type saying struct {
	ticket   bot.TicketKey // may be empty in a thread, which knows its ticket
	command  bot.Command
	question bot.Question // Topic empty: it is a command
	problem  string       // what to answer; empty: it was understood
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

// parse reads "approve HELP-7 A", "reject HELP-7 no backup that night", "status"
// and the like. The ticket may be missing. A window that is proposed is length
// long.
func parse(text string, length time.Duration) saying {
	first, rest := next(text)
	word := strings.ToLower(first)
	switch verb, topic := bot.Verb(word), bot.Topic(word); {
	case word == "" || word == "help":
		return saying{problem: wordCommands}
	case slices.Contains(bot.Topics[:], topic):
		return parseQuestion(topic, rest)
	case slices.Contains(bot.Verbs[:], verb):
		return parseCommand(verb, rest, length)
	case isTicket(strings.ToUpper(word)) && rest == "":
		return parseQuestion(bot.AboutRequest, first)
	}
	return saying{problem: wordUnknown}
}

// parseQuestion reads what follows a topic.
func parseQuestion(topic bot.Topic, rest string) saying {
	s := saying{question: bot.Question{Topic: topic}}
	if topic == bot.AboutHolidays {
		rest = s.holidays(rest)
	} else if topic != bot.AboutList {
		rest = s.named(rest)
	}
	if s.problem == "" && rest != "" {
		s.problem = wordUnknown
	}
	return s
}

// holidays reads a region and perhaps a year, and returns what follows them.
func (s *saying) holidays(rest string) (after string) {
	region, rest := next(rest)
	if !isRegion(region) {
		s.problem = wordNoRegion
		return rest
	}
	s.question.Region = strings.ToUpper(region)
	digits, after := next(rest)
	if year, err := strconv.Atoi(digits); err == nil && len(digits) == 4 {
		s.question.Year = year
		return after
	}
	return rest
}

// parseCommand reads what follows a verb.
func parseCommand(verb bot.Verb, rest string, length time.Duration) saying {
	s := saying{command: bot.Command{Verb: verb}}
	rest = s.named(rest)
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

// named reads the ticket, if there is one, and returns what follows it.
func (s *saying) named(rest string) (after string) {
	key, after := next(rest)
	if !isTicket(strings.ToUpper(key)) {
		return rest
	}
	s.ticket = bot.TicketKey(strings.ToUpper(key))
	return after
}

// choose reads which window is approved: one word, or none.
func (s *saying) choose(rest string) (problem string) {
	choice, after := next(rest)
	if after != "" || len(choice) > maxChoice {
		return wordUnknown
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

// isRegion reports whether s has the form of a region: "SG", "DE-HH".
func isRegion(s string) bool {
	country, part, parted := strings.Cut(s, "-")
	letters := func(r rune) bool { return (r|0x20 < 'a' || r|0x20 > 'z') && (r < '0' || r > '9') }
	return len(country) == 2 && len(part) <= 3 && parted == (part != "") &&
		strings.IndexFunc(country+part, letters) < 0 && strings.Trim(country, "0123456789") == country
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
