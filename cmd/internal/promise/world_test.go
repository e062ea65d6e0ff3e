package promise_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/refreshbot/refreshbot/cmd/internal/promise"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// The window of the tests' deals.
var (
	window = promise.Window{
		Start: time.Date(2026, time.May, 12, 9, 0, 0, 0, time.UTC),
		End:   time.Date(2026, time.May, 12, 11, 0, 0, 0, time.UTC),
	}
	terms = promise.Terms{Source: "ABCD_prod", Target: "ABCD_test"}
	deal  = promise.Deal{Source: "ABCD_prod", Target: "ABCD_test", Window: window}
)

// What a bot would write.
const (
	asks      = "Thank you. Something is still open."
	confirmed = "*Confirmed:* {{ABCD_test}} will be refreshed from {{ABCD_prod}} on *Tue 12 May 2026, 09:00 to 11:00 UTC*."
	done      = "*Done:* {{ABCD_test}} is now a copy of {{ABCD_prod}}. You can log in again."
	booked    = "✓  *A*  Tue 12 May 2026, 09:00 to 11:00 UTC  —  booked"
)

// A world is one in which everything is right, played by hand.
type world struct {
	*testing.T
	now      time.Time
	desk     *jirasim.Server
	chat     *slacksim.Server
	book     *promise.Book
	witness  *promise.Witness
	promised promise.World
	marks    int
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, now: window.Start.Add(-72 * time.Hour), book: promise.NewBook()}
	now := func() time.Time { return w.now }
	w.desk = jirasim.New(jirasim.Options{Now: now, BotUser: "bot", BotToken: "token"})
	w.desk.AddCustomer("Ana", "ana@abcd.example", "ABCD")
	w.desk.AddAgent("Mia", "mia@desk.example")
	w.chat = slacksim.New(slacksim.Options{Now: now})
	w.chat.AddUser(slacksim.User{ID: "U1", Name: "mia"})
	w.chat.AddChannel("C1", "refreshes", "U1", "U2", "U3")
	w.promised = promise.World{
		Desk: w.desk, Chat: w.chat, Channel: "C1",
		Approvers: []string{"U1", "U2", "U3"}, SameAs: map[string]string{"Ana": "U3"}, Capacity: 1,
		Moves: map[promise.Stage]string{promise.Done: "Done"},
		Layout: promise.Layout{
			Copied: []string{"person"}, Kept: []string{"flag"}, Users: promise.Users{Table: "login", Login: "name", Active: "active"},
			Jobs: promise.Jobs{Table: "job", Enabled: "enabled"}, Domain: "refresh.invalid", Protected: []string{"svc_"},
		},
	}
	for _, name := range []string{"ABCD_prod", "ABCD_test", "ABCD_uat"} {
		e := promise.Environment{Name: name, Database: filepath.Join(t.TempDir(), name+".db")}
		w.promised.Environments = append(w.promised.Environments, e)
		w.sql(e.Database, fmt.Sprintf(`CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT); CREATE TABLE flag (value TEXT);
			CREATE TABLE login (name TEXT, active INTEGER); CREATE TABLE job (enabled INTEGER);
			INSERT INTO person (email) VALUES ('ada@%[1]s.example'), ('svc_ada@%[1]s.example');
			INSERT INTO flag VALUES ('%[1]s'); INSERT INTO login VALUES ('%[1]s', 1), ('gone', 0); INSERT INTO job VALUES (1)`, strings.ToLower(name)))
	}
	var err error
	w.witness, err = promise.NewWitness(w.promised, w.book)
	require.NoError(t, err)
	return w
}

func (w *world) database(name string) string {
	for _, e := range w.promised.Environments {
		if e.Name == name {
			return e.Database
		}
	}
	w.Fatalf("no environment %s", name)
	return ""
}

func (w *world) sql(path, statements string) {
	w.Helper()
	db, err := sql.Open("sqlite", path+"?_pragma=synchronous(0)&_pragma=journal_mode(memory)")
	require.NoError(w, err)
	defer db.Close()
	_, err = db.Exec(statements)
	require.NoError(w, err)
}

