package wire_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

// The page is what Prometheus' own linter asks for: help and type, units in names.
func TestMetricsLint(t *testing.T) {
	s := newSite(t)
	s.configure("  holidays: {ics: [{region: sg, url: \"" + s.address + "\", name: publisher}]}\n")
	require.NoError(t, s.build())
	page := s.metrics()
	problems, err := promlint.New(strings.NewReader(page)).Lint()
	require.NoError(t, err)
	require.Empty(t, problems)
	for _, name := range []string{
		"events_total", "messages_total", "deadlines_missed_total", "run_steps_total", "oldest_age_seconds", "overdue_seconds",
		"waiting_tickets", "runs_open", "store_size_bytes", "store_disk_free_bytes", "calendar_age_seconds",
	} {
		require.Contains(t, page, "\n# TYPE refreshbot_"+name+" ")
	}
	require.Contains(t, page, `refreshbot_events_total{outcome="found_by_poll"} 0`)
}

// What waits has an age, from when it came in, whether or not it was put off.
func TestMetricsOfQueues(t *testing.T) {
	s := newSite(t)
	s.configure("  capacity: 2\n")
	require.NoError(t, s.build())
	for _, queue := range []string{"inbox", "outbox"} {
		require.Contains(t, s.metrics(), `refreshbot_oldest_age_seconds{queue="`+queue+`"} 0`)
		require.Contains(t, s.metrics(), `refreshbot_overdue_seconds{queue="`+queue+`"} 0`)
		require.Contains(t, s.metrics(), `refreshbot_waiting_tickets{queue="`+queue+`"} 0`)
	}
	require.Equal(t, http.StatusOK, s.webhook(1))
	s.clock.now = s.clock.now.Add(time.Minute)
	require.Equal(t, http.StatusOK, s.webhook(2))
	s.clock.now = s.clock.now.Add(time.Minute)
	require.Contains(t, s.metrics(), `refreshbot_oldest_age_seconds{queue="inbox"} 120`)
	require.Contains(t, s.metrics(), `refreshbot_overdue_seconds{queue="inbox"} 120`)
	require.Contains(t, s.metrics(), `refreshbot_waiting_tickets{queue="inbox"} 2`)

	until := s.clock.now.Add(time.Hour)
	require.NoError(t, s.app.Store.Delay(t.Context(), "jira/webhook/1", until, "the help center is down"))
	require.Contains(t, s.metrics(), `refreshbot_oldest_age_seconds{queue="inbox"} 120`)
	require.Contains(t, s.metrics(), `refreshbot_overdue_seconds{queue="inbox"} 60`)

	m := bot.Message{Key: "HELP-1/1/0", Ticket: "HELP-1", Kind: bot.TicketReply, Public: &bot.PublicText{}}
	c := bot.Commit{Next: bot.Conversation{Key: "HELP-1", Version: 1}, Now: s.clock.now, Messages: []bot.Message{m}}
	require.NoError(t, s.app.Store.Commit(t.Context(), c))
	s.clock.now = s.clock.now.Add(30 * time.Second)
	require.Contains(t, s.metrics(), `refreshbot_oldest_age_seconds{queue="outbox"} 30`)
	require.Contains(t, s.metrics(), `refreshbot_waiting_tickets{queue="outbox"} 1`)
}

// A vendor that gives no good answer for long is named; what comes in is taken all
// the same.
func TestReadyNamesASilentVendor(t *testing.T) {
	s := newSite(t)
	s.configure("  capacity: 2\n")
	s.jira = carrier(func(*http.Request) (*http.Response, error) { return nil, errors.New("no route to host") })
	require.NoError(t, s.build())
	require.Equal(t, "ok\n", s.readyz())
	s.clock.now = s.clock.now.Add(11 * time.Minute)
	require.Equal(t, "ok\n", s.readyz(), "nobody has called it")
	_, err := s.app.Runner.PollOnce(t.Context())
	require.Error(t, err)
	require.Equal(t, "ok\njira: no good answer for 11m0s\n", s.readyz())
}

// readyz returns the body of a good answer.
func (s *site) readyz() string {
	s.Helper()
	w := httptest.NewRecorder()
	s.app.Routes().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	require.Equal(s, http.StatusOK, w.Code, w.Body.String())
	return w.Body.String()
}

// A carrier carries calls.
type carrier func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f carrier) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
