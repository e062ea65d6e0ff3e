package stage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/stage"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

const (
	ticket  = "HELP-7"
	channel = "C-desk"
	agent   = "Agent"
)

// A play is a script on a stage.
type play struct {
	*stage.Stage
	t      *testing.T
	mode   mode
	house  string // what the scripts call shadow and manual
	policy string // lines of the policy section

	start  time.Time                // when the script begins
	living string                   // the id of the living reply
	last   string                   // the id of the comment written last
	cards  map[int]slacksim.Message // as they were first drawn, by number
	engine *scripted
	reaper *reaper
	form   string // what the form of the last command was sent back with
	stuck  string // why the script can't go on
	hidden string // the member whom Slack does not tell of
}

// A mode is a way of playing a script.
type mode struct {
	socket bool
	death  death
}

func newPlay(t *testing.T, m mode) *play {
	return &play{
		t: t, mode: m, cards: map[int]slacksim.Message{}, engine: newScripted(), reaper: &reaper{death: m.death},
	}
}

// configuration is the desk of the scripts: three tenants, and engineers in the US.
const configuration = `
mode: %s
jira:
  url: https://desk.example
  user: refreshbot@desk.example
  project: HELP
  fields: {target: customfield_10201, preserve_users: customfield_10202}
  transitions: {confirmed: Start work, done: Mark as done, declined: Decline}
slack:
  mode: http
  channel: C-desk
  approvers: {users: [U-ana, U-agt], groups: [S-desk]}
people: [{slack: U-ana, email: ana@abcd.example}, {slack: U-agt, email: agt@desk.example}]
engine: {runner: %s}
tenants:
  - name: ABCD
    email_domains: [abcd.example]
    regions: [SG]
    zone: Asia/Singapore
    environments:
      - {name: ABCD_prod, role: production, schema_version: "24.3", database: "sqlite:prod.db"}
      - {name: ABCD_test, role: test, schema_version: "24.3", database: "sqlite:test.db"}
      - {name: ABCD_uat, role: uat, schema_version: "24.1", database: "sqlite:uat.db"}
  - name: WXYZ
    email_domains: [wxyz.example]
    environments: [{name: WXYZ_prod, role: production}, {name: WXYZ_test, role: test}]
  - name: Onprem
    email_domains: [onprem.example]
    hosting: on_premise
    environments: [{name: OP_prod, role: production}, {name: OP_test, role: test}]
policy: {%s}
`

// configured are the configurations that were read before, by their text: reading
// one takes a while, and none is changed.
var configured sync.Map

func (p *play) configure() *config.Config {
	mode, runner := "live", "local"
	switch p.house {
	case "shadow":
		mode = "shadow"
	case "manual":
		runner = "manual"
	}
	text := fmt.Sprintf(configuration, mode, runner, p.policy)
	if c, ok := configured.Load(text); ok {
		return c.(*config.Config)
	}
	c, err := stage.Load(p.t.TempDir(), text)
	require.NoError(p.t, err)
	configured.Store(text, c)
	return c
}

// set sets the stage, an hour before the script begins.
func (p *play) set() {
	s, err := stage.New(stage.Options{
		Config: p.configure(), Folder: p.t.TempDir(), Start: p.start.Add(-time.Hour), Socket: p.mode.socket,
		Desk:   jirasim.Options{Filed: 6, Fields: map[string]string{"customfield_10201": "Target", "customfield_10202": "Preserve users"}},
		Cloner: func(bot.Store) bot.Cloner { return p.engine },
		Store:  func(s bot.Store) bot.Store { return mortalStore{s, p.reaper} },
		Jira:   func(next http.RoundTripper) http.RoundTripper { return mortalWay{next, p.reaper} },
		Slack:  func(next http.RoundTripper) http.RoundTripper { return &way{p, mortalWay{next, p.reaper}} },

		Between: p.between,
	})
	require.NoError(p.t, err)
	p.t.Cleanup(func() { require.NoError(p.t, s.End()) })
	p.Stage = s
	s.Desk.AddCustomer("Ana", "ana@abcd.example")
	s.Desk.AddCustomer("Ben", "ben@abcd.example")
	s.Desk.AddCustomer("Zoe", "zoe@wxyz.example")
	s.Desk.AddCustomer("Otto", "op@onprem.example")
	s.Desk.AddAgent(agent, "agt@desk.example")
	s.Desk.AddAgent("Ira", "ira@abcd.example")
	s.Desk.AddAgent("Sam", "sam@desk.example")
	for id, name := range map[string]string{"U-mia": "Mia", "U-tom": "Tom", "U-ida": "Ida", "U-sam": "Sam", "U-ana": "ana", "U-agt": agent} {
		s.Chat.AddUser(slacksim.User{ID: id, Name: strings.ToLower(name), RealName: name, Email: strings.ToLower(name) + "@desk.example"})
	}
	s.Chat.AddGroup("S-desk", "desk", "U-mia", "U-tom", "U-ida")
	s.Chat.AddChannel(channel, "database-refreshes", "U-mia", "U-tom", "U-ida", "U-sam", "U-ana")
}

