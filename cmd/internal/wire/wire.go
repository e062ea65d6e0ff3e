package wire

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync/atomic"

	"github.com/robfig/cron/v3"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/jira"
	"github.com/refreshbot/refreshbot/integrations/slack"
	"github.com/refreshbot/refreshbot/store"
)

// Options are what an App has to know beside the configuration. The first three
// are required.
type Options struct {
	Clock   bot.Clock
	Log     *slog.Logger
	Program string // who holds the store, for whoever finds it locked: "refreshbot serve"

	Hangup <-chan os.Signal               // each asks to read the configuration again; nil: never
	Read   func() (*config.Config, error) // reads it; required with Hangup

	Jira, Slack http.RoundTripper // carry the calls to each; nil: the network

	Store  bot.Store  // in the place of the one that the configuration names; nil: that
	Cloner bot.Cloner // performs the runs of requests in the place of the clone engine; nil: that
}

// An App is the whole product, put together. Close it when it is done with.
type App struct {
	Store  bot.Store
	Runner *runner.Runner
	Engine *clone.Engine

	config   *config.Config // that it was built with
	setup    atomic.Pointer[setup]
	hangup   <-chan os.Signal
	read     func() (*config.Config, error)
	carriers carriers
	cloner   bot.Cloner // nil: Engine
	clock    bot.Clock
	log      *slog.Logger
	webhook  http.Handler
	intake   *slack.Intake
	stopping atomic.Bool // told to stop: no new work
}

// carriers carry the calls to the vendors.
type carriers struct{ jira, slack *http.Client }

// carriersOf returns what carries the calls: the network, but for a test's own.
func carriersOf(o Options) carriers {
	carry := func(by http.RoundTripper) *http.Client {
		if by == nil {
			by = outgoing()
		}
		return &http.Client{Transport: by}
	}
	return carriers{jira: carry(o.Jira), slack: carry(o.Slack)}
}

// Build puts an App together. It opens the store and connects to nothing else.
func Build(c *config.Config, o Options) (*App, error) {
	st, err := openStore(c, o)
	if err != nil {
		return nil, err
	}
	a := &App{
		Store: st, config: c, clock: o.Clock, log: o.Log, hangup: o.Hangup, read: o.Read,
		carriers: carriersOf(o),
		cloner:   o.Cloner,
	}
	if err := a.connect(); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return a, nil
}

func openStore(c *config.Config, o Options) (bot.Store, error) {
	if o.Store != nil {
		return o.Store, nil
	}
	return store.Open(string(c.Store), store.Options{Clock: o.Clock, Program: o.Program})
}

// connect puts the adapters around the store.
func (a *App) connect() error {
	s, err := a.newSetup(a.config)
	if err != nil {
		return err
	}
	a.setup.Store(s)
	desk, err := a.desk()
	if err != nil {
		return err
	}
	chat := a.chat()
	a.Engine, err = Engine(a.config, a.Store, a.clock)
	if err != nil {
		return err
	}
	if a.cloner == nil {
		a.cloner = a.Engine
	}
	a.Runner = runner.New(runner.Config{
		Store: a.Store, Desk: desk, Chat: chat, Cloner: a.cloner,
		Clock: a.clock, Log: a.log,
		World: a.World, HouseNow: a.House,
		Poll: cron.Every(a.config.Jira.PollEvery),
	})
	a.webhook = desk.Webhook(a.Runner, a.config.Jira.WebhookSecret)
	a.intake = chat.Intake(a.Runner)
	return nil
}

func (a *App) desk() (*jira.Client, error) {
	c := a.config.Jira
	desk, err := jira.New(jira.Config{
		URL: c.URL, User: c.User, Token: c.Token,
		Project: c.Project, JQL: c.JQL, Fields: c.Fields, Screens: screens(c),
		HTTP: a.carriers.jira, Clock: a.clock, Log: a.log,
	})
	if err != nil {
		return nil, fmt.Errorf("wire the help center: %w", err)
	}
	return desk, nil
}

// screens are what goes along with transitions, by what they are called there.
func screens(c config.Jira) map[string]map[string]any {
	return map[string]map[string]any{
		c.Transitions.Confirmed: c.Screens["confirmed"],
		c.Transitions.Done:      c.Screens["done"],
		c.Transitions.Declined:  c.Screens["declined"],
	}
}

func (a *App) chat() *slack.Client {
	c := a.config.Slack
	return slack.New(slack.Config{
		APIURL: c.APIURL, Channel: c.Channel,
		BotToken: c.BotToken, AppToken: c.AppToken, SigningSecret: c.SigningSecret,
		Approvers: slack.Approvers(c.Approvers), Window: a.config.Policy.Window,
		Inquiries: wording.Inquiries{Records: a.Store, World: a.World, House: a.House},
		HTTP:      a.carriers.slack, Clock: a.clock, Log: a.log,
	})
}

// house says how the bot is set up, as far as a conversation cares.
func house(c *config.Config) (bot.House, error) {
	policy, err := c.PolicyVersion()
	h := bot.House{
		Policy: policy,
		Shadow: c.Mode == config.Shadow,
		Manual: c.Engine.Runner == config.Manual,
		Transitions: map[string]string{
			"confirmed": c.Jira.Transitions.Confirmed,
			"done":      c.Jira.Transitions.Done,
			"declined":  c.Jira.Transitions.Declined,
		},
		TicketURL: strings.TrimRight(c.Jira.URL, "/") + "/browse/",
	}
	for _, p := range c.People {
		h.People = append(h.People, bot.Person{Slack: p.Slack, Jira: p.Jira, Email: p.Email})
	}
	return h, err
}

// office is the App's side of the local socket.
func (a *App) office() Office {
	return Office{Store: a.Store, Engine: a.Engine, Clock: a.clock, World: a.World, Rouse: a.Runner.Rouse}
}

// Close releases the store.
func (a *App) Close() error { return a.Store.Close() }
