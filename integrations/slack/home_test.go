package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// home opens a member's home and returns it.
func (h *house) home(t *testing.T, member string) slacksim.View {
	t.Helper()
	ack, err := h.sim.OpenHome(member)
	require.NoError(t, err)
	require.True(t, ack.OK)
	v, ok := h.sim.Home(member)
	require.True(t, ok)
	return v
}

func TestHomeShowsWhatMatters(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.usualDay(t)
	golden(t, "home.golden", []byte(h.home(t, helen).Words()+"\n"))
	h.clean(t)
}

// The very blocks, for who wants to see them in Slack's own block builder.
func TestViewsAsTheyAreSent(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.kept.put(request(t, "HELP-7", bot.Proposed), request(t, "HELP-8", bot.Running))
	indented := func(v slacksim.View) []byte {
		var out bytes.Buffer
		require.NoError(t, json.Indent(&out, v.JSON(), "", "  "))
		return append(out.Bytes(), '\n')
	}
	golden(t, "home-view.golden", indented(h.home(t, helen)))
	golden(t, "propose-view.golden", indented(h.proposeForm(t)))
	h.clean(t)
}

func TestHomeWithNothingOpen(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	words := h.home(t, helen).Words()
	require.Contains(t, words, "Nothing is open.")
	require.Contains(t, words, "Nothing waits for you.")
	require.NotContains(t, words, "Running")
}

func TestHomeIsTheViewers(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	mine := request(t, "HELP-1", bot.Proposed)
	mine.Reporter = bot.Person{Email: "HELEN@desk.example", Name: "Helen"}
	foreign := request(t, "HELP-2", bot.Proposed)
	foreign.Verdict.ForeignEnvironment = "WXYZ_prod"
	once := request(t, "HELP-3", bot.Proposed)
	once.Approvals = []bot.Approval{{Label: "A", Hash: once.Hash("A"), By: bot.Person{Slack: helen}}}
	h.kept.put(mine, foreign, once)

	waits, others, _ := strings.Cut(h.home(t, helen).Words(), "Waits for somebody else")
	require.Contains(t, waits, "Nothing waits for you.")
	for _, key := range []string{"HELP-1", "HELP-2", "HELP-3"} {
		require.Contains(t, others, key)
	}
	require.NotContains(t, others, "[Approve A]")
	require.Contains(t, h.home(t, goran).Words(), "[Approve A]", "the others may")
}

func TestHomeOfThoseWhoDontDecide(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.usualDay(t)
	for member, want := range map[string]string{
		nobody: "Free in the next seven days", "U0GUEST": "those who decide", "U0GONE": "those who decide",
	} {
		words := h.home(t, member).Words()
		require.Contains(t, words, want)
		require.NotContains(t, words, "HELP-")
		require.NotContains(t, words, "ABCD")
	}
}

func TestClickOnAHome(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.usualDay(t)
	h.home(t, helen)
	ack, err := h.sim.ClickHome(helen, "HELP-2", "Approve B")
	require.NoError(t, err)
	require.True(t, ack.OK)
	c := h.inbox.one(t).Command
	require.Equal(t, bot.Approve, c.Verb)
	require.Equal(t, "B", c.Choice)
	require.NotEmpty(t, c.Token, "it is bound to what was shown")
	require.Equal(t, bot.SlackCard, c.Surface)

	v, _ := h.sim.Home(helen)
	require.Contains(t, v.Words(), "Noted: approve HELP-2 B.")
	require.NotContains(t, v.Words(), "[Approve B]", "what was clicked can't be clicked twice")
	require.Contains(t, v.Words(), "[Retry]", "the others can")

	_, err = h.sim.ClickHome(helen, "", "Refresh")
	require.NoError(t, err)
	v, _ = h.sim.Home(helen)
	require.Contains(t, v.Words(), "[Approve B]", "drawn from what is kept")
	h.inbox.one(t)
	h.clean(t)
}

func TestClickOnAHomeThatCouldNotBeKept(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.usualDay(t)
	h.home(t, helen)
	h.inbox.breakDown(errDown)
	ack, err := h.sim.ClickHome(helen, "HELP-2", "Approve B")
	require.NoError(t, err)
	require.Equal(t, 503, ack.Status)
	require.Contains(t, h.last(t, helen).Text, "could not keep that", "said in the desk's channel")
}

func TestHomeStaysWithinLimits(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	for i := range 200 {
		s := []bot.State{bot.Proposed, bot.Running, bot.Failed, bot.Confirmed, bot.Collecting}[i%5]
		c := request(t, bot.TicketKey(fmt.Sprintf("HELP-%d", i)), s)
		if c.Run != nil {
			c.Run.Problem = strings.Repeat("&<é", 2000)
		}
		h.kept.put(c)
	}
	v := h.home(t, helen)
	require.LessOrEqual(t, len(v.Blocks), 100)
	require.Contains(t, v.Words(), "Free in the next seven days", "nothing was cut off")
	require.Contains(t, v.Words(), "more: /refresh list")
	h.clean(t)
}

func TestHomeThatCantBeDrawn(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.kept.breakDown(errAway)
	ack, err := h.sim.OpenHome(helen)
	require.NoError(t, err)
	require.True(t, ack.OK, "looking again will do")
	_, published := h.sim.Home(helen)
	require.False(t, published)
}

func TestHomeThatSomebodyElseDrew(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.home(t, helen)
	h.usualDay(t)
	h.sim.Fail("views.publish", slacksim.Refused("hash_conflict"))
	require.Contains(t, h.home(t, helen).Words(), "HELP-2")
	require.Equal(t, 3, h.sim.Calls("views.publish"))
	h.clean(t)
}

func TestOtherTabsPublishNothing(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	ack, err := h.sim.Event(map[string]any{"type": "app_home_opened", "user": helen, "tab": "messages"})
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Zero(t, h.sim.Calls("views.publish"))
}

func TestHomesAreKeptUpToDate(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.home(t, helen)
	h.home(t, goran)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.intake.KeepHomes(ctx) }()

	h.usualDay(t)
	h.post(t, cardMessage(theCard()), "")
	shows := func(member string) func() bool {
		return func() bool {
			v, _ := h.sim.Home(member)
			return strings.Contains(v.Words(), "HELP-2")
		}
	}
	require.Eventually(t, shows(helen), 5*time.Second, time.Millisecond)
	require.Eventually(t, shows(goran), 5*time.Second, time.Millisecond)
	cancel()
	require.NoError(t, <-ended)

	h.clock.advance(2 * time.Hour)
	before := h.sim.Calls("views.publish")
	ctx, cancel = context.WithCancel(t.Context())
	go func() { ended <- h.intake.KeepHomes(ctx) }()
	h.post(t, cardMessage(theCard()), "")
	require.Eventually(t, func() bool { return len(h.clock.waited()) > 1 }, 5*time.Second, time.Millisecond)
	require.Equal(t, before, h.sim.Calls("views.publish"), "nobody looked for an hour")
	cancel()
	require.NoError(t, <-ended)
	h.clean(t)
}