// accounts of the engineers by what the scripts call them.
var accounts = map[string]string{"Mia": "U-mia", "Tom": "U-tom", "Ida": "U-ida", "Sam": "U-sam", "AnaSlack": "U-ana"}

func (p *play) context() context.Context { return p.t.Context() }

// settle lets everything happen that is to happen now.
func (p *play) settle() {
	p.stand()
	p.look()
}

// stand does all that there is to do, and once more after messages in doubt came
// through: what they set off is for now, too.
func (p *play) stand() {
	require.NoError(p.t, p.Settle(p.context()))
	for range 10 {
		if !p.wait() {
			return
		}
		require.NoError(p.t, p.Settle(p.context()))
	}
}

// look keeps the card as it is now, if it is the first drawing of its number.
func (p *play) look() {
	if p.App == nil {
		return
	}
	c, err := p.App.Store.Conversation(p.context(), ticket)
	require.NoError(p.t, err)
	card, drawn := p.Card(ticket)
	if _, known := p.cards[c.Card]; drawn && !known {
		p.cards[c.Card] = card
	}
}

// line plays one line and returns what came of it.
func (p *play) line(text string) []words {
	what, arg, ok := strings.Cut(text, ":")
	require.True(p.t, ok, "no verb in %q", text)
	verb, who, _ := strings.Cut(what, " ")
	arg = strings.TrimSpace(arg)
	if p.start.IsZero() && verb == "clock" {
		p.start = instant(p.t, arg)
		p.set()
		return nil
	}
	if verb == "clock" {
		return p.clock(arg)
	}
	do, ok := map[string]func(who, arg string){
		"down": p.down, "ticket": p.file, "client": p.comment, "note": p.note, "edit": p.edit, "edit-comment": p.editComment,
		"poll": p.poll, "close": p.close, "reopen": p.reopen, "delete": p.delete, "label": p.label, "fields": p.fields,
		"approver": p.approver, "engineer": p.command, "run": p.run, "house": p.live, "driver": p.driver,
		"holiday": p.holiday, "freeze": p.freeze, "taken": p.taken, "show": p.show, "forged": p.forged,
	}[verb]
	require.True(p.t, ok, "no such verb: %q", verb)
	if verb == "show" {
		return p.shown(arg)
	}
	p.form = ""
	do(who, arg)
	if p.Stage == nil {
		return nil
	}
	p.settle()
	all := p.heard("")
	if p.form != "" {
		all = append(all, words{kind: "form", text: p.form})
	}
	return all
}

// clock moves the clock on; timers that ring on the way are told by their time.
func (p *play) clock(arg string) (all []words) {
	to := p.Clock.Now()
	if d, ok := strings.CutPrefix(arg, "+"); ok {
		span, err := time.ParseDuration(d)
		require.NoError(p.t, err)
		to = to.Add(span)
	} else {
		to = instant(p.t, arg)
	}
	require.NoError(p.t, p.Advance(p.context(), to, func() {
		p.stand()
		p.look()
		all = append(all, p.heard(p.Clock.Now().Format("Mon 2 Jan 15:04:05"))...)
	}))
	return all
}

func instant(t *testing.T, s string) time.Time {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z", "2006-01-02 15:04"} {
		if at, err := time.Parse(form, s); err == nil {
			return at.UTC()
		}
	}
	require.FailNow(t, "read an instant", s)
	return time.Time{}
}

// down lets the process die, and another start at an instant.
func (p *play) down(_, arg string) {
	require.NoError(p.t, p.Close())
	p.Clock.Set(instant(p.t, arg))
	require.NoError(p.t, p.Boot(p.context()))
}

// file files the ticket. The bot was there before, unless the ticket is old.
func (p *play) file(who, arg string) {
	reporter := map[string]string{"": "Ana", "old": "Ana", "Onprem": "Otto"}[who]
	if reporter == "" {
		reporter = who
	}
	summary, description, _ := strings.Cut(arg, "\n")
	if who != "old" {
		require.NoError(p.t, p.Boot(p.context()))
		p.Clock.Set(p.start)
		require.Equal(p.t, ticket, p.Desk.File(reporter, summary, description))
		return
	}
	p.Clock.Set(p.start)
	require.Equal(p.t, ticket, p.Desk.File(reporter, summary, description))
	p.Clock.Add(time.Hour)
	require.NoError(p.t, p.Boot(p.context()))
	p.Clock.Add(time.Hour)
}

