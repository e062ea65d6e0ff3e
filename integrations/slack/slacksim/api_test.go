package slacksim_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// A workspace with one channel and its people.
func workspace(o slacksim.Options) *slacksim.Server {
	s := slacksim.New(o)
	s.AddChannel("C1", "desk", "U1", "U2")
	s.AddUser(slacksim.User{ID: "U1", Name: "ann", RealName: "Ann <b>Other</b>"})
	s.AddUser(slacksim.User{ID: "U2", Name: "bob", Guest: true})
	return s
}

// A head is an answer without its body.
type head struct {
	status int
	after  string // Retry-After
}

// call calls a method with form arguments and returns the decoded answer.
func call(t *testing.T, s *slacksim.Server, method string, args ...string) (map[string]any, head) {
	t.Helper()
	form := url.Values{"token": {"xoxb-sim"}}
	for i := 0; i < len(args); i += 2 {
		form.Set(args[i], args[i+1])
	}
	resp, err := s.Client().PostForm("https://slack.test/api/"+method, form)
	require.NoError(t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	var answer map[string]any
	if resp.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		require.NoError(t, json.Unmarshal(raw, &answer))
	}
	return answer, head{resp.StatusCode, resp.Header.Get("Retry-After")}
}

// section is a section block of so many characters.
func section(n int) string {
	return fmt.Sprintf(`{"type":"section","text":{"type":"mrkdwn","text":"%s"}}`, strings.Repeat("é", n))
}

// many repeats JSON objects as an array's content.
func many(n int, each func(int) string) string {
	list := make([]string, n)
	for i := range list {
		list[i] = each(i)
	}
	return strings.Join(list, ",")
}

func button(label int, more string) string {
	return fmt.Sprintf(`{"type":"button","action_id":"a%d","text":{"type":"plain_text","text":"%s"}%s}`, label, strings.Repeat("x", label), more)
}

func TestBlocksOverTheLimitsAreRefused(t *testing.T) {
	task := func(more string) func(int) string {
		return func(i int) string { return fmt.Sprintf(`{"task_id":"t%d","title":"x"%s}`, i, more) }
	}
	plan := func(tasks string) string { return `{"type":"plan","title":"x","tasks":[` + tasks + `]}` }
	actions := func(elements string) string { return `{"type":"actions","elements":[` + elements + `]}` }
	header := func(n int) string {
		return `{"type":"header","text":{"type":"plain_text","text":"` + strings.Repeat("h", n) + `"}}`
	}
	text := func(int) string { return `{"type":"mrkdwn","text":"x"}` }
	tests := []struct {
		name, blocks string
		ok           bool
	}{
		{"section of 3000", section(3000), true},
		{"section of 3001", section(3001), false},
		{"empty section", section(0), false},
		{"50 blocks", many(50, func(int) string { return section(1) }), true},
		{"51 blocks", many(51, func(int) string { return section(1) }), false},
		{"header of 150", header(150), true},
		{"header of 151", header(151), false},
		{"header in mrkdwn", `{"type":"header","text":{"type":"mrkdwn","text":"x"}}`, false},
		{"10 fields", `{"type":"section","fields":[` + many(10, text) + `]}`, true},
		{"11 fields", `{"type":"section","fields":[` + many(11, text) + `]}`, false},
		{"10 in a context", `{"type":"context","elements":[` + many(10, text) + `]}`, true},
		{"11 in a context", `{"type":"context","elements":[` + many(11, text) + `]}`, false},
		{"25 buttons", actions(many(25, func(i int) string { return button(i+1, "") })), true},
		{"26 buttons", actions(many(26, func(i int) string { return button(i+1, "") })), false},
		{"label of 76", actions(button(76, "")), false},
		{"value of 2001", actions(button(1, `,"value":"`+strings.Repeat("v", 2001)+`"`)), false},
		{"two of one action", actions(button(1, "") + "," + button(1, "")), false},
		{"unknown style", actions(button(1, `,"style":"loud"`)), false},
		{"50 tasks", plan(many(50, task(""))), true},
		{"51 tasks", plan(many(51, task(""))), false},
		{"status complete", plan(many(1, task(`,"status":"complete"`))), true},
		{"status completed", plan(many(1, task(`,"status":"completed"`))), false},
		{"two of one task", plan(task("")(1) + "," + task("")(1)), false},
		{"form field in a message", `{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"plain_text_input","action_id":"x"}}`, false},
		{"unknown block", `{"type":"marquee"}`, false},
		{"unknown key", `{"type":"divider","colour":"red"}`, false},
		{"two of one block id", `{"type":"divider","block_id":"x"},{"type":"divider","block_id":"x"}`, false},
		{"not JSON", `{`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := workspace(slacksim.Options{})
			answer, _ := call(t, s, "chat.postMessage", "channel", "C1", "text", "x", "blocks", "["+tt.blocks+"]")
			require.Equal(t, tt.ok, answer["ok"], "%v", answer)
			if !tt.ok {
				require.Equal(t, "invalid_blocks", answer["error"])
				require.Len(t, s.Strays(), 1)
				require.Empty(t, s.Channel("C1").Messages())
			}
		})
	}
}

