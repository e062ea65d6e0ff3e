package slack_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

func TestCardIsPostedRedrawnAndFound(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	began := h.clock.Now()
	id := h.post(t, cardMessage(theCard()), "")

	shown := h.desk.ExpectCard(t, "HELP-7")
	require.Equal(t, []string{"Approve A", "Hold", "Reject"}, shown.Buttons())
	require.Equal(t, "HELP-7: ABCD_prod → ABCD_test — waits for approval", shown.Text)
	require.JSONEq(t, `{"event_type":"refreshbot_effect","event_payload":{"key":"HELP-7/1/0"}}`, shown.Metadata)

	decided := theCard()
	decided.State, decided.Buttons = "confirmed for window A", nil
	m := cardMessage(decided)
	m.Key = "HELP-7/2/1"
	require.NoError(t, h.client.Redraw(t.Context(), id, m))

	shown = h.desk.ExpectCard(t, "HELP-7")
	require.Empty(t, shown.Buttons())
	require.Equal(t, 1, shown.Edits)
	found, ok, err := h.client.Posted(t.Context(), "HELP-7/2/1", "", began)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, id, found)
	_, ok, err = h.client.Posted(t.Context(), "HELP-7/1/0", "", began)
	require.NoError(t, err)
	require.False(t, ok, "the drawing before is gone")
	m.Key = "HELP-7/3/1/c0ffee/card"
	require.NoError(t, h.client.Redraw(t.Context(), id, m))
	for sought, want := range map[bot.EffectKey]bool{"HELP-7/*/*/*/card": true, "HELP-7/*/*/*/progress": false, "HELP-70/*/*/*/card": false} {
		_, ok, err = h.client.Posted(t.Context(), sought, "", began)
		require.NoError(t, err)
		require.Equal(t, want, ok, "whichever drawing it is: %s", sought)
	}
	require.Len(t, h.desk.Messages(), 1)
	h.clean(t)
}

func TestMilestonesGoIntoTheThread(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	card := h.post(t, cardMessage(theCard()), "")
	h.post(t, bot.Message{Key: "HELP-7/2/0", Ticket: "HELP-7", Kind: bot.ChatThread, Inside: said("Started.")}, card)

	require.Len(t, h.desk.Messages(), 1)
	replies := h.desk.Replies(h.desk.Messages()[0].TS)
	require.Len(t, replies, 1)
	require.Equal(t, "Started.", replies[0].Words())

	_, ok, err := h.client.Posted(t.Context(), "HELP-7/2/0", card, h.clock.Now())
	require.NoError(t, err)
	require.True(t, ok)
	_, ok, err = h.client.Posted(t.Context(), "HELP-7/2/0", "", h.clock.Now())
	require.NoError(t, err)
	require.False(t, ok, "it is in the thread, not in the channel")
	h.clean(t)
}

func TestReplyToDeletedCardIsFoundInTheChannel(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	card := h.post(t, cardMessage(theCard()), "")
	h.desk.Messages()[0].Delete()
	reply := h.post(t, bot.Message{Key: "HELP-7/2/0", Ticket: "HELP-7", Kind: bot.ChatThread, Inside: said("Started.")}, card)

	found, ok, err := h.client.Posted(t.Context(), "HELP-7/2/0", card, h.clock.Now())
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, reply, found)
	h.clean(t)
}

func TestPostedReadsEveryPage(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	began := h.clock.Now()
	first := h.post(t, cardMessage(theCard()), "")
	for range 450 {
		_, err := h.sim.Say(helen, desk, "", "chatter")
		require.NoError(t, err)
	}
	found, ok, err := h.client.Posted(t.Context(), "HELP-7/1/0", "", began)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, first, found)
	require.Equal(t, 3, h.sim.Calls("conversations.history"))

	h.clock.advance(time.Hour)
	_, ok, err = h.client.Posted(t.Context(), "HELP-7/1/0", "", h.clock.Now())
	require.NoError(t, err)
	require.False(t, ok, "it is older than since")
}

func TestWhisperIsSeenByOneMember(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	other := h.sim.AddChannel("C0OTHER", "elsewhere", nobody)
	h.post(t, bot.Message{Key: "HELP-7/3/0", Ticket: "HELP-7", Kind: bot.ChatWhisper, Inside: said("You can't approve this."), To: nobody}, "")
	h.post(t, bot.Message{Key: "HELP-7/3/1", Ticket: "HELP-7", Kind: bot.ChatWhisper, Inside: said("Nor here."), To: nobody, Origin: "C0OTHER"}, "")

	require.Len(t, h.desk.Whispers(nobody), 1)
	require.Equal(t, "You can't approve this.", h.desk.Whispers(nobody)[0].Words())
	require.Equal(t, "Nor here.", other.Whispers(nobody)[0].Words())
	require.Empty(t, h.desk.Messages())
	require.Empty(t, h.desk.Whispers(helen))
	h.clean(t)
}

