package slack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"github.com/refreshbot/refreshbot/bot"
)

// A drawing is a message as Slack takes it.
type drawing struct {
	text   string // escaped; for notifications, and for whoever can't see blocks
	blocks []slack.Block
}

// options returns the drawing as arguments of a call; without a key it carries no
// metadata. Names are not looked for in it.
func (d drawing) options(key bot.EffectKey) []slack.MsgOption {
	o := []slack.MsgOption{
		slack.MsgOptionText(clip(d.text, maxText), false),
		slack.MsgOptionParse(false),
	}
	if len(d.blocks) > 0 {
		o = append(o, slack.MsgOptionBlocks(d.blocks...))
	}
	if key != "" {
		o = append(o, slack.MsgOptionMetadata(slack.SlackMetadata{
			EventType:    eventType,
			EventPayload: map[string]any{eventKey: string(key)},
		}))
	}
	return o
}

// draw turns a message into what Slack takes. With simple, progress is drawn
// without a plan block.
func draw(m bot.Message, simple bool) (drawing, error) {
	switch {
	case m.Kind == bot.ChatCard && m.Card != nil:
		return drawCard(m.Ticket, *m.Card)
	case m.Kind == bot.ChatProgress && m.Plan != nil:
		return drawProgress(m.Ticket, *m.Plan, simple), nil
	case m.Kind == bot.ChatThread, m.Kind == bot.ChatWhisper, m.Kind == bot.ChatAlert:
		if m.Inside != nil && strings.TrimSpace(m.Inside.Text.String()) != "" {
			d := drawText(m.Inside.Text)
			d.blocks = fit(d.blocks)
			return d, nil
		}
	}
	return drawing{}, fmt.Errorf("a message of kind %q with nothing to show for it", m.Kind)
}

// drawText draws words alone. What does not fit is cut with a word that it was.
func drawText(t bot.Text) drawing {
	blocks := sections(t)
	if len(blocks) > maxBlocks {
		blocks = append(blocks[:maxBlocks-1], section("…"))
	}
	return drawing{text: escape(t.String()), blocks: blocks}
}

// A thrift is how much of each part of a card is drawn.
type thrift struct {
	facts, value    int // how many, and characters of each
	notes           int // characters in all
	history, line   int // how many lines, and characters of each
	buttons, asking int // how many, and characters of the question before one
}

// thrifts are tried in turn until a card leaves room for its windows.
var thrifts = [...]thrift{
	{facts: 4 * maxFields, value: maxField, notes: maxSection, history: maxContext, line: maxField, buttons: maxActions, asking: maxConfirm},
	{facts: maxFields, value: 150, notes: 1000, history: 5, line: 200, buttons: 12, asking: 150},
	{facts: 6, value: 80, notes: 300, history: 2, line: 100, buttons: 8, asking: 80},
}

// drawCard draws a request: what it is, what is known, the windows, what to mind,
// what can be decided, and who decided what. One that says too much for Slack says
// less of everything.
func drawCard(ticket bot.TicketKey, c bot.Card) (d drawing, err error) {
	for _, t := range thrifts {
		var head, foot []slack.Block
		head = append([]slack.Block{
			slack.NewHeaderBlock(plain(c.Title, maxHeader)),
			slack.NewSectionBlock(mrkdwn(stateLine(ticket, c), t.notes), nil, nil),
		}, t.factSections(c.Facts)...)
		if foot, err = t.footer(ticket, c); err != nil {
			return drawing{}, err
		}
		rest := maxWhole - sizeOf(append(head, foot...)...)
		windows := windowSections(c.Windows, maxBlocks-len(head)-len(foot), rest)
		d.blocks = slices.Concat(head, windows, foot)
		if rest > maxWhole/3 {
			break
		}
	}
	d.text = c.Title
	if c.State != "" {
		d.text += " — " + c.State
	}
	d.text = escape(d.text)
	return d, nil
}

// stateLine is the card's first line, with the way to the ticket. The link is our
// own; a piece of it that could end the link early is left out of it.
func stateLine(ticket bot.TicketKey, c bot.Card) string {
	state := styled(bot.Piece{Text: c.State, Style: bot.Strong})
	link := linked(c.Link, string(ticket))
	if state == "" {
		return link
	}
	return state + "  ·  " + link
}

// linked makes words a link to an address of our own, or leaves them plain where
// there is none.
func linked(address, words string) string {
	words = escape(strings.ReplaceAll(words, "\n", " "))
	if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
		return words
	}
	return "<" + strings.NewReplacer("|", "%7C", " ", "%20").Replace(escape(address)) + "|" + words + ">"
}

// factSections sets names and values in two columns, ten to a section.
func (t thrift) factSections(facts []bot.CardFact) []slack.Block {
	facts = facts[:min(len(facts), t.facts)]
	var blocks []slack.Block
	for len(facts) > 0 {
		n := min(len(facts), maxFields)
		fields := make([]*slack.TextBlockObject, n)
		for i, f := range facts[:n] {
			name := styled(bot.Piece{Text: f.Name, Style: bot.Strong})
			fields[i] = mrkdwn(name+"\n"+orDash(escape(f.Value)), t.value)
		}
		blocks = append(blocks, slack.NewSectionBlock(nil, fields, nil))
		facts = facts[n:]
	}
	return blocks
}

