package slacksim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// bot is an app that answers every delivery and opens a form for a click.
func bot(t *testing.T, s *slacksim.Server) *[]url.Values {
	t.Helper()
	var got []url.Values
	s.PostTo("https://bot.test", &http.Client{Transport: slacksim.Transport(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.NoError(t, r.ParseForm())
		got = append(got, r.PostForm)
		var payload struct {
			Type    string `json:"type"`
			Trigger string `json:"trigger_id"`
		}
		json.Unmarshal([]byte(r.PostForm.Get("payload")), &payload) //nolint:errcheck // commands have none
		switch {
		case payload.Type == "block_actions":
			call(t, s, "views.open", "trigger_id", payload.Trigger, "view", `{"type":"modal","title":{"type":"plain_text","text":"Why?"},
				"blocks":[{"type":"input","block_id":"why","label":{"type":"plain_text","text":"Why <i>?"},"element":{"type":"plain_text_input","action_id":"x"}}]}`)
		case payload.Type == "view_submission" && !strings.Contains(r.PostForm.Get("payload"), "because"):
			io.WriteString(w, `{"response_action":"errors","errors":{"why":"say <why>"}}`) //nolint:errcheck // a test
		case r.URL.Path == "/slack/commands":
			io.WriteString(w, `{"text":"pong"}`) //nolint:errcheck // a test
		}
	}))})
	return &got
}

func get(t *testing.T, s *slacksim.Server, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	require.Equal(t, http.StatusOK, w.Code, path)
	return w.Body.String()
}

