package runner_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
)

// tellClient makes the effects of the real kind readable for the tests' wording.
func tellClient(c bot.Conversation, e bot.Effect, key bot.EffectKey, h bot.House) bot.Message {
	if t, ok := e.(bot.TellClient); ok {
		e = say{kind: bot.TicketReply, text: string(t.Topic), until: t.Until}
	}
	return render(c, e, key, h)
}

// A window that went by and reminders that nobody wrote are counted, whether the
// bot was not there or could not be heard.
func TestMissedDeadlinesAreCounted(t *testing.T) {
	s := newStage(t, func(c *runner.Config) { c.Render = tellClient })
	window := bot.Booked{}
	steps := []func(*bot.Decision){
		func(d *bot.Decision) { d.Next.State, d.Next.Booked = bot.Confirmed, &window },
		func(d *bot.Decision) { // one reminder, in time
			d.Next.Booked = &bot.Booked{Reminded: []time.Duration{48 * time.Hour}}
			d.Effects = []bot.Effect{bot.TellClient{Topic: bot.ToldReminder}}
		},
		func(d *bot.Decision) { // two more at once, of which the last one comes too late
			d.Next.Booked = &bot.Booked{Reminded: []time.Duration{48 * time.Hour, 24 * time.Hour, time.Hour}}
			d.Effects = []bot.Effect{bot.TellClient{Topic: bot.ToldReminder, Until: start.Add(time.Minute)}}
		},
		func(d *bot.Decision) {
			d.Next.State, d.Next.Booked = bot.Lapsed, nil
			d.Effects = []bot.Effect{bot.TellClient{Topic: bot.ToldLapsed}}
		},
	}
	s.script = func(c bot.Conversation, e bot.Event, _ bot.Facts) bot.Decision {
		d := says(c, e)
		steps[c.Version](&d)
		return d
	}
	for i, want := range [][2]uint64{{0, 0}, {0, 0}, {0, 2}, {1, 2}} {
		s.receive(string(rune('a' + i)))
		s.all(s.InboxOnce)
		if i == 2 {
			s.watch.add(2 * time.Minute)
		}
		s.all(s.OutboxOnce)
		got := s.Stats()
		require.Equal(t, want, [2]uint64{got.MissedStarts, got.MissedReminders}, i)
	}
}
