package slack_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
	"github.com/refreshbot/refreshbot/rules"
)

var errDown = errors.New("disk full")

func TestClickBecomesCommand(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.post(t, cardMessage(theCard()), "")
	card := h.desk.ExpectCard(t, "HELP-7")

	ack, err := card.Click(helen, "Approve A")
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Empty(t, ack.Body)

	e := h.inbox.one(t)
	require.Equal(t, bot.CommandGiven, e.Kind)
	require.Equal(t, bot.TicketKey("HELP-7"), e.Ticket)
	require.True(t, strings.HasPrefix(e.ID, "slack/action/"))
	require.True(t, strings.HasSuffix(e.ID, "/"+card.TS+"/"+helen))
	require.WithinDuration(t, h.clock.Now(), e.At, 1e9)
	require.Equal(t, &bot.Command{
		Verb: bot.Approve, Choice: "A", Token: "t-1",
		Actor: bot.Person{Slack: helen}, Surface: bot.SlackCard, Origin: desk,
	}, e.Command)
	h.clean(t)
}

func TestClicksAreToldApart(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.post(t, cardMessage(theCard()), "")
	card := h.desk.ExpectCard(t, "HELP-7")

	click := func(user string) {
		t.Helper()
		ack, err := card.Click(user, "Approve A")
		require.NoError(t, err)
		require.True(t, ack.OK)
	}
	click(helen)
	for range 3 {
		ack, err := h.sim.Redeliver()
		require.NoError(t, err)
		require.True(t, ack.OK, "a second delivery is as good as kept")
	}
	require.Len(t, h.inbox.all(), 1, "one click, delivered four times")
	click(helen)
	click(goran)
	require.Len(t, h.inbox.all(), 3, "a second click, and somebody else's")
	h.clean(t)
}

func TestClickThatCouldNotBeKept(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.post(t, cardMessage(theCard()), "")
	card := h.desk.ExpectCard(t, "HELP-7")

	h.inbox.breakDown(errDown)
	ack, err := card.Click(helen, "Approve A")
	require.NoError(t, err)
	require.Equal(t, 503, ack.Status)
	require.Contains(t, h.desk.Whispers(helen)[0].Text, "could not keep that")
	require.NotContains(t, string(ack.Body), "disk full")

	h.inbox.breakDown(nil)
	ack, err = h.sim.Redeliver()
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Len(t, h.inbox.all(), 1)
	h.clean(t)
}

func TestFormAsksForTheReason(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.post(t, cardMessage(theCard()), "")
	ack, err := h.desk.ExpectCard(t, "HELP-7").Click(helen, "Reject")
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Empty(t, h.inbox.all(), "opening a form decides nothing")

	forms := h.sim.Forms(helen)
	require.Len(t, forms, 1)
	form := forms[0]
	require.Equal(t, "Reject HELP-7", form.Title)
	require.Equal(t, "Reject", form.Submit)

	ack, err = h.sim.Submit(helen, form.ID, map[string]string{"reason": "  "})
	require.NoError(t, err)
	require.Contains(t, ack.Errors()["reason"], "say why")
	ack, err = h.sim.Submit(helen, form.ID, map[string]string{"reason": strings.Repeat("é", 1001)})
	require.NoError(t, err)
	require.Contains(t, ack.Errors()["reason"], "1000")
	require.Len(t, h.sim.Forms(helen), 1, "it stays open")

	h.inbox.breakDown(errDown)
	ack, err = h.sim.Submit(helen, form.ID, map[string]string{"reason": "no backup that night"})
	require.NoError(t, err)
	require.Contains(t, ack.Errors()["reason"], "could not keep that")

	h.inbox.breakDown(nil)
	ack, err = h.sim.Submit(helen, form.ID, map[string]string{"reason": " no backup that night\n"})
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Empty(t, h.sim.Forms(helen))

	e := h.inbox.one(t)
	require.Equal(t, "slack/view/"+form.ID, e.ID)
	require.Equal(t, &bot.Command{
		Verb: bot.Reject, Token: "t-1", Reason: "no backup that night",
		Actor: bot.Person{Slack: helen}, Surface: bot.SlackCard, Origin: desk,
	}, e.Command)

	ack, err = h.sim.Redeliver()
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Len(t, h.inbox.all(), 1, "a form is accepted once")
	h.clean(t)
}

func TestFormThatDoesNotOpen(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.post(t, cardMessage(theCard()), "")
	h.sim.Fail("views.open", slacksim.Refused("expired_trigger_id"))
	ack, err := h.desk.ExpectCard(t, "HELP-7").Click(helen, "Reject")
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Contains(t, h.desk.Whispers(helen)[0].Text, "click once more")
}

// twoHours is a window on a Wednesday.
var twoHours = rules.Interval{
	Start: time.Date(2024, 10, 9, 2, 0, 0, 0, time.UTC), End: time.Date(2024, 10, 9, 4, 0, 0, 0, time.UTC),
}

