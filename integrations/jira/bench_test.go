package jira_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/jira"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A bench is the real client on a simulated help center, with a clock and an
// inbox in between.
type bench struct {
	t      *testing.T
	clock  *clock
	sim    *jirasim.Server
	client *jira.Client
	inbox  *inbox
	sent   *recorder // what the client asked
}

const (
	base   = "https://desk.example"
	token  = "t0ken-0f-the-b0t"
	secret = "shared between two"
)

var start = time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC) // a Wednesday

func newBench(t *testing.T, change ...func(*jirasim.Options, *jira.Config)) *bench {
	t.Helper()
	b := &bench{t: t, clock: &clock{now: start}, inbox: &inbox{seen: map[string]bool{}}}
	opts := jirasim.Options{
		Now: b.clock.Now, BaseURL: base, BotUser: "bot@desk.example", BotToken: token,
		WebhookURL: "https://bot.example/jira/webhook", WebhookSecret: secret,
		Fields: map[string]string{"customfield_10071": "Source", "customfield_10072": "Target"},
	}
	cfg := jira.Config{
		URL: base, User: opts.BotUser, Token: token, Project: "HELP", Clock: b.clock,
		Fields: map[string]string{"source": "customfield_10071", "target": "customfield_10072"},
	}
	for _, c := range change {
		c(&opts, &cfg)
	}
	opts.HTTP = toHandler(func(w http.ResponseWriter, r *http.Request) {
		b.client.Webhook(b.inbox, secret).ServeHTTP(w, r)
	})
	b.sim = jirasim.New(opts)
	b.sent = &recorder{next: b.sim.Transport()}
	cfg.HTTP = &http.Client{Transport: b.sent}
	var err error
	b.client, err = jira.New(cfg)
	require.NoError(t, err)
	b.sim.AddCustomer("Dana Reyes", "dana@abcd.example", "ABCD Shipping")
	b.sim.AddCustomer("Omar Haddad", "omar@abcd.example", "ABCD Shipping")
	b.sim.AddAgent("Ivo Petrov", "ivo@desk.example")
	t.Cleanup(func() { require.Empty(t, b.sim.Strays(), "calls that the vendor would not understand") })
	return b
}

func dataCenter(o *jirasim.Options, c *jira.Config) {
	o.DataCenter, o.BotUser, c.User = true, "", "" // a personal access token
}

// eachDialect runs a test on Cloud and on Data Center.
func eachDialect(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	t.Run("cloud", func(t *testing.T) { test(t, newBench(t)) })
	t.Run("data center", func(t *testing.T) { test(t, newBench(t, dataCenter)) })
}

// file files a ticket of Dana's, with the webhook on its way.
func (b *bench) file() bot.TicketKey {
	return bot.TicketKey(b.sim.File("Dana Reyes", "Refresh ABCD_test", "Please copy ABCD_prod to ABCD_test."))
}

func (b *bench) ticket(key bot.TicketKey) bot.Ticket {
	b.t.Helper()
	ticket, err := b.client.Ticket(b.t.Context(), key)
	require.NoError(b.t, err)
	return ticket
}

func (b *bench) view(key bot.TicketKey) jirasim.Ticket {
	b.t.Helper()
	ticket, ok := b.sim.Ticket(string(key))
	require.True(b.t, ok, "no ticket %s", key)
	return ticket
}

func (b *bench) deliver() {
	for b.sim.Deliver() {
	}
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time                         { return c.now }
func (c *clock) Until(context.Context, time.Time) error { return nil }
func (c *clock) pass(d time.Duration)                   { c.now = c.now.Add(d) }

// An inbox keeps events, each once, unless it is down.
type inbox struct {
	mu     sync.Mutex
	events []bot.Event
	seen   map[string]bool
	down   bool
	asked  int // how often it was asked to keep something
}

func (i *inbox) Receive(_ context.Context, e bot.Event) (bool, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.asked++
	if i.down {
		return false, bot.Errorf(bot.Unavailable, "store: keep", "disk full")
	}
	if i.seen[e.ID] {
		return false, nil
	}
	i.seen[e.ID] = true
	i.events = append(i.events, e)
	return true, nil
}

// tickets names the tickets of the events, in order.
func (i *inbox) tickets() []string {
	keys := []string{}
	for _, e := range i.events {
		keys = append(keys, string(e.Ticket))
	}
	return keys
}

// A recorder writes down every request on its way.
type recorder struct {
	next   http.RoundTripper
	mu     sync.Mutex
	all    []string
	before func(asked string) // called with each
	strip  bool               // takes the token off, as a broken proxy would
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	path, _ := url.QueryUnescape(req.URL.RequestURI())
	r.mu.Lock()
	r.all = append(r.all, strings.TrimSpace(fmt.Sprintf("%s %s\n%s", req.Method, path, body)))
	r.mu.Unlock()
	if r.before != nil {
		r.before(path)
	}
	if r.strip {
		req.Header.Del("Authorization")
	}
	return r.next.RoundTrip(req)
}

// take returns the requests since the last take.
func (r *recorder) take() []string {
	all := r.all
	r.all = nil
	return all
}

// toHandler carries requests to a handler.
type toHandler http.HandlerFunc

func (h toHandler) RoundTrip(req *http.Request) (*http.Response, error) {
	w := &answer{header: http.Header{}}
	req.RemoteAddr = "198.51.100.4:4711"
	h(w, req)
	return &http.Response{
		StatusCode: max(w.status, http.StatusOK), Header: w.header, Body: io.NopCloser(&w.body), Request: req,
	}, nil
}

type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (w *answer) Header() http.Header         { return w.header }
func (w *answer) WriteHeader(status int)      { w.status = status }
func (w *answer) Write(p []byte) (int, error) { return w.body.Write(p) }

// answering carries every request to one answer.
func answering(status int, header http.Header, body string) http.RoundTripper {
	return toHandler(func(w http.ResponseWriter, r *http.Request) {
		for key := range header {
			w.Header().Set(key, header.Get(key))
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func words(text string) bot.Text {
	return bot.Text{{Kind: bot.Paragraph, Lines: []bot.Line{{{Text: text}}}}}
}

func public(text string) bot.PublicText     { return bot.PublicText{Text: words(text)} }
func internal(text string) bot.InternalText { return bot.InternalText{Text: words(text)} }

func after(t *testing.T, err error) time.Duration {
	t.Helper()
	e, ok := errors.AsType[*bot.Error](err)
	require.True(t, ok, "%v", err)
	return e.After
}
