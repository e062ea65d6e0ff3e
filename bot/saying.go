package bot

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/refreshbot/refreshbot/rules"
)

// MaxReason is how long a reason may be, in characters.
const MaxReason = 1000

// maxChoice bounds a choice, in bytes: a window's letter or a suggestion's number.
const maxChoice = 16

// A Saying is what an engineer typed, wherever that was, as far as it was
// understood: a question, a command, or neither.
type Saying struct {
	Ticket   TicketKey // as it was named; may be empty
	Command  Command   // without its actor and its surface
	Question Question  // Topic empty: it is a command
	Unclear  Unclear   // why it is neither; empty: it was understood
}

// Unclear is why something that was typed is no command and no question.
type Unclear string

// Why something was not understood.
const (
	UnclearHelp   Unclear = "help" // it asks what there is to type
	UnclearWords  Unclear = "words"
	UnclearStart  Unclear = "start"  // a window without its start
	UnclearRegion Unclear = "region" // holidays without a region
	UnclearReason Unclear = "reason" // a decision that needs a reason has none
	UnclearLength Unclear = "length" // the reason is longer than MaxReason
)

// ParseSaying reads "approve HELP-7 A", "reject HELP-7 no backup that night", "status"
// and the like. The ticket may be missing. A window that is proposed is length
// long.
func ParseSaying(text string, length time.Duration) Saying {
	first, rest := next(text)
	word := strings.ToLower(first)
	switch verb, topic := Verb(word), Topic(word); {
	case word == "" || word == "help":
		return Saying{Unclear: UnclearHelp}
	case slices.Contains(Topics[:], topic):
		return parseQuestion(topic, rest)
	case slices.Contains(Verbs[:], verb):
		return parseCommand(verb, rest, length)
	case IsTicketKey(strings.ToUpper(word)) && rest == "":
		return parseQuestion(AboutRequest, first)
	}
	return Saying{Unclear: UnclearWords}
}

// parseQuestion reads what follows a topic.
func parseQuestion(topic Topic, rest string) Saying {
	s := Saying{Question: Question{Topic: topic}}
	if topic == AboutHolidays {
		rest = s.holidays(rest)
	} else if topic != AboutList {
		rest = s.named(rest)
	}
	if s.Unclear == "" && rest != "" {
		s.Unclear = UnclearWords
	}
	return s
}

// holidays reads a region and perhaps a year, and returns what follows them.
func (s *Saying) holidays(rest string) (after string) {
	region, rest := next(rest)
	if !isRegion(region) {
		s.Unclear = UnclearRegion
		return rest
	}
	s.Question.Region = strings.ToUpper(region)
	digits, after := next(rest)
	if year, err := strconv.Atoi(digits); err == nil && len(digits) == 4 {
		s.Question.Year = year
		return after
	}
	return rest
}

// parseCommand reads what follows a verb.
func parseCommand(verb Verb, rest string, length time.Duration) Saying {
	s := Saying{Command: Command{Verb: verb}}
	rest = s.named(rest)
	switch verb {
	case Approve:
		s.Unclear, rest = s.choose(rest), ""
	case Propose:
		rest, s.Unclear = s.propose(rest, length)
	default: // the rest take a reason and nothing else
	}
	s.Command.Reason = strings.TrimSpace(rest)
	if s.Unclear == "" {
		s.Unclear = unclearReason(s.Command.Reason, verbs[verb].reason)
	}
	return s
}

// named reads the ticket, if there is one, and returns what follows it.
func (s *Saying) named(rest string) (after string) {
	key, after := next(rest)
	if !IsTicketKey(strings.ToUpper(key)) {
		return rest
	}
	s.Ticket = TicketKey(strings.ToUpper(key))
	return after
}

// choose reads which window is approved: one word, or none.
func (s *Saying) choose(rest string) Unclear {
	choice, after := next(rest)
	choice = strings.ToUpper(choice) // which may be longer, in other letters than ours
	if after != "" || len(choice) > maxChoice {
		return UnclearWords
	}
	s.Command.Choice = choice
	return ""
}

// propose reads the start of a window and returns what follows it.
func (s *Saying) propose(rest string, length time.Duration) (after string, unclear Unclear) {
	day, rest := next(rest)
	clock, rest := next(rest)
	start, err := time.Parse("2006-01-02 15:04", day+" "+clock)
	if err != nil {
		return "", UnclearStart
	}
	s.Command.Window = rules.Interval{Start: start, End: start.Add(length)}
	if zone, after := next(rest); strings.EqualFold(zone, "UTC") {
		rest = after
	}
	return rest, ""
}

// unclearReason says what is wrong with a reason, if anything.
func unclearReason(reason string, needed bool) Unclear {
	switch {
	case reason == "" && needed:
		return UnclearReason
	case utf8.RuneCountInString(reason) > MaxReason:
		return UnclearLength
	}
	return ""
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

// isRegion reports whether s has the form of a region: "SG", "DE-HH".
func isRegion(s string) bool {
	country, part, parted := strings.Cut(s, "-")
	letters := func(r rune) bool { return (r|0x20 < 'a' || r|0x20 > 'z') && (r < '0' || r > '9') }
	return len(country) == 2 && len(part) <= 3 && parted == (part != "") &&
		strings.IndexFunc(country+part, letters) < 0 && strings.Trim(country, "0123456789") == country
}

// IsTicketKey reports whether s has the form of a ticket's key: "HELP-7".
func IsTicketKey(s string) bool {
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
