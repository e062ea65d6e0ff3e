package kill

import (
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/cmd/internal/promise"
)

// card returns a request's card as it is now.
func (p *people) card(key string) (card promise.Card, there bool) {
	for _, m := range p.chat.Channel(channel).Messages() {
		if c, ok := promise.ReadCard(m); ok && c.Key == key {
			card, there = c, true
		}
	}
	return card, there
}

// decide has an engineer press a button of some card, now and then two at once:
// mostly of one that is not done, since of those that are there are ever more.
func (p *people) decide() {
	var cards, open []promise.Card
	for _, m := range p.chat.Channel(channel).Messages() {
		c, ok := promise.ReadCard(m)
		if !ok || len(m.Buttons()) == 0 || finished(c) {
			continue
		}
		if cards = append(cards, c); !strings.HasPrefix(c.State, "Done") {
			open = append(open, c)
		}
	}
	if len(cards) == 0 {
		return
	}
	card, label, ok := p.undoable(cards)
	if !ok || !p.wanted.Load() {
		if len(open) > 0 && p.dice.IntN(8) > 0 {
			cards = open
		}
		card = cards[p.dice.IntN(len(cards))]
		label = p.choose(card)
	}
	for range 1 + p.dice.IntN(5)/4 {
		p.press(approvers[p.dice.IntN(len(approvers))], card, label)
	}
}

// undoable returns the card of a clone that can be taken back, one of the last, and
// the button for it: of one that is older the database is gone.
func (p *people) undoable(cards []promise.Card) (card promise.Card, label string, ok bool) {
	seen := 0
	for _, c := range slices.Backward(cards) {
		for _, l := range c.Message.Buttons() {
			if l != "Roll back" && l != "Cancel" {
				continue
			}
			if seen++; seen <= 3 && p.dice.IntN(seen) == 0 {
				card, label, ok = c, l, true
			}
		}
	}
	return card, label, ok
}

// finished reports whether a request is at an end of which nobody wants more.
func finished(c promise.Card) bool {
	return strings.HasPrefix(c.State, "With a person")
}

// choose chooses a button: mostly the one that leads on.
func (p *people) choose(card promise.Card) string {
	labels := card.Message.Buttons()
	rolled := p.dice.IntN(20)
	switch {
	case strings.HasPrefix(card.State, "Running"), strings.HasPrefix(card.State, "Done"):
		if rolled > 3 {
			return "" // leave it alone
		}
	case slices.Contains(labels, "Release"):
		return "Release"
	case strings.HasPrefix(labels[0], "Approve") && rolled > 3,
		strings.HasPrefix(card.State, "Failed"):
		return labels[p.dice.IntN(min(2, len(labels)))]
	case strings.HasPrefix(card.State, "Confirmed") && rolled > 1:
		return ""
	}
	return labels[p.dice.IntN(len(labels))]
}

// press presses a button and fills in the form that may come up. Whoever gets no
// answer has still pressed it.
func (p *people) press(who string, card promise.Card, label string) {
	now := p.clock.Now()
	deal, ok := promise.Deal{}, false
	if rest, approves := strings.CutPrefix(label, "Approve "); approves {
		window, _, _ := strings.Cut(rest, " ")
		deal, ok = card.Deal(window)
	}
	switch {
	case label == "":
		return
	case ok:
		p.book.Approve(card.Key, promise.Approval{Who: who, At: now, Deal: deal})
	case label == "Retry":
		p.book.Retry(card.Key, who, now)
	default:
		p.book.Click(card.Key, who, now)
	}
	if _, err := card.Message.Click(who, label); err != nil {
		return // the daemon is not there
	}
	for _, f := range p.chat.Forms(who) {
		fill := map[string]string{"reason": "We have to talk about it first."}
		for _, b := range f.Blocks {
			if b.Element != nil && len(b.Element.Options) > 0 {
				fill[b.BlockID] = b.Element.Options[0].Value
			}
		}
		if ack, err := p.chat.Submit(who, f.ID, fill); err != nil || !ack.OK || len(ack.Errors()) > 0 {
			p.chat.Dismiss(f.ID)
		}
	}
}