func (p *play) comment(who, arg string) {
	if who == "" {
		who = "Ana"
	}
	who = strings.Replace(who, "bot", "Refresh Bot", 1)
	p.last = p.Desk.Comment(ticket, who, arg)
}

func (p *play) note(who, arg string) {
	p.last = p.Desk.Note(ticket, strings.Replace(who, "bot", "Refresh Bot", 1), arg)
}

func (p *play) edit(_, arg string)        { p.Desk.Edit(ticket, "Ana", arg) }
func (p *play) editComment(_, arg string) { p.Desk.EditComment(ticket, p.last, arg) }
func (p *play) close(_, _ string)         { p.Desk.Close(ticket, agent) }
func (p *play) reopen(_, _ string)        { p.Desk.Transition(ticket, agent, "Reopen") }
func (p *play) delete(_, _ string)        { p.Desk.Delete(ticket, agent) }
func (p *play) label(_, arg string)       { p.Desk.Label(ticket, agent, arg) }

// poll lets something change on the ticket that is of no account, and the webhook
// of it be lost.
func (p *play) poll(_, _ string) {
	p.Clock.Add(time.Second)
	t, _ := p.Desk.Ticket(ticket)
	p.Desk.Rename(ticket, agent, t.Summary)
	require.True(p.t, p.Desk.Spoil(jirasim.Lost))
	require.NoError(p.t, p.Poll(p.context()))
}

func (p *play) fields(_, arg string) {
	for pair := range strings.SplitSeq(arg, "; ") {
		name, value, _ := strings.Cut(pair, "=")
		field := map[string]string{"target": "customfield_10201", "preserve": "customfield_10202"}[name]
		p.Desk.Fill(ticket, "Ana", field, value)
	}
}

// command gives an engineer's command: on the card as it is, on an old one, or in
// words.
func (p *play) command(who, arg string) {
	name, from, _ := strings.Cut(who, " ")
	member := accounts[name]
	card, there := p.Card(ticket)
	if n, ok := strings.CutPrefix(from, "on card "); ok {
		number, err := strconv.Atoi(n)
		require.NoError(p.t, err)
		card, there = p.cards[number]
		require.True(p.t, there, "no card %d", number)
	}
	switch {
	case from == "in note":
		p.note(name, "/refresh "+arg)
	case strings.HasPrefix(from, "on card"):
		p.press(member, card, arg)
	default:
		p.say(member, there, arg)
	}
}

// card returns the ticket's card as it is now.
func (p *play) card() slacksim.Message {
	card, there := p.Card(ticket)
	require.True(p.t, there, "no card")
	return card
}

// press gives a command by a button. A reason goes into the form that comes up.
func (p *play) press(member string, card slacksim.Message, command string) {
	verb, rest, _ := strings.Cut(command, " ")
	label := labelOf(card, verb, rest)
	require.NotEmpty(p.t, label, "no button for %q among %q", command, card.Buttons())
	ack, err := p.Press(member, card, label, map[string]string{"reason": rest})
	require.NoError(p.t, err)
	require.True(p.t, ack.OK)
	p.form = ack.Errors()["reason"]
}

// labelOf returns the label of the button that gives a command.
func labelOf(card slacksim.Message, verb, choice string) string {
	for _, b := range card.Blocks {
		for _, e := range b.Buttons {
			_, is, _ := strings.Cut(e.ActionID, "-")
			if is == verb && (verb != string(bot.Approve) || strings.HasPrefix(e.Text.Text+" ", "Approve "+choice+" ")) {
				return e.Text.Text
			}
		}
	}
	return ""
}

// say gives a command in words: in the card's thread, or by the ticket's name
// where there is no card.
func (p *play) say(member string, there bool, command string) {
	verb, rest, _ := strings.Cut(command, " ")
	if verb == string(bot.Propose) {
		rest = instant(p.t, rest).Format("2006-01-02 15:04")
	}
	if !there {
		verb += " " + ticket
	}
	ack, err := p.Tell(member, ticket, strings.TrimSpace(verb+" "+rest))
	require.NoError(p.t, err)
	require.True(p.t, ack.OK)
}

// run lets the engine report.
func (p *play) run(_, arg string) {
	c, err := p.App.Store.Conversation(p.context(), ticket)
	require.NoError(p.t, err)
	require.NotNil(p.t, c.Run)
	p.Clock.Add(4 * time.Second) // one message is drawn again every three seconds at most
	p.engine.report(p.t, c.Run.ID, arg)
}

