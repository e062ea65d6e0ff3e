package simulation

import (
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/promise"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// An engineer is a member of the channel.
type engineer struct {
	id      string
	pressed time.Time      // when last
	old     []promise.Card // as they were looked at earlier: a screen that was not refreshed
}

// patience is how long an engineer waits what comes of a click.
const patience = time.Minute

// engineer is what a member does who looks at the channel: gives one command, on a
// card as it is or as it was a while ago. It reports whether there was any to give.
func (p *play) engineer(e *engineer) bool {
	p.pass(moment)
	defer p.pass(moment)
	if p.stage.Clock.Now().Before(e.pressed.Add(patience)) {
		return false
	}
	var open []promise.Card
	for _, m := range p.stage.Chat.Channel(channel).Messages() {
		if c, ok := promise.ReadCard(m); ok && len(m.Buttons()) > 0 {
			open = append(open, c)
		}
	}
	e.old = append(e.old, open...)
	old := len(open) > 0 && p.dice.on && p.dice.chance(10)
	if old {
		open = e.old
	}
	p.dice.Shuffle(len(open), func(i, j int) { open[i], open[j] = open[j], open[i] })
	for _, card := range open {
		if label := p.wants(e, card); label != "" {
			p.give(e, card, label, !old && p.dice.chance(4))
			if p.dice.on && p.dice.chance(3) { // two at once
				p.decide()
			}
			return true
		}
	}
	return false
}

// wants returns the label of the button that an engineer would press; "": none.
func (p *play) wants(e *engineer, c promise.Card) string {
	labels := c.Message.Buttons()
	has := func(l string) bool { return slices.Contains(labels, l) }
	if p.dice.on && p.dice.chance(12) {
		for _, l := range []string{"Hold", "Roll back", "Reject…", "Cancel…", "Ask the client…"} {
			if has(l) && p.dice.chance(2) {
				return l
			}
		}
	}
	if !p.dice.on && (e.id == guest || e.id == p.requesterOf(c.Key)) {
		return ""
	}
	switch yes := p.yes(labels); {
	case yes != "":
		return yes
	case has("Release"):
		return "Release"
	case has("Retry"):
		return "Retry"
	}
	return ""
}

// yes returns one of the buttons by which a window is approved, half the time that of
// the first; "": there is none.
func (p *play) yes(labels []string) string {
	labels = slices.DeleteFunc(slices.Clone(labels), func(l string) bool {
		_, approves := windowOf(l)
		return !approves
	})
	switch {
	case len(labels) == 0:
		return ""
	case p.dice.chance(2):
		return labels[0]
	}
	return labels[p.dice.IntN(len(labels))]
}

// command gives a command in one of the ways that there are: by the button, in the
// thread of the card, or as a slash command.
func (p *play) command(e *engineer, c promise.Card, label string, aloud bool) (slacksim.Ack, error) {
	said := map[string]string{"Hold": "hold", "Release": "release", "Retry": "retry", "Roll back": "rollback"}[label]
	if window, approves := windowOf(label); approves {
		said = "approve " + window
	}
	if said == "" || !aloud {
		return p.stage.Press(e.id, c.Message, label, map[string]string{"reason": "because of the moon"})
	}
	p.story.tell("  by saying %q", said)
	p.pass(time.Second) // nobody reads and speaks at the same moment
	defer p.pass(time.Second)
	if p.dice.chance(2) {
		return p.stage.Tell(e.id, c.Key, said)
	}
	verb, rest, _ := strings.Cut(said, " ")
	return p.stage.Chat.Slash(e.id, strings.TrimSpace("/refresh "+verb+" "+c.Key+" "+rest))
}

// windowOf returns the label of the window that a button approves; false: it does
// something else.
func windowOf(button string) (window string, approves bool) {
	window, approves = strings.CutPrefix(button, "Approve ")
	window, _, _ = strings.Cut(window, " ")
	return window, approves
}

// requesterOf returns the Slack id of whoever asked; "": has none.
func (p *play) requesterOf(key string) string {
	if slices.ContainsFunc(p.asked, func(r *request) bool { return r.key == key && r.client == carol }) {
		return carolInSlack
	}
	return ""
}

// give gives a command: presses its button, or says it. A form that comes up is
// filled in.
func (p *play) give(e *engineer, c promise.Card, label string, aloud bool) {
	p.giving = true // Slack delivers again what was given last
	defer func() { p.giving = false }()
	now := p.stage.Clock.Now()
	e.pressed = now
	p.story.tell("%s presses %q on %s, which is: %s", e.id, label, c.Key, c.State)
	window, approves := windowOf(label)
	switch {
	case approves:
		deal, _ := c.Deal(window)
		p.book.Approve(c.Key, promise.Approval{Who: e.id, At: now, Deal: deal})
	case label == "Retry":
		p.book.Retry(c.Key, e.id, now)
	default:
		p.book.Click(c.Key, e.id, now)
	}
	ack, err := p.command(e, c, label, aloud)
	asks := strings.HasSuffix(label, "…") // for a form, which opens once
	if !asks && !p.deliverAgain(ack, err, func() { p.book.Click(c.Key, e.id, now) }) {
		e.pressed = time.Time{} // Slack says that it did not work
	}
	for _, form := range p.stage.Chat.Forms(e.id) {
		p.stage.Chat.Dismiss(form.ID)
	}
}
