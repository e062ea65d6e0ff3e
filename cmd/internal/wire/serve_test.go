package wire_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/wire"
)

// metrics returns the page that Prometheus reads.
func (s *site) metrics() string {
	s.Helper()
	w := httptest.NewRecorder()
	wire.AdminRoutes(s.app).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Equal(s, http.StatusOK, w.Code, w.Body.String())
	return w.Body.String()
}

// How old every calendar is, and whether it could be read, is in the metrics.
func TestMetricsOfCalendars(t *testing.T) {
	s := newSite(t)
	s.configure("  holidays: {ics: [{region: sg, url: \"" + s.address + "\", name: publisher}]}\n")
	require.NoError(t, s.build())
	require.Contains(t, s.metrics(), `refreshbot_calendar_age_seconds{region="SG",source="publisher"} +Inf`)

	s.app.CalendarsOnce(t.Context())
	s.clock.now = s.clock.now.Add(time.Minute)
	require.Contains(t, s.metrics(), `refreshbot_calendar_age_seconds{region="SG",source="publisher"} 60`)
	require.Contains(t, s.metrics(), `refreshbot_calendar_failed{region="SG",source="publisher"} 0`)

	s.publisher.say("")
	s.app.CalendarsOnce(t.Context())
	require.Contains(t, s.metrics(), `refreshbot_calendar_age_seconds{region="SG",source="publisher"} 60`)
	require.Contains(t, s.metrics(), `refreshbot_calendar_failed{region="SG",source="publisher"} 1`)
}

// A running App reads the calendars at the start, and both configuration and
// calendars again when it is told to.
func TestHangup(t *testing.T) {
	s := newSite(t)
	down := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(down.Close)
	configure := func(policy string) {
		s.write("refreshbot.yaml", `
listen: 127.0.0.1:0
admin_listen: 127.0.0.1:0
jira: {project: HELP, url: "`+down.URL+`"}
slack: {channel: C1, mode: http, api_url: "`+down.URL+`/"}
tenants: [{name: ABCD, regions: [SG]}]
policy: `+policy+"\n")
	}
	configure(`{holidays: {ics: [{region: SG, url: "` + s.address + `"}]}}`)
	c, err := s.load()
	require.NoError(t, err)
	hangup := make(chan os.Signal)
	s.app, err = wire.Build(c, wire.Options{
		Clock: s.clock, Log: slog.New(slog.DiscardHandler), Program: "test", Hangup: hangup, Read: s.load,
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.app.Close() })
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- s.app.Run(ctx) }()
	soon := func(ok func() bool) {
		t.Helper()
		require.Eventually(t, ok, 10*time.Second, 5*time.Millisecond)
	}
	soon(func() bool { return office(s.app.World(), 3) != "" })

	s.publisher.say("20270304")
	configure(`{capacity: 7, holidays: {ics: [{region: SG, url: "` + s.address + `"}]}}`)
	hangup <- syscall.SIGHUP
	soon(func() bool { return s.app.World().Policy.Capacity == 7 && office(s.app.World(), 4) != "" })
	stop()
	require.NoError(t, <-stopped)
}
