package stage_test

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/refreshbot/refreshbot/cmd/internal/stage"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// heard returns what the bot has said since the last call, as the scripts write it.
func (p *play) heard(at string) (all []words) {
	for _, s := range p.Said() {
		if s.Ticket != "" && s.Ticket != ticket || s.Ticket == "" && !p.concerns(s.Message) || s.ID != "" && s.ID == p.last {
			continue // of another request, or written with the bot's account by somebody
		}
		w := words{at: at}
		if s.Ticket != "" {
			w.kind, w.text = p.onTicket(s)
		} else {
			w.kind, w.text = inSlack(s)
		}
		w.text = even(w.text)
		all = append(all, w)
	}
	return all
}

// concerns reports whether a message is about the script's ticket and no other.
func (p *play) concerns(m slacksim.Message) bool {
	about := m.Text
	if m.Thread != "" {
		for _, root := range p.Chat.Channel(channel).Messages() {
			if root.TS == m.Thread {
				about = root.Header()
			}
		}
	}
	other := otherTicket.FindString(about)
	return other == "" || other == ticket
}

var otherTicket = regexp.MustCompile(`HELP-\d+`)

// statuses are what the scripts call the transitions that lead to a status.
var statuses = map[string]string{"In progress": "Scheduled", "Done": "Resolve", "Declined": "Decline"}

// onTicket writes down what was said on the ticket. The first reply is the living
// one: changed in place, only its first line is written down.
func (p *play) onTicket(s stage.Saying) (kind, text string) {
	switch s.Place {
	case stage.Note:
		return "ticket_note", s.Text
	case stage.Status:
		return "ticket_status", statuses[s.Text]
	}
	if p.living == "" {
		p.living = s.ID
	}
	if s.ID != p.living {
		return "ticket_reply", s.Text
	}
	if first, _, more := strings.Cut(s.Text, "\n"); more && s.Again {
		return "status", first + " …"
	}
	return "status", s.Text
}

// inSlack writes down what was said in Slack.
func inSlack(s stage.Saying) (kind, text string) {
	m := s.Message
	switch {
	case s.Place == stage.Whisper:
		return "chat_whisper to " + s.To, read(m)
	case m.Header() != "":
		return "chat_card", stateOf(m)
	case s.Place == stage.Channel:
		return "chat_alert", read(m)
	case m.Blocks[0].Type == "plan":
		return "chat_progress", runState(m.Blocks[0].Title)
	default:
		return "chat_thread", read(m)
	}
}

// read returns a message's words as a person reads them.
func read(m slacksim.Message) string {
	if len(m.Blocks) == 0 {
		return m.Plain(slacksim.Text{Type: "mrkdwn", Text: m.Text})
	}
	var parts []string
	for _, b := range m.Blocks {
		if b.Text != nil {
			parts = append(parts, m.Plain(*b.Text))
		}
	}
	return strings.Join(parts, "\n")
}

// runState tells a run's state by the title of its plan.
func runState(title string) string {
	for end, state := range map[string]string{
		"all 31 tasks done": "succeeded", "rolled back": "rolled_back", "about to start": "pending",
	} {
		if strings.HasSuffix(title, end) {
			return state
		}
	}
	if strings.Contains(title, "stands still") {
		return "failed"
	}
	return "running"
}

// stateOf returns a card's state and buttons: "Waits for approval (Approve A)".
func stateOf(m slacksim.Message) string {
	state, _, _ := strings.Cut(m.Plain(*m.Blocks[1].Text), "  ·  ")
	for _, label := range m.Buttons() {
		state += " (" + label + ")"
	}
	return state
}

var window = regexp.MustCompile(`^[✓✕⚠] {2}(\S+) {2}(.*?) {2}— {2}(.*)$`)

// whole returns everything that a card shows.
func whole(m slacksim.Message) string {
	lines := []string{m.Header(), stateOf(m)}
	for _, b := range m.Blocks[2:] {
		for _, f := range b.Fields {
			lines = append(lines, strings.Replace(m.Plain(f), "\n", ": ", 1))
		}
		if b.Text != nil {
			lines = append(lines, windowOrNotes(m.Plain(*b.Text)))
		}
		for _, c := range b.Context {
			lines = append(lines, m.Plain(c))
		}
	}
	return strings.Join(lines, "\n")
}

// windowOrNotes writes a window with its reasons, or notes, as the scripts do.
func windowOrNotes(text string) string {
	head, reasons, _ := strings.Cut(text, "\n")
	if m := window.FindStringSubmatch(head); m != nil {
		reasons = strings.ReplaceAll(strings.ReplaceAll("\n"+reasons, "\n•  ", " "), "\n", "")
		return fmt.Sprintf("%s: %s – %s%s", m[1], m[2], m[3], reasons)
	}
	return strings.ReplaceAll("\n"+text, "\n⚠  ", "\n")
}
