package slack_test

import (
	"context"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/slack"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The desk of the tests.
const (
	desk   = "C0DESK"
	helen  = "U0HELEN"  // an approver by the list
	goran  = "U0GORAN"  // an approver by the group
	nobody = "U0NOBODY" // a member who approves nothing
	admins = "S0ADMINS"
)

// A clock is at the time it is set to; waiting for a later one sets it.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	waits []time.Duration
}

func newClock() *clock { return &clock{now: monday} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Until(ctx context.Context, t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits = append(c.waits, t.Sub(c.now))
	if t.After(c.now) {
		c.now = t
	}
	return ctx.Err()
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) waited() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Duration(nil), c.waits...)
}

// An inbox keeps events in memory and refuses them while down is set.
type inbox struct {
	mu     sync.Mutex
	down   error
	events []bot.Event
	seen   map[string]bool
	came   chan struct{} // a token for each Receive
}

func newInbox() *inbox { return &inbox{seen: map[string]bool{}, came: make(chan struct{}, 100)} }

func (b *inbox) Receive(_ context.Context, e bot.Event) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.came <- struct{}{}
	if b.down != nil {
		return false, b.down
	}
	if b.seen[e.ID] {
		return false, nil
	}
	b.seen[e.ID] = true
	b.events = append(b.events, e)
	return true, nil
}

func (b *inbox) breakDown(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down = err
}

func (b *inbox) all() []bot.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]bot.Event(nil), b.events...)
}

// one returns the only event that came in.
func (b *inbox) one(t *testing.T) bot.Event {
	t.Helper()
	events := b.all()
	require.Len(t, events, 1)
	return events[0]
}

// A house is a client, its intake and the workspace that it works in.
type house struct {
	sim    *slacksim.Server
	desk   *slacksim.Channel
	client *slack.Client
	intake *slack.Intake
	inbox  *inbox
	kept   *records
	clock  *clock
	routes *http.ServeMux
}

// newHouse builds a house over HTTP inside the process.
func newHouse(t *testing.T, o slacksim.Options) *house {
	t.Helper()
	h := &house{inbox: newInbox(), kept: &records{}, clock: newClock(), routes: http.NewServeMux()}
	o.Now = h.clock.Now
	h.sim = slacksim.New(o)
	h.people()
	h.client = slack.New(slack.Config{
		APIURL: "https://slack.test/api", BotToken: "xoxb-sim", AppToken: "xapp-sim",
		SigningSecret: bot.Secret(h.sim.SigningSecret()), Channel: desk,
		Approvers: slack.Approvers{Users: []string{helen}, Groups: []string{admins}},
		Inquiries: h.kept.inquiries(t),
		HTTP:      h.sim.Client(), Clock: h.clock, Log: slog.New(slog.DiscardHandler),
	})
	h.intake = h.client.Intake(h.inbox)
	h.intake.Routes(h.routes)
	h.sim.PostTo("https://bot.test", &http.Client{Transport: slacksim.Transport(h.routes)})
	return h
}

func (h *house) people() {
	h.desk = h.sim.AddChannel(desk, "db-refresh", helen, goran, nobody)
	for _, u := range []slacksim.User{
		{ID: helen, Name: "helen", RealName: "Helen Roth", Email: "helen@desk.example"},
		{ID: goran, Name: "goran", RealName: "Goran Ilić", Email: "goran@desk.example"},
		{ID: nobody, Name: "nils", RealName: "Nils Obad"},
		{ID: "U0GUEST", Guest: true}, {ID: "U0SOLO", SoloGuest: true}, {ID: "U0FAR", Stranger: true},
		{ID: "U0GONE", Deleted: true}, {ID: "U0BOT", Bot: true}, {ID: "USLACKBOT"},
	} {
		h.sim.AddUser(u)
	}
	h.sim.AddGroup(admins, "dba", goran, "U0GUEST", "U0GONE", "U0BOT")
}

// clean demands that the client did nothing that Slack would not have taken.
func (h *house) clean(t *testing.T) {
	t.Helper()
	require.Empty(t, h.sim.Strays(), "calls that Slack would not take")
}

// post posts a message and demands that it worked.
func (h *house) post(t *testing.T, m bot.Message, thread bot.RemoteID) bot.RemoteID {
	t.Helper()
	id, err := h.client.Post(t.Context(), m, thread)
	require.NoError(t, err)
	return id
}

// golden compares with a golden file, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

// said is a text of one paragraph.
func said(words string) *bot.InternalText {
	return &bot.InternalText{Text: bot.Text{{Kind: bot.Paragraph, Lines: []bot.Line{{{Text: words}}}}}}
}

// theCard is a typical request.
func theCard() *bot.Card {
	return &bot.Card{
		Title: "HELP-7: ABCD_prod → ABCD_test",
		State: "waits for approval",
		Link:  "https://desk.example/browse/HELP-7",
		Facts: []bot.CardFact{
			{Name: "Client", Value: "ABCD Shipping"},
			{Name: "Asked by", Value: "Mia <mia@abcd.example>"},
			{Name: "Users kept", Value: "no"},
			{Name: "Expected", Value: "about 1 h"},
		},
		Windows: []bot.CardWindow{
			{Label: "A", When: "Wed 9 Oct 2024, 02:00–04:00 UTC (10:00–12:00 in Singapore)", Verdict: "works", Good: true},
			{Label: "B", When: "Sat 12 Oct 2024, 02:00–04:00 UTC", Verdict: "does not work", Reasons: []string{"it is a Saturday"}},
		},
		Notes: []string{"The reporter's e-mail is not known."},
		Buttons: []bot.Button{
			{Label: "Approve A", Verb: bot.Approve, Choice: "A", Token: "t-1", Primary: true},
			{Label: "Hold", Verb: bot.Hold, Token: "t-1", Confirm: "Hold this request?"},
			{Label: "Reject", Verb: bot.Reject, Token: "t-1", Danger: true, NeedsReason: true},
		},
		History: []string{"Mon 09:00  asked"},
	}
}

func cardMessage(c *bot.Card) bot.Message {
	return bot.Message{Key: "HELP-7/1/0", Ticket: "HELP-7", Kind: bot.ChatCard, Living: bot.RequestCard, Card: c}
}

// clientOver returns a client like the house's over other transport.
func (h *house) clientOver(c *http.Client) *slack.Client {
	return slack.New(slack.Config{
		APIURL: "https://slack.test/api/", BotToken: "xoxb-sim", Channel: desk,
		HTTP: c, Clock: h.clock, Log: slog.New(slog.DiscardHandler),
	})
}
