package runner

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

const (
	// landing is how long after an unknown outcome a write may still take effect
	// at the vendor's. Only then is what was not found sent again.
	landing = 30 * time.Second
	// skew is how far the vendor's clock may be behind ours.
	skew = 2 * time.Minute
	// cardWait is how long a message waits for the card that it belongs under.
	cardWait = time.Second
)

// fewest is how many attempts are made before a message is given up: so one that
// an operator revives gets them anew.
const fewest = 8

// patience is how long after the first attempt a message is given up that the
// vendor refuses. What is not allowed may be allowed again, once a token is
// mended; what is wrong stays wrong.
func patience(kind bot.Kind) (limit time.Duration, bounded bool) {
	switch kind {
	case bot.Denied:
		return 24 * time.Hour, true
	case bot.Invalid, bot.NotFound, bot.Conflict, bot.Internal:
		return time.Minute, true
	default:
		return 0, false
	}
}

// OutboxOnce does one thing for one message, if one waits: it sends it, looks
// for it, or puts it off. An error is the store's.
func (r *Runner) OutboxOnce(ctx context.Context) (did bool, err error) {
	return r.outboxOnce(ctx, bot.ToDesk, bot.ToChat)
}

// outboxTo is OutboxOnce for the messages to one vendor: each has workers of its
// own, so that one that hangs holds up nothing that goes to the other.
func (r *Runner) outboxTo(to bot.Vendor) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) { return r.outboxOnce(ctx, to) }
}

func (r *Runner) outboxOnce(ctx context.Context, to ...bot.Vendor) (did bool, err error) {
	var row bot.OutboxRow
	drop, ok, err := r.messages.take(func(free func(bot.EffectKey) bool) (bot.EffectKey, bool, error) {
		rows, err := r.Store.NextMessages(ctx, r.Clock.Now(), len(to)*r.Workers+1, to...)
		for _, row = range rows {
			if free(row.Message.Key) {
				return row.Message.Key, true, err
			}
		}
		return "", false, err
	})
	defer drop()
	if err != nil || !ok {
		return false, err
	}
	return true, r.handle(ctx, row)
}

// handle brings one message a step further.
func (r *Runner) handle(ctx context.Context, row bot.OutboxRow) error {
	p, ready, err := r.place(ctx, row)
	if err != nil {
		return err
	}
	doubt := row.Doubt || row.State == bot.Attempting
	now := r.Clock.Now()
	if !ready && (!doubt || row.Again && row.State == bot.Waiting) {
		return r.Store.Settle(ctx, row.Message.Key, bot.Outcome{State: bot.Waiting, At: now, Due: now.Add(cardWait), Cause: "waits for the card"})
	}
	if doubt {
		if over, err := r.dispel(ctx, row, &p); over || err != nil {
			return err
		}
	}
	if m := row.Message; !m.NotAfter.IsZero() && now.After(m.NotAfter) {
		return r.settle(ctx, row, bot.Outcome{State: bot.Expired, At: now, Cause: "it was of no use any more"})
	}
	return r.send(ctx, row, p)
}

// dispel deals with the doubt whether a message was sent. It reports whether
// nothing is left to do now.
func (r *Runner) dispel(ctx context.Context, row bot.OutboxRow, p *place) (over bool, err error) {
	switch {
	case row.Message.Kind == bot.ChatWhisper:
		return true, r.settle(ctx, row, bot.Outcome{State: bot.Expired, At: r.Clock.Now(), Cause: "nobody can tell whether it was sent: a whisper can't be looked for"})
	case redrawn(row) && p.living != "": // once more does no harm, unless what is on its way lands after a newer one
		return r.untilLanded(ctx, row)
	}
	return r.lookFirst(ctx, row, p)
}

