package ics_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/ics"
	"github.com/refreshbot/refreshbot/rules/calendar"
)

// A clock stands still until it is set.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time                               { return c.now }
func (c *clock) Until(ctx context.Context, _ time.Time) error { return ctx.Err() }

// A server answers every request with what it is told to.
type server struct {
	status int
	body   string
	header http.Header
	err    error
	asked  []*http.Request
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	s.asked = append(s.asked, r)
	if s.err != nil {
		return nil, s.err
	}
	if etag := s.header.Get("ETag"); etag != "" && r.Header.Get("If-None-Match") == etag {
		return &http.Response{StatusCode: http.StatusNotModified, Body: http.NoBody, Request: r}, nil
	}
	header := s.header
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: s.status, Header: header, Body: io.NopCloser(strings.NewReader(s.body)), Request: r}, nil
}

// A bench is one source of Singapore on a server, with all that is around it.
type bench struct {
	*testing.T
	clock  *clock
	server *server
	cfg    ics.Config
}

func newBench(t *testing.T) *bench {
	b := &bench{
		T:      t,
		clock:  &clock{now: time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)},
		server: &server{status: http.StatusOK, body: file("SUMMARY:National Day", "DTSTART:20260809")},
	}
	b.cfg = ics.Config{
		Sources:   []ics.Source{{Region: "SG", URL: "https://calendar.example/private-key/days.ics", Zone: zone(t, "Asia/Singapore")}},
		Folder:    filepath.Join(t.TempDir(), "calendars"),
		Clock:     b.clock,
		Transport: b.server,
	}
	return b
}

func (b *bench) open() *ics.Calendars {
	b.Helper()
	c, err := ics.Open(b.cfg)
	require.NoError(b, err)
	return c
}

// inForce writes the days that are imported.
func inForce(c *ics.Calendars) string {
	var all []string
	for _, imported := range c.Imported() {
		all = append(all, imported.Region+" "+dates(ics.File{Days: imported.Days}))
	}
	return strings.Join(all, "; ")
}

func TestReload(t *testing.T) {
	b := newBench(t)
	c := b.open()
	require.Empty(t, c.Imported())
	require.Equal(t, []string{"SG"}, c.Stale(b.clock.now, 0), "never read")
	require.Empty(t, b.server.asked, "to open asks nobody")

	changed, err := c.Reload(t.Context())
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, "SG 2026-08-09", inForce(c))
	require.Equal(t, 2026, c.Imported()[0].Through)
	require.Equal(t, []ics.Health{{Region: "SG", Source: "calendar.example", Loaded: b.clock.now, Days: 1}}, c.Health())
	require.Empty(t, c.Stale(b.clock.now, time.Hour))

	changed, err = c.Reload(t.Context())
	require.NoError(t, err)
	require.False(t, changed)

	_, err = calendar.New(calendar.Config{Calendars: c.Imported()})
	require.NoError(t, err)
}

// Who only looks reads what another process keeps, and leaves no trace.
func TestReadOnly(t *testing.T) {
	b := newBench(t)
	b.cfg.ReadOnly = true
	c := b.open()
	_, err := c.Reload(t.Context())
	require.NoError(t, err)
	require.Equal(t, "SG 2026-08-09", inForce(c))
	require.NoDirExists(t, b.cfg.Folder)

	b.cfg.ReadOnly = false
	_, err = b.open().Reload(t.Context())
	require.NoError(t, err)
	b.cfg.ReadOnly = true
	require.Equal(t, "SG 2026-08-09", inForce(b.open()), "the copy")
}

