package slack_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/slack"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// newSocketHouse builds a house in Socket Mode over a real server, and returns a
// function that ends its link and waits for it.
func newSocketHouse(t *testing.T, o slacksim.Options) (*house, func()) {
	t.Helper()
	h := &house{inbox: newInbox(), kept: &records{}, clock: newClock()}
	o.Now = h.clock.Now
	h.sim = slacksim.New(o)
	h.people()
	server := httptest.NewServer(h.sim)
	t.Cleanup(server.Close)
	h.client = slack.New(slack.Config{
		APIURL: server.URL + "/api/", BotToken: "xoxb-sim", AppToken: "xapp-sim", Channel: desk,
		Approvers: slack.Approvers{Users: []string{helen}}, Inquiries: h.kept.inquiries(t),
		Clock: h.clock, Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	h.intake = h.client.Intake(h.inbox)
	go func() { ended <- h.intake.Listen(ctx) }()
	stop := func() {
		cancel()
		select {
		case err := <-ended:
			require.NoError(t, err)
			ended <- nil
		case <-time.After(10 * time.Second):
			t.Error("the link did not end")
		}
	}
	t.Cleanup(stop)
	require.NoError(t, h.sim.AwaitLink(t.Context(), 1))
	return h, stop
}

func TestClicksAndWordsThroughTheSocket(t *testing.T) {
	h, _ := newSocketHouse(t, slacksim.Options{})
	h.post(t, cardMessage(theCard()), "")
	card := h.desk.ExpectCard(t, "HELP-7")

	ack, err := card.Click(helen, "Approve A")
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Equal(t, bot.Approve, h.inbox.one(t).Command.Verb)

	ack, err = h.sim.Slash(helen, "/refresh hold HELP-7")
	require.NoError(t, err)
	require.Contains(t, ack.Text(), "Noted: hold HELP-7")

	_, err = card.Click(helen, "Reject")
	require.NoError(t, err)
	form := h.sim.Forms(helen)[0]
	ack, err = h.sim.Submit(helen, form.ID, nil)
	require.NoError(t, err)
	require.Contains(t, ack.Errors()["reason"], "say why")
	ack, err = h.sim.Submit(helen, form.ID, map[string]string{"reason": "no"})
	require.NoError(t, err)
	require.True(t, ack.OK)

	_, err = h.sim.Say(helen, desk, card.TS, "@refreshbot release")
	require.NoError(t, err)
	require.Len(t, h.inbox.all(), 4)
	h.clean(t)
}

func TestUnknownEnvelopesAreAcknowledged(t *testing.T) {
	h, _ := newSocketHouse(t, slacksim.Options{})
	for kind, payload := range map[string]any{
		"brand_new":      map[string]any{"x": 1},
		"events_api":     map[string]any{"type": "event_callback", "event": map[string]any{"type": "brand_new"}},
		"interactive":    []int{1},
		"slash_commands": "nonsense",
	} {
		ack, err := h.sim.Envelope(kind, payload)
		require.NoError(t, err)
		require.True(t, ack.OK, kind)
	}
	require.Empty(t, h.inbox.all())
}

func TestWhatIsNotKeptIsNotAcknowledged(t *testing.T) {
	h, _ := newSocketHouse(t, slacksim.Options{AckWithin: 200 * time.Millisecond})
	h.post(t, cardMessage(theCard()), "")
	h.inbox.breakDown(errDown)
	ack, err := h.desk.ExpectCard(t, "HELP-7").Click(helen, "Approve A")
	require.NoError(t, err)
	require.False(t, ack.OK)
	require.Contains(t, h.desk.Whispers(helen)[0].Text, "could not keep that")

	h.inbox.breakDown(nil)
	ack, err = h.sim.Redeliver()
	require.NoError(t, err)
	require.True(t, ack.OK)
	h.inbox.one(t)
}

func TestLinkIsOpenedAgain(t *testing.T) {
	h, _ := newSocketHouse(t, slacksim.Options{})
	h.sim.Disconnect()
	require.NoError(t, h.sim.AwaitLink(t.Context(), 2))
	require.Empty(t, h.clock.waited(), "Slack asked for it: at once")

	h.sim.CutLinks()
	require.NoError(t, h.sim.AwaitLink(t.Context(), 3))
	require.Equal(t, []time.Duration{500 * time.Millisecond}, h.clock.waited())

	ack, err := h.sim.Slash(helen, "/refresh hold HELP-7")
	require.NoError(t, err)
	require.True(t, ack.OK)
}

func TestWaitsGrowWhileSlackIsDown(t *testing.T) {
	h, _ := newSocketHouse(t, slacksim.Options{})
	faults := make([]slacksim.Fault, 9)
	for i := range faults {
		faults[i] = slacksim.Broken(503)
	}
	faults[8] = slacksim.Limited(90 * time.Second)
	h.sim.Fail("apps.connections.open", faults...)
	h.sim.CutLinks()
	require.NoError(t, h.sim.AwaitLink(t.Context(), 2))
	s := time.Second
	require.Equal(t, []time.Duration{
		s / 2, s, 2 * s, 4 * s, 8 * s, 16 * s, 32 * s, time.Minute, time.Minute, 90 * s,
	}, h.clock.waited())
}

func TestListenEndsWithItsContext(t *testing.T) {
	h, stop := newSocketHouse(t, slacksim.Options{})
	stop()
	require.NoError(t, h.sim.AwaitNoLink(t.Context()))
}