// windowSections sets a window to a section, room of them and size bytes at most;
// when there are more, the last says how many.
func windowSections(windows []bot.CardWindow, room, size int) []slack.Block {
	blocks := make([]slack.Block, 0, len(windows)+1)
	for i, w := range windows {
		more := section(fmt.Sprintf("… and %d more on the ticket", len(windows)-i))
		b := section(windowText(w))
		last := i == len(windows)-1
		if need := sizeOf(b, more); size < need || !last && i == room-1 {
			return append(blocks, more)
		}
		size -= sizeOf(b)
		blocks = append(blocks, b)
	}
	return blocks
}

// windowText is a window in a line, with what speaks against it below.
func windowText(w bot.CardWindow) string {
	mark := "✕"
	switch {
	case w.Good:
		mark = "✓"
	case w.Special:
		mark = "⚠"
	}
	head := fmt.Sprintf("%s  *%s*  %s  —  %s", mark, escape(w.Label), escape(w.When), escape(w.Verdict))
	lines := []string{head}
	for _, reason := range w.Reasons {
		lines = append(lines, "•  "+escape(reason))
	}
	return strings.Join(lines, "\n")
}

// footer is what stands below the windows: notes, buttons, history.
func (t thrift) footer(ticket bot.TicketKey, c bot.Card) ([]slack.Block, error) {
	var blocks []slack.Block
	if len(c.Notes) > 0 {
		blocks = append(blocks, slack.NewSectionBlock(mrkdwn("⚠  "+joined(c.Notes, "\n⚠  "), t.notes), nil, nil))
	}
	if len(c.Buttons) > 0 {
		elements, err := t.drawn(ticket, c.Buttons)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, slack.NewActionBlock("commands", elements...))
	}
	if len(c.History) > 0 {
		newest := c.History[max(0, len(c.History)-t.history):]
		elements := make([]slack.MixedElement, len(newest))
		for i, line := range newest {
			elements[i] = mrkdwn(escape(line), t.line)
		}
		blocks = append(blocks, slack.NewDividerBlock(), slack.NewContextBlock("history", elements...))
	}
	return blocks, nil
}

// drawn draws a card's commands. Where there are too many of them the last three
// stay, which are about the request as a whole.
func (t thrift) drawn(ticket bot.TicketKey, bs []bot.Button) ([]slack.BlockElement, error) {
	if over := len(bs) - t.buttons; over > 0 {
		bs = slices.Concat(bs[:t.buttons-3], bs[len(bs)-3:])
	}
	elements := make([]slack.BlockElement, len(bs))
	for i, b := range bs {
		value, err := pointerOf(ticket, b).encode(maxValue)
		if err != nil {
			return nil, fmt.Errorf("button %q: %w", b.Label, err)
		}
		e := slack.NewButtonBlockElement(fmt.Sprintf("%d-%s", i, b.Verb), value, plain(b.Label, maxLabel))
		switch {
		case b.Danger:
			e.Style = slack.StyleDanger
		case b.Primary:
			e.Style = slack.StylePrimary
		}
		// A form asks by itself; a question before it would be one too many.
		if b.Confirm != "" && !b.NeedsReason {
			e.Confirm = slack.NewConfirmationBlockObject(plain(wordConfirm, 100),
				plain(b.Confirm, t.asking), plain(b.Label, 30), plain(wordBack, 30))
		}
		elements[i] = e
	}
	return elements, nil
}

// A pointer is what a button's value and a form's private metadata hold: which
// command on which card. It gives no right to anything.
type pointer struct {
	Ticket bot.TicketKey `json:"ticket"`
	Verb   bot.Verb      `json:"verb"`
	Choice string        `json:"choice,omitempty"`
	Token  string        `json:"token,omitempty"`
	Reason bool          `json:"reason,omitempty"` // a form for the reason comes first
	// Origin is the channel of the card, for a form; a button's click says it
	// itself.
	Origin string `json:"origin,omitempty"`
}

func pointerOf(ticket bot.TicketKey, b bot.Button) pointer {
	return pointer{Ticket: ticket, Verb: b.Verb, Choice: b.Choice, Token: b.Token, Reason: b.NeedsReason}
}

// encode returns the pointer as JSON of at most limit bytes.
func (p pointer) encode(limit int) (string, error) {
	raw, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	if len(raw) > limit {
		return "", fmt.Errorf("its value of %d bytes is longer than Slack's %d", len(raw), limit)
	}
	return string(raw), nil
}

// joined escapes lines and joins them.
func joined(lines []string, by string) string {
	escaped := make([]string, len(lines))
	for i, l := range lines {
		escaped[i] = escape(l)
	}
	return strings.Join(escaped, by)
}

// orDash stands in for an empty value, which Slack would refuse.
func orDash(s string) string {
	if strings.TrimSpace(s) == "" {
		return "–"
	}
	return s
}
