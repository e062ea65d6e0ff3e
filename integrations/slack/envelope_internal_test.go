package slack

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

// A stub is a Slack that takes everything, an inbox, and a clock that stands still.
type stub struct{ kept []bot.Event }

func (s *stub) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Body.Close()
	return &http.Response{
		StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"ok":true}`)), Request: r,
	}, nil
}

func (s *stub) Receive(_ context.Context, e bot.Event) (bool, error) {
	s.kept = append(s.kept, e)
	return true, nil
}

func (s *stub) Now() time.Time                               { return time.Unix(1728291600, 0).UTC() }
func (s *stub) Until(ctx context.Context, _ time.Time) error { return ctx.Err() }

// ackLimit is how long an acknowledgement may be, in bytes.
const ackLimit = 20_000

// FuzzEnvelope holds that whatever comes over the link leads to sound events alone,
// and to an acknowledgement that Slack takes or to none.
func FuzzEnvelope(f *testing.F) {
	f.Add(`{"type":"slash_commands","envelope_id":"1","payload":{"user_id":"U1","text":"approve HELP-7 A","trigger_id":"1.2"}}`)
	f.Add(`{"type":"slash_commands","envelope_id":"2","payload":{"user_id":"U1","text":"help"}}`)
	f.Add(`{"type":"events_api","envelope_id":"3","payload":{"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention","user":"U1","channel":"C1","ts":"1728291600.1","thread_ts":"1.1","text":"<@B> hold"}}}`)
	f.Add(`{"type":"events_api","payload":{"event":{"type":"app_home_opened","user":"U1","tab":"home"}}}`)
	f.Add(`{"type":"interactive","envelope_id":"4","payload":{"type":"block_actions","user":{"id":"U1"},"actions":[{"type":"button","value":"{\"ticket\":\"HELP-7\",\"verb\":\"reject\"}"}],"trigger_id":"1.2"}}`)
	f.Add(`{"type":"interactive","envelope_id":"5","payload":{"type":"view_submission","user":{"id":"U1"},"view":{"id":"V1","private_metadata":"{\"ticket\":\"HELP-7\",\"verb\":\"reject\"}","state":{"values":{"reason":{"field":{"value":"<!channel>"}}}}}}}`)
	f.Add(`{"type":[],"payload":"x"}`)
	f.Fuzz(func(t *testing.T, text string) {
		var e envelope
		if json.Unmarshal([]byte(text), &e) != nil {
			return // the link is given up, and opened again
		}
		s := &stub{}
		c := New(Config{
			APIURL: "https://slack.test/api/", Channel: "C1", HTTP: &http.Client{Transport: s},
			Clock: s, Log: slog.New(slog.DiscardHandler),
		})
		answer, err := c.Intake(s).open(t.Context(), e)
		for _, event := range s.kept {
			sound(t, event)
		}
		if err != nil {
			require.Contains(t, []bot.Kind{bot.Invalid, bot.Unavailable, bot.Ambiguous}, bot.KindOf(err), "%v", err)
			return
		}
		ack, err := json.Marshal(answer)
		require.NoError(t, err)
		require.Less(t, len(ack), ackLimit)
	})
}