// pass lets time pass, and the witness look.
func (w *world) pass(d time.Duration) {
	w.Helper()
	w.now = w.now.Add(d)
	require.NoError(w, w.witness.Look(w.now))
}

func (w *world) at(t time.Time) { w.Helper(); w.pass(t.Sub(w.now)) }

// call does something at the help center as the bot.
func (w *world) call(method, path string, body any) (answer map[string]any) {
	w.Helper()
	raw, err := json.Marshal(body)
	require.NoError(w, err)
	r, err := http.NewRequestWithContext(w.Context(), method, "http://jira.sim/rest/api/2/issue/"+path, bytes.NewReader(raw))
	require.NoError(w, err)
	r.SetBasicAuth("bot", "token")
	r.Header.Set("Content-Type", "application/json")
	resp, err := w.desk.Transport().RoundTrip(r)
	require.NoError(w, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(w, err)
	require.Less(w, resp.StatusCode, 300, string(text))
	if len(text) > 0 {
		require.NoError(w, json.Unmarshal(text, &answer))
	}
	return answer
}

func (w *world) mark() string {
	w.marks++
	return fmt.Sprint("mark ", w.marks)
}

func comment(mark, text string) map[string]any {
	return map[string]any{"body": text, "properties": []any{
		map[string]any{"key": "sd.public.comment", "value": map[string]any{"internal": false}},
		map[string]any{"key": "effect", "value": map[string]any{"key": mark}},
	}}
}

// reply writes a public comment as the bot and returns its id.
func (w *world) reply(key, mark, text string) string {
	w.Helper()
	return w.call(http.MethodPost, key+"/comment", comment(mark, text))["id"].(string)
}

// replyTwice is a reply, and the same again, each after a command that is no cause of it.
func (w *world) replyTwice(r request, text string) {
	w.Helper()
	for range 2 {
		w.pass(time.Minute)
		w.book.Click(r.key, "U1", w.now)
		w.pass(time.Minute)
		w.reply(r.key, w.mark(), text)
	}
}

func (w *world) rewrite(key, id, text string) {
	w.Helper()
	w.call(http.MethodPut, key+"/comment/"+id, comment(w.mark(), text))
}

// slack calls one of Slack's methods as the bot and returns the message's ts.
func (w *world) slack(method string, args url.Values) string {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), http.MethodPost, "http://slack.sim/api/"+method, strings.NewReader(args.Encode()))
	require.NoError(w, err)
	r.Header.Set("Authorization", "Bearer xoxb-sim")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := w.chat.Client().Do(r)
	require.NoError(w, err)
	defer resp.Body.Close()
	var answer struct {
		OK    bool
		Error string
		TS    string
	}
	require.NoError(w, json.NewDecoder(resp.Body).Decode(&answer))
	require.True(w, answer.OK, answer.Error)
	return answer.TS
}

// card posts or, with a ts, redraws a card.
func (w *world) card(ts, header, state string, windows ...string) string {
	w.Helper()
	section := func(text string) any {
		return map[string]any{"type": "section", "text": map[string]any{"type": "mrkdwn", "text": text}}
	}
	blocks := []any{
		map[string]any{"type": "header", "text": map[string]any{"type": "plain_text", "text": header}},
		section("*" + state + "*  ·  <https://jira.sim/browse/X|X>"),
		map[string]any{"type": "section", "fields": []any{map[string]any{"type": "mrkdwn", "text": "*Target's users*\nreplaced by the source's"}}},
	}
	for _, line := range windows {
		blocks = append(blocks, section(line))
	}
	if state == "Waits for approval" {
		blocks = append(blocks, map[string]any{"type": "actions", "elements": []any{map[string]any{
			"type": "button", "action_id": "approve", "text": map[string]any{"type": "plain_text", "text": "Approve A"},
		}}})
	}
	raw, err := json.Marshal(blocks)
	require.NoError(w, err)
	args := url.Values{"channel": {"C1"}, "text": {header}, "blocks": {string(raw)}}
	if ts == "" {
		return w.slack("chat.postMessage", args)
	}
	args.Set("ts", ts)
	return w.slack("chat.update", args)
}

