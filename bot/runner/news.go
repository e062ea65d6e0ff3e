package runner

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// news remembers up to which change each ticket was dealt with, so that a poll
// does not bring in again what webhooks have brought before, or what the bot itself
// has written: a minute's worth of tickets at once would keep the next client
// waiting. It is lost with the process, which costs no more than reading tickets
// again.
type news struct {
	mu    sync.Mutex
	known map[bot.TicketKey]look
}

// A look is how a ticket was when it was dealt with.
type look struct {
	until time.Time // Updated of the ticket as it was read
	print [sha256.Size]byte
}

// settled is how much later than its last change a ticket has to be read, by the
// two clocks, so that no other change can bear the same time.
const settled = time.Millisecond

// dealt notes that an event was dealt with, in the light of the ticket as it was
// seen.
func (n *news) dealt(e bot.Event, o outlook) {
	if e.Kind != bot.TicketTouched || o.ticket == nil || o.at.Sub(o.ticket.Updated) <= settled {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.known, e.Ticket)
		return
	}
	n.saw(e.Ticket, look{o.ticket.Updated, fingerprint(*o.ticket)})
}

func (n *news) saw(ticket bot.TicketKey, l look) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.known == nil {
		n.known = map[bot.TicketKey]look{}
	}
	n.known[ticket] = l
}

// last returns how a ticket was when it was dealt with last, if that is known.
func (n *news) last(ticket bot.TicketKey) (look, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l, ok := n.known[ticket]
	return l, ok
}

// forget drops what no poll asks for any more.
func (n *news) forget(before time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for ticket, l := range n.known {
		if l.until.Before(before) {
			delete(n.known, ticket)
		}
	}
}

// old reports whether a change is known to be dealt with. Where the ticket has
// changed since, it is read: a comment of the bot's own is no news, but what
// somebody wrote just before it would be. In doubt it is not old.
func (r *Runner) old(ctx context.Context, t bot.Touch) bool {
	last, known := r.news.last(t.Ticket)
	if !known || t.Updated.Equal(last.until) {
		return known
	}
	at := r.Clock.Now()
	ticket, err := r.ticket(ctx, t.Ticket)
	if err != nil || ticket == nil || at.Sub(ticket.Updated) <= settled || fingerprint(*ticket) != last.print {
		return false
	}
	r.news.saw(t.Ticket, look{ticket.Updated, last.print})
	return true
}

// fingerprint is the same for a ticket on which nobody but the bot has written or
// changed anything.
func fingerprint(t bot.Ticket) [sha256.Size]byte {
	var theirs []bot.Comment
	for _, c := range t.Comments {
		if !c.Own {
			theirs = append(theirs, c)
		}
	}
	t.Updated, t.Comments = time.Time{}, theirs
	text, _ := json.Marshal(t) // strings and times can be encoded
	return sha256.Sum256(text)
}
