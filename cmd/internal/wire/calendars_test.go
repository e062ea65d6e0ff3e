package wire_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
)

// A clock stands still until it is set.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Until(ctx context.Context, _ time.Time) error {
	<-ctx.Done()
	return ctx.Err()
}

// A publisher answers with a calendar of one day, or not at all.
type publisher struct {
	mu   sync.Mutex
	date string // 20270303; empty: an error
}

func (p *publisher) say(date string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.date = date
}

func (p *publisher) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.date == "" {
		http.Error(w, "gone for lunch", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprint(w, closedOn(p.date))
}

// closedOn is a calendar file of one day.
func closedOn(date string) string {
	return strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test",
		"BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z", "DTSTART;VALUE=DATE:" + date, "SUMMARY:Office day", "END:VEVENT",
		"END:VCALENDAR", "",
	}, "\r\n")
}

// A site is an App over a configuration in a folder of its own, with a publisher of
// calendars.
type site struct {
	*testing.T
	folder    string
	clock     *clock
	publisher *publisher
	address   string
	log       *bytes.Buffer
	app       *wire.App
	jira      http.RoundTripper // carries the calls to the help center; nil: the network
}

func newSite(t *testing.T) *site {
	s := &site{
		T: t, folder: t.TempDir(), log: &bytes.Buffer{}, publisher: &publisher{date: "20270303"},
		clock: &clock{now: time.Date(2027, time.February, 1, 9, 0, 0, 0, time.UTC)},
	}
	server := httptest.NewServer(s.publisher)
	t.Cleanup(server.Close)
	s.address = server.URL
	return s
}

// configure writes the configuration, with a policy.
func (s *site) configure(policy string) {
	s.Helper()
	s.write("refreshbot.yaml", `
jira: {project: HELP, url: "https://example.atlassian.net"}
slack: {channel: C1}
tenants:
  - {name: ABCD, regions: [SG]}
policy:
`+policy)
}

func (s *site) write(name, text string) {
	s.Helper()
	require.NoError(s, os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600))
}

func (s *site) load() (*config.Config, error) {
	return config.LoadFor(config.Serving, filepath.Join(s.folder, "refreshbot.yaml"), func(string) string { return "secret" })
}

// build starts the App over what the folder holds.
func (s *site) build() error {
	s.Helper()
	c, err := s.load()
	require.NoError(s, err)
	app, err := wire.Build(c, wire.Options{
		Clock: s.clock, Log: slog.New(slog.NewTextHandler(s.log, nil)), Program: "test", Read: s.load, Jira: s.jira,
	})
	if err != nil {
		return err
	}
	s.app = app
	s.Cleanup(func() { _ = app.Close() })
	return nil
}

// office returns the name of the holiday of Singapore on a date of March 2027.
func office(w rules.World, day int) string {
	h, _ := w.Calendar.Holiday("SG", calendar.NewDate(2027, time.March, day))
	return h.Name
}

// said returns what the log has said since the last call.
func (s *site) said() string {
	defer s.log.Reset()
	return s.log.String()
}

// A publisher that stops answering: its last word stays in force, over a restart
// too, and when it has become too old that is said.
func TestPublisherStopsAnswering(t *testing.T) {
	s := newSite(t)
	s.configure("  holidays: {max_age: 2d, ics: [{region: SG, url: \"" + s.address + "\", name: publisher}]}\n")
	require.NoError(t, s.build())
	require.Equal(t, []rules.Stale{{Region: "SG"}}, s.app.World().Stale, "it was never read")

	s.app.CalendarsOnce(t.Context())
	require.Equal(t, "Office day", office(s.app.World(), 3))
	require.Empty(t, s.app.World().Stale)
	require.Contains(t, s.said(), "calendar read")
	good := s.clock.now

	s.publisher.say("")
	s.clock.now = good.Add(47 * time.Hour)
	s.app.CalendarsOnce(t.Context())
	require.Contains(t, s.said(), "the server answers 503")
	s.app.CalendarsOnce(t.Context())
	require.Empty(t, s.said(), "it was said already")
	require.Empty(t, s.app.World().Stale)

	require.NoError(t, s.app.Close())
	require.NoError(t, s.build())
	require.Equal(t, "Office day", office(s.app.World(), 3), "the copy")
	s.clock.now = good.Add(49 * time.Hour)
	require.Equal(t, []rules.Stale{{Region: "SG", Since: good}}, s.app.World().Stale)

	s.publisher.say("20270304")
	s.app.CalendarsOnce(t.Context())
	require.Empty(t, s.app.World().Stale)
	require.Empty(t, office(s.app.World(), 3))
	require.Equal(t, "Office day", office(s.app.World(), 4))
}