func TestWhatFailsLeavesTheOldInForce(t *testing.T) {
	elsewhere := http.Header{"Location": {"https://evil.example/days.ics"}}
	tests := []struct {
		name   string
		answer server
		kind   bot.Kind
		want   string
	}{
		{"no answer", server{err: errors.New("connection refused")}, bot.Unavailable, "fetch: connection refused"},
		{"out of order", server{status: 503}, bot.Unavailable, "fetch: the server answers 503 Service Unavailable"},
		{"gone", server{status: 410}, bot.NotFound, "fetch: the server answers 410 Gone"},
		{"not allowed", server{status: 403}, bot.Denied, "fetch: the server answers 403 Forbidden"},
		{"too often", server{status: 429, header: http.Header{"Retry-After": {"60"}}}, bot.RateLimited, "fetch: the server answers 429 Too Many Requests"},
		{"a page to sign in", server{status: 200, body: "<html>"}, bot.Invalid, `read calendar: line 1: want BEGIN:VCALENDAR, found "<html>": is this a calendar file?`},
		{"nothing", server{status: 200}, bot.Invalid, "read calendar: the file is empty: want BEGIN:VCALENDAR"},
		{"no holidays", server{status: 200, body: file("DTSTART:19990101")}, bot.Invalid, "read calendar: no holiday from 2024 to 2036 among 1 events"},
		{"cut short", server{status: 200, body: file("DTSTART:20260101")[:60]}, bot.Invalid, "it is cut short"},
		{"too large", server{status: 200, body: strings.Repeat("x", ics.MaxBytes+1)}, bot.Invalid, "the file is larger than 5 MB"},
		{"another host", server{status: 302, header: elsewhere}, bot.Unavailable, "fetch: it redirects to another host, evil.example: configure that address if it is right"},
		{"in the clear", server{status: 302, header: http.Header{"Location": {"http://calendar.example/days.ics"}}}, bot.Unavailable, "fetch: it redirects from https to http"},
		{"in circles", server{status: 302, header: http.Header{"Location": {"/days.ics"}}}, bot.Unavailable, "fetch: more than 3 redirects"},
		{"304 unasked for", server{status: 304}, bot.Unavailable, "fetch: the server answers 304 Not Modified"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			c := b.open()
			_, err := c.Reload(t.Context())
			require.NoError(t, err)
			loaded := b.clock.now
			if tt.answer.status == http.StatusNotModified {
				require.NoError(t, os.RemoveAll(b.cfg.Folder))
			}

			*b.server = tt.answer
			b.clock.now = loaded.Add(48 * time.Hour)
			changed, err := c.Reload(t.Context())
			require.False(t, changed)
			require.Equal(t, tt.kind, bot.KindOf(err))
			require.ErrorContains(t, err, "calendar of SG from calendar.example: ")
			require.ErrorContains(t, err, tt.want)
			require.NotContains(t, err.Error(), "private-key")

			require.Equal(t, "SG 2026-08-09", inForce(c))
			health := c.Health()[0]
			require.Equal(t, loaded, health.Loaded)
			require.Equal(t, err.Error(), health.Err.Error())
			age, ok := health.Age(b.clock.now)
			require.True(t, ok)
			require.Equal(t, 48*time.Hour, age)
			require.Equal(t, []string{"SG"}, c.Stale(b.clock.now, 47*time.Hour))
			require.Empty(t, c.Stale(b.clock.now, 48*time.Hour))
		})
	}
}

func TestTheLastGoodCopyOutlivesARestart(t *testing.T) {
	b := newBench(t)
	_, err := b.open().Reload(t.Context())
	require.NoError(t, err)
	loaded := b.clock.now

	b.server.body = "garbage" // never becomes the good copy
	_, err = b.open().Reload(t.Context())
	require.Error(t, err)

	*b.server = server{err: errors.New("no route")}
	b.clock.now = loaded.Add(time.Hour)
	c := b.open()
	require.Equal(t, "SG 2026-08-09", inForce(c))
	require.Equal(t, loaded, c.Health()[0].Loaded)
	_, err = c.Reload(t.Context())
	require.ErrorContains(t, err, "no route")
	require.Equal(t, "SG 2026-08-09", inForce(c))

	b.cfg.Sources[0].URL += "?other"
	require.Empty(t, b.open().Imported(), "another address is another source")
}

func TestOnlyWhatChangedIsFetched(t *testing.T) {
	b := newBench(t)
	b.server.header = http.Header{"Etag": {`"1"`}, "Last-Modified": {"Sun, 01 Mar 2026 00:00:00 GMT"}}
	_, err := b.open().Reload(t.Context())
	require.NoError(t, err)
	require.Empty(t, b.server.asked[0].Header.Get("If-None-Match"))

	b.clock.now = b.clock.now.Add(24 * time.Hour)
	c := b.open()
	changed, err := c.Reload(t.Context())
	require.NoError(t, err)
	require.False(t, changed)
	require.Equal(t, `"1"`, b.server.asked[1].Header.Get("If-None-Match"))
	require.Equal(t, "Sun, 01 Mar 2026 00:00:00 GMT", b.server.asked[1].Header.Get("If-Modified-Since"))
	require.Equal(t, b.clock.now, c.Health()[0].Loaded, "a copy that is confirmed is fresh")
	require.Equal(t, b.clock.now, b.open().Health()[0].Loaded, "also after a restart")

	damage(t, b.cfg.Folder)
	c = b.open()
	require.ErrorContains(t, c.Health()[0].Err, "read the kept copy")
	_, err = c.Reload(t.Context())
	require.NoError(t, err)
	require.Empty(t, b.server.asked[2].Header.Get("If-None-Match"), "a copy that can't be read is fetched again")
	require.Equal(t, "SG 2026-08-09", inForce(c))
}