func (p *play) live(_, arg string) { p.house = arg }

// driver says what the engine knows of a run beforehand.
func (p *play) driver(_, arg string) {
	word, rest, _ := strings.Cut(arg, " ")
	switch word {
	case "none":
		p.engine.estimate = nil
	case "missing":
		p.engine.estimate = &bot.Estimate{Missing: []string{rest}}
	default:
		d, err := time.ParseDuration(word)
		require.NoError(p.t, err)
		p.engine.estimate = &bot.Estimate{Length: d}
	}
}

func (p *play) holiday(_, arg string) {
	region, rest, _ := strings.Cut(arg, " ")
	date, name, _ := strings.Cut(rest, " ")
	p.decree(fmt.Sprintf("holidays: {add: [{region: %s, date: %s, name: %s}]}", region, date, name))
}

func (p *play) freeze(_, arg string) {
	from, to, _ := strings.Cut(arg, " ")
	p.decree(fmt.Sprintf("freezes: [{from: %s, to: %s, reason: year-end closing}]",
		instant(p.t, from).Format(time.RFC3339), instant(p.t, to).Format(time.RFC3339)))
}

// decree puts another policy in force.
func (p *play) decree(policy string) {
	p.policy = policy
	require.NoError(p.t, p.Reload(p.configure()))
}

// taken lets a colleague's request take a window and an environment: filed,
// approved and booked like any other.
func (p *play) taken(_, arg string) {
	at, env, _ := strings.Cut(arg, " ")
	start := instant(p.t, at)
	other := p.Desk.File("Ben", "Please refresh "+env, fmt.Sprintf("Source: ABCD_uat\nTarget: %s\nWindow 1: %s to %s UTC\nWindow 2: %s to %s UTC\nPreserve users: no",
		env, start.Format("2006-01-02 15:04"), start.Add(2*time.Hour).Format("15:04"),
		start.AddDate(0, 0, 21).Format("2006-01-02 15:04"), start.AddDate(0, 0, 21).Add(2*time.Hour).Format("15:04")))
	p.settle()
	if card, there := p.Card(other); there && slices.Contains(card.Buttons(), "Approve A") {
		ack, err := p.Press("U-mia", card, "Approve A", nil)
		require.NoError(p.t, err)
		require.True(p.t, ack.OK)
		return
	}
	p.stuck = "nobody else can have " + env + " at " + at
}

func (p *play) show(_, _ string) {}

// shown returns the card or the living reply as it stands.
func (p *play) shown(arg string) []words {
	if arg == "card" {
		return []words{{kind: "chat_card", text: even(whole(p.card()))}}
	}
	t, _ := p.Desk.Ticket(ticket)
	i := slices.IndexFunc(t.Comments, func(c jirasim.Comment) bool { return c.ID == p.living })
	require.GreaterOrEqual(p.t, i, 0)
	return []words{{kind: "status", text: even(jirasim.Plain(t.Comments[i].Body))}}
}

// forged sends a webhook that somebody else has signed.
func (p *play) forged(_, _ string) {
	r := httptest.NewRequest(http.MethodPost, "/jira/webhook", strings.NewReader(`{"webhookEvent": "jira:issue_updated"}`))
	r.RemoteAddr = "203.0.113.9:40000"
	r.Header.Set("X-Hub-Signature", jirasim.Sign("guessed", []byte("{}")))
	w := httptest.NewRecorder()
	p.App.Routes().ServeHTTP(w, r)
	require.Equal(p.t, http.StatusUnauthorized, w.Code)
}

// approver lets something become of a member: "guest", "deleted", "not_listed",
// "cannot_check", or "fine" again.
func (p *play) approver(who, arg string) {
	id, members := accounts[who], []string{"U-mia", "U-tom", "U-ida"}
	p.Chat.AddUser(slacksim.User{ID: id, Name: strings.ToLower(who), RealName: who, Guest: arg == "guest", Deleted: arg == "deleted"})
	if arg == "not_listed" {
		members = slices.DeleteFunc(members, func(m string) bool { return m == id })
	}
	p.Chat.AddGroup("S-desk", "desk", members...)
	p.hidden = map[bool]string{true: id}[arg == "cannot_check"]
}

// A way is the bot's way to Slack. It does not learn who a hidden member is.
type way struct {
	play *play
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (w *way) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.play.hidden == "" || !strings.HasSuffix(r.URL.Path, "/users.info") {
		return w.next.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if strings.Contains(string(body), "user="+w.play.hidden) {
		return nil, errors.New("Slack does not answer")
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	return w.next.RoundTrip(r)
}