// untilLanded puts a message off until an attempt whose outcome is not known can't
// take effect any more. It reports whether there is one.
func (r *Runner) untilLanded(ctx context.Context, row bot.OutboxRow) (over bool, err error) {
	now, landed := r.Clock.Now(), row.Attempted().Add(landing)
	if !now.Before(landed) {
		return false, nil
	}
	return true, r.Store.Settle(ctx, row.Message.Key, bot.Outcome{State: bot.Unsure, At: now, Due: landed, Cause: row.Cause})
}

// lookFirst looks for a message that may have been sent. It reports whether
// nothing is left to do now: it is there, or it may still land.
func (r *Runner) lookFirst(ctx context.Context, row bot.OutboxRow, p *place) (over bool, err error) {
	var id bot.RemoteID
	var found bool
	failure := r.safely(func() (err error) {
		id, found, err = r.look(ctx, row, *p)
		return err
	})
	now := r.Clock.Now()
	switch {
	case failure != nil:
		r.logSend(ctx, slog.LevelWarn, "message can't be looked for", row, failure)
		return true, r.Store.Settle(ctx, row.Message.Key, bot.Outcome{State: bot.Unsure, At: now, Due: now.Add(wait(row.Attempts, failure)), Cause: failure.Error()})
	case found && redrawn(row):
		p.living = id
	case found:
		r.count.found.Add(1)
		return true, r.settle(ctx, row, bot.Outcome{State: bot.Delivered, At: now, Remote: id})
	}
	return r.untilLanded(ctx, row)
}

// send makes an attempt. That it is made is durable before it is.
func (r *Runner) send(ctx context.Context, row bot.OutboxRow, p place) error {
	err := r.Store.Attempt(ctx, row.Message.Key, r.Clock.Now())
	if bot.KindOf(err) == bot.Conflict {
		return nil // a newer drawing took its place
	}
	if err != nil {
		return err
	}
	row.Attempts++
	if row.First.IsZero() {
		row.First = r.Clock.Now()
	}
	var id bot.RemoteID
	err = r.safely(func() (err error) {
		id, err = r.deliver(ctx, row, p)
		return err
	})
	now := r.Clock.Now()
	if err == nil {
		return r.settle(ctx, row, bot.Outcome{State: bot.Delivered, At: now, Remote: id})
	}
	return r.settle(ctx, row, failed(row, err, now))
}

// failed decides what becomes of a message after an attempt that failed.
func failed(row bot.OutboxRow, err error, now time.Time) bot.Outcome {
	kind := bot.KindOf(err)
	o := bot.Outcome{State: bot.Waiting, At: now, Due: now.Add(wait(row.Attempts, err)), Cause: err.Error()}
	limit, bounded := patience(kind)
	switch {
	case bounded && row.Attempts >= fewest && now.Sub(row.First) >= limit:
		o.State = bot.Dead
	case answered(err):
		o.Doubt = true
	case kind == bot.Ambiguous, kind == bot.Internal:
		// A fault of our own may have struck after the vendor took the message.
		o.State = bot.Unsure
	}
	return o
}

// answered reports whether an error of unknown outcome came from the vendor
// itself, which is done with the request then.
func answered(err error) bool {
	e, ok := errors.AsType[*bot.Error](err)
	return ok && e.Kind == bot.Ambiguous && e.Answered
}

// settle records how an attempt ended.
func (r *Runner) settle(ctx context.Context, row bot.OutboxRow, o bot.Outcome) error {
	if err := r.Store.Settle(ctx, row.Message.Key, o); err != nil {
		return err
	}
	r.count.ended(row.Message.Kind, o.State)
	switch o.State {
	case bot.Delivered:
		r.logSend(ctx, slog.LevelInfo, "message sent", row, nil)
	case bot.Waiting, bot.Unsure:
		r.logSend(ctx, slog.LevelWarn, "message not sent", row, errors.New(o.Cause))
	case bot.Dead:
		r.logSend(ctx, slog.LevelError, "message given up", row, bot.Errorf(bot.Denied, "send", "%s", o.Cause))
		return r.auditDead(ctx, row, o)
	}
	return nil
}
