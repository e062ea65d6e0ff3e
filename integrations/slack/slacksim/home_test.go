package slacksim_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

const aHome = `{"type":"home","blocks":[
	{"type":"header","text":{"type":"plain_text","text":"All <b>quiet</b>"}},
	{"type":"section","text":{"type":"mrkdwn","text":"HELP-1"}},
	{"type":"actions","block_id":"one","elements":[{"type":"button","action_id":"go","value":"1","text":{"type":"plain_text","text":"Go"}}]},
	{"type":"section","text":{"type":"mrkdwn","text":"HELP-2"}},
	{"type":"actions","block_id":"two","elements":[{"type":"button","action_id":"go","value":"2","text":{"type":"plain_text","text":"Go"}}]}]}`

// homeBot publishes a home to whoever opens theirs, and keeps what it was told.
func homeBot(t *testing.T, s *slacksim.Server) *[]map[string]any {
	t.Helper()
	var got []map[string]any
	s.PostTo("https://bot.test", &http.Client{Transport: slacksim.Transport(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var payload map[string]any
		if r.URL.Path == "/slack/events" {
			require.NoError(t, json.NewDecoder(r.Body).Decode(&payload))
			event := payload["event"].(map[string]any)
			call(t, s, "views.publish", "user_id", event["user"].(string), "view", aHome)
		} else {
			require.NoError(t, r.ParseForm())
			require.NoError(t, json.Unmarshal([]byte(r.PostForm.Get("payload")), &payload))
		}
		got = append(got, payload)
	}))})
	return &got
}

func TestPersonOpensTheHomeAndClicks(t *testing.T) {
	s := workspace(slacksim.Options{})
	got := homeBot(t, s)
	require.NotContains(t, get(t, s, "/client?as=U1"), "quiet")
	require.Empty(t, *got, "looking at a channel opens nothing")

	page := get(t, s, "/client?as=U1&home=1")
	require.Contains(t, page, "<h2>All &lt;b&gt;quiet&lt;/b&gt;</h2>")
	require.Len(t, *got, 1)
	var parts map[string]string
	require.NoError(t, json.Unmarshal([]byte(get(t, s, "/client/live?as=U1&home=1")), &parts))
	require.Contains(t, parts["feed"], "quiet")
	require.Len(t, *got, 1, "keeping a page up to date opens nothing")

	v, _ := s.Home("U1")
	do(t, s, "/client/click", "view", v.ID, "block", "two", "action", "go", "home", "1")
	require.Len(t, *got, 2)
	click := (*got)[1]
	require.Equal(t, "view", click["container"].(map[string]any)["type"])
	require.Equal(t, "2", click["actions"].([]any)[0].(map[string]any)["value"])
	require.Equal(t, v.ID, click["view"].(map[string]any)["id"])
	require.Nil(t, click["channel"])
}

func TestClickHomeFindsTheButtonByWhatStandsAboveIt(t *testing.T) {
	s := workspace(slacksim.Options{})
	got := homeBot(t, s)
	_, err := s.OpenHome("U1")
	require.NoError(t, err)
	_, err = s.ClickHome("U1", "HELP-2", "Go")
	require.NoError(t, err)
	require.Equal(t, "2", (*got)[1]["actions"].([]any)[0].(map[string]any)["value"])
	_, err = s.ClickHome("U1", "HELP-3", "Go")
	require.Error(t, err)
	_, err = s.ClickHome("U2", "", "Go")
	require.Error(t, err, "somebody else's")
}

func TestHomeIsPublishedOverTheOneThatWasRead(t *testing.T) {
	s := workspace(slacksim.Options{})
	publish := func(hash string) map[string]any {
		t.Helper()
		answer, _ := call(t, s, "views.publish", "user_id", "U1", "view", aHome, "hash", hash)
		return answer
	}
	require.Equal(t, "hash_conflict", publish("1.sim")["error"], "there is none yet")
	first := publish("")["view"].(map[string]any)
	second := publish(first["hash"].(string))["view"].(map[string]any)
	require.Equal(t, first["id"], second["id"])
	require.NotEqual(t, first["hash"], second["hash"])
	require.Equal(t, "hash_conflict", publish(first["hash"].(string))["error"])
	require.Empty(t, s.Strays(), "it is nobody's fault")
}

