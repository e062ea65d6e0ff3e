package bot_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

// What a client wrote below a ticket before the bot read it for the first time,
// since it was down, counts like the ticket itself.
func TestTheFirstLookHearsEveryComment(t *testing.T) {
	now := instant(t, "2024-10-07T02:00Z")
	for words, want := range map[string]bot.State{
		"":              bot.Proposed,
		"cancel":        bot.Cancelled,
		"human":         bot.HandedOver,
		"status":        bot.Proposed,
		"4. Yes please": bot.Proposed,
	} {
		k := &bot.Ticket{
			Key: key, Created: now, Reporter: people["reporter"], Summary: "Please refresh our test database",
			Description: "Source: ABCD_prod\nTarget: ABCD_test\nWindow 1: Thu 10 October 2024, 02:00-04:00 UTC\n" +
				"Window 2: Fri 11 October 2024, 02:00-04:00 UTC\nPreserve users: no",
		}
		if words != "" {
			k.Comments = []bot.Comment{{ID: "1", Author: people["reporter"], Body: words, Created: now, Edited: now, Public: true}}
		}
		d := step(t, bot.Conversation{Key: key}, bot.Event{ID: "1", Kind: bot.TicketTouched, Ticket: key, At: now},
			bot.Facts{World: world(t), Ticket: k}, now)
		require.Equal(t, want, d.Next.State, words)
		require.NotEmpty(t, d.Effects, words)
		require.Equal(t, want == bot.Proposed, len(d.Book) > 0, words)
	}
}
