package slack

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

func TestClip(t *testing.T) {
	tests := []struct {
		in    string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{"longer", 5, "long…"},
		{"ab&amp;cd", 9, "ab&amp;cd"},
		{"ab&amp;cd", 8, "ab&amp;…"},
		{"ab&amp;cd", 7, "ab…"},
		{"ab&amp;cd", 4, "ab…"},
		{"&lt;&lt;&lt;", 11, "&lt;&lt;…"},
		{"ééééé", 4, "ééé…"},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, clip(tt.in, tt.limit), "%q to %d", tt.in, tt.limit)
	}
}

func TestStyled(t *testing.T) {
	tests := []struct {
		piece bot.Piece
		want  string
	}{
		{bot.Piece{Text: "a < b"}, "a &lt; b"},
		{bot.Piece{Text: "sure", Style: bot.Strong}, "*sure*"},
		{bot.Piece{Text: " sure ", Style: bot.Strong}, " *sure* "},
		{bot.Piece{Text: "a*b", Style: bot.Strong}, "a*b"},
		{bot.Piece{Text: "ABCD_prod", Style: bot.Code}, "`ABCD_prod`"},
		{bot.Piece{Text: "a`b", Style: bot.Code}, "a`b"},
		{bot.Piece{Text: " ", Style: bot.Code}, " "},
		{bot.Piece{Text: "two\nlines", Style: bot.Strong}, "two\nlines"},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, styled(tt.piece), "%+v", tt.piece)
	}
}

func TestStateLine(t *testing.T) {
	tests := []struct{ state, link, want string }{
		{"running", "https://d.example/HELP-7", "*running*  ·  <https://d.example/HELP-7|HELP-7>"},
		{"", "https://d.example/HELP-7", "<https://d.example/HELP-7|HELP-7>"},
		{"running", "", "*running*  ·  HELP-7"},
		{"running", "javascript:alert(1)", "*running*  ·  HELP-7"},
		{"", "https://d.example/?a=1&b=|x> <!here", "<https://d.example/?a=1&amp;b=%7Cx&gt;%20&lt;!here|HELP-7>"},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, stateLine("HELP-7", bot.Card{State: tt.state, Link: tt.link}))
	}
}

func TestTimestamps(t *testing.T) {
	at := time.Date(2024, 10, 7, 9, 0, 0, 1234000, time.UTC)
	require.Equal(t, "1728291600.001234", timestamp(at))
	back, ok := instant("1728291600.001234")
	require.True(t, ok)
	require.Equal(t, at, back)
	for _, bad := range []string{"", ".", "x.000001", "-1.000001", "0.1", "1.-00001", "99999999999999999999.0"} {
		_, ok := instant(bad)
		require.False(t, ok, bad)
	}
}

func TestIsTicket(t *testing.T) {
	for _, good := range []string{"HELP-7", "AB-123456", "A1_B-1"} {
		require.True(t, bot.IsTicketKey(good), good)
	}
	for _, bad := range []string{"", "HELP", "HELP-", "-7", "help-7", "1A-7", "A-1", "HELP-7a", "HELP-7-8", "HE LP-7", strings.Repeat("A", 70) + "-1"} {
		require.False(t, bot.IsTicketKey(bad), bad)
	}
}

func TestLinkable(t *testing.T) {
	tests := []struct {
		base, link string
		want       bool
	}{
		{"https://slack.com/api/", "wss://wss-primary.slack.com/link?ticket=1", true},
		{"https://slack.com/api/", "ws://wss-primary.slack.com/link", false},
		{"https://slack.com/api/", "wss://evilslack.com/link", false},
		{"https://slack.com/api/", "wss://slack.com.evil.test/link", false},
		{"http://127.0.0.1:8080/api/", "ws://127.0.0.1:8080/link", true},
		{"http://127.0.0.1:8080/api/", "ws://127.0.0.1:9090/link", false},
		{"http://127.0.0.1:8080/api/", "http://127.0.0.1:8080/link", false},
		{"https://slack.test/api/", "ws://slack.test/link", false},
		{"https://slack.test/api/", "wss://slack.test/link", true},
		{"https://slack.test/api/", "wss://slack.test@evil.test/link", false},
		{"https://slack.com/api/", "wss://a.slack.com@evil.test/link", false},
		{"https://slack.com/api/", "::", false},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, linkable(tt.base, tt.link), "%s %s", tt.base, tt.link)
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("<!channel> & <@U1> `code` *b*\x00\u202e", 10)
	f.Add("&amp;&lt;", 3)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 2 + max(0, limit)%4000
		out := clip(escape(s), limit)
		require.NotContains(t, out, "<")
		require.NotContains(t, out, ">")
		require.LessOrEqual(t, utf8.RuneCountInString(out), limit)
		require.True(t, utf8.ValidString(out))
		for rest := out; ; {
			_, after, found := strings.Cut(rest, "&")
			if !found {
				return
			}
			whole := strings.HasPrefix(after, "amp;") || strings.HasPrefix(after, "lt;") || strings.HasPrefix(after, "gt;")
			require.True(t, whole, "a broken entity in %q", out)
			rest = after
		}
	})
}

