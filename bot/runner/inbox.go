package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// rounds is how often an event is stepped again at once after a conflict.
const rounds = 5

// InboxOnce deals with one event, if one waits. An event that can't be dealt
// with is put off, never lost; an error is the store's.
func (r *Runner) InboxOnce(ctx context.Context) (did bool, err error) {
	var row bot.InboxRow
	drop, ok, err := r.events.take(func(free func(string) bool) (string, bool, error) {
		rows, err := r.Store.NextEvents(ctx, r.Clock.Now(), r.Workers+1)
		for _, row = range rows {
			if free(row.Event.ID) {
				return row.Event.ID, true, err
			}
		}
		return "", false, err
	})
	defer drop()
	if err != nil || !ok {
		return false, err
	}
	err = r.safely(func() error { return r.deal(ctx, row.Event) })
	if err == nil {
		return true, nil
	}
	return true, r.putOff(ctx, row, err)
}

// deal steps an event and commits what is decided. Who loses a race decides anew.
func (r *Runner) deal(ctx context.Context, e bot.Event) error {
	var o outlook
	for round := range rounds {
		lost, err := r.attempt(ctx, e, &o, round > 0)
		if !lost {
			return err
		}
		r.count.conflicts.Add(1)
	}
	return bot.Errorf(bot.Conflict, "runner: deal with "+e.ID, "somebody else was first %d times", rounds)
}

// attempt decides and commits, and reports whether somebody else was first. Those
// who try again do so one after another, or they would only get in each other's
// way: bookings are everybody's.
func (r *Runner) attempt(ctx context.Context, e bot.Event, o *outlook, again bool) (lost bool, err error) {
	if again {
		r.again.Lock()
		defer r.again.Unlock()
	}
	c, err := r.decide(ctx, e, o)
	if err != nil {
		return false, err
	}
	err = r.Store.Commit(ctx, c)
	switch {
	case err == nil:
		r.news.dealt(e, *o)
		r.count.missed(o.missed)
		r.committed(ctx, e, c)
	case bot.KindOf(err) == bot.Conflict:
		return true, nil
	}
	return false, err
}

// decide makes of an event what is to be committed.
func (r *Runner) decide(ctx context.Context, e bot.Event, o *outlook) (bot.Commit, error) {
	was, err := r.Store.Conversation(ctx, e.Ticket)
	if err != nil {
		return bot.Commit{}, err
	}
	f, err := r.facts(ctx, was, e, o)
	if err != nil {
		return bot.Commit{}, err
	}
	now := r.Clock.Now()
	d := r.step(ctx, was, e, f, now)
	o.missed = missedBy(was, d)
	for _, given := range d.Given { // kept first: the commit says that it was seen
		if _, err := r.Store.Receive(ctx, given); err != nil {
			return bot.Commit{}, err
		}
	}
	c := bot.Commit{
		EventID: e.ID, Was: was.Version, Next: d.Next, Now: now, Wake: d.Wake, Audit: d.Audit,
		Book: d.Book, Unbook: d.Unbook, Ledger: f.Ledger, Order: d.Order, Wish: d.Wish, Settle: d.Settle,
	}
	if f.Ticket != nil {
		c.Heard = f.Ticket.Updated
		if was.Behind && !d.Next.Behind { // a note after the restore must not hide what was written before it
			c.Heard = f.Ticket.Created
		}
	}
	if nothing(was, d) {
		return stay(c), nil
	}
	for i, effect := range d.Effects {
		key := bot.KeyOf(d.Next.Key, d.Next.Version, i)
		c.Messages = append(c.Messages, r.Render(d.Next, effect, key, f.House))
	}
	return c, nil
}

// step decides, and decides anew where that makes a request of which the engine was
// not asked: what it says of it belongs on the first card.
func (r *Runner) step(ctx context.Context, was bot.Conversation, e bot.Event, f bot.Facts, now time.Time) bot.Decision {
	d := r.Step(was, e, f, now)
	if !estimable(d.Next) || estimable(was) && subject(was) == subject(d.Next) {
		return d
	}
	if f.Estimate = r.estimate(ctx, d.Next); f.Estimate == nil {
		return d
	}
	return r.Step(was, e, f, now)
}

// stay makes a commit one that leaves the conversation's version as it is.
func stay(c bot.Commit) bot.Commit {
	c.Next.Version = c.Was
	c.Audit = slices.Clone(c.Audit)
	for i := range c.Audit {
		c.Audit[i].Version = c.Was
	}
	return c
}

// nothing reports whether a decision changes nothing.
func nothing(was bot.Conversation, d bot.Decision) bool {
	d.Next.Version = was.Version
	return len(d.Effects)+len(d.Book)+len(d.Unbook) == 0 && d.Order == nil && d.Wish == nil &&
		reflect.DeepEqual(was, d.Next)
}

// committed rouses the loops for which there is work now.
func (r *Runner) committed(ctx context.Context, e bot.Event, c bot.Commit) {
	if c.Next.Version == c.Was {
		return
	}
	r.count.decisions.Add(1)
	if strings.HasPrefix(e.ID, byPoll) {
		r.count.foundByPoll.Add(1)
	}
	r.Log.LogAttrs(ctx, slog.LevelInfo, "decided",
		slog.String("ticket", string(e.Ticket)), slog.String("event", e.ID), slog.String("state", string(c.Next.State)),
		slog.Uint64("version", uint64(c.Next.Version)), slog.Int("messages", len(c.Messages)))
	if len(c.Messages) > 0 {
		r.outboxBell.ring()
	}
	if c.Order != nil || c.Wish != nil {
		r.taskBell.ring()
	}
	r.timerBell.ring()
}

// putOff has an event tried again later.
func (r *Runner) putOff(ctx context.Context, row bot.InboxRow, cause error) error {
	until := r.Clock.Now().Add(wait(row.Attempts+1, cause))
	r.count.putOff.Add(1)
	r.Log.LogAttrs(ctx, slog.LevelWarn, "event put off",
		slog.String("ticket", string(row.Event.Ticket)), slog.String("event", row.Event.ID),
		slog.Any("error", cause), slog.Time("until", until))
	err := r.Store.Delay(ctx, row.Event.ID, until, cause.Error())
	if bot.KindOf(err) == bot.NotFound {
		return nil // somebody else dealt with it
	}
	return err
}

// wait is how long to wait after a failure: as long as the vendor asks, else
// longer from attempt to attempt.
func wait(attempts int, err error) time.Duration {
	if e, ok := errors.AsType[*bot.Error](err); ok && e.Kind == bot.RateLimited && e.After > 0 {
		return e.After
	}
	return backoff(attempts)
}

// safely turns a panic into an error, so that one event or message can't stop
// the others.
func (r *Runner) safely(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.count.panics.Add(1)
			r.Log.Error("panic", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f()
}
