package slack_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// deliver posts a body with headers made by sign and returns the answer.
func (h *house) deliver(path, body string, sign func(http.Header)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	if sign != nil {
		sign(r.Header)
	}
	w := httptest.NewRecorder()
	h.routes.ServeHTTP(w, r)
	return w
}

// signed signs a body properly.
func (h *house) signed(body string) func(http.Header) {
	return func(head http.Header) { slacksim.Sign(head, h.sim.SigningSecret(), time.Now(), []byte(body)) }
}

const challenge = `{"type":"url_verification","challenge":"abc"}`

func TestSignatures(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	secret := h.sim.SigningSecret()
	sign := func(secret, body string, at time.Time) http.Header {
		head := http.Header{}
		slacksim.Sign(head, secret, at, []byte(body))
		return head
	}
	change := func(name string, how func(string) string) func(http.Header) {
		return func(head http.Header) {
			slacksim.Sign(head, secret, time.Now(), []byte(challenge))
			head.Set(name, how(head.Get(name)))
		}
	}
	const signature, stamp = "X-Slack-Signature", "X-Slack-Request-Timestamp"
	give := func(from http.Header) func(http.Header) {
		return func(head http.Header) {
			for k, v := range from {
				head[k] = v
			}
		}
	}
	tests := []struct {
		name string
		sign func(http.Header)
		want int
	}{
		{"proper", give(sign(secret, challenge, time.Now())), 200},
		{"four minutes old", give(sign(secret, challenge, time.Now().Add(-4*time.Minute))), 200},
		{"none", nil, 401},
		{"six minutes old", give(sign(secret, challenge, time.Now().Add(-6*time.Minute))), 401},
		{"six minutes ahead", give(sign(secret, challenge, time.Now().Add(6*time.Minute))), 401},
		{"of another secret", give(sign("guessed", challenge, time.Now())), 401},
		{"of another body", give(sign(secret, challenge+" ", time.Now())), 401},
		{"another version", change(signature, func(s string) string { return "v1" + s[2:] }), 401},
		{"no version", change(signature, func(s string) string { return s[3:] }), 401},
		{"too short", change(signature, func(s string) string { return s[:len(s)-2] }), 401},
		{"too long", change(signature, func(s string) string { return s + "00" }), 401},
		{"empty", change(signature, func(string) string { return "v0=" }), 401},
		{"not hexadecimal", change(signature, func(s string) string { return s[:len(s)-1] + "x" }), 401},
		{"another time", change(stamp, func(string) string { return "1" }), 401},
		{"no time", change(stamp, func(string) string { return "" }), 401},
		{"time is a word", change(stamp, func(string) string { return "now" }), 401},
		{"in capitals", change(signature, func(s string) string { return "v0=" + strings.ToUpper(s[3:]) }), 200},
		{"another algorithm", change(signature, func(s string) string { return "sha256=" + s[3:] }), 401},
		{"half of it", change(signature, func(s string) string { return s[:3+40] }), 401},
		{"two signatures", func(head http.Header) {
			slacksim.Sign(head, secret, time.Now(), []byte(challenge))
			head.Add(signature, "v0="+strings.Repeat("0", 64))
		}, 401},
		{"two times", func(head http.Header) {
			slacksim.Sign(head, secret, time.Now(), []byte(challenge))
			head.Add(stamp, "1")
		}, 401},
		{"time with a sign", change(stamp, func(s string) string { return "+" + s }), 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, h.deliver("/slack/events", challenge, tt.sign).Code)
		})
	}
}

// Without a secret nothing is signed, whatever the sender makes of that.
func TestAnEmptySecretSignsNothing(t *testing.T) {
	mux := http.NewServeMux()
	newHouse(t, slacksim.Options{}).clientOver(nil).Intake(newInbox()).Routes(mux)
	r := httptest.NewRequest(http.MethodPost, "/slack/events", strings.NewReader(challenge))
	slacksim.Sign(r.Header, "", time.Now(), []byte(challenge))
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	require.Equal(t, 401, w.Code)
}

func TestNothingUnsignedIsKept(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	value := url.QueryEscape(`{"ticket":"HELP-7","verb":"approve"}`)
	click := "payload=" + url.QueryEscape(`{"type":"block_actions","user":{"id":"U0HELEN"},"actions":[{"type":"button","value":"{}"}]}`)
	for path, body := range map[string]string{
		"/slack/events":       challenge,
		"/slack/interactions": click + value,
		"/slack/commands":     "command=/refresh&text=approve+HELP-7+A&user_id=U0HELEN&trigger_id=1",
	} {
		require.Equal(t, 401, h.deliver(path, body, nil).Code, path)
	}
	require.Empty(t, h.inbox.all())
}

func TestChallengeIsAnswered(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	w := h.deliver("/slack/events", challenge, h.signed(challenge))
	require.JSONEq(t, `{"challenge":"abc"}`, w.Body.String())
}

func TestLargeBodiesAreRefused(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	for _, path := range []string{"/slack/events", "/slack/interactions", "/slack/commands"} {
		body := strings.Repeat("x", 1<<20+1)
		require.Equal(t, 413, h.deliver(path, body, h.signed(body)).Code)
		require.Less(t, h.deliver(path, body[1:], h.signed(body[1:])).Code, 413, "1 MB is not too large")
	}
}

func TestSignedNonsenseIsNoFaultOfOurs(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	bodies := []string{
		"", "{", "null", "[]", `"x"`, "42", "%zz", "payload=", "payload=%7B", "payload=null", "payload=[]",
		`{"type":"event_callback","event":null}`, `{"type":"event_callback","event":{"type":"app_mention","user":"U1","text":"hold HELP-7"}}`,
		"payload=" + url.QueryEscape(`{"type":"block_actions","actions":[{"type":"button","value":"HELP-7"}]}`),
		"payload=" + url.QueryEscape(`{"type":"block_actions","actions":[{"type":"button","value":"{\"ticket\":\"HELP-7\",\"verb\":\"approve\"}"}]}`),
		"payload=" + url.QueryEscape(`{"type":"view_submission","view":{"callback_id":"reason","private_metadata":"x"}}`),
		"text=approve+HELP-7+A",
	}
	for _, path := range []string{"/slack/events", "/slack/interactions", "/slack/commands"} {
		for _, body := range bodies {
			require.Less(t, h.deliver(path, body, h.signed(body)).Code, 500, "%s %s", path, body)
		}
	}
	require.Empty(t, h.inbox.all())
}

func TestSlackLooksWhetherWeAreThere(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	require.Equal(t, 200, h.deliver("/slack/commands", "ssl_check=1&token=x", h.signed("ssl_check=1&token=x")).Code)
}

func TestOnlyPostIsServed(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	w := httptest.NewRecorder()
	h.routes.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/slack/events", nil))
	require.Equal(t, http.StatusMethodNotAllowed, w.Code)
}