// sound demands what every event must be, whatever it came from.
func sound(t *testing.T, e bot.Event) {
	t.Helper()
	require.Equal(t, bot.CommandGiven, e.Kind)
	require.True(t, bot.IsTicketKey(string(e.Ticket)), "%q", e.Ticket)
	require.NotEmpty(t, e.ID)
	require.NotEmpty(t, e.Command.Actor.Slack)
	require.Empty(t, e.Command.Actor.Name, "no name out of a payload")
	require.Contains(t, bot.Verbs, e.Command.Verb)
	require.Equal(t, time.UTC, e.At.Location())
	_, err := json.Marshal(e)
	require.NoError(t, err)
}

func FuzzInteraction(f *testing.F) {
	f.Add([]byte(`{"type":"block_actions","user":{"id":"U1"},"container":{"channel_id":"C1","message_ts":"1.2"},` +
		`"actions":[{"type":"button","value":"{\"ticket\":\"HELP-7\",\"verb\":\"approve\"}","action_ts":"1728291600.000001"}]}`))
	f.Add([]byte(`{"type":"view_submission","user":{"id":"U1"},"view":{"id":"V1","callback_id":"reason",` +
		`"private_metadata":"{\"ticket\":\"HELP-7\",\"verb\":\"reject\"}","state":{"values":{"reason":{"field":{"value":"no"}}}}}}`))
	f.Add([]byte(`{"type":"view_submission","user":{"id":"U1"},"view":{"id":"V1","callback_id":"window",` +
		`"private_metadata":"{\"ticket\":\"HELP-7\",\"verb\":\"propose\"}",` +
		`"state":{"values":{"date":{"field":{"selected_date":"2024-10-09"}},"time":{"field":{"selected_time":"02:00"}}}}}}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		w, err := decode[interactionWire]("read", raw)
		if err != nil {
			require.Equal(t, bot.Invalid, bot.KindOf(err))
			return
		}
		for _, a := range w.Actions {
			if p, err := pointed(a.Value); err == nil {
				if e, err := clicked(w, a, p, time.Unix(1, 0).UTC()); err == nil {
					sound(t, e)
				}
			}
		}
		if p, err := pointed(w.View.PrivateMetadata); err == nil {
			c, problems := w.View.command(p, time.Hour, time.Unix(1, 0).UTC())
			if e, err := submitted(w, p, c, time.Unix(1, 0).UTC()); err == nil && len(problems) == 0 {
				sound(t, e)
			}
		}
	})
}

func FuzzEvent(f *testing.F) {
	f.Add([]byte(`{"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention","user":"U1","text":"<@B> approve HELP-7 A","ts":"1728291600.1","channel":"C1"}}`))
	f.Add([]byte(`{"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention","user":"U1","text":"HELP-7","ts":"1728291600.1","channel":"C1"}}`))
	f.Add([]byte(`{"type":"event_callback","event":{"type":"user_change","user":{"id":"U1"}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := decode[eventWire]("read", raw)
		if err != nil {
			return
		}
		w, err := decode[mentionWire]("read", c.Event)
		if err != nil {
			return
		}
		if s := parse(spoken(w.Text), time.Hour).complete(); s.problem == "" && !s.isQuestion() {
			if e, err := mentioned(c.EventID, w, s); err == nil {
				sound(t, e)
			}
		}
	})
}

func FuzzSlash(f *testing.F) {
	f.Add("user_id=U1&channel_id=C1&text=approve+HELP-7+A&trigger_id=1.2")
	f.Add("user_id=U1&text=HELP-7&trigger_id=1.2")
	f.Add("%zz&&=;")
	f.Fuzz(func(t *testing.T, body string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		w := slashOf(form)
		if s := parse(w.Text, time.Hour).complete(); s.problem == "" && !s.isQuestion() {
			if e, err := typed(w, s, time.Unix(1, 0).UTC()); err == nil {
				sound(t, e)
			}
		}
	})
}
