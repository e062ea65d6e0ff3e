package runner

import (
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// news remembers up to which change each ticket was dealt with, so that a poll
// does not bring in again what webhooks have brought before: a minute's worth of
// tickets at once would keep the next client waiting. It is lost with the
// process, which costs no more than reading tickets again.
type news struct {
	mu    sync.Mutex
	until map[bot.TicketKey]time.Time // Updated of the ticket as it was read
}

// settled is how much later than its last change a ticket has to be read, by the
// two clocks, so that no other change can bear the same time.
const settled = time.Millisecond

// dealt notes that an event was dealt with, in the light of the ticket as it was
// seen.
func (n *news) dealt(e bot.Event, o outlook) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.until, e.Ticket)
	if e.Kind != bot.TicketTouched || o.ticket == nil || o.at.Sub(o.ticket.Updated) <= settled {
		return
	}
	if n.until == nil {
		n.until = map[bot.TicketKey]time.Time{}
	}
	n.until[e.Ticket] = o.ticket.Updated
}

// old reports whether a change is known to be dealt with.
func (n *news) old(t bot.Touch) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	until, ok := n.until[t.Ticket]
	return ok && t.Updated.Equal(until)
}

// forget drops what no poll asks for any more.
func (n *news) forget(before time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for ticket, at := range n.until {
		if at.Before(before) {
			delete(n.until, ticket)
		}
	}
}
