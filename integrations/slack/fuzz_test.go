package slack_test

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/slack"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// A vendor answers every call with the same, whatever that is, and keeps what it
// was sent.
type vendor struct {
	status int
	header http.Header
	body   string
	sent   []string
}

func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	if len(v.sent) > 1000 {
		panic("a listing that does not end")
	}
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	v.sent = append(v.sent, string(sent))
	return &http.Response{
		StatusCode: v.status, Header: v.header.Clone(), Body: io.NopCloser(strings.NewReader(v.body)), Request: r,
	}, nil
}

// over returns a client whose every call is answered by v.
func over(v *vendor) *slack.Client {
	return slack.New(slack.Config{
		APIURL: "https://slack.test/api/", BotToken: "xoxb-sim", SigningSecret: "s3cret", Channel: desk,
		Approvers: slack.Approvers{Users: []string{helen}},
		HTTP:      &http.Client{Transport: v}, Clock: newClock(), Log: slog.New(slog.DiscardHandler),
	})
}

// orderly demands what every error of the client's must be, of a kind and silent
// about the token, and returns the kind.
func orderly(t *testing.T, err error) bot.Kind {
	t.Helper()
	e, ok := errors.AsType[*bot.Error](err)
	require.True(t, ok, "%v", err)
	require.NotEqual(t, bot.Internal, e.Kind, "%v", err)
	require.True(t, e.After >= 0 && e.After <= 24*time.Hour, "%v", e.After)
	require.NotContains(t, err.Error(), "xoxb-")
	return e.Kind
}

// FuzzAnswer holds that any answer of Slack's to a write is of a kind that loses
// and doubles nothing, that looking for a message ends, and that nobody is taken
// for an approver whom the answer does not call a member in good standing.
func FuzzAnswer(f *testing.F) {
	f.Add(200, "", "", "application/json", `{"ok":true,"channel":"C0DESK","ts":"1728291600.000100"}`)
	f.Add(200, "", "", "application/json", `{"ok":false,"error":"channel_not_found"}`)
	f.Add(429, "99999999999999999999", "", "text/html", "slow down")
	f.Add(429, "Wed, 04 Mar 2126 09:31:00 GMT", "Wed, 04 Mar 2026 09:30:15 GMT", "", "")
	f.Add(503, "-7", "", "text/html", "<h1>down</h1>")
	f.Add(200, "", "", "application/json", `{"ok":true,"user":{"id":"U0HELEN","is_bot":false,"real_name":"Helen"}}`)
	f.Add(200, "", "", "application/json", `{"ok":true,"user":{"id":"U0HELEN","is_ultra_restricted":true}}`)
	f.Add(200, "", "", "application/json", `{"ok":true,"messages":[{"ts":"1.2","metadata":{"event_type":"x"}}],"response_metadata":{"next_cursor":"more"}}`)
	f.Fuzz(func(t *testing.T, status int, retry, date, media, body string) {
		v := &vendor{
			status: 200 + (status&0xffff)%400, body: body,
			header: http.Header{"Retry-After": {retry}, "Date": {date}, "Content-Type": {media}},
		}
		c := over(v)
		if id, err := c.Post(t.Context(), cardMessage(theCard()), ""); err != nil {
			kind := orderly(t, err)
			require.True(t, v.status != http.StatusTooManyRequests || kind == bot.RateLimited, "%v", err)
			require.True(t, v.status < 500 || kind == bot.Ambiguous, "%v", err)
		} else {
			require.Contains(t, string(id), "/")
		}
		if _, _, err := c.Posted(t.Context(), "HELP-7/1/0", "", monday); err != nil {
			orderly(t, err)
		}
		s, err := c.Standing(t.Context(), helen)
		require.NoError(t, err)
		require.Equal(t, s.Approver, s.Refusal == "")
		require.True(t, !s.Approver || goodStanding(body), body)
	})
}