// damage cuts every file of a folder in half.
func damage(t *testing.T, folder string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 1, "no half-written copy is left behind")
	path := filepath.Join(folder, entries[0].Name())
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, data[:len(data)/2], 0o600))
}

func TestACopyThatCannotBeKept(t *testing.T) {
	b := newBench(t)
	c := b.open()
	require.NoError(t, os.RemoveAll(b.cfg.Folder))
	changed, err := c.Reload(t.Context())
	require.ErrorContains(t, err, "keep a copy")
	require.True(t, changed)
	require.Equal(t, "SG 2026-08-09", inForce(c), "in force all the same")
}

func TestFiles(t *testing.T) {
	b := newBench(t)
	path := filepath.Join(t.TempDir(), "days.ics")
	require.NoError(t, os.WriteFile(path, []byte(file("DTSTART:20260101")), 0o600))
	b.cfg.Sources = []ics.Source{{Region: "sg", Path: path, Name: "HR", Zone: time.UTC}}
	require.Equal(t, "sg 2026-01-01", inForce(b.open()), "at once")

	require.NoError(t, os.WriteFile(path, []byte(file("DTSTART:x")), 0o600))
	c := b.open()
	require.Equal(t, "sg 2026-01-01", inForce(c), "the last good copy")
	require.EqualError(t, c.Health()[0].Err, `calendar of sg from HR: read calendar: line 4, event of line 3: DTSTART: "x" is no time: want a date such as 20270131 or a time such as 20270131T090000`)

	require.NoError(t, os.Remove(path))
	_, err := c.Reload(t.Context())
	require.Equal(t, bot.NotFound, bot.KindOf(err))
	require.Equal(t, "sg 2026-01-01", inForce(c))
	require.Empty(t, b.server.asked)
}

func TestOneSourceDoesNotHoldUpAnother(t *testing.T) {
	b := newBench(t)
	b.cfg.Folder = ""
	missing := ics.Source{Region: "GR", Path: filepath.Join(t.TempDir(), "none.ics"), Zone: time.UTC}
	b.cfg.Sources = []ics.Source{missing, b.cfg.Sources[0], missing}
	c := b.open()
	changed, err := c.Reload(t.Context())
	require.ErrorContains(t, err, "calendar of GR")
	require.True(t, changed)
	require.Equal(t, "SG 2026-08-09", inForce(c))
	require.Equal(t, []string{"GR"}, c.Stale(b.clock.now, time.Hour))
}

// The years that are read move with the present one, also where nobody answers.
func TestYearsGoBy(t *testing.T) {
	b := newBench(t)
	b.server.body = file("DTSTART:20200101", "RRULE:FREQ=YEARLY")
	_, err := b.open().Reload(t.Context())
	require.NoError(t, err)
	b.clock.now = b.clock.now.AddDate(1, 0, 0)
	days := b.open().Imported()[0].Days
	require.Equal(t, "2025-01-01", days[0].Date.String())
	require.Equal(t, "2037-01-01", days[len(days)-1].Date.String())
}

func TestConfiguration(t *testing.T) {
	_, err := ics.Open(ics.Config{Clock: &clock{}, Sources: []ics.Source{
		{URL: "https://calendar.example/a.ics"},
		{Region: "SG", URL: "https://calendar.example/a.ics"},
		{Region: "SG", Zone: time.UTC},
		{Region: "SG", Zone: time.UTC, Path: "a.ics", URL: "https://calendar.example/a.ics"},
		{Region: "SG", Zone: time.UTC, URL: "ftp://calendar.example/secret.ics"},
		{Region: "SG", Zone: time.UTC, URL: "https://a b/secret.ics"},
		{Region: "SG", Zone: time.UTC, URL: "webcal://calendar.example/a.ics"},
	}})
	require.EqualError(t, err, strings.Join([]string{
		`calendar 1 (calendar.example): no region`,
		`calendar 2 (calendar.example): region SG has no zone`,
		`calendar 3 (): want either an address or a path`,
		`calendar 4 (a.ics): want either an address or a path`,
		`calendar 5 (calendar.example): address "ftp://calendar.example": want one such as https://calendar.example/days.ics`,
		`calendar 6 (calendar): the address can't be read: want one such as https://calendar.example/days.ics`,
	}, "\n"))
}

func TestWebcalIsHTTPS(t *testing.T) {
	b := newBench(t)
	b.cfg.Sources[0].URL = "webcal://calendar.example/a.ics"
	_, err := b.open().Reload(t.Context())
	require.NoError(t, err)
	require.Equal(t, "https://calendar.example/a.ics", b.server.asked[0].URL.String())
}
