package runner

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
)

// An outlook is what was seen outside for an event, in the light of one version
// of its conversation. Who decides again a moment later need not look again.
type outlook struct {
	seen     bool
	at       time.Time // by our clock, before the first look
	version  bot.Version
	ticket   *bot.Ticket
	standing *bot.Standing
	approved []bot.Standing
	estimate *bot.Estimate

	missed missed // what the decision has found missed
}

// lookAround asks the vendors and the engine, unless the outlook is there already.
func (r *Runner) lookAround(ctx context.Context, c bot.Conversation, e bot.Event, people []bot.Person, o *outlook) (err error) {
	if o.seen && o.version == c.Version {
		return nil
	}
	*o = outlook{at: r.Clock.Now(), version: c.Version}
	if o.ticket, err = r.ticket(ctx, e.Ticket); err != nil {
		return err
	}
	if e.Command != nil {
		o.standing = r.standing(ctx, e.Command.Actor, people)
	}
	if e.Kind == bot.TimerRang {
		o.approved = r.approvers(ctx, c, people)
	}
	o.estimate = r.estimate(ctx, c)
	o.seen = true
	return nil
}

// facts gathers what a decision may rest on. An error means that it can't be
// taken now. What is booked is read last: it changes with every decision about
// any ticket.
func (r *Runner) facts(ctx context.Context, c bot.Conversation, e bot.Event, o *outlook) (f bot.Facts, err error) {
	f = bot.Facts{World: r.World(), House: r.HouseNow()}
	if err := r.lookAround(ctx, c, e, f.House.People, o); err != nil {
		return f, err
	}
	f.Ticket, f.Standing, f.Approvers, f.Estimate = o.ticket, o.standing, o.approved, o.estimate
	var failed [4]error
	f.FirstStart, failed[0] = r.Store.Mark(ctx, firstStart)
	f.Run, failed[1] = r.run(ctx, c)
	f.Drawn, failed[2] = r.drawn(ctx, c, e)
	f.Taken, f.Ledger, failed[3] = r.Store.Taken(ctx, r.Clock.Now(), e.Ticket)
	for _, b := range f.Taken {
		b.Booking.Held = b.Held
		f.World.Taken = append(f.World.Taken, b.Booking)
	}
	return f, errors.Join(failed[:]...)
}

// ticket reads a ticket as it is now; nil: there is none, or none any more.
func (r *Runner) ticket(ctx context.Context, key bot.TicketKey) (*bot.Ticket, error) {
	if key == "" {
		return nil, nil
	}
	t, err := r.Desk.Ticket(ctx, key)
	r.heard(&r.count.deskSeen, err)
	switch {
	case err == nil:
		return &t, nil
	case bot.KindOf(err) == bot.NotFound:
		return nil, nil
	default:
		return nil, err
	}
}

// run returns the conversation's run, if the engine has one.
func (r *Runner) run(ctx context.Context, c bot.Conversation) (*bot.Run, error) {
	if c.Run == nil || c.Run.ID == "" {
		return nil, nil
	}
	run, err := r.Store.Run(ctx, c.Run.ID)
	return &run, err
}

// drawn returns when a card first stood in Slack that shows what the client changed
// last, for a command that may be about an earlier one; zero: none does.
func (r *Runner) drawn(ctx context.Context, c bot.Conversation, e bot.Event) (at time.Time, err error) {
	if e.Command == nil || e.Command.Token != "" || c.Changed.IsZero() {
		return at, nil
	}
	rows, err := r.Store.Messages(ctx, c.Key)
	for _, row := range rows {
		if row.Message.Living == bot.RequestCard && row.State == bot.Delivered && !row.Queued.Before(c.Changed) {
			return row.Last, err
		}
	}
	return at, err
}

// standing asks whether a decision of the actor's counts. Who is not known in
// Slack, directly or by the list of people, is on no list; in doubt it is a
// refusal.
func (r *Runner) standing(ctx context.Context, actor bot.Person, people []bot.Person) *bot.Standing {
	if actor.Slack == "" {
		i := slices.IndexFunc(people, func(p bot.Person) bool { return p.Slack != "" && p.Same(actor) })
		if i < 0 {
			return &bot.Standing{Person: actor, Refusal: bot.NotListed}
		}
		actor = people[i]
	}
	s, err := r.Chat.Standing(ctx, actor.Slack)
	r.heard(&r.count.chatSeen, err)
	if err != nil {
		r.Log.Warn("standing can't be checked", "member", actor.Slack, "error", err)
		return &bot.Standing{Person: actor, Refusal: bot.CannotCheck}
	}
	return &s
}

// approvers asks whether those who approved what is confirmed still may.
func (r *Runner) approvers(ctx context.Context, c bot.Conversation, people []bot.Person) (all []bot.Standing) {
	if c.State != bot.Confirmed {
		return nil
	}
	for _, a := range c.Approvals {
		if a.Hash == c.Booked.Hash {
			s := *r.standing(ctx, a.By, people)
			s.Person = a.By // as they were when they approved
			all = append(all, s)
		}
	}
	return all
}

// estimate asks the engine about a request that may be run; nil: it has no
// driver. An engine that does not answer is something that stands in the way.
func (r *Runner) estimate(ctx context.Context, c bot.Conversation) *bot.Estimate {
	if r.Cloner == nil || !estimable(c) {
		return nil
	}
	e, err := r.Cloner.Estimate(ctx, c.Order())
	switch {
	case err == nil:
		return &e
	case bot.KindOf(err) == bot.NotFound:
		return nil
	default:
		return &bot.Estimate{Missing: []string{"the clone engine can't tell what is missing: " + err.Error()}}
	}
}

// estimable reports whether a request is one that the engine may be asked about.
func estimable(c bot.Conversation) bool {
	return !c.Schema() && (c.State == bot.Proposed || c.State == bot.Confirmed)
}

// subject is what of an order an estimate rests on: any window will do.
func subject(c bot.Conversation) bot.RunOrder {
	o := c.Order()
	o.Window = rules.Interval{}
	return o
}
