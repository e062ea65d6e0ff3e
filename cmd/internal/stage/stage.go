package stage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// Options say what is on the stage. Config, Folder and Start are required.
type Options struct {
	Config *config.Config // see Load; it is not changed, and stages may share it
	Folder string         // where the store and all that lies beside it are kept
	Start  time.Time      // what the clock shows first
	Log    *slog.Logger   // nil: nowhere

	// Socket lets Slack reach the bot through Socket Mode, over a listener on this
	// machine. Otherwise it calls the bot's routes, inside the process.
	Socket bool

	// Desk and Chat are what the simulators are like, less what the stage itself
	// decides: clock, addresses and secrets.
	Desk jirasim.Options
	Chat slacksim.Options

	// Cloner makes what performs the runs of requests; nil: the clone engine does.
	Cloner func(bot.Store) bot.Cloner
	// Store, Jira and Slack wrap what each new process works with; nil: it stands
	// as it is.
	Store       func(bot.Store) bot.Store
	Jira, Slack func(http.RoundTripper) http.RoundTripper

	// Between is called after each step of Settle and Advance that did something or
	// failed, and may end the process and start another. What it returns stands for
	// the step's error. Nil: nothing happens in between.
	Between func(ctx context.Context, failure error) error
}

// A Stage is the world and the process in it. Make one with New. Its methods are
// called by one goroutine.
type Stage struct {
	Clock *Clock
	Desk  *jirasim.Server
	Chat  *slacksim.Server

	// App is the process that is there now; nil: none is.
	App *wire.App

	options Options
	config  *config.Config // with the stage's own addresses
	door    door
	link    link
	seen    seen
}

// Secret returns what a secret is on every stage, by the variable of the environment
// that it is taken from: "REFRESHBOT_JIRA_TOKEN".
func Secret(variable string) string { return "the-secret-of-" + variable }

// Load reads a configuration for the stage. The text says everything that is not
// about secrets; it is kept in the folder as refreshbot.yaml.
func Load(folder, text string) (*config.Config, error) {
	path := filepath.Join(folder, "refreshbot.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("set the stage: %w", err)
	}
	c, err := config.LoadFor(config.Serving, path, Secret)
	if err != nil {
		return nil, fmt.Errorf("set the stage: %w", err)
	}
	return c, nil
}

// New sets a stage on which nobody is yet, people or process: the former join Desk
// and Chat, the latter comes with Boot.
func New(o Options) (*Stage, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Stage{options: o, Clock: NewClock(o.Start)}
	c, desk, chat := o.Config, o.Desk, o.Chat
	desk.Now, desk.Project, desk.BaseURL = s.Clock.Now, c.Jira.Project, c.Jira.URL
	desk.BotUser, desk.BotToken = c.Jira.User, string(c.Jira.Token)
	if c.Jira.Webhook {
		desk.WebhookURL, desk.WebhookSecret = botURL+"/jira/webhook", string(c.Jira.WebhookSecret)
	}
	desk.HTTP = &s.door
	s.Desk = jirasim.New(desk)

	chat.Now = s.Clock.Now
	chat.BotToken, chat.AppToken = string(c.Slack.BotToken), string(c.Slack.AppToken)
	chat.SigningSecret = string(c.Slack.SigningSecret)
	s.Chat = slacksim.New(chat)
	s.configure(o.Config)
	if !o.Socket {
		s.Chat.PostTo(botURL, &http.Client{Transport: &s.door})
		return s, nil
	}
	if err := s.link.listen(s.Chat); err != nil {
		return nil, fmt.Errorf("set the stage: %w", err)
	}
	s.configure(o.Config)
	return s, nil
}

// configure takes over a configuration, with the stage's own addresses in it.
func (s *Stage) configure(c *config.Config) {
	own := *c
	own.Store = config.Connection("bolt:" + filepath.Join(s.options.Folder, "refreshbot.db"))
	own.Slack.Mode, own.Slack.APIURL = config.HTTPMode, "http://slack.sim/api/"
	if s.options.Socket {
		own.Slack.Mode, own.Slack.APIURL = config.SocketMode, s.link.apiURL()
	}
	s.config = &own
}

// Boot starts a process on the store.
func (s *Stage) Boot(ctx context.Context) error {
	if s.App != nil {
		return errors.New("boot: a process is there already")
	}
	store, err := s.openStore()
	if err != nil {
		return fmt.Errorf("boot: %w", err)
	}
	o := wire.Options{
		Clock: s.Clock, Log: s.options.Log, Program: "stage", Store: store,
		Jira: wrapped(s.options.Jira, s.Desk.Transport()), Slack: wrapped(s.options.Slack, s.link.transport(s.Chat)),
		Read: func() (*config.Config, error) { return s.config, nil },
	}
	if s.options.Cloner != nil {
		o.Cloner = s.options.Cloner(store)
	}
	if s.App, err = wire.Build(s.config, o); err != nil {
		return fmt.Errorf("boot: %w", err)
	}
	if err := s.App.Runner.Begin(ctx); err != nil {
		return errors.Join(fmt.Errorf("boot: %w", err), s.Close())
	}
	s.door.open(s.App.Routes())
	if s.options.Socket {
		return s.link.connect(ctx, s.Chat, s.App.Listen)
	}
	return nil
}

func (s *Stage) openStore() (bot.Store, error) {
	path := filepath.Join(s.options.Folder, "refreshbot.db")
	store, err := boltstore.Open(path, boltstore.Options{Clock: s.Clock, Program: "stage", NoSync: true})
	if err != nil {
		return nil, err
	}
	return wrapped(s.options.Store, bot.Store(store)), nil
}

// wrapped wraps a part, if there is anything to wrap it in.
func wrapped[T any](in func(T) T, part T) T {
	if in == nil {
		return part
	}
	return in(part)
}

// Close ends the process. What it had not finished waits in the store; a process
// that was killed leaves no more behind than this one, since nothing runs between
// the calls of its loops.
func (s *Stage) Close() error {
	if s.App == nil {
		return nil
	}
	s.door.close()
	err := errors.Join(s.link.disconnect(s.Chat), s.App.Close())
	s.App = nil
	return err
}

// Reboot ends the process and starts another on the same store.
func (s *Stage) Reboot(ctx context.Context) error {
	if err := s.Close(); err != nil {
		return err
	}
	return s.Boot(ctx)
}

// Reload puts another configuration in force, as a hangup does: what can't change
// while the process runs waits for the next one.
func (s *Stage) Reload(c *config.Config) error {
	s.configure(c)
	if s.App == nil {
		return nil
	}
	return s.App.Reload()
}

// End takes the stage down, process and listener.
func (s *Stage) End() error { return errors.Join(s.Close(), s.link.end()) }
