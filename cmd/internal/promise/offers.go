package promise

import (
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// Offered looks at what engineers can approve now. It is held for the requests that
// ask for it, so that no window is offered to more of them than there is room for;
// but for the busy ones, by key, on which the bot has something to do yet.
func (t *Witness) Offered(now time.Time, busy map[string]bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := &court{Witness: t, now: now}
	var offers []offer
	for _, card := range t.world.cards() {
		if !busy[card.Key] && !c.holdOver(card) {
			offers = append(offers, offersOf(card)...)
		}
	}
	for _, k := range t.claims {
		if !busy[k.key] && k.until.IsZero() {
			offers = append(offers, offer{k.key, k.window, k.environment})
		}
	}
	c.offered(offers)
	t.found = append(t.found, c.found...)
}

// An offer is a window that may be approved for a request, or is.
type offer struct {
	key         string
	window      Window
	environment [2]string // source and target
}

// held is how many windows are held for a request at most.
const held = 2

// offersOf returns the windows that a card has a button for, none where these are more
// than are held: the rest may be had by whoever is first.
func offersOf(k Card) (all []offer) {
	for _, button := range k.Message.Buttons() {
		label, approves := strings.CutPrefix(button, "Approve ")
		label, _, _ = strings.Cut(label, " ")
		if w, known := k.Windows[label]; approves && known {
			all = append(all, offer{k.Key, w, [2]string{k.Source, k.Target}})
		}
	}
	if len(all) > held {
		return nil
	}
	return all
}

// holdOver reports whether the thread of a card says that its windows are held no
// longer.
func (c *court) holdOver(k Card) bool {
	said := c.world.Chat.Channel(c.world.Channel).Replies(k.Message.TS)
	return slices.ContainsFunc(said, func(m slacksim.Message) bool { return strings.HasPrefix(m.Words(), "The hold on ") })
}

// offered counts the requests that are offered the same time.
func (c *court) offered(offers []offer) {
	for i, a := range offers {
		keys := []string{a.key}
		for _, b := range offers[:i] {
			if slices.Contains(keys, b.key) || !a.window.meets(b.window) {
				continue
			}
			keys = append(keys, b.key)
			if shares(a.environment, b.environment) {
				c.broken(NotSold, a.key, "at %s it is offered %s, as %s is with the same environment", clock(c.now), a.window, b.key)
			}
		}
		if len(keys) > c.world.Capacity {
			c.broken(NotSold, a.key, "at %s %d requests are offered %s", clock(c.now), len(keys), a.window)
		}
	}
}