// What is too long together is refused with an error of its own. How it was escaped on
// its way does not count.
func TestBlocksTooLongTogetherAreRefused(t *testing.T) {
	s := workspace(slacksim.Options{})
	post := func(method string, more ...string) map[string]any {
		answer, _ := call(t, s, method, append([]string{"channel", "C1", "text", "x"}, more...)...)
		return answer
	}
	four := func(n int) string {
		return "[" + section(n) + "," + section(n) + "," + section(n) + "," + section(n) + "]"
	}
	require.Equal(t, true, post("chat.postMessage", "blocks", four(2900))["ok"])
	require.Equal(t, true, post("chat.postMessage", "blocks", strings.ReplaceAll(four(2900), "x", `\u0078`))["ok"])
	answer := post("chat.postMessage", "blocks", strings.Replace(four(3000), "]", ","+section(1200)+"]", 1))
	require.Equal(t, "msg_blocks_too_long", answer["error"])
	require.Len(t, s.Strays(), 1)
}

// Each method has arguments of its own.
func TestArgumentsDifferByMethod(t *testing.T) {
	s := workspace(slacksim.Options{})
	answer, _ := call(t, s, "chat.postMessage", "channel", "C1", "text", "x", "unfurl_links", "0")
	require.Empty(t, s.Strays())
	_, _ = call(t, s, "chat.update", "channel", "C1", "ts", answer["ts"].(string), "text", "x", "unfurl_links", "0")
	require.Equal(t, []string{`chat.update: argument "unfurl_links" is not one of Slack's`}, s.Strays())
}

func TestWrongCallsAreAnsweredAndCounted(t *testing.T) {
	tests := []struct {
		method string
		args   []string
		want   string
	}{
		{"chat.shout", nil, "unknown_method"},
		{"chat.postMessage", []string{"token", ""}, "not_authed"},
		{"chat.postMessage", []string{"token", "guessed"}, "invalid_auth"},
		{"chat.postMessage", []string{"token", "xapp-sim"}, "not_allowed_token_type"},
		{"apps.connections.open", nil, "not_allowed_token_type"},
		{"chat.postMessage", []string{"text", "x"}, "invalid_arguments"},
		{"chat.postMessage", []string{"channel", "C1"}, "no_text"},
		{"chat.postMessage", []string{"channel", "C9", "text", "x"}, "channel_not_found"},
		{"chat.postMessage", []string{"channel", "C1", "text", "x", "metadata", "{"}, "invalid_metadata_format"},
		{"chat.postMessage", []string{"channel", "C1", "text", "x", "metadata", `{"event_type":""}`}, "invalid_metadata_schema"},
		{"views.open", []string{"trigger_id", "made-up", "view", "{}"}, "invalid_trigger_id"},
		{"conversations.history", []string{"channel", "C9"}, "channel_not_found"},
		{"conversations.history", []string{"channel", "C1", "cursor", "x"}, "invalid_cursor"},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.want, func(t *testing.T) {
			s := workspace(slacksim.Options{})
			answer, _ := call(t, s, tt.method, tt.args...)
			require.Equal(t, false, answer["ok"])
			require.Equal(t, tt.want, answer["error"])
			require.Len(t, s.Strays(), 1)
		})
	}
}

func TestArgumentThatSlackDoesNotHaveIsCounted(t *testing.T) {
	s := workspace(slacksim.Options{})
	answer, _ := call(t, s, "chat.postMessage", "channel", "C1", "text", "x", "volume", "11")
	require.Equal(t, true, answer["ok"], "Slack passes it over")
	require.Equal(t, []string{`chat.postMessage: argument "volume" is not one of Slack's`}, s.Strays())
}

func TestMissingScope(t *testing.T) {
	s := workspace(slacksim.Options{Scopes: []string{"commands"}})
	answer, _ := call(t, s, "chat.postMessage", "channel", "C1", "text", "x")
	require.Equal(t, "missing_scope", answer["error"])
	require.Equal(t, "chat:write", answer["needed"])
	require.Equal(t, "commands", answer["provided"])
}

