package runner_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// A desk is a help center in memory. Time in it is its clock's, as with the real
// one.
type desk struct {
	clock bot.Clock

	mu       sync.Mutex
	tickets  map[bot.TicketKey]*bot.Ticket
	touches  []bot.Touch // newest last
	comments []comment   // the bot's own
	moves    []string    // "HELP-1 done"
}

// A comment is one of the bot's, with what the checker wants to know of it.
type comment struct {
	ID      string
	Ticket  bot.TicketKey
	Key     bot.EffectKey // with which it was written first
	Last    bot.EffectKey // with which it was changed last
	Text    string
	At      time.Time
	Public  bool
	Deleted bool
}

var _ bot.Desk = (*desk)(nil)

func newDesk(c bot.Clock) *desk { return &desk{clock: c, tickets: map[bot.TicketKey]*bot.Ticket{}} }

// file opens a ticket.
func (d *desk) file(key bot.TicketKey, reporter bot.Person, text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.clock.Now()
	d.tickets[key] = &bot.Ticket{
		Key: key, Project: "HELP", Summary: "Please refresh our test environment", Description: text,
		Created: now, DescribedAt: now, Reporter: reporter, Status: "Open",
	}
	d.touch(key)
}

// say adds a client's comment.
func (d *desk) say(key bot.TicketKey, by bot.Person, text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.clock.Now()
	t := d.tickets[key]
	t.Comments = append(t.Comments, bot.Comment{
		ID: fmt.Sprint("c", len(t.Comments)+1), Author: by, Body: text, Created: now, Edited: now, Public: true,
	})
	d.touch(key)
}

func (d *desk) touch(key bot.TicketKey) {
	d.touches = append(d.touches, bot.Touch{Ticket: key, Updated: d.clock.Now()})
}

func (d *desk) Ticket(_ context.Context, key bot.TicketKey) (bot.Ticket, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t, ok := d.tickets[key]
	if !ok {
		return bot.Ticket{}, bot.Errorf(bot.NotFound, "desk: read "+string(key), "no such ticket")
	}
	read := *t
	for _, touch := range d.touches {
		if touch.Ticket == key {
			read.Updated = touch.Updated
		}
	}
	read.Comments = slices.Clone(t.Comments)
	for _, c := range d.comments {
		if c.Ticket == key && !c.Deleted {
			read.Comments = append(read.Comments, bot.Comment{
				ID: c.ID, Body: c.Text, Created: c.At, Edited: c.At, Public: c.Public, Own: true, Insider: true,
			})
		}
	}
	return read, nil
}

func (d *desk) Touched(_ context.Context, since time.Time) ([]bot.Touch, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	last := map[bot.TicketKey]time.Time{}
	var touched []bot.Touch
	for _, t := range d.touches {
		last[t.Ticket] = t.Updated
	}
	for key, updated := range last {
		if !updated.Before(since) {
			touched = append(touched, bot.Touch{Ticket: key, Updated: updated})
		}
	}
	slices.SortFunc(touched, func(a, b bot.Touch) int {
		return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(a.Ticket, b.Ticket))
	})
	return touched, nil
}

func (d *desk) Reply(_ context.Context, t bot.TicketKey, key bot.EffectKey, text bot.PublicText) (bot.RemoteID, error) {
	return d.write(comment{Ticket: t, Key: key, Text: text.Text.String(), Public: true})
}

func (d *desk) Note(_ context.Context, t bot.TicketKey, key bot.EffectKey, text bot.InternalText) (bot.RemoteID, error) {
	return d.write(comment{Ticket: t, Key: key, Text: text.Text.String()})
}

func (d *desk) write(c comment) (bot.RemoteID, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tickets[c.Ticket] == nil {
		return "", bot.Errorf(bot.NotFound, "desk: comment on "+string(c.Ticket), "no such ticket")
	}
	c.ID, c.Last, c.At = fmt.Sprint("b", len(d.comments)+1), c.Key, d.clock.Now()
	d.comments = append(d.comments, c)
	d.touch(c.Ticket)
	return bot.RemoteID(c.ID), nil
}

func (d *desk) Rewrite(_ context.Context, t bot.TicketKey, id bot.RemoteID, key bot.EffectKey, text bot.PublicText) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.comments {
		if c := &d.comments[i]; c.ID == string(id) && c.Ticket == t && !c.Deleted {
			c.Last, c.Text = key, text.Text.String()
			d.touch(t)
			return nil
		}
	}
	return bot.Errorf(bot.NotFound, "desk: rewrite "+string(id), "no such comment")
}

func (d *desk) Transition(_ context.Context, t bot.TicketKey, transition string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tickets[t].Status != transition {
		d.tickets[t].Status = transition
		d.moves = append(d.moves, string(t)+" "+transition)
		d.touch(t)
	}
	return nil
}

func (d *desk) Sent(_ context.Context, t bot.TicketKey, key bot.EffectKey, since time.Time) (bot.RemoteID, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.comments {
		if c.Ticket == t && key.Finds(c.Last) && !c.At.Before(since) && !c.Deleted {
			return bot.RemoteID(c.ID), true, nil
		}
	}
	return "", false, nil
}

// written returns a copy of the bot's comments.
func (d *desk) written() []comment {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.comments)
}

// remove deletes a comment of the bot's.
func (d *desk) remove(id bot.RemoteID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.comments {
		if d.comments[i].ID == string(id) {
			d.comments[i].Deleted = true
		}
	}
}
