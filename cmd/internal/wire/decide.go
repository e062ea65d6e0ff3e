package wire

import (
	"context"
	"slices"

	"github.com/refreshbot/refreshbot/bot"
)

// Office is the App's side of the local socket, for a command that has no daemon
// to ask.
func (a *App) Office() Office { return a.office() }

// Outcome returns the audit lines that an event has led to; none: it is not dealt
// with yet.
func Outcome(story []bot.Audit, event string) []bot.Audit {
	return slices.DeleteFunc(slices.Clone(story), func(a bot.Audit) bool { return a.Source != event })
}

// Decide deals with what waits in the inbox until nothing is left that can be
// dealt with now. What is decided goes out at the next start: nothing is sent.
func (a *App) Decide(ctx context.Context) error {
	for {
		if did, err := a.Runner.InboxOnce(ctx); !did || err != nil {
			return err
		}
	}
}
