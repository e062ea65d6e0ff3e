package main

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// An outside is a help center and a Slack, and the configuration of a desk between
// them.
type outside struct {
	t      *testing.T
	desk   *jirasim.Server
	chat   *slacksim.Server
	config string
}

func newOutside(t *testing.T) *outside {
	// Its clock is ahead: tickets from before the bot's first start are left alone.
	ahead := func() time.Time { return time.Now().Add(time.Second) }
	o := &outside{
		t:    t,
		desk: jirasim.New(jirasim.Options{Now: ahead, BotUser: "bot@desk.example", BotToken: "jira-token"}),
		chat: slacksim.New(slacksim.Options{}),
	}
	jira, slack := httptest.NewServer(o.desk), httptest.NewServer(o.chat)
	t.Cleanup(jira.Close)
	t.Cleanup(slack.Close)
	o.desk.AddCustomer("Ann", "ann@abcd.example", "ABCD Shipping")
	for id, name := range map[string]string{"U1": "mia", "U2": "sam", "U3": "ann"} {
		o.chat.AddUser(slacksim.User{ID: id, Name: name, Email: name + "@desk.example"})
	}
	o.chat.AddChannel("C1", "refreshes", "U1", "U2")
	o.config = write(t, "refreshbot.yaml", strings.NewReplacer("JIRA", jira.URL, "SLACK", slack.URL).Replace(`
listen: 127.0.0.1:0
admin_listen: 127.0.0.1:0
store: bolt:bot.db
jira: {url: JIRA, user: bot@desk.example, token_file: jira, webhook: off, project: HELP}
slack: {api_url: SLACK/api/, bot_token_file: bot, app_token_file: app, channel: C1, approvers: {users: [U1, U3]}}
people:
  - {slack: U1, email: mia@desk.example}
  - {slack: U2, email: sam@desk.example}
  - {slack: U3, email: ann@abcd.example}
tenants:
  - name: ABCD
    organizations: [ABCD Shipping]
    environments: [{name: ABCD_prod, role: production}, {name: ABCD_test, role: test}]
`))
	for name, secret := range map[string]string{"jira": "jira-token", "bot": "xoxb-sim", "app": "xapp-sim"} {
		require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(o.config), name), []byte(secret), 0o600))
	}
	return o
}

// app puts the product together.
func (o *outside) app() *wire.App {
	o.t.Helper()
	c, err := config.LoadFor(config.Serving, o.config, os.Getenv)
	require.NoError(o.t, err)
	app, err := wire.Build(c, wire.Options{Clock: runner.SystemClock{}, Log: quiet, Program: "a test"})
	require.NoError(o.t, err)
	return app
}

// proposed files a ticket and has it read: it waits for approval.
func (o *outside) proposed() string {
	o.t.Helper()
	app := o.app()
	defer func() { require.NoError(o.t, app.Close()) }()
	require.NoError(o.t, app.Runner.Begin(o.t.Context()))
	day := time.Now().UTC().AddDate(0, 0, 10)
	for day.Weekday() != time.Tuesday || day.Month() == time.December || day.Month() == time.January {
		day = day.AddDate(0, 0, 1) // no public holiday in the United States falls on it then
	}
	written := day.Format("2 January 2006")
	key := o.desk.File("Ann", "Refresh", "1. ABCD_prod\n2. ABCD_test\n3. "+written+" 08:00-10:00 UTC or "+written+" 12:00-14:00 UTC\n4. No")
	_, err := app.Runner.PollOnce(o.t.Context())
	require.NoError(o.t, err)
	require.NoError(o.t, app.Decide(o.t.Context()))
	c, err := app.Store.Conversation(o.t.Context(), bot.TicketKey(key))
	require.NoError(o.t, err)
	require.Equal(o.t, bot.Proposed, c.State)
	return key
}

// call runs the program as somebody, by the real clock.
func (o *outside) call(args ...string) result {
	args = append(args, "--config", o.config)
	return shell{clock: runner.SystemClock{}, env: map[string]string{"USER": "mia"}}.call(args...)
}

// Without a daemon a command decides by itself, with the same checks as in Slack,
// and what is to be said waits.
func TestDecideHere(t *testing.T) {
	o := newOutside(t)
	key := o.proposed()
	refused := func(want string, args ...string) {
		t.Helper()
		require.Equal(t, result{1, "", "refreshbot: " + key + ": refused: " + want + "\n"}, o.call(args...))
	}
	refused("You are not on the list of approvers, so nothing was done.", "requests", "approve", key, "A", "--as", "sam@desk.example")
	refused("This is your own request; somebody else has to decide on it.", "requests", "approve", key, "A", "--as", "ANN@abcd.example")
	refused("There is no window q to approve. Those on the card are A, B.", "requests", "approve", key, "q")

	got := o.call("requests", "approve", key, "B")
	require.Equal(t, 0, got.code, got.stderr)
	require.Regexp(t, "(?m)^"+key+": approved window B, of [0-9a-f]{12}$", got.stdout)
	require.Regexp(t, "(?m)^"+key+": Confirmed for .* \\(as mia@desk.example\\)$", got.stdout)
	require.Contains(t, got.stdout, "no daemon runs: what is to be said about it is sent at the next `refreshbot serve`\n")
	require.Contains(t, o.call("outbox", "list", "--state", "waiting").stdout, key)
	require.Contains(t, o.call("requests", "approve", key, "B").stderr, key+": refused: Already approved by mia@desk.example, ")
}

