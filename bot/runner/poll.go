package runner

import (
	"context"
	"log/slog"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

const (
	// byPoll is what the ids of events begin with that the poll brought.
	byPoll = "poll/"
	// polled is the mark of the last good poll.
	polled = "polled"
	// overlap is how far a poll looks back behind the last good one: the
	// vendor's search may lag behind its tickets, and clocks differ.
	overlap = 10 * time.Minute
)

// PollOnce asks the help center which tickets changed since the last good poll,
// and brings each in as an event that is not known to be dealt with: most of
// those come to nothing. It reports whether there was any that the last poll had
// not seen. An error may be the store's or the vendor's; the next poll then looks
// back further. Begin comes first.
func (r *Runner) PollOnce(ctx context.Context) (did bool, err error) {
	began := r.Clock.Now()
	since, err := r.polledBefore(ctx)
	if err != nil {
		return false, err
	}
	touched, err := r.Desk.Touched(ctx, since.Add(-overlap))
	r.heard(&r.count.deskSeen, err)
	if err != nil {
		return false, err
	}
	r.news.forget(since.Add(-overlap))
	for _, t := range touched {
		if r.old(ctx, t) {
			continue
		}
		fresh, err := r.Receive(ctx, bot.Event{
			ID:     byPoll + string(t.Ticket) + "/" + t.Updated.UTC().Format(time.RFC3339Nano),
			Kind:   bot.TicketTouched,
			Ticket: t.Ticket,
			At:     t.Updated,
		})
		if err != nil {
			return did, err
		}
		did = did || fresh
	}
	r.count.polled.Store(began.UnixNano())
	return did, r.Store.SetMark(ctx, polled, began)
}

// polledBefore returns the instant up to which everything was seen: that of the
// last good poll or, before the first, the bot's first start.
func (r *Runner) polledBefore(ctx context.Context) (time.Time, error) {
	at, err := r.Store.Mark(ctx, polled)
	if err == nil && at.IsZero() {
		at, err = r.Store.Mark(ctx, firstStart)
	}
	return at, err
}

// pollAll polls at the start, then by the schedule, and sooner after a failure.
func (r *Runner) pollAll(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		_, err := loop{once: r.PollOnce}.finish(ctx)
		now := r.Clock.Now()
		next := r.Poll.Next(now)
		if err != nil {
			failures++
			if again := now.Add(wait(failures, err)); again.Before(next) {
				next = again
			}
			r.Log.LogAttrs(ctx, slog.LevelWarn, "poll failed", slog.Any("error", err), slog.Time("again", next))
		} else {
			failures = 0
		}
		_ = r.Clock.Until(ctx, next)
	}
}