func do(t *testing.T, s *slacksim.Server, path string, pairs ...string) {
	t.Helper()
	form := url.Values{"channel": {"C1"}, "as": {"U1"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body.String())
}

const everything = `[
	{"type":"header","text":{"type":"plain_text","text":"HELP-7 <script>"}},
	{"type":"section","text":{"type":"mrkdwn","text":"*bold* <https://a.test/?x=1&amp;y=2|a &lt;link&gt;> &lt;!channel&gt; <!here> <javascript:alert(1)|no>"}},
	{"type":"section","fields":[{"type":"mrkdwn","text":"*Name*\nvalue & <b>"}]},
	{"type":"divider"},
	{"type":"context","elements":[{"type":"mrkdwn","text":"` + "`code <i>`" + `"}]},
	{"type":"plan","title":"12 of 31","tasks":[
		{"task_id":"1","title":"first","status":"complete"},
		{"task_id":"2","title":"second <x>","status":"error","output":{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"refused <y>"}]}]}}]},
	{"type":"actions","elements":[{"type":"button","action_id":"go","style":"primary","value":"v","text":{"type":"plain_text","text":"Go \"now\""}}]}]`

func TestPageShowsEverythingEscaped(t *testing.T) {
	s := workspace(slacksim.Options{})
	posted, _ := call(t, s, "chat.postMessage", "channel", "C1", "text", "x", "blocks", everything)
	require.Equal(t, true, posted["ok"], "%v", posted)
	page := get(t, s, "/client?as=U1")
	for _, want := range []string{
		"<h2>HELP-7 &lt;script&gt;</h2>",
		`<strong>bold</strong> <a href="https://a.test/?x=1&amp;y=2" rel="noreferrer" target="_blank">a &lt;link&gt;</a> &lt;!channel&gt;`,
		`<span class="mention loud">@here</span>`, "&lt;javascript:alert(1)|no&gt;",
		"value &amp; &lt;b&gt;", "<code>code &lt;i&gt;</code>",
		"12 of 31", `<li class="complete">`, `<li class="error">`, "second &lt;x&gt;", "refused &lt;y&gt;",
		"Go &#34;now&#34;", "Ann &lt;b&gt;Other&lt;/b&gt;",
	} {
		require.Contains(t, page, want)
	}
	require.NotContains(t, page, "<script>")
	require.NotContains(t, page, `href="javascript`)
}

func TestPersonClicksAndFillsInTheForm(t *testing.T) {
	s := workspace(slacksim.Options{})
	got := bot(t, s)
	posted, _ := call(t, s, "chat.postMessage", "channel", "C1", "text", "x", "blocks", everything)
	do(t, s, "/client/click", "ts", posted["ts"].(string), "action", "go")
	require.Len(t, *got, 1)
	require.Contains(t, get(t, s, "/client?as=U1"), "Why &lt;i&gt;?")
	require.NotContains(t, get(t, s, "/client?as=U2"), "Why &lt;i&gt;?", "somebody else's form")

	form := s.Forms("U1")[0].ID
	do(t, s, "/client/submit", "view", form, "in.why", "no idea")
	require.Contains(t, get(t, s, "/client?as=U1"), "say &lt;why&gt;")
	do(t, s, "/client/submit", "view", form, "in.why", "because")
	require.Empty(t, s.Forms("U1"))

	do(t, s, "/client/click", "ts", posted["ts"].(string), "action", "go")
	do(t, s, "/client/dismiss", "view", s.Forms("U1")[0].ID)
	require.Empty(t, s.Forms("U1"))
}

func TestPersonTypes(t *testing.T) {
	s := workspace(slacksim.Options{})
	got := bot(t, s)
	posted, _ := call(t, s, "chat.postMessage", "channel", "C1", "text", "root")
	do(t, s, "/client/say", "words", "just <talking>")
	require.Empty(t, *got)
	do(t, s, "/client/say", "words", "@refreshbot hello", "under", posted["ts"].(string))
	do(t, s, "/client/say", "words", "/refresh ping")
	require.Len(t, *got, 2)

	require.Contains(t, get(t, s, "/client?as=U1"), "pong")
	require.NotContains(t, get(t, s, "/client?as=U2"), "pong", "only its asker sees it")
	page := get(t, s, "/client?as=U2")
	require.Contains(t, page, "just &lt;talking&gt;")
	require.Contains(t, page, "1 reply")
	require.Contains(t, page, `<span class="mention">@Refreshbot</span> hello`)
}

func TestLiveParts(t *testing.T) {
	s := workspace(slacksim.Options{})
	var parts map[string]string
	require.NoError(t, json.Unmarshal([]byte(get(t, s, "/client/live?as=U1")), &parts))
	require.Contains(t, parts["feed"], "Nothing here yet")
	require.Empty(t, strings.TrimSpace(parts["thread"]+parts["form"]))
	get(t, s, "/client/style.css")
	get(t, s, "/client/live.js")

	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/elsewhere", nil))
	require.Equal(t, http.StatusNotFound, w.Code)
}

func TestTriggerWorksOnce(t *testing.T) {
	s := workspace(slacksim.Options{})
	got := bot(t, s)
	posted, _ := call(t, s, "chat.postMessage", "channel", "C1", "text", "x", "blocks", everything)
	do(t, s, "/client/click", "ts", posted["ts"].(string), "action", "go")
	var payload map[string]any
	require.NoError(t, json.Unmarshal([]byte((*got)[0].Get("payload")), &payload))
	answer, _ := call(t, s, "views.open", "trigger_id", payload["trigger_id"].(string), "view", "{}")
	require.Equal(t, "exchanged_trigger_id", answer["error"])
}

// A trigger expires after three seconds, and a minute later nobody has heard of it.
func TestTriggersExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := workspace(slacksim.Options{})
		var triggers []string
		s.PostTo("https://bot.test", &http.Client{Transport: slacksim.Transport(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			triggers = append(triggers, r.PostFormValue("trigger_id"))
		}))})
		command := func() {
			_, err := s.Slash("U1", "/refresh")
			require.NoError(t, err)
		}
		opened := func() any {
			answer, _ := call(t, s, "views.open", "trigger_id", triggers[0], "view", "{}")
			return answer["error"]
		}
		command()
		<-time.After(4 * time.Second) // by the bubble's clock
		require.Equal(t, "expired_trigger_id", opened())
		<-time.After(time.Minute)
		command()
		require.Equal(t, "invalid_trigger_id", opened())
	})
}

func TestClickOnWhatIsNotThere(t *testing.T) {
	s := workspace(slacksim.Options{})
	call(t, s, "chat.postMessage", "channel", "C1", "text", "x", "blocks", everything)
	m := s.Channel("C1").ExpectCard(t, "HELP-7")
	_, err := m.Click("U1", "Stop")
	require.ErrorContains(t, err, `no button "Stop"`)
	_, err = m.Click("U1", `Go "now"`)
	require.ErrorContains(t, err, "no link open")
	_, err = s.Submit("U1", "V9", nil)
	require.Error(t, err)
}