// A request is one on its way, with what the bot has drawn for it.
type request struct{ key, reply, card string }

const header = ": ABCD_prod → ABCD_test"

// ask files a request, has it answered, and the engineers asked.
func (w *world) ask(t promise.Terms) request {
	w.Helper()
	key := w.desk.File("Ana", "Refresh", "please")
	w.book.File(key, "Ana", w.now, t)
	w.pass(time.Second)
	r := request{key: key, reply: w.reply(key, w.mark(), asks)}
	r.card = w.card("", key+": "+t.Source+" → "+t.Target, "Waits for approval", "✓  *A*  Tue 12 May 2026, 09:00 to 11:00 UTC  —  works")
	w.pass(time.Minute)
	return r
}

// confirm is an engineer's approval of what the card shows, and what comes of it.
func (w *world) confirm(r request, who string) {
	w.Helper()
	for _, m := range w.chat.Channel("C1").Messages() {
		if c, ok := promise.ReadCard(m); ok && c.Key == r.key {
			d, ok := c.Deal("A")
			require.True(w, ok)
			w.book.Approve(r.key, promise.Approval{Who: who, At: w.now, Deal: d})
			w.pass(time.Second)
			w.rewrite(r.key, r.reply, strings.NewReplacer("ABCD_test", c.Target, "ABCD_prod", c.Source).Replace(confirmed))
			w.card(r.card, m.Header(), "Confirmed for Tue 12 May 2026, 09:00 to 11:00 UTC", booked)
		}
	}
	w.pass(time.Minute)
}

// build begins a clone: the new database grows beside the target.
func (w *world) build(r request, target string) (swap func()) {
	w.Helper()
	path, run := w.database(target), r.key+"-1"
	fresh := path + ".new-" + run
	w.copyFile(w.database("ABCD_prod"), fresh)
	w.sql(fresh, fmt.Sprintf(`UPDATE person SET email = 'ada@refresh.invalid' WHERE id = 1; UPDATE job SET enabled = 0; UPDATE flag SET value = '%s'`, strings.ToLower(target)))
	w.pass(time.Minute)
	return func() {
		w.Helper()
		require.NoError(w, os.Link(path, path+".parked-"+run))
		require.NoError(w, os.Rename(fresh, path))
		w.pass(time.Minute)
	}
}

func (w *world) copyFile(from, to string) {
	w.Helper()
	raw, err := os.ReadFile(from)
	require.NoError(w, err)
	require.NoError(w, os.WriteFile(to, raw, 0o600))
}

// finish says that it is done, everywhere.
func (w *world) finish(r request) {
	w.Helper()
	w.rewrite(r.key, r.reply, done)
	w.card(r.card, r.key+header, "Done", booked)
	w.desk.Close(r.key, "Mia")
	w.pass(time.Minute)
}

// testify returns what was broken.
func (w *world) testify() []promise.Violation {
	w.Helper()
	found, err := w.witness.Testify(w.now)
	require.NoError(w, err)
	return found
}

// mainLineWith is the main line with a change to the copy before the swap.
func (w *world) mainLineWith(statement string) {
	w.Helper()
	r := w.ask(terms)
	w.confirm(r, "U1")
	w.at(window.Start)
	swap := w.build(r, "ABCD_test")
	w.sql(w.database("ABCD_test")+".new-"+r.key+"-1", statement)
	swap()
	w.finish(r)
}

// touch leaves a file beside a database, remove takes it away.
func (w *world) touch(name, suffix string) {
	w.Helper()
	require.NoError(w, os.WriteFile(w.database(name)+suffix, nil, 0o600))
}

func (w *world) remove(name, suffix string) {
	w.Helper()
	require.NoError(w, os.Remove(w.database(name)+suffix))
	w.pass(time.Second)
}

func rename(from, to string) error { return os.Rename(from, to) }