// proposeForm opens the form for another window, as helen.
func (h *house) proposeForm(t *testing.T) slacksim.View {
	t.Helper()
	c := theCard()
	c.Buttons = []bot.Button{{Label: "Propose another…", Verb: bot.Propose, Token: "t-1"}}
	h.post(t, cardMessage(c), "")
	_, err := h.desk.ExpectCard(t, "HELP-7").Click(helen, "Propose another…")
	require.NoError(t, err)
	return h.sim.Forms(helen)[0]
}

func TestFormOffersWindows(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.kept.put(request(t, "HELP-7", bot.Proposed))
	form := h.proposeForm(t)
	golden(t, "propose.golden", []byte(form.Words()+"\n"))

	for _, tt := range []struct{ choice, date, clock, block, want string }{
		{"", "", "", "choice", "choose a window"},
		{"other", "", "", "date", "pick a day"},
		{"other", "2024-10-09", "", "time", "pick a time"},
		{"other", "2024-10-07", "09:00", "date", "in the past"},
		{"other", "2024-10-12", "02:00", "date", "at a weekend"},
		{"", "2024-10-12", "02:00", "date", "at a weekend"},
		{"2024-10-09T09:30:00Z", "2024-10-09", "02:00", "choice", "also filled in another time"},
	} {
		ack, err := h.sim.Submit(helen, form.ID, map[string]string{"choice": tt.choice, "date": tt.date, "time": tt.clock})
		require.NoError(t, err)
		require.Len(t, ack.Errors(), 1, "%+v", tt)
		require.Contains(t, ack.Errors()[tt.block], tt.want)
	}
	ack, err := h.sim.Submit(helen, form.ID, map[string]string{"choice": "2024-10-10T04:00:00Z", "reason": "quieter"})
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Empty(t, ack.Errors())
	start := time.Date(2024, 10, 10, 4, 0, 0, 0, time.UTC)
	require.Equal(t, &bot.Command{
		Verb: bot.Propose, Token: "t-1", Window: rules.Interval{Start: start, End: start.Add(2 * time.Hour)}, Reason: "quieter",
		Actor: bot.Person{Slack: helen}, Surface: bot.SlackCard, Origin: desk,
	}, h.inbox.one(t).Command)
	h.clean(t)
}

func TestWindowThatWentWhileTheFormWasOpen(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.kept.put(request(t, "HELP-7", bot.Proposed))
	form := h.proposeForm(t)
	first := form.Blocks[0].Element.Options[0].Value
	start, err := time.Parse(time.RFC3339, first)
	require.NoError(t, err)
	h.kept.mu.Lock()
	h.kept.taken = []bot.Booking{{ID: "HELP-8/A", Booking: rules.Booking{
		Interval: rules.Interval{Start: start, End: start.Add(2 * time.Hour)}, Environments: []string{"ABCD_test"},
	}}}
	h.kept.mu.Unlock()
	ack, err := h.sim.Submit(helen, form.ID, map[string]string{"choice": first})
	require.NoError(t, err)
	require.NotEmpty(t, ack.Errors()["choice"])
	require.Empty(t, h.inbox.all())
}

func TestFormAsksForTheWindowWhereNoneCanBeLookedUp(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.kept.breakDown(errAway)
	form := h.proposeForm(t)
	require.NotContains(t, form.Words(), "Another time")

	ack, err := h.sim.Submit(helen, form.ID, map[string]string{"date": "yesterday", "time": "02:00"})
	require.NoError(t, err)
	require.Contains(t, ack.Errors()["date"], "pick a day")
	ack, err = h.sim.Submit(helen, form.ID, map[string]string{"date": "2024-10-09", "time": "02:00"})
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Equal(t, twoHours, h.inbox.one(t).Command.Window, "it is judged when it is decided on")
	h.clean(t)
}

