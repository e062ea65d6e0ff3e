package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

func TestAgenda(t *testing.T) {
	now := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		agenda  bot.Agenda
		soonest time.Time
		due     bool
	}{
		"nothing waits": {bot.Agenda{}, time.Time{}, false},
		"later":         {bot.Agenda{Message: now.Add(time.Hour), Timer: now.Add(time.Minute)}, now.Add(time.Minute), false},
		"now":           {bot.Agenda{Event: now, Timer: now.Add(time.Minute)}, now, true},
		"since then":    {bot.Agenda{Event: now.Add(time.Minute), Timer: now.Add(-time.Minute)}, now.Add(-time.Minute), true},
	} {
		require.Equal(t, c.soonest, c.agenda.Soonest(), name)
		require.Equal(t, c.due, c.agenda.Due(now), name)
	}
}