const aChoice = `{"type":"modal","title":{"type":"plain_text","text":"Which?"},"blocks":[
	{"type":"input","block_id":"one","label":{"type":"plain_text","text":"One"},"element":{"type":"radio_buttons","action_id":"x","options":[
		{"text":{"type":"plain_text","text":"First <1>"},"value":"1","description":{"type":"plain_text","text":"of two"}},{"text":{"type":"plain_text","text":"Second"},"value":"2"}]}},
	{"type":"input","block_id":"two","label":{"type":"plain_text","text":"Two"},"element":{"type":"static_select","action_id":"x","options":[{"text":{"type":"plain_text","text":"Only"},"value":"o"}]}}]}`

func TestChoicesInForms(t *testing.T) {
	s := workspace(slacksim.Options{})
	var state map[string]map[string]map[string]any
	s.PostTo("https://bot.test", &http.Client{Transport: slacksim.Transport(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		require.NoError(t, r.ParseForm())
		if r.URL.Path == "/slack/commands" {
			answer, _ := call(t, s, "views.open", "trigger_id", r.PostForm.Get("trigger_id"), "view", aChoice)
			require.Equal(t, true, answer["ok"], "%v", answer)
			return
		}
		var payload struct {
			View struct {
				State struct {
					Values map[string]map[string]map[string]any
				}
			}
		}
		require.NoError(t, json.Unmarshal([]byte(r.PostForm.Get("payload")), &payload))
		state = payload.View.State.Values
	}))})
	_, err := s.Slash("U1", "/refresh")
	require.NoError(t, err)
	page := get(t, s, "/client?as=U1")
	require.Contains(t, page, `<input type="radio" name="in.one" value="1">`)
	require.Contains(t, page, "First &lt;1&gt;<small>of two</small>")
	require.Contains(t, page, `<option value="o">Only</option>`)

	do(t, s, "/client/submit", "view", s.Forms("U1")[0].ID, "in.one", "2")
	require.Equal(t, "2", state["one"]["x"]["selected_option"].(map[string]any)["value"])
	require.Nil(t, state["two"]["x"]["selected_option"])
}

func TestChoicesHaveLimits(t *testing.T) {
	s := workspace(slacksim.Options{})
	var view string
	var answer map[string]any
	s.PostTo("https://bot.test", &http.Client{Transport: slacksim.Transport(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		require.NoError(t, r.ParseForm())
		answer, _ = call(t, s, "views.open", "trigger_id", r.PostForm.Get("trigger_id"), "view", view)
	}))})
	option := func(text, value string) string {
		return `{"text":{"type":"plain_text","text":"` + text + `"},"value":"` + value + `"}`
	}
	ten := many(10, func(i int) string { return option("T", strings.Repeat("v", i+1)) })
	for name, tt := range map[string]struct{ options, problem string }{
		"ten":        {ten, ""},
		"longest":    {option(strings.Repeat("é", 75), strings.Repeat("v", 150)), ""},
		"none":       {"", "must have 1 to 10 items"},
		"eleven":     {ten + "," + option("T", "w"), "must have 1 to 10 items"},
		"long text":  {option(strings.Repeat("x", 76), "v"), "less than 76"},
		"long value": {option("T", strings.Repeat("v", 151)), "less than 151"},
		"twice":      {option("T", "v") + "," + option("U", "v"), "must be unique"},
	} {
		view = `{"type":"modal","title":{"type":"plain_text","text":"T"},"blocks":[{"type":"input","block_id":"b","label":{"type":"plain_text","text":"L"},
			"element":{"type":"radio_buttons","action_id":"x","options":[` + tt.options + `]}}]}`
		_, err := s.Slash("U1", "/refresh")
		require.NoError(t, err)
		if tt.problem == "" {
			require.Equal(t, true, answer["ok"], name)
			continue
		}
		require.Contains(t, answer["response_metadata"].(map[string]any)["messages"].([]any)[0], tt.problem, name)
	}
}

func TestAnswersToCommandsKeepTheLimits(t *testing.T) {
	s := workspace(slacksim.Options{})
	s.PostTo("https://bot.test", &http.Client{Transport: slacksim.Transport(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(`{"text":"x","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"` + strings.Repeat("x", 3001) + `"}}]}`))
	}))})
	_, err := s.Slash("U1", "/refresh list")
	require.NoError(t, err)
	require.Len(t, s.Strays(), 1)
	require.Contains(t, s.Strays()[0], "less than 3001")
}

func TestCommandsAreOfferedToClickOn(t *testing.T) {
	s := workspace(slacksim.Options{Commands: []string{"/refresh <all>"}})
	got := bot(t, s)
	require.Contains(t, get(t, s, "/client?as=U1"), `<button name="words" value="/refresh &lt;all&gt;">`)
	do(t, s, "/client/say", "words", "/refresh <all>")
	require.Equal(t, "<all>", (*got)[0].Get("text"))
}