func TestSlashCommands(t *testing.T) {
	tests := []struct {
		line   string
		ticket bot.TicketKey
		want   bot.Command // verb empty: answered with help
		answer string
	}{
		{"/refresh approve HELP-7 a", "HELP-7", bot.Command{Verb: bot.Approve, Choice: "A"}, "Noted: approve HELP-7 A"},
		{"/refresh Approve help-7 2", "HELP-7", bot.Command{Verb: bot.Approve, Choice: "2"}, "Noted"},
		{"/refresh approve HELP-7", "HELP-7", bot.Command{Verb: bot.Approve}, "Noted"},
		{"/refresh reject HELP-7 no backup & no one here", "HELP-7", bot.Command{Verb: bot.Reject, Reason: "no backup & no one here"}, "Noted"},
		{"/refresh hold   HELP-7", "HELP-7", bot.Command{Verb: bot.Hold}, "Noted"},
		{"/refresh mute HELP-7", "HELP-7", bot.Command{Verb: bot.Mute}, "Noted"},
		{"/refresh rollback HELP-7", "HELP-7", bot.Command{Verb: bot.RollBack}, "Noted"},
		{"/refresh cancel HELP-7", "HELP-7", bot.Command{Verb: bot.CancelRequest}, "Noted"},
		{"/refresh propose HELP-7 2024-10-09 02:00", "HELP-7", bot.Command{Verb: bot.Propose, Window: twoHours}, "Noted"},
		{"/refresh propose HELP-7 2024-10-09 02:00 utc is free", "HELP-7", bot.Command{Verb: bot.Propose, Window: twoHours, Reason: "is free"}, "Noted"},
		{"/refresh propose HELP-7 next Wednesday", "", bot.Command{}, "Give the start in UTC"},
		{"/refresh reject HELP-7", "", bot.Command{}, "say why"},
		{"/refresh reject HELP-7 " + strings.Repeat("x", 1001), "", bot.Command{}, "1000"},
		{"/refresh approve", "", bot.Command{}, "Which request?"},
		{"/refresh approve HELP-7 A now please", "", bot.Command{}, "did not understand"},
		{"/refresh", "", bot.Command{}, "what I know"},
		{"/refresh make me a sandwich", "", bot.Command{}, "did not understand"},
	}
	for _, tt := range tests {
		t.Run(tt.line[:min(len(tt.line), 40)], func(t *testing.T) {
			h := newHouse(t, slacksim.Options{})
			ack, err := h.sim.Slash(helen, tt.line)
			require.NoError(t, err)
			require.True(t, ack.OK)
			require.Contains(t, ack.Text(), tt.answer)
			if tt.want.Verb == "" {
				require.Empty(t, h.inbox.all())
				return
			}
			e := h.inbox.one(t)
			tt.want.Actor, tt.want.Surface, tt.want.Origin = bot.Person{Slack: helen}, bot.SlackCommand, desk
			require.Equal(t, tt.ticket, e.Ticket)
			require.Equal(t, &tt.want, e.Command)
			h.clean(t)
		})
	}
}

func TestSlashThatCouldNotBeKept(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.inbox.breakDown(errDown)
	ack, err := h.sim.Slash(helen, "/refresh approve HELP-7 A")
	require.NoError(t, err)
	require.True(t, ack.OK, "Slack shows no words of an error")
	require.Contains(t, ack.Text(), "could not keep that")
}

func TestMentionInThreadKnowsItsTicket(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.post(t, cardMessage(theCard()), "")
	card := h.desk.ExpectCard(t, "HELP-7")

	ack, err := h.sim.Say(helen, desk, card.TS, "@refreshbot approve b")
	require.NoError(t, err)
	require.True(t, ack.OK)
	e := h.inbox.one(t)
	require.Equal(t, bot.TicketKey("HELP-7"), e.Ticket)
	require.Equal(t, &bot.Command{
		Verb: bot.Approve, Choice: "B", Actor: bot.Person{Slack: helen}, Surface: bot.SlackThread, Origin: desk,
	}, e.Command)
	h.clean(t)
}

func TestMentionsThatAreNoCommand(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	for _, tt := range []struct{ words, answer string }{
		{"@refreshbot what is up?", "did not understand"},
		{"@refreshbot approve A", "Which request?"},
	} {
		_, err := h.sim.Say(helen, desk, "", tt.words)
		require.NoError(t, err)
		whispers := h.desk.Whispers(helen)
		require.Contains(t, whispers[len(whispers)-1].Text, tt.answer)
	}
	ack, err := h.sim.Event(map[string]any{"type": "app_mention", "bot_id": "B1", "text": "approve HELP-7 A", "ts": "1.1"})
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Empty(t, h.inbox.all(), "another bot gives no commands")
	h.clean(t)
}

func TestMentionThatCouldNotBeKeptIsDeliveredAgain(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.inbox.breakDown(errDown)
	ack, err := h.sim.Say(helen, desk, "", "@refreshbot hold HELP-7 until Tuesday & <maybe> later")
	require.NoError(t, err)
	require.Equal(t, 503, ack.Status)
	h.inbox.breakDown(nil)
	ack, err = h.sim.Redeliver()
	require.NoError(t, err)
	require.True(t, ack.OK)
	require.Equal(t, "until Tuesday & <maybe> later", h.inbox.one(t).Command.Reason)
}

func TestUnknownEventsAreAcknowledged(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	for _, kind := range []string{"user_change", "tokens_revoked", "never_heard_of"} {
		ack, err := h.sim.Event(map[string]any{"type": kind, "user": map[string]any{"not": "a string"}})
		require.NoError(t, err)
		require.Equal(t, 200, ack.Status)
	}
	require.Empty(t, h.inbox.all())
}
