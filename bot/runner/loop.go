package runner

import (
	"context"
	"log/slog"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

const (
	// maxIdle is how long a loop waits when nothing is due: another process may
	// have put work into the store.
	maxIdle = time.Minute
	// pause is how long a loop waits where something is due that it could not
	// take, since another has it in hand.
	pause = time.Second
	// grace is how long what is in hand may take when the program ends.
	grace = 15 * time.Second
)

// A loop repeats one of the functions that do one thing.
type loop struct {
	name string
	once func(context.Context) (bool, error)
	bell *bell
	// next tells from the agenda when there will be something to do.
	next func(bot.Agenda) time.Time
	// long loops do things that take as long as they take.
	long bool
}

// repeat runs a loop until ctx ends.
func (r *Runner) repeat(ctx context.Context, l loop) {
	hear, leave := l.bell.listen()
	defer leave()
	failures := 0
	for ctx.Err() == nil {
		if !l.long {
			r.beats.came(l.name, r.Clock.Now())
		}
		did, err := l.finish(ctx)
		until := r.Clock.Now()
		switch {
		case err != nil:
			failures++
			until = until.Add(backoff(failures))
			r.Log.LogAttrs(ctx, slog.LevelError, "loop stumbled", slog.String("loop", l.name), slog.Any("error", err), slog.Time("again", until))
		case did:
			failures = 0
			l.bell.ring() // where there was one there may be more
			continue
		default:
			failures = 0
			until = r.idleUntil(ctx, l)
		}
		_ = hear(ctx, r.Clock, until)
	}
}

// finish does one thing with a context that outlives ctx by the grace: what was
// begun is finished.
func (l loop) finish(ctx context.Context) (bool, error) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })()
	return l.once(work)
}

// idleUntil returns when a loop that found nothing should look again.
func (r *Runner) idleUntil(ctx context.Context, l loop) time.Time {
	now := r.Clock.Now()
	agenda, err := r.Store.NextDue(ctx)
	if err != nil {
		return now.Add(maxIdle)
	}
	at := l.next(agenda)
	switch {
	case at.IsZero() || at.After(now.Add(maxIdle)):
		return now.Add(maxIdle)
	case !at.After(now):
		return now.Add(pause)
	default:
		return at
	}
}

// backoff is how long to wait after so many failures in a row: half a second,
// doubling, a minute at most.
func backoff(failures int) time.Duration {
	const first, most = time.Second / 2, time.Minute
	if failures > 7 {
		return most
	}
	return min(most, first<<max(0, failures-1))
}