// The daemon decides where one runs, and the command waits for what came of it.
func TestDecideByDaemon(t *testing.T) {
	o := newOutside(t)
	key := o.proposed()
	app := o.app()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	require.Eventually(t, func() bool {
		c, running, _ := control.Dial(filepath.Join(filepath.Dir(o.config), "bot.db.sock"))
		if running {
			c.Close()
		}
		return running
	}, 5*time.Second, time.Millisecond)

	got := o.call("requests", "cancel", key, "--reason", "the test is over")
	require.Equal(t, 0, got.code, got.stderr)
	require.Contains(t, got.stdout, key+": cancelled: the test is over\n"+key+": Cancelled (as mia@desk.example)\n")
	got = o.call("requests", "show", key)
	require.Regexp(t, `mia@desk\.example +proposed → cancelled +cancelled: the test is over`, got.stdout)
	got = o.call("requests", "approve", "HELP-77", "A")
	require.Equal(t, result{1, "", "refreshbot: HELP-77: refused: I know of no request on that ticket.\n"}, got)

	healthy := o.call("doctor")
	require.Contains(t, healthy.stdout, "bot.db, which the daemon has open\n")
	stop()
	require.NoError(t, <-ended)
	require.NoError(t, app.Close())
}

// Where the help center does not answer, the command is kept and says so.
func TestDecideLater(t *testing.T) {
	o := newOutside(t)
	key := o.proposed()
	o.desk.Revoke(true)
	got := o.call("requests", "approve", key, "A")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stderr, key+": not decided yet: ")
	o.desk.Revoke(false)
	require.Contains(t, o.call("requests", "show", key).stdout, "Waits for approval")
}

// Doctor names what is missing, a line each, and fails; a desk that lacks nothing
// passes.
func TestDoctor(t *testing.T) {
	o := newOutside(t)
	got := o.call("doctor")
	require.Equal(t, 0, got.code, got.stdout+got.stderr)
	require.Regexp(t, `(?m)^ok +jira: http.*, project HELP$`, got.stdout)
	require.Regexp(t, `(?m)^ok +slack: channel C1$`, got.stdout)
	require.Regexp(t, `(?m)^ok +store: .*bot\.db, which the first start makes$`, got.stdout)
	require.Regexp(t, `(?m)^ok +calendar: holidays of US, known to the end of 20\d\d$`, got.stdout)
	require.NotContains(t, got.stdout, "missing")
	require.NoFileExists(t, filepath.Join(filepath.Dir(o.config), "bot.db"), "to look is not to make")

	o.desk.Deny("ADD_COMMENTS")
	o.chat.Channel("C1").Kick(slacksim.BotUser)
	got = o.call("doctor")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stdout, "missing  jira: permission ADD_COMMENTS in project HELP, to answer (")
	require.Contains(t, got.stdout, "missing  slack: channel C1: the bot is not in it; invite it (")
	require.Equal(t, "refreshbot: to mend: 2\n", got.stderr)
}

// Databases that do not open or do not fit are named.
func TestDoctorDatabases(t *testing.T) {
	o, s := newOutside(t), newSite(t)
	text, err := os.ReadFile(o.config)
	require.NoError(t, err)
	head, _, _ := strings.Cut(string(text), "tenants:")
	s.put("both.yaml", head+`
tenants:
  - name: ABCD
    organizations: [ABCD Shipping]
    environments:
      - {name: ABCD_prod, role: production, database: "sqlite:prod.db"}
      - {name: ABCD_test, role: test, database: "sqlite:test.db"}
      - {name: ABCD_none, role: dev, database: "sqlite:none.db"}
engine: {profile: profile.yaml}
`)
	for _, name := range []string{"jira", "bot", "app"} {
		secret, err := os.ReadFile(filepath.Join(filepath.Dir(o.config), name))
		require.NoError(t, err)
		s.put(name, string(secret))
	}
	o.config = filepath.Join(s.folder, "both.yaml")
	got := o.call("doctor")
	require.Equal(t, 1, got.code, got.stdout)
	require.Contains(t, got.stdout, "ok       engine: ABCD_prod over ABCD_test\n")
	require.Regexp(t, `(?m)^missing  engine: .*none\.db.* \(ABCD_prod over ABCD_none\)$`, got.stdout)
}