// A local file that can't be read stops the start, unless there is a copy of it.
func TestLocalFile(t *testing.T) {
	s := newSite(t)
	s.configure("  holidays:\n    ics:\n      - {region: SG, path: office.ics}\n")
	err := s.build()
	var mistakes config.Mistakes
	require.ErrorAs(t, err, &mistakes)
	require.Len(t, mistakes, 1)
	require.Equal(t, 9, mistakes[0].Line)
	require.Equal(t, "policy.holidays.ics[0]", mistakes[0].Path)
	require.Contains(t, mistakes[0].Text, "no such file")

	s.write("office.ics", closedOn("20270303"))
	require.NoError(t, s.build())
	require.Equal(t, "Office day", office(s.app.World(), 3))

	s.write("office.ics", closedOn("2027030x"))
	s.app.CalendarsOnce(t.Context())
	require.Equal(t, "Office day", office(s.app.World(), 3))
	require.Contains(t, s.said(), "line 7")
	require.NoError(t, s.app.Close())
	require.NoError(t, s.build(), "there is a copy")
	require.Contains(t, s.said(), "line 7", "named at the start")

	c, err := s.load()
	require.NoError(t, err)
	require.ErrorContains(t, wire.CheckCalendars(c, s.clock), "refreshbot.yaml:9: policy.holidays.ics[0]: calendar of SG from ")
	require.ErrorContains(t, wire.CheckCalendars(c, s.clock), "line 7")
}

// One command sees local files and what the daemon keeps of the others, asks
// nobody, and leaves no trace.
func TestWorldOfOneCommand(t *testing.T) {
	s := newSite(t)
	s.configure("  holidays: {ics: [{region: SG, url: \"" + s.address + "\"}, {region: SG, path: office.ics}]}\n")
	s.write("office.ics", closedOn("20270304"))
	c, err := s.load()
	require.NoError(t, err)
	w, err := wire.World(c, s.clock)
	require.NoError(t, err)
	require.Equal(t, []string{"", "Office day"}, []string{office(w, 3), office(w, 4)})
	require.Equal(t, []rules.Stale{{Region: "SG"}}, w.Stale)
	require.NoDirExists(t, filepath.Join(s.folder, "calendars"))

	asked, err := wire.ReadCalendars(t.Context(), c, s.clock)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{asked.Health()[0].Days, asked.Health()[1].Days})
	require.NoDirExists(t, filepath.Join(s.folder, "calendars"))

	require.NoError(t, s.build())
	s.app.CalendarsOnce(t.Context())
	s.publisher.say("")
	w, err = wire.World(c, s.clock)
	require.NoError(t, err)
	require.Equal(t, []string{"Office day", "Office day"}, []string{office(w, 3), office(w, 4)})
	require.Empty(t, w.Stale)
}

// Doctor asks for every calendar, says how old each is, and what holidays are known
// with them.
func TestDoctorAsksForCalendars(t *testing.T) {
	s := newSite(t)
	down := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(down.Close)
	s.write("refreshbot.yaml", `
jira: {project: HELP, url: "`+down.URL+`"}
slack: {channel: C1, api_url: "`+down.URL+`/"}
tenants: [{name: ABCD, regions: [SG]}]
policy: {holidays: {ics: [{region: SG, url: "`+s.address+`", name: publisher}]}}
`)
	c, err := s.load()
	require.NoError(t, err)
	ask := func() wire.Finding {
		all := wire.Doctor(t.Context(), c, wire.Options{Clock: s.clock, Log: slog.New(slog.DiscardHandler), Program: "test"})
		i := slices.IndexFunc(all, func(f wire.Finding) bool { return f.Part == "calendar" && strings.Contains(f.About, "publisher") })
		require.GreaterOrEqual(t, i, 0)
		return all[i]
	}
	require.Equal(t, wire.Finding{Part: "calendar", About: "SG from publisher, days: 1, read 0s ago"}, ask())
	s.publisher.say("")
	f := ask()
	require.Equal(t, "SG from publisher, never read", f.About)
	require.Contains(t, f.Missing, "the server answers 503")
}
