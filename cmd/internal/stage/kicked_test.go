package stage_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const request = `ticket: Please refresh our test database
Source: ABCD_prod
Target: ABCD_test
Window 1: Thu 10 October 2024, 02:00-04:00 UTC
Window 2: Fri 11 October 2024, 02:00-04:00 UTC
Preserve users: no`

// Somebody puts the bot out of the engineers' channel. The client hears nothing of
// it, and once the bot is back the card shows how things stand.
func TestKickedFromTheChannel(t *testing.T) {
	p := newPlay(t, mode{})
	p.line("clock: 2024-10-07T02:00Z")
	desk := p.Chat.Channel(channel)
	desk.Kick("U0REFRESH")
	said := p.line(request)
	require.Len(t, said, 1)
	require.Contains(t, said[0].text, "this refresh request has everything it needs")

	p.line("clock: +20m")
	require.Empty(t, desk.Messages())
	desk.Invite("U0REFRESH")
	p.line("clock: +2m")
	require.Equal(t, []string{"Approve A", "Approve B", "Propose another…", "Ask the client…", "Reject…"}, p.card().Buttons())

	seen := p.card()
	desk.Kick("U0REFRESH")
	p.press("U-mia", seen, "approve A")
	p.settle()
	said = p.heard("")
	require.Len(t, said, 3)
	require.Contains(t, said[0].text, "Confirmed: ABCD_test will be refreshed")
	require.Equal(t, seen.Buttons(), p.card().Buttons(), "it can't be drawn")

	desk.Invite("U0REFRESH")
	p.line("clock: +2m")
	require.Equal(t, []string{"Hold", "Propose another…", "Cancel…"}, p.card().Buttons())
	require.Len(t, desk.Messages(), 1)
	require.Len(t, desk.Replies(p.card().TS), 1)
}
