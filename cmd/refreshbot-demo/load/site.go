package load

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"text/template"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// What the two sides sign in with; only this program knows them.
const (
	botUser       = "refreshbot@desk.example"
	botToken      = "load-jira-token"
	webhookSecret = "load-webhook-secret"
	slackToken    = "xoxb-load"
	slackAppToken = "xapp-load"
	channel       = "C0LOAD"
	approver      = "U0LOAD"
)

// storeName is the store's file, as the configuration has it.
const storeName = "refreshbot.db"

// carriers is how many webhooks are on their way at once, as the vendor has it.
const carriers = 8

// A site is the product at work between a help center and a Slack, all on sockets
// of this machine.
type site struct {
	dir   string
	clock bot.Clock
	hasty bool

	desk  *jirasim.Server
	chat  *slacksim.Server
	meter *meter
	app   *wire.App
	store *boltstore.Store // of app, where hasty

	doors map[string]string // host:port of each server, by name
	wake  chan struct{}     // there may be a webhook to carry
	end   []func() error    // what close does, last first
}

// A setting is where and how a site is opened.
type setting struct {
	dir     string
	clock   bot.Clock
	limited bool // Slack answers 429 as the real one would
	hasty   bool // the store leaves it to the system when bytes reach the disk, and forgets soon
}

// openSite starts everything in a folder.
func openSite(ctx context.Context, o setting) (s *site, err error) {
	s = &site{dir: o.dir, clock: o.clock, hasty: o.hasty, meter: newMeter(), doors: map[string]string{}, wake: make(chan struct{}, carriers)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	listeners := map[string]net.Listener{}
	for _, name := range []string{"desk", "chat", "vendors", "admin"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return s, fmt.Errorf("find a free address: %w", err)
		}
		listeners[name], s.doors[name] = l, l.Addr().String()
	}
	listeners["vendors"].Close() // the bot's own
	listeners["admin"].Close()
	s.furnish(o.limited)
	s.serve(listeners["desk"], s.watch(s.desk))
	s.serve(listeners["chat"], s.chat)
	return s, s.start(ctx)
}

// furnish makes the help center and the workspace, with everybody in them.
func (s *site) furnish(limited bool) {
	s.desk = jirasim.New(jirasim.Options{
		Now: s.clock.Now, Project: "HELP", BaseURL: "http://" + s.doors["desk"], BotUser: botUser, BotToken: botToken,
		WebhookURL: "http://" + s.doors["vendors"] + "/jira/webhook", WebhookSecret: webhookSecret,
		HTTP: &http.Transport{MaxIdleConnsPerHost: carriers},
	})
	for i := range clients {
		s.desk.AddCustomer(reporter(i), strings.ToLower(tenant(i))+"@clients.example", tenant(i))
	}
	s.chat = slacksim.New(slacksim.Options{Now: s.clock.Now, BotToken: slackToken, AppToken: slackAppToken, Limits: limited})
	s.chat.AddUser(slacksim.User{ID: approver, Name: "alice", RealName: "Alice Moreau", Email: "alice@desk.example"})
	s.chat.AddChannel(channel, "database-refreshes", approver)
}

func (s *site) serve(l net.Listener, h http.Handler) {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = srv.Serve(l) }() // ends with Close
	s.end = append(s.end, srv.Close)
}

// watch stops the clock of a ticket when the bot's comment on it is there, and
// has the webhooks carried that a call has brought about.
func (s *site) watch(desk http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := &statusWriter{ResponseWriter: w}
		desk.ServeHTTP(status, r)
		key, isComment := commented(r)
		if isComment && status.code == http.StatusCreated {
			s.meter.answered(key)
		}
		if r.Method != http.MethodGet {
			s.stir()
		}
	})
}

// commented returns the ticket on which a call writes a new comment.
func commented(r *http.Request) (key string, ok bool) {
	rest, below := strings.CutPrefix(r.URL.Path, "/rest/api/2/issue/")
	key, ok = strings.CutSuffix(rest, "/comment")
	return key, ok && below && r.Method == http.MethodPost
}

// A statusWriter remembers how a call was answered.
type statusWriter struct {
	http.ResponseWriter
	code int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(code int) {
	w.code = code
	w.ResponseWriter.WriteHeader(code)
}

// stir says that there may be a webhook to carry.
func (s *site) stir() {
	select {
	case s.wake <- struct{}{}:
	default: // everybody has been told
	}
}

// carry sends webhooks as they come up.
func (s *site) carry(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	for range carriers {
		all.Go(func() {
			for ctx.Err() == nil {
				if s.desk.Deliver() {
					continue
				}
				select {
				case <-ctx.Done():
				case <-s.wake:
				}
			}
		})
	}
	s.end = append(s.end, func() error { cancel(); all.Wait(); return nil })
}

//go:embed refreshbot.yaml.tmpl
var configuration string

// configure writes the configuration, and its secrets beside it.
func (s *site) configure() (*config.Config, error) {
	for name, secret := range map[string]string{
		"jira_token": botToken, "jira_webhook": webhookSecret, "slack_bot_token": slackToken, "slack_app_token": slackAppToken,
	} {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(secret+"\n"), 0o600); err != nil {
			return nil, err
		}
	}
	var tenants []string
	for i := range clients {
		tenants = append(tenants, tenant(i))
	}
	var text bytes.Buffer
	err := template.Must(template.New("").Parse(configuration)).Execute(&text, map[string]any{
		"Doors": s.doors, "User": botUser, "Channel": channel, "Approver": approver, "Tenants": tenants,
	})
	if err != nil {
		return nil, fmt.Errorf("fill in the configuration: %w", err)
	}
	path := filepath.Join(s.dir, "refreshbot.yaml")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		return nil, err
	}
	return config.LoadFor(config.Serving, path, os.Getenv)
}

// start starts the bot and waits until it takes work.
func (s *site) start(ctx context.Context) error {
	c, err := s.configure()
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(s.dir, "bot.log"))
	if err != nil {
		return err
	}
	s.end = append(s.end, log.Close)
	o := wire.Options{Clock: s.clock, Program: "the load measurement", Log: slog.New(slog.NewTextHandler(log, nil))}
	if s.hasty {
		path := filepath.Join(s.dir, storeName)
		s.store, err = boltstore.Open(path, boltstore.Options{Clock: s.clock, Program: o.Program, NoSync: true, Remember: remembered})
		if err != nil {
			return err
		}
		o.Store = s.store
	}
	if s.app, err = wire.Build(c, o); err != nil {
		return err
	}
	s.end = append(s.end, s.app.Close)
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.app.Run(ctx) }()
	s.end = append(s.end, func() error { cancel(); return <-ended })
	await, stop := context.WithTimeout(ctx, 20*time.Second)
	defer stop()
	return s.ready(await)
}

// ready waits until the bot and its link to Slack are up.
func (s *site) ready(ctx context.Context) error {
	if err := s.chat.AwaitLink(ctx, 1); err != nil {
		return fmt.Errorf("wait for the bot's link to Slack: %w", err)
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		resp, err := http.Get("http://" + s.doors["vendors"] + "/readyz")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the bot to come up: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

// close takes everything down.
func (s *site) close() error {
	var errs []error
	for i := len(s.end) - 1; i >= 0; i-- {
		errs = append(errs, s.end[i]())
	}
	s.end = nil
	return errors.Join(errs...)
}
