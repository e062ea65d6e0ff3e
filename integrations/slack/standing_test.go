package slack_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

func TestStanding(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	tests := []struct {
		member   string
		approver bool
		refusal  bot.Refusal
	}{
		{helen, true, ""},
		{goran, true, ""},
		{nobody, false, bot.NotListed},
		{"U0GUEST", false, bot.IsGuest}, // though in the group
		{"U0SOLO", false, bot.IsGuest},
		{"U0FAR", false, bot.IsGuest},
		{"U0GONE", false, bot.IsDeleted},
		{"U0BOT", false, bot.IsBot},
		{"USLACKBOT", false, bot.IsBot},
		{"U0UNKNOWN", false, bot.CannotCheck},
	}
	for _, tt := range tests {
		t.Run(tt.member, func(t *testing.T) {
			s, err := h.client.Standing(t.Context(), tt.member)
			require.NoError(t, err)
			require.Equal(t, tt.approver, s.Approver)
			require.Equal(t, tt.refusal, s.Refusal)
			require.Equal(t, tt.member, s.Person.Slack)
		})
	}
	s, err := h.client.Standing(t.Context(), helen)
	require.NoError(t, err)
	require.Equal(t, bot.Person{Slack: helen, Name: "Helen Roth", Email: "helen@desk.example"}, s.Person)
	require.Equal(t, 1, h.sim.Calls("usergroups.users.list"), "one look-up serves a minute")
	h.clean(t)
}

func TestGroupIsReadAgainAfterAMinute(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	approver := func(member string) bool {
		s, err := h.client.Standing(t.Context(), member)
		require.NoError(t, err)
		return s.Approver
	}
	require.True(t, approver(goran))
	h.sim.AddGroup(admins, "dba", nobody)
	h.clock.advance(59 * time.Second)
	require.True(t, approver(goran))
	h.clock.advance(time.Second)
	require.False(t, approver(goran))
	require.True(t, approver(nobody))

	h.sim.AddGroup(admins, "dba", goran)
	_, err := h.sim.Event(map[string]any{"type": "subteam_members_changed"})
	require.NoError(t, err)
	require.True(t, approver(goran), "Slack said that the group changed")
}

func TestDoubtIsARefusal(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	for name, fault := range map[string]slacksim.Fault{
		"limited": slacksim.Limited(time.Minute), "broken": slacksim.Broken(500), "cut": slacksim.LostCall(),
	} {
		h.sim.Fail("users.info", fault)
		s, err := h.client.Standing(t.Context(), helen)
		require.NoError(t, err, name)
		require.False(t, s.Approver, name)
		require.Equal(t, bot.CannotCheck, s.Refusal, name)
	}
	h.sim.Fail("usergroups.users.list", slacksim.Broken(500), slacksim.Broken(500))
	s, err := h.client.Standing(t.Context(), goran)
	require.NoError(t, err)
	require.Equal(t, bot.CannotCheck, s.Refusal, "the group can't be read")
	s, err = h.client.Standing(t.Context(), helen)
	require.NoError(t, err)
	require.True(t, s.Approver, "the list needs no group")

	s, err = h.client.Standing(t.Context(), goran)
	require.NoError(t, err)
	require.Equal(t, bot.CannotCheck, s.Refusal)
	s, err = h.client.Standing(t.Context(), goran)
	require.NoError(t, err)
	require.True(t, s.Approver, "Slack answers again")
	h.clock.advance(2 * time.Minute)
	h.sim.Fail("usergroups.users.list", slacksim.Broken(500))
	s, err = h.client.Standing(t.Context(), goran)
	require.NoError(t, err)
	require.Equal(t, bot.CannotCheck, s.Refusal, "what is old is not believed")
}

func TestStandingEndsWithItsContext(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s, err := h.client.Standing(ctx, helen)
	require.Error(t, err)
	require.False(t, s.Approver)
}

func TestCheckNamesWhatIsMissing(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	missing, err := h.client.Check(t.Context())
	require.NoError(t, err)
	require.Empty(t, missing)
	h.clean(t)

	h = newHouse(t, slacksim.Options{Scopes: []string{"users:read", "channels:read"}})
	h.desk.Kick(slacksim.BotUser)
	h.sim.AddGroup(admins, "dba")
	missing, err = h.client.Check(t.Context())
	require.NoError(t, err)
	require.Contains(t, missing, "channel C0DESK: the bot is not in it; invite it")
	require.Contains(t, missing, "scope chat:write: add it to the app and install it again")
	require.Contains(t, missing, "scope usergroups:read: add it to the app and install it again")

	h.sim.Fail("auth.test", slacksim.Refused("invalid_auth"))
	_, err = h.client.Check(t.Context())
	require.Equal(t, bot.Denied, bot.KindOf(err))
	require.ErrorContains(t, err, "slack.bot_token_file")
}
