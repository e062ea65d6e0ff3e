package runner_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

// A ticket that is looked at while what rang could not be done has its wake time
// set again, by the same version and for the same instant. It rings again.
func TestWakeTimeRingsAgain(t *testing.T) {
	s := newStage(t)
	rang := 0
	s.script = func(c bot.Conversation, e bot.Event, _ bot.Facts) bot.Decision {
		if c.Version == 0 {
			c = says(c, e).Next
		}
		if e.Kind == bot.TimerRang {
			rang++
			return bot.Decision{Next: c}
		}
		return bot.Decision{Next: c, Wake: start}
	}
	for _, id := range []string{"a", "b"} {
		s.receive(id)
		s.all(s.InboxOnce)
		s.all(s.TimersOnce)
		s.all(s.InboxOnce)
	}
	require.Equal(t, 2, rang)
}
