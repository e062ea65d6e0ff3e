package wording

import (
	"context"
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// Inquiries answers engineers from a store's records, in the words of the cards:
// what they look up reads like what they are shown. It implements
// [bot.Inquiries].
type Inquiries struct {
	Records bot.Records
	World   func() rules.World // as the runner is given it: no tenant, nothing taken
	House   func() bot.House   // asked at every question, as World is
}

var _ bot.Inquiries = Inquiries{}

// open are the states in which something is still to come.
var open = []bot.State{
	bot.Collecting, bot.Proposed, bot.Confirmed, bot.Running, bot.Failed, bot.Lapsed, bot.HandedOver,
}

// Answer implements bot.Inquiries.
func (q Inquiries) Answer(ctx context.Context, asked bot.Question, now time.Time) (bot.InternalText, error) {
	text, err := q.answer(ctx, asked, now)
	return bot.InternalText{Text: text}, err
}

func (q Inquiries) answer(ctx context.Context, asked bot.Question, now time.Time) (bot.Text, error) {
	switch {
	case asked.Topic == bot.AboutHolidays:
		return holidays(q.World().Calendar, asked, now), nil
	case asked.Ticket != "":
		return q.about(ctx, asked, now)
	case asked.Topic == bot.AboutWindows:
		w, err := q.world(ctx, bot.Conversation{}, now)
		return freeText(w, now), err
	}
	list, err := q.Records.Conversations(ctx, open...)
	if err != nil {
		return nil, err
	}
	if asked.Topic == bot.AboutList {
		return listText(list), nil
	}
	return statusText(list), nil
}

// about answers what is asked about one request.
func (q Inquiries) about(ctx context.Context, asked bot.Question, now time.Time) (bot.Text, error) {
	c, err := q.Records.Conversation(ctx, asked.Ticket)
	if err != nil {
		return nil, err
	}
	if c.State == "" || c.State == bot.Silent {
		return bot.Text{para(says("I know of no request on %s.", plain(string(asked.Ticket))))}, nil
	}
	switch asked.Topic {
	case bot.AboutWindows:
		choices, err := q.choices(ctx, c, now)
		return choicesText(c, choices), err
	case bot.AboutStatus:
		return briefText(c), nil
	default:
		story, err := q.Records.History(ctx, asked.Ticket)
		return wholeText(c, q.House(), story), err
	}
}

// world is the world as it is for a request: the client's tenant, and what all
// others have taken.
func (q Inquiries) world(ctx context.Context, c bot.Conversation, now time.Time) (rules.World, error) {
	w := q.World()
	if w.Registry != nil {
		i := slices.IndexFunc(w.Registry.Tenants, func(t rules.Tenant) bool { return c.Tenant != "" && t.Name == c.Tenant })
		if i >= 0 {
			w.Tenant = &w.Registry.Tenants[i]
		}
	}
	taken, _, err := q.Records.Taken(ctx, now, c.Key)
	for _, b := range taken {
		b.Booking.Held = b.Held
		w.Taken = append(w.Taken, b.Booking)
	}
	return w, err
}

// Choices implements bot.Inquiries.
func (q Inquiries) Choices(ctx context.Context, key bot.TicketKey, now time.Time) (bot.Choices, error) {
	c, err := q.Records.Conversation(ctx, key)
	if err != nil {
		return bot.Choices{}, err
	}
	return q.choices(ctx, c, now)
}

// Against implements bot.Inquiries.
func (q Inquiries) Against(ctx context.Context, key bot.TicketKey, span rules.Interval, now time.Time) ([]string, error) {
	c, err := q.Records.Conversation(ctx, key)
	if err != nil {
		return nil, err
	}
	w, err := q.world(ctx, c, now)
	if err != nil {
		return nil, err
	}
	ask := c.Verdict.Ask()
	window, pit := rules.JudgeWindow(ticket.Window{Start: span.Start, End: span.End, ProposedAt: now}, ask, w, now)
	if window.Feasible {
		return nil, nil
	}
	var reasons []string
	for _, f := range append(window.Findings, pit...) {
		if f.Severity == rules.Error {
			reasons = append(reasons, Finding(f))
		}
	}
	return reasons, nil
}

// Home implements bot.Inquiries.
func (q Inquiries) Home(ctx context.Context, viewer bot.Standing, now time.Time) (bot.Home, error) {
	w, err := q.world(ctx, bot.Conversation{}, now)
	if err != nil {
		return bot.Home{}, err
	}
	if !viewer.Approver {
		return guestHome(viewer, w, now), nil
	}
	list, err := q.Records.Conversations(ctx, open...)
	if err != nil {
		return bot.Home{}, err
	}
	return home(list, viewer, q.House(), freeSection(w, now)), nil
}
