package runner

import (
	"context"
	"fmt"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// TimersOnce rings one wake time that has come: it becomes an event, so that
// everything that happens goes through the inbox.
func (r *Runner) TimersOnce(ctx context.Context) (did bool, err error) {
	due, err := r.Store.DueTimers(ctx, r.Clock.Now(), 1)
	if err != nil || len(due) == 0 {
		return false, err
	}
	t := due[0]
	_, err = r.Receive(ctx, bot.Event{
		// Version and time alone would not do: the same can be set again after it
		// rang, and an event that was dealt with is not received twice.
		ID:     fmt.Sprintf("timer/%s/%d/%s/%d", t.Ticket, t.Version, t.At.UTC().Format(time.RFC3339Nano), t.Number),
		Kind:   bot.TimerRang,
		Ticket: t.Ticket,
		At:     t.At,
	})
	return err == nil, err
}