// goodStanding reads an answer of users.info in another way than the client does.
func goodStanding(body string) bool {
	var answer struct {
		OK   bool           `json:"ok"`
		User map[string]any `json:"user"`
	}
	if json.NewDecoder(strings.NewReader(body)).Decode(&answer) != nil || !answer.OK {
		return false
	}
	named := false
	for key, value := range answer.User { // slack-go reads keys in any case
		key = strings.ToLower(key)
		named = named || key == "id" && value == helen
		if value == true && (key == "deleted" || key == "is_bot" || strings.HasSuffix(key, "restricted")) {
			return false
		}
	}
	return named
}

// FuzzDelivery holds that whatever is properly signed is answered below 500, that
// of it nothing is kept but commands of a member's on a ticket, and that nothing
// which was typed comes back as markup.
func FuzzDelivery(f *testing.F) {
	const click = `{"type":"block_actions","user":{"id":"U1"},"container":{"channel_id":"C1"},"actions":[{"type":"button","action_ts":"1728291600.1","value":"{\"ticket\":\"HELP-7\",\"verb\":\"approve\"}"}]}`
	f.Add(uint8(0), challenge)
	f.Add(uint8(0), `{"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention","user":"U1","text":"<@B> reject HELP-7 <!channel>","ts":"1728291600.1","channel":"C1"}}`)
	f.Add(uint8(1), "payload="+url.QueryEscape(click))
	f.Add(uint8(1), "payload=%zz")
	f.Add(uint8(2), "command=/refresh&text=reject+HELP-7+%3C%21channel%3E&user_id=U1&trigger_id=1")
	f.Add(uint8(2), "text=show+%1b%5b2J&user_id=%3C%21here%3E&trigger_id=1")
	f.Fuzz(func(t *testing.T, route uint8, body string) {
		path := []string{"/slack/events", "/slack/interactions", "/slack/commands"}[route%3]
		v := &vendor{status: 200, header: http.Header{}, body: `{"ok":true}`}
		in, mux := newInbox(), http.NewServeMux()
		over(v).Intake(in).Routes(mux)
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		slacksim.Sign(r.Header, "s3cret", time.Now(), []byte(body))
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		require.Less(t, w.Code, 500)
		require.NotContains(t, w.Body.String(), "<!")
		for _, e := range in.all() {
			require.Equal(t, bot.CommandGiven, e.Kind)
			require.Regexp(t, `^[A-Z][A-Z0-9_]+-[0-9]+$`, string(e.Ticket))
			require.Equal(t, bot.Person{Slack: e.Command.Actor.Slack}, e.Command.Actor, "of the member the id alone")
			require.NotEmpty(t, e.Command.Actor.Slack)
		}
		for _, sent := range v.sent {
			form, err := url.ParseQuery(sent)
			require.NoError(t, err)
			require.NotContains(t, form.Get("text"), "<!")
		}
	})
}

// FuzzVerify holds that of all headers only the body's own signature is taken, and
// only within five minutes of now.
func FuzzVerify(f *testing.F) {
	f.Add(challenge, "v0=", int64(0), uint8(0), uint8(0))
	f.Add(challenge, "v0=", int64(-301), uint8(0), uint8(0))
	f.Add(challenge, "v0=", int64(302), uint8(7), uint8(0x20))
	f.Add("", "sha256=", int64(-1<<62), uint8(1), uint8(1))
	f.Fuzz(func(t *testing.T, body, version string, offset int64, at, change uint8) {
		mux := http.NewServeMux()
		over(&vendor{status: 200, header: http.Header{}, body: `{}`}).Intake(newInbox()).Routes(mux)
		r := httptest.NewRequest(http.MethodPost, "/slack/events", strings.NewReader(body))
		when := time.Unix(time.Now().Unix()+offset, 0)
		slacksim.Sign(r.Header, "s3cret", when, []byte(body))
		proper := r.Header.Get("X-Slack-Signature")[len("v0="):]
		digits := []byte(proper)
		digits[int(at)%len(digits)] ^= change
		r.Header["X-Slack-Signature"] = []string{version + string(digits)}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		right := version == "v0=" && strings.EqualFold(string(digits), proper)
		near, far := -299 < offset && offset < 299, offset < -301 || 301 < offset
		switch {
		case right && near:
			require.NotEqual(t, http.StatusUnauthorized, w.Code)
		case !right || far: // in between it depends on the moment
			require.Equal(t, http.StatusUnauthorized, w.Code)
		}
	})
}
