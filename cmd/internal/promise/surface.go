package promise

import (
	"regexp"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// A Stage is how far a request is, as people would say.
type Stage string

// The stages.
const (
	Open       Stage = "open"      // somebody has to say something
	Confirmed  Stage = "confirmed" // it has a window
	Running    Stage = "running"
	Done       Stage = "done"
	Failed     Stage = "failed"
	Cancelled  Stage = "cancelled"
	Declined   Stage = "declined"
	HandedOver Stage = "handed over"
	Unreadable Stage = "unreadable" // words that no stage is known for
)

// A Card is a request's card in Slack, as an engineer reads it.
type Card struct {
	Key            string // of the ticket
	Source, Target string // empty where it names none
	KeepUsers      bool
	State          string            // the line below the header
	Windows        map[string]Window // by label
	Message        slacksim.Message
}

// Deal returns what "Approve A" on the card agrees to; false: it names no such
// window.
func (c Card) Deal(label string) (Deal, bool) {
	w, ok := c.Windows[label]
	return Deal{Source: c.Source, Target: c.Target, KeepUsers: c.KeepUsers, Window: w}, ok
}

var (
	cardHeader = regexp.MustCompile(`^([A-Z][A-Z0-9]*-[0-9]+):(?: (\S+) → (\S+)$)?`)
	cardWindow = regexp.MustCompile(`(?m)^[✓✕⚠] {1,2}\*([A-Z0-9]+)\* {1,2}(.*)$`)
	spanWords  = regexp.MustCompile(`[A-Z][a-z]{2} ([0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}), ([0-9]{2}:[0-9]{2}) to ([0-9]{2}:[0-9]{2}) UTC`)
)

// ReadCard reads a message of the channel; false: it is no request's card.
func ReadCard(m slacksim.Message) (Card, bool) {
	head := cardHeader.FindStringSubmatch(m.Header())
	if head == nil || len(m.Blocks) < 2 || m.Blocks[1].Text == nil {
		return Card{}, false
	}
	c := Card{Key: head[1], Source: head[2], Target: head[3], Windows: map[string]Window{}, Message: m}
	c.State, _, _ = strings.Cut(m.Blocks[1].Text.Text, "  ·  ")
	c.State = strings.Trim(c.State, "*")
	for _, b := range m.Blocks {
		for _, f := range b.Fields {
			if name, value, _ := strings.Cut(f.Text, "\n"); strings.Contains(name, "Target's users") {
				c.KeepUsers = value == "kept"
			}
		}
		if b.Text == nil {
			continue
		}
		for _, found := range cardWindow.FindAllStringSubmatch(b.Text.Text, -1) {
			if w, ok := ReadWindow(found[2]); ok {
				c.Windows[found[1]] = w
			}
		}
	}
	return c, true
}

// ReadWindow finds the first window in words: "Thu 10 Oct 2024, 02:00 to 04:00
// UTC".
func ReadWindow(words string) (Window, bool) {
	found := spanWords.FindStringSubmatch(words)
	if found == nil {
		return Window{}, false
	}
	const form = "2 Jan 2006 15:04"
	start, err := time.Parse(form, found[1]+" "+found[2])
	if err != nil {
		return Window{}, false
	}
	if found[3] == "24:00" {
		return Window{start, start.Truncate(24 * time.Hour).Add(24 * time.Hour)}, true
	}
	end, err := time.Parse(form, found[1]+" "+found[3])
	return Window{start, end}, err == nil
}

// stage reads the card's state.
func (c Card) stage() Stage {
	for _, is := range []struct {
		begins string
		stage  Stage
	}{
		{"Waits for the client", Open}, {"Waits for approval", Open},
		{"Confirmed", Confirmed}, {"Waits for somebody to start", Confirmed},
		{"Running", Running}, {"Being", Running},
		{"Done", Done}, {"Failed", Failed}, {"Declined", Declined},
		{"Cancelled", Cancelled}, {"With a person", HandedOver},
	} {
		if strings.HasPrefix(c.State, is.begins) {
			return is.stage
		}
	}
	return Unreadable
}

// ReadTicket reads the living reply: the bot's first public comment, which tells the
// client how things stand. False: there is none.
func ReadTicket(t jirasim.Ticket) (Stage, bool) {
	own := Replies(t)
	if len(own) == 0 {
		return "", false
	}
	return stageOf(own[0].Body), true
}

// stageOf reads the words of a living reply. What does not say otherwise is open.
func stageOf(reply string) Stage {
	first, _, _ := strings.Cut(unmarked(reply), "\n")
	has := func(words string) bool { return strings.Contains(first, words) }
	switch {
	case strings.HasPrefix(first, "Confirmed:"):
		return Confirmed
	case strings.HasPrefix(first, "Done:"):
		return Done
	case has("is running since"), has("is being taken back"), has("is being done by hand"):
		return Running
	case has("did not go through"):
		return Failed
	case has("This request is cancelled"), has("is as it was before"), has("so I close this"):
		return Cancelled
	case has("I leave this to an engineer"), has("An engineer will answer you here"):
		return HandedOver
	case has("can't accept this request"):
		return Declined
	default:
		return Open
	}
}

// Replies returns the bot's public comments on a ticket, oldest first. The first
// is the living one.
func Replies(t jirasim.Ticket) []jirasim.Comment {
	var own []jirasim.Comment
	for _, c := range t.Public() {
		if c.ByBot {
			own = append(own, c)
		}
	}
	return own
}

// cards returns the cards that stand in the channel, oldest first.
func (w World) cards() []Card {
	var all []Card
	for _, m := range w.Chat.Channel(w.Channel).Messages() {
		if c, ok := ReadCard(m); ok && m.User == slacksim.BotUser {
			all = append(all, c)
		}
	}
	return all
}
