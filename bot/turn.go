package bot

import (
	"slices"
	"time"
)

const (
	// repliesADay caps the public replies on one ticket, so that two machines
	// can't talk each other to death.
	repliesADay = 6
	// noBot is the label that keeps the bot out of a ticket.
	noBot = "no-bot"
)

// A turn is one call of Step: what it rests on, and the decision as it grows.
type turn struct {
	c   Conversation // as it will be
	was State
	e   Event
	f   Facts
	now time.Time

	d      Decision
	status bool     // draw the living reply
	card   bool     // draw the card
	told   []Effect // after those two
	actor  string   // for the audit trail
}

func begin(c Conversation, e Event, f Facts, now time.Time) *turn {
	t := &turn{c: c.clone(), was: c.State, e: e, f: f, now: now.UTC()}
	t.c.Key = e.Ticket
	t.actor = map[EventKind]string{
		TicketTouched: "client", TimerRang: "clock", RunReported: "engine", SecurityNoticed: "intake", StoreRestored: "store",
	}[e.Kind]
	t.estimated()
	return t
}

// estimated takes over what the clone engine says of the request beforehand. Its
// figures move a little all the time: only what matters redraws the card.
func (t *turn) estimated() {
	e := t.f.Estimate
	if e == nil || (t.c.Expected-e.Length).Abs() < 10*time.Minute && slices.Equal(t.c.Missing, e.Missing) {
		return
	}
	t.c.Expected, t.c.Missing = e.Length, slices.Clone(e.Missing)
	t.card = t.c.Carded && (t.c.State == Proposed || t.c.State == Confirmed)
}

// end closes the turn: what is shown is drawn first, so that threads have a card
// to hang from.
func (t *turn) end() Decision {
	t.c.Version++
	if t.status {
		t.drawStatus()
	}
	if t.card {
		t.c.Carded = true
		t.d.Effects = append(t.d.Effects, ShowCard{})
	}
	t.d.Effects = append(t.d.Effects, t.told...)
	for i := range t.d.Audit {
		t.d.Audit[i].Version = t.c.Version
		t.d.Audit[i].After = t.c.State
	}
	t.d.Next = t.c
	t.d.Wake = t.wake()
	return t.d
}

// drawStatus draws the living reply. An internal note can't be redrawn, so in
// shadow mode there is the first one alone.
func (t *turn) drawStatus() {
	if t.c.Shown && t.f.House.Shadow {
		return
	}
	t.c.Shown = true
	t.d.Effects = append(t.d.Effects, ShowStatus{})
}

// show has the living reply and the card drawn again, as far as they are there.
func (t *turn) show() {
	t.status = t.c.Shown
	t.card = t.card || t.c.Carded
}

// say gives the client a public reply. The first one on a ticket is the living
// reply itself: it says all that is known, whatever the topic.
func (t *turn) say(reply TellClient) {
	if reply.Topic != ToldNudge {
		t.c.Spoke, t.c.Nudged = t.now, false
	}
	t.c.Said = slices.DeleteFunc(t.c.Said, func(at time.Time) bool { return !at.After(t.now.Add(-24 * time.Hour)) })
	if len(t.c.Said) >= repliesADay {
		t.capped()
		return
	}
	t.c.Capped = false
	t.c.Said = append(t.c.Said, t.now)
	if !t.c.Shown {
		t.drawStatus()
		t.status = false
		return
	}
	t.told = append(t.told, reply)
}

// capped keeps a reply back. The living reply still tells the client how things
// stand, and the engineers are told once.
func (t *turn) capped() {
	t.status = true
	if !t.c.Capped {
		t.c.Capped = true
		t.news(TellEngineers{Topic: NewsCapped})
	}
}

// news writes a line into the card's thread, which needs a card to be there.
func (t *turn) news(line TellEngineers) {
	t.card = true
	t.told = append(t.told, line)
}

// tell adds an effect that hangs from nothing.
func (t *turn) tell(e Effect) { t.told = append(t.told, e) }

// move takes the ticket through the transition that is configured for a name. The
// last ones close it, as a rule, which is then no wish of anybody's.
func (t *turn) move(name string) {
	if to := t.f.House.Transitions[name]; to != "" && !t.f.House.Shadow {
		t.tell(MoveTicket{Transition: to})
		t.c.Shuts = t.c.Shuts || t.over()
	}
}

// audit adds a line to the ticket's audit trail.
func (t *turn) audit(what string) { t.auditHash(what, "") }

// auditHash adds a line about something that was approved.
func (t *turn) auditHash(what, hash string) {
	t.d.Audit = append(t.d.Audit, Audit{
		Ticket: t.c.Key,
		At:     t.now,
		Actor:  t.actor,
		Event:  t.eventName(),
		Before: t.was,
		What:   what,
		Hash:   hash,
		Policy: t.f.House.Policy,
		Source: t.e.ID,
	})
}

func (t *turn) eventName() string {
	if t.e.Command != nil {
		return string(t.e.Kind) + ": " + string(t.e.Command.Verb)
	}
	return string(t.e.Kind)
}

// done adds a person's decision to what the card tells.
func (t *turn) done(d Deed) {
	d.At = t.now
	t.c.Deeds = append(t.c.Deeds, d)
}

// renew makes what was drawn before count no longer.
func (t *turn) renew(why Renewal) {
	t.c.Card++
	t.c.Renewed, t.c.RenewedAt = why, t.now
	if why == RenewedByClient {
		t.c.Changed = t.now
	}
}
