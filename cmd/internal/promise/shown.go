package promise

import "slices"

// shown: the ticket's living reply, its status and the card in Slack tell of the
// same state of things, and of the one that the databases are in.
func (c *court) shown() {
	for _, r := range c.requests {
		t, there := c.world.Desk.Ticket(r.key)
		own := Replies(t)
		if !there || len(own) == 0 {
			continue // a deleted ticket shows nothing; silence is looked at by itself
		}
		if t.Closed && c.book.forgets(r.terms[0].at, c.now) {
			continue // a request that a restored store first hears of once it is closed is none of its business
		}
		says := stageOf(own[0].Body)
		c.onCard(r, says, own[0].Body)
		want, looked := c.world.Moves[says]
		if looked && t.Status != want && !t.Closed { // from what was declined no way leads back
			c.broken(Shown, r.key, "the reply says %s, and the ticket is %q", says, t.Status)
		}
		c.inDatabases(r, says)
	}
}

// onCard looks whether the card agrees with the living reply.
func (c *court) onCard(r request, says Stage, reply string) {
	all := c.world.cards()
	i := slices.IndexFunc(all, func(k Card) bool { return k.Key == r.key })
	if i < 0 {
		if says != Open && says != Cancelled && says != HandedOver {
			c.broken(Shown, r.key, "the reply says %s, and there is no card", says)
		}
		return
	}
	card := all[i]
	told := says == Open && card.stage() == Declined // a foreign name: the client reads nothing of it
	if card.stage() != says && !told {
		c.broken(Shown, r.key, "the reply says %s, and the card %q", says, card.State)
	}
	if says != Confirmed {
		return
	}
	booked, _ := ReadWindow(reply)
	if _, ok := card.windowIs(booked); !ok {
		c.broken(Shown, r.key, "the reply says %s, and the card has %v", booked, card.Windows)
	}
	if !booked.End.After(c.now) {
		c.broken(Shown, r.key, "it is confirmed for %s, which has passed", booked)
	}
}

// windowIs returns the label of a window on the card.
func (c Card) windowIs(w Window) (label string, ok bool) {
	for label, o := range c.Windows {
		if o == w {
			return label, true
		}
	}
	return "", false
}

// inDatabases looks whether what the client reads is what was done.
func (c *court) inDatabases(r request, says Stage) {
	stands, atWork := false, false
	for _, k := range c.clonesOf(r.key) {
		stands = stands || !k.swapped.IsZero() && k.undone.IsZero()
		atWork = atWork || k.end.IsZero()
	}
	may := func(stages ...Stage) bool { return slices.Contains(stages, says) }
	switch {
	case says == Done && !stands:
		c.broken(Shown, r.key, "the reply says that it is done, and no target was replaced")
	case stands && !may(Done, Failed, Running):
		c.broken(Shown, r.key, "the target is replaced, and the reply says %s", says)
	case says == Running && !atWork:
		c.broken(Shown, r.key, "the reply says that a clone is at work, and none is")
	case atWork && !may(Running, Failed):
		c.broken(Shown, r.key, "a clone is at work, and the reply says %s", says)
	}
}
