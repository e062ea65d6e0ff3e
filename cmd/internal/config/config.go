package config

import (
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
)

// A Config is a whole configuration. Paths in it are relative to the process, not
// to the file any more.
type Config struct {
	Mode        Mode          `yaml:"mode"`
	Listen      string        `yaml:"listen"`       // host:port for the vendors' calls
	AdminListen string        `yaml:"admin_listen"` // host:port for metrics, health and console
	TLS         TLS           `yaml:"tls"`          // of Listen
	Store       Connection    `yaml:"store"`        // bolt:PATH or postgres://…
	Password    bot.Secret    `yaml:"password"`     // of the store's connection
	Retention   time.Duration `yaml:"retention"`    // how long requests that are over stay in the store; zero: for ever
	Jira        Jira          `yaml:"jira"`
	Slack       Slack         `yaml:"slack"`
	People      []Person      `yaml:"people"` // who is who
	Policy      Policy        `yaml:"policy"`
	Tenants     []Tenant      `yaml:"tenants"`
	Engine      Engine        `yaml:"engine"`

	file        string
	lines       map[string]int // of every key and item of the file, by path
	credentials []credential
	env         func(string) string
	calendar    *calendar.Calendar
}

// A Mode says whether the bot acts or only says what it would do.
type Mode string

// The modes.
const (
	Live   Mode = "live"
	Shadow Mode = "shadow" // what would be said becomes an internal note, nothing is started
)

// A Connection says where a database is: "bolt:PATH", "sqlite:PATH", or a URL such
// as postgres://user@host/name. It never holds a password.
type Connection string

// A Path names a file or a folder.
type Path string

// Jira is the help center.
type Jira struct {
	URL           string            `yaml:"url"`
	User          string            `yaml:"user"` // empty: Token is a personal access token
	Token         bot.Secret        `yaml:"token"`
	Webhook       bool              `yaml:"webhook"` // false: the poll alone
	WebhookSecret bot.Secret        `yaml:"webhook_secret"`
	Project       string            `yaml:"project"`
	JQL           string            `yaml:"jql"` // narrows further
	PollEvery     time.Duration     `yaml:"poll_every"`
	Fields        map[string]string `yaml:"fields"` // Jira's field id by the answer (a ticket.Question) that lives in it
	Transitions   Transitions       `yaml:"transitions"`
	// Screens are values for the fields that a transition's screen asks for, in
	// Jira's form, by transition ("done") and the field's id.
	Screens map[string]map[string]any `yaml:"screens"`
}

// Transitions are names or ids of Jira transitions; empty: the ticket is left
// where it is.
type Transitions struct {
	Confirmed string `yaml:"confirmed"`
	Done      string `yaml:"done"`
	Declined  string `yaml:"declined"`
}

// Slack is where the engineers are.
type Slack struct {
	APIURL        string     `yaml:"api_url"`
	Mode          SlackMode  `yaml:"mode"`
	BotToken      bot.Secret `yaml:"bot_token"`
	AppToken      bot.Secret `yaml:"app_token"`      // of SocketMode
	SigningSecret bot.Secret `yaml:"signing_secret"` // of HTTPMode
	Channel       string     `yaml:"channel"`        // its id
	Approvers     Approvers  `yaml:"approvers"`
}

// A SlackMode is how Slack reaches the bot.
type SlackMode string

// The modes of Slack.
const (
	SocketMode SlackMode = "socket"
	HTTPMode   SlackMode = "http"
)

// Approvers are the Slack ids of those whose decisions count.
type Approvers struct {
	Users  []string `yaml:"users"`
	Groups []string `yaml:"groups"`
}

// A Person joins one person's accounts.
type Person struct {
	Slack string `yaml:"slack"` // member id
	Jira  string `yaml:"jira"`  // account id or user key
	Email string `yaml:"email"`
}

// A Tenant is one client with its environments.
type Tenant struct {
	Name          string         `yaml:"name"`
	Organizations []string       `yaml:"organizations"` // of the help center
	EmailDomains  []string       `yaml:"email_domains"`
	Regions       []string       `yaml:"regions"`
	Zone          *time.Location `yaml:"zone"` // local times beside UTC
	Hosting       Hosting        `yaml:"hosting"`
	DataLake      bool           `yaml:"data_lake"`
	Replicated    bool           `yaml:"replicated"`
	Environments  []Environment  `yaml:"environments"`
}

// Hosting says who runs a tenant's systems.
type Hosting string

// The kinds of hosting.
const (
	Cloud     Hosting = "cloud"
	OnPremise Hosting = "on_premise" // by themselves
)

// An Environment is one of a tenant's systems.
type Environment struct {
	Name          string     `yaml:"name"`
	Role          string     `yaml:"role"`
	SchemaVersion string     `yaml:"schema_version"` // empty: not known
	Database      Connection `yaml:"database"`       // empty: no driver, the engineers run it
	Password      bot.Secret `yaml:"password"`       // of Database
}

// Engine is the clone engine.
type Engine struct {
	Runner     Runner        `yaml:"runner"`
	Retention  time.Duration `yaml:"retention"`   // how long the parked database is kept for rollback
	MailDomain string        `yaml:"mail_domain"` // what masked addresses end in
	Profile    Path          `yaml:"profile"`     // which tables are what; empty: the shipped example's
	Systems    Systems       `yaml:"systems"`
}

// A Runner performs the tasks of a clone.
type Runner string

// The runners.
const (
	Local    Runner = "local"
	Temporal Runner = "temporal"
	Manual   Runner = "manual" // engineers, by hand
)

// Systems are what a tenant lives on beside its database. An empty one is that of
// the embedded defaults, kept beside the store.
type Systems struct {
	Directory Path `yaml:"directory"` // file: the tenants and users of the sign-in directory
	Objects   Path `yaml:"objects"`   // folder: the object stores, a folder each
	Mail      Path `yaml:"mail"`      // file: the table of mail routes
	Apps      Apps `yaml:"apps"`
}

// Apps are the partner applications and the hosts that serve a tenant.
type Apps struct {
	URL    string     `yaml:"url"`    // where the signed notice goes; empty: nowhere
	Secret bot.Secret `yaml:"secret"` // signs it
	Nodes  Path       `yaml:"nodes"`  // folder: one generation file a host
}

// Calendar returns the holidays of every region, with the operator's additions
// and removals; see [Config.CalendarWith] for those of calendar files.
func (c *Config) Calendar() *calendar.Calendar { return c.calendar }

// World returns what the rules have to know, but for whose request it is and what
// is taken: policy, calendar, and the registry of tenants. Without tenants there
// is no registry: ownership is not checked.
func (c *Config) World() rules.World {
	w := rules.World{Policy: c.Policy.rules(), Calendar: c.calendar}
	if len(c.Tenants) > 0 {
		w.Registry = c.registry()
	}
	return w
}