func TestUpdateKeepsWhatIsNotGiven(t *testing.T) {
	s := workspace(slacksim.Options{})
	metadata := `{"event_type":"e","event_payload":{"k":"1"}}`
	posted, _ := call(t, s, "chat.postMessage", "channel", "C1", "text", "x", "blocks", "["+section(1)+"]", "metadata", metadata)
	ts := posted["ts"].(string)
	shown := func() slacksim.Message { return s.Channel("C1").Messages()[0] }

	call(t, s, "chat.update", "channel", "C1", "ts", ts, "text", "y")
	require.Empty(t, shown().Blocks, "a text alone takes the blocks away")
	require.JSONEq(t, metadata, shown().Metadata, "metadata stays")
	call(t, s, "chat.update", "channel", "C1", "ts", ts, "text", "y", "metadata", "{}")
	require.Empty(t, shown().Metadata)
	answer, _ := call(t, s, "chat.update", "channel", "C1", "ts", ts, "text", strings.Repeat("y", 4001))
	require.Equal(t, "msg_too_long", answer["error"])
	answer, _ = call(t, s, "chat.update", "channel", "C1", "ts", "1.000001", "text", "y")
	require.Equal(t, "message_not_found", answer["error"])
}

func TestTimestampsAreUnique(t *testing.T) {
	now := time.Date(2024, 10, 7, 9, 0, 0, 0, time.UTC)
	s := workspace(slacksim.Options{Now: func() time.Time { return now }})
	seen := map[string]bool{}
	for range 50 {
		answer, _ := call(t, s, "chat.postMessage", "channel", "C1", "text", "x")
		seen[answer["ts"].(string)] = true
	}
	require.Len(t, seen, 50)
	require.True(t, seen["1728291600.000000"], "they come from the clock")
}

func TestRateLimits(t *testing.T) {
	now := time.Date(2024, 10, 7, 9, 0, 0, 0, time.UTC)
	s := workspace(slacksim.Options{Limits: true, Now: func() time.Time { return now }})
	_, h := call(t, s, "chat.postMessage", "channel", "C1", "text", "x")
	require.Equal(t, 200, h.status)
	answer, h := call(t, s, "chat.postMessage", "channel", "C1", "text", "x")
	require.Equal(t, 429, h.status)
	require.Equal(t, "1", h.after)
	require.Equal(t, "ratelimited", answer["error"])
	now = now.Add(time.Second)
	_, h = call(t, s, "chat.postMessage", "channel", "C1", "text", "x")
	require.Equal(t, 200, h.status)

	for range 20 {
		call(t, s, "usergroups.users.list", "usergroup", "S1")
	}
	_, h = call(t, s, "usergroups.users.list", "usergroup", "S1")
	require.Equal(t, "60", h.after, "twenty a minute")
}

func TestFaultsInTheirOrder(t *testing.T) {
	s := workspace(slacksim.Options{})
	post := func() (int, error) {
		resp, err := s.Client().PostForm("https://slack.test/api/chat.postMessage",
			url.Values{"token": {"xoxb-sim"}, "channel": {"C1"}, "text": {"x"}})
		if err != nil {
			return 0, err
		}
		return resp.StatusCode, resp.Body.Close()
	}
	s.Fail("chat.postMessage", slacksim.Broken(503), slacksim.LostCall(), slacksim.LostAnswer(), slacksim.LateEffect())
	status, err := post()
	require.NoError(t, err)
	require.Equal(t, 503, status)
	for _, messages := range []int{0, 1, 1} {
		_, err = post()
		require.Error(t, err)
		require.Len(t, s.Channel("C1").Messages(), messages)
	}
	require.Equal(t, 1, s.LandLate())
	require.Zero(t, s.LandLate())
	require.Len(t, s.Channel("C1").Messages(), 2)
	require.Equal(t, 4, s.Calls("chat.postMessage"))
}

func TestHomeIsStored(t *testing.T) {
	s := workspace(slacksim.Options{})
	_, there := s.Home("U1")
	require.False(t, there)
	answer, _ := call(t, s, "views.publish", "user_id", "U1", "view", `{"type":"home","blocks":[`+section(3)+`]}`)
	require.Equal(t, true, answer["ok"], "%v", answer)
	home, there := s.Home("U1")
	require.True(t, there)
	require.Len(t, home.Blocks, 1)
	require.Empty(t, s.Forms("U1"))
}
