package slack_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// desk of a usual day: something of everything.
func (h *house) usualDay(t *testing.T) {
	t.Helper()
	for i, s := range []bot.State{
		bot.Collecting, bot.Proposed, bot.Confirmed, bot.Running, bot.Failed, bot.HandedOver, bot.Done, bot.Cancelled,
	} {
		h.kept.put(request(t, bot.TicketKey(fmt.Sprintf("HELP-%d", i+1)), s))
	}
}

// last returns the newest whisper to a member.
func (h *house) last(t *testing.T, member string) slacksim.Message {
	t.Helper()
	list := h.desk.Whispers(member)
	require.NotEmpty(t, list)
	return list[len(list)-1]
}

func TestQuestionsAreAnsweredAtOnce(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.usualDay(t)
	var page strings.Builder
	for _, line := range []string{
		"status", "status HELP-4", "list", "show HELP-2", "HELP-5", "windows", "windows HELP-2",
		"holidays sg 2025", "holidays US", "holidays XX", "holidays SG 1950", "show HELP-99",
	} {
		ack, err := h.sim.Slash(helen, "/refresh "+line)
		require.NoError(t, err)
		require.True(t, ack.OK)
		var answer struct {
			Type string `json:"response_type"`
		}
		require.NoError(t, json.Unmarshal(ack.Body, &answer))
		require.Equal(t, "ephemeral", answer.Type)
		fmt.Fprintf(&page, "=== /refresh %s\n\n%s\n\n", line, h.last(t, helen).Words())
	}
	golden(t, "answers.golden", []byte(page.String()))
	require.NotContains(t, page.String(), "<", "a client's words stay words")
	require.Empty(t, h.inbox.all(), "nothing was decided")
	h.clean(t)
}

func TestQuestionsInAThread(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.usualDay(t)
	m := cardMessage(theCard())
	m.Key, m.Ticket = "HELP-2/1/0", "HELP-2"
	h.post(t, m, "")
	card := h.desk.ExpectCard(t, "HELP-7")
	for words, want := range map[string]string{
		"@refreshbot status":      "HELP-2: ABCD_prod",
		"@refreshbot show":        "Requested by",
		"@refreshbot windows":     "would work for HELP-2",
		"@refreshbot show HELP-5": "no room on",
		"@refreshbot list":        "Waits for approval",
		"@refreshbot help":        "what I know",
	} {
		_, err := h.sim.Say(helen, desk, card.TS, words)
		require.NoError(t, err)
		whisper := h.last(t, helen)
		require.Contains(t, whisper.Words(), want, words)
		require.Equal(t, card.TS, whisper.Thread)
	}
	_, err := h.sim.Say(helen, desk, "", "@refreshbot status")
	require.NoError(t, err)
	require.Contains(t, h.last(t, helen).Words(), "1 is running", "outside a thread: all of them")
	require.Empty(t, h.inbox.all())
	h.clean(t)
}

func TestWhoIsToldWhat(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.usualDay(t)
	h.sim.AddChannel("C0OTHER", "random", helen, nobody, "U0GUEST")
	tests := []struct{ member, channel, line, want string }{
		{helen, "C0OTHER", "status", "1 is running"},
		{goran, "C0OTHER", "show HELP-2", "Requested by"},
		{nobody, desk, "status", "1 is running"},
		{nobody, "C0OTHER", "status", "Please ask there"},
		{nobody, "C0OTHER", "windows HELP-2", "Please ask there"},
		{nobody, "C0OTHER", "windows", "Free for a refresh"},
		{nobody, "C0OTHER", "holidays SG 2025", "National Day"},
		{nobody, "C0OTHER", "help", "what I know"},
		{"U0GUEST", desk, "show HELP-2", "Guests are not shown"},
		{"U0BOT", desk, "list", "is not shown"},
		{"U0GONE", desk, "list", "is not shown"},
		{"U0UNKNOWN", desk, "list", "could not check who you are"},
	}
	for _, tt := range tests {
		ack, err := h.sim.SlashIn(tt.channel, tt.member, "/refresh "+tt.line)
		require.NoError(t, err)
		require.Contains(t, ack.Text(), tt.want, "%+v", tt)
	}
}

func TestQuestionThatCantBeAnswered(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.kept.breakDown(errAway)
	ack, err := h.sim.Slash(helen, "/refresh status")
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Contains(t, ack.Text(), "could not look that up")
	require.NotContains(t, ack.Text(), "store")
}

func TestLongAnswersStayWithinLimits(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	for i := range 300 {
		s := []bot.State{bot.Proposed, bot.Running, bot.Failed, bot.Confirmed}[i%4]
		c := request(t, bot.TicketKey(fmt.Sprintf("HELP-%d", i)), s)
		if c.Run != nil {
			c.Run.Problem = strings.Repeat("&<é", 2000)
		}
		h.kept.put(c)
	}
	for _, line := range []string{"status", "list", "show HELP-2", "show HELP-0"} {
		ack, err := h.sim.Slash(helen, "/refresh "+line)
		require.NoError(t, err)
		require.NotEmpty(t, ack.Text())
	}
	_, err := h.sim.Say(helen, desk, "", "@refreshbot list")
	require.NoError(t, err)
	require.Contains(t, h.last(t, helen).Words(), "Only the first 40 of 300")
	h.clean(t)
}

func TestQuestionsThroughTheSocket(t *testing.T) {
	h, _ := newSocketHouse(t, slacksim.Options{})
	h.usualDay(t)
	ack, err := h.sim.Slash(helen, "/refresh show HELP-2")
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Contains(t, h.last(t, helen).Words(), "Requested by")

	ack, err = h.sim.OpenHome(helen)
	require.NoError(t, err)
	require.True(t, ack.OK)
	_, err = h.sim.ClickHome(helen, "HELP-2", "Propose another…")
	require.NoError(t, err)
	form := h.sim.Forms(helen)[0]
	ack, err = h.sim.Submit(helen, form.ID, map[string]string{"choice": form.Blocks[0].Element.Options[2].Value})
	require.NoError(t, err)
	require.Empty(t, ack.Errors())
	require.Equal(t, bot.Propose, h.inbox.one(t).Command.Verb)
	require.Empty(t, h.inbox.one(t).Command.Origin)
	h.clean(t)
}
