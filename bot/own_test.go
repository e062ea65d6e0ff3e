package bot_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

// TestOwnWordsChangeNothing: what the bot writes comes back as an event, over and
// over; the conversation must not even notice.
func TestOwnWordsChangeNothing(t *testing.T) {
	w := reach(t, bot.Proposed)
	k := *w.facts.Ticket
	k.Comments = []bot.Comment{
		{ID: "1", Body: "Thank you, answer 1 or 2", Created: w.now, Edited: w.now, Public: true, Own: true},
		{ID: "2", Author: people["Agent"], Body: "1", Created: w.now, Edited: w.now, Public: true, Insider: true},
		{ID: "3", Author: people["reporter"], Body: "cancel", Created: w.now, Edited: w.now},
	}
	w.facts.Ticket = &k
	before := w.c
	d := w.touch()
	require.Empty(t, d.Effects)
	d.Next.Version = before.Version
	require.Equal(t, before, d.Next)
}

// TestAskedAfterTheWindow: where the clock has not rung yet, a client who asks is
// not told that a window is theirs which has passed.
func TestAskedAfterTheWindow(t *testing.T) {
	w := reach(t, bot.Confirmed)
	w.now = w.c.Booked.Window.End
	k := *w.facts.Ticket
	k.Comments = []bot.Comment{{ID: "9", Author: people["reporter"], Body: "What is the status?", Created: w.now, Edited: w.now, Public: true}}
	w.facts.Ticket = &k
	d := w.touch()
	require.Equal(t, bot.Lapsed, d.Next.State)
	for _, e := range d.Effects {
		if said, ok := e.(bot.TellClient); ok {
			require.NotEqual(t, bot.ToldConfirmed, said.Topic)
		}
	}
}

// A card of a time that a restored store has forgotten may have been renewed as often
// as the one of now: its buttons are old all the same.
func TestCardOfAForgottenTime(t *testing.T) {
	lost, now := reach(t, bot.Confirmed), reach(t, bot.Confirmed)
	lost.command(bot.Hold, "")
	lost.touch()
	now.now = now.now.Add(time.Minute)
	k := *now.facts.Ticket
	k.Comments = append(slices.Clone(k.Comments), bot.Comment{
		ID: "99", Author: people["reporter"], Body: "please cancel this request", Created: now.now, Edited: now.now, Public: true,
	})
	now.facts.Ticket = &k
	require.Equal(t, bot.Cancelled, now.touch().Next.State)
	require.Equal(t, lost.c.Card, now.c.Card)
	d := now.happens(bot.Event{Kind: bot.CommandGiven, Command: &bot.Command{
		Verb: bot.Release, Actor: people["Mia"], Surface: bot.SlackCard, Token: lost.c.Token(),
	}})
	require.True(t, refused(d))
	require.Equal(t, bot.Cancelled, d.Next.State)
}
