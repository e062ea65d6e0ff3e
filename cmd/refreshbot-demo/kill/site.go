package kill

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"text/template"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/promise"
	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/process"
	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/tenants"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// opening is when it begins: a Tuesday on which nobody has a holiday.
var opening = time.Date(2026, time.August, 4, 2, 0, 0, 0, time.UTC)

// A tenant is one client of the desk's.
type tenant struct {
	Name, Organization, Reporter string
	Source, Target               tenants.Environment
}

// A site is the world around the daemon.
type site struct {
	dir, store string
	socket     bool
	clock      *process.Clock
	desk       *jirasim.Server
	chat       *slacksim.Server
	calls      *calls
	witness    *promise.Witness
	book       *promise.Book
	bot        process.Bot
	tenants    []tenant

	doors   map[string]string // host:port of each server, by name
	took    time.Duration     // how long a daemon takes to come up
	wanted  atomic.Bool       // that an engineer has a clone taken back
	unsound []string          // databases that could not be read after a kill
	parked  map[string]bool   // databases that a clone took the place of
	end     []func() error    // what close does, last first
}

// openSite makes everything but the daemon's process.
func openSite(dir string, o Options) (*site, error) {
	s := &site{
		dir: dir, store: filepath.Join(dir, "refreshbot.db"), socket: o.Socket,
		clock: process.NewClock(opening), calls: &calls{}, book: promise.NewBook(), doors: map[string]string{}, parked: map[string]bool{},
	}
	place := tenants.Place{Folder: dir, Small: true}
	e := tenants.Environments(place)
	s.tenants = []tenant{
		{e[0].Tenant, "ABCD Shipping", "Mei Ling Tan", e[0], e[1]},
		{e[2].Tenant, "Hansa Reederei", "Jonas Petersen", e[2], e[3]},
	}
	if err := tenants.Create(context.Background(), place, opening); err != nil {
		return s, err
	}
	for _, make := range []func() error{s.open, s.configure, s.watch} {
		if err := make(); err != nil {
			return s, err
		}
	}
	s.bot.Program = o.Program
	return s, nil
}

// open puts the help center, Slack, a partner's app and the clock on addresses of
// this machine, and finds two that the daemon can have.
func (s *site) open() error {
	listeners := map[string]net.Listener{}
	for _, name := range []string{"desk", "chat", "apps", "clock", "vendors", "admin"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("find a free address: %w", err)
		}
		listeners[name], s.doors[name] = l, l.Addr().String()
	}
	listeners["vendors"].Close() // the daemon's own
	listeners["admin"].Close()
	s.furnish()
	app := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	for name, h := range map[string]http.Handler{
		"desk": s.calls.of("the help center", s.desk), "chat": s.calls.of("Slack", s.chat),
		"apps": s.calls.of("a partner's app", app), "clock": s.clock,
	} {
		srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
		go func() { _ = srv.Serve(listeners[name]) }() // ends with Close
		s.end = append(s.end, srv.Close)
	}
	s.carry()
	return nil
}

// carriers is how many webhooks are on their way at once, as the vendor has it.
const carriers = 4

// furnish makes the help center and the workspace, with everybody in them.
func (s *site) furnish() {
	inwards := s.calls.inwards(&http.Transport{MaxIdleConnsPerHost: carriers})
	s.desk = jirasim.New(jirasim.Options{
		Now: s.clock.Now, Project: "HELP", BaseURL: "http://" + s.doors["desk"], BotUser: botUser, BotToken: botToken,
		WebhookURL: "http://" + s.doors["vendors"] + "/jira/webhook", WebhookSecret: webhookSecret, HTTP: inwards,
	})
	for _, t := range s.tenants {
		s.desk.AddCustomer(t.Reporter, mailOf(t), t.Organization)
	}
	s.chat = slacksim.New(slacksim.Options{
		Now: s.clock.Now, BotToken: slackToken, AppToken: slackAppToken, SigningSecret: signingSecret,
	})
	for i, who := range approvers {
		s.chat.AddUser(slacksim.User{ID: who, Name: names[i], RealName: names[i], Email: names[i] + "@desk.example"})
	}
	s.chat.AddChannel(channel, "database-refreshes", approvers...)
	if !s.socket {
		s.chat.PostTo("http://"+s.doors["vendors"], &http.Client{Transport: inwards, Timeout: 3 * time.Second})
	}
}

// carry sends webhooks as they come up.
func (s *site) carry() {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for range carriers {
		all.Go(func() {
			tick := time.NewTicker(2 * time.Millisecond)
			defer tick.Stop()
			for ctx.Err() == nil {
				if s.desk.Deliver() {
					s.clock.Stir()
					continue
				}
				select {
				case <-ctx.Done():
				case <-tick.C:
				}
			}
		})
	}
	s.end = append(s.end, func() error { cancel(); all.Wait(); return nil })
}

//go:embed refreshbot.yaml.tmpl
var configuration string

// configure writes the configuration, and its secrets beside it.
func (s *site) configure() error {
	for name, secret := range secrets() {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(secret+"\n"), 0o600); err != nil {
			return err
		}
	}
	var text bytes.Buffer
	err := template.Must(template.New("").Parse(configuration)).Execute(&text, map[string]any{
		"Doors": s.doors, "User": botUser, "Channel": channel, "Approvers": approvers, "Tenants": s.tenants, "Socket": s.socket,
	})
	if err != nil {
		return fmt.Errorf("fill in the configuration: %w", err)
	}
	s.bot = process.Bot{
		Config: filepath.Join(s.dir, "refreshbot.yaml"), Log: filepath.Join(s.dir, "bot.log"), Clock: "http://" + s.doors["clock"],
	}
	return os.WriteFile(s.bot.Config, text.Bytes(), 0o600)
}

// watch has a witness look at the databases before anything happens to them.
func (s *site) watch() (err error) {
	w := promise.World{
		Desk: s.desk, Chat: s.chat, Channel: channel, Approvers: approvers, Capacity: 2,
		Layout: layout(), Retention: retention, Delay: 15 * time.Second,
	}
	for _, t := range s.tenants {
		for _, e := range []tenants.Environment{t.Source, t.Target} {
			w.Environments = append(w.Environments, promise.Environment{Name: e.Name, Database: fileOf(e), GoLive: e.Role == "production"})
		}
	}
	s.witness, err = promise.NewWitness(w, s.book)
	return err
}

// fileOf returns the path of an environment's database.
func fileOf(e tenants.Environment) string { return strings.TrimPrefix(e.Database, "sqlite:") }

// lastWords returns the end of the daemon's log.
func (s *site) lastWords() string {
	const most = 4000
	data, err := os.ReadFile(s.bot.Log)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-most):])
}

// close takes everything down.
func (s *site) close() error {
	errs := []error{s.bot.Stop()}
	for i := len(s.end) - 1; i >= 0; i-- {
		errs = append(errs, s.end[i]())
	}
	s.end = nil
	return errors.Join(errs...)
}