func TestOutcomesBecomeKinds(t *testing.T) {
	tests := []struct {
		name  string
		fault slacksim.Fault
		kind  bot.Kind
		after time.Duration
		posts int // messages in the channel afterwards
	}{
		{"limited", slacksim.Limited(30 * time.Second), bot.RateLimited, 30 * time.Second, 0},
		{"limited without a word", slacksim.LimitedSilently(), bot.RateLimited, 0, 0},
		{"broken", slacksim.Broken(http.StatusBadGateway), bot.Ambiguous, 0, 0},
		{"internal error", slacksim.Refused("internal_error"), bot.Ambiguous, 0, 0},
		{"unavailable", slacksim.Refused("service_unavailable"), bot.Unavailable, 0, 0},
		{"call lost", slacksim.LostCall(), bot.Ambiguous, 0, 0},
		{"answer lost", slacksim.LostAnswer(), bot.Ambiguous, 0, 1},
		{"late", slacksim.LateEffect(), bot.Ambiguous, 0, 0},
		{"blocks refused", slacksim.Refused("invalid_blocks"), bot.Invalid, 0, 0},
		{"token revoked", slacksim.Refused("token_revoked"), bot.Denied, 0, 0},
		{"channel unknown", slacksim.Refused("channel_not_found"), bot.Denied, 0, 0},
		{"unheard of", slacksim.Refused("something_new"), bot.Invalid, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, slacksim.Options{})
			h.sim.Fail("chat.postMessage", tt.fault)
			_, err := h.client.Post(t.Context(), cardMessage(theCard()), "")
			var e *bot.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, tt.kind, e.Kind)
			require.Equal(t, tt.after, e.After)
			require.Len(t, h.desk.Messages(), tt.posts)
			require.Equal(t, 1, h.sim.Calls("chat.postMessage"), "nothing is tried again here")
		})
	}
}

func TestLostAnswerIsFoundAgain(t *testing.T) {
	for name, fault := range map[string]slacksim.Fault{"landed": slacksim.LostAnswer(), "landed late": slacksim.LateEffect()} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, slacksim.Options{})
			h.sim.Fail("chat.postMessage", fault)
			_, err := h.client.Post(t.Context(), cardMessage(theCard()), "")
			require.Equal(t, bot.Ambiguous, bot.KindOf(err))
			h.sim.LandLate()
			_, ok, err := h.client.Posted(t.Context(), "HELP-7/1/0", "", h.clock.Now())
			require.NoError(t, err)
			require.True(t, ok)
		})
	}
}

func TestReadingIsNeverAmbiguous(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.sim.Fail("conversations.history", slacksim.LostAnswer(), slacksim.Broken(500), slacksim.Limited(time.Second))
	for _, want := range []bot.Kind{bot.Unavailable, bot.Unavailable, bot.RateLimited} {
		_, _, err := h.client.Posted(t.Context(), "HELP-7/1/0", "", h.clock.Now())
		require.Equal(t, want, bot.KindOf(err))
	}
}

func TestRedrawOfDeletedMessageIsNotFound(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	id := h.post(t, cardMessage(theCard()), "")
	h.desk.Messages()[0].Delete()
	err := h.client.Redraw(t.Context(), id, cardMessage(theCard()))
	require.Equal(t, bot.NotFound, bot.KindOf(err))
}

func TestErrorsNameWhatToMend(t *testing.T) {
	h := newHouse(t, slacksim.Options{Scopes: []string{"channels:history"}})
	_, err := h.client.Post(t.Context(), cardMessage(theCard()), "")
	require.Equal(t, bot.Denied, bot.KindOf(err))
	require.ErrorContains(t, err, `slack: post chat_card for HELP-7: missing_scope: add the scope "chat:write"`)

	h = newHouse(t, slacksim.Options{})
	h.desk.Kick(slacksim.BotUser)
	_, err = h.client.Post(t.Context(), cardMessage(theCard()), "")
	require.Equal(t, bot.Denied, bot.KindOf(err))
	require.ErrorContains(t, err, "invite the bot to slack.channel")
}

func TestUnusableInput(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	_, err := h.client.Post(t.Context(), bot.Message{Kind: bot.ChatCard}, "")
	require.Equal(t, bot.Invalid, bot.KindOf(err), "a card without a card")
	_, err = h.client.Post(t.Context(), bot.Message{Kind: bot.ChatThread, Inside: said(" ")}, "")
	require.Equal(t, bot.Invalid, bot.KindOf(err), "no words")
	_, err = h.client.Post(t.Context(), bot.Message{Kind: bot.TicketReply, Inside: said("x")}, "")
	require.Equal(t, bot.Invalid, bot.KindOf(err), "not for Slack")
	_, err = h.client.Post(t.Context(), cardMessage(theCard()), "nonsense")
	require.Equal(t, bot.Invalid, bot.KindOf(err), "a thread that is none")
	require.Equal(t, bot.Invalid, bot.KindOf(h.client.Redraw(t.Context(), "", cardMessage(theCard()))))
	require.Zero(t, h.sim.Calls("chat.postMessage"))
}

func TestTokenStaysWithItsHost(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	var elsewhere int
	moved := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "slack.test" {
			elsewhere++
		}
		http.Redirect(w, r, "https://evil.test"+r.URL.Path, http.StatusTemporaryRedirect)
	})
	client := h.clientOver(&http.Client{Transport: slacksim.Transport(moved)})
	_, err := client.Post(t.Context(), cardMessage(theCard()), "")
	require.Equal(t, bot.Denied, bot.KindOf(err))
	require.Zero(t, elsewhere)
}
