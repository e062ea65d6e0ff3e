package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
	"time"

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/process"
	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/tenants"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// A client is one tenant of the stories.
type client struct {
	Name, Organization, Region, Zone string
	Source, Target                   tenants.Environment
}

// clients returns the two clients over the sample tenants in a place.
func clients(at tenants.Place) [2]client {
	e := tenants.Environments(at)
	return [2]client{
		{e[0].Tenant, "ABCD Shipping", "SG", "Asia/Singapore", e[0], e[1]},
		{e[2].Tenant, "Hansa Reederei", "DE-HH", "Europe/Berlin", e[2], e[3]},
	}
}

// The people who file tickets, and the engineers in Slack.
const (
	meiLing = "Mei Ling Tan"   // of the client in Singapore
	jonas   = "Jonas Petersen" // of the one in Hamburg

	alice = "U0ALICE" // approves
	bob   = "U0BOB"   // approves
	carol = "U0CAROL" // reads along
)

// What the two sides sign in with; only this demo knows them.
const (
	botUser       = "refreshbot@desk.example"
	botToken      = "demo-jira-token"
	webhookSecret = "demo-webhook-secret"
	slackToken    = "xoxb-demo"
	slackAppToken = "xapp-demo"
	appsSecret    = "demo-apps-secret"
	channel       = "C0REFRESH"
)

func newHelpCenter(now func() time.Time, at doors, of [2]client) *jirasim.Server {
	s := jirasim.New(jirasim.Options{
		Now: now, Project: "HELP", ProjectName: "Product support",
		BaseURL: "http://" + at.desk,
		BotUser: botUser, BotToken: botToken,
		WebhookURL: "http://" + at.vendors + "/jira/webhook", WebhookSecret: webhookSecret,
	})
	s.AddCustomer(meiLing, "meiling.tan@"+of[0].Source.Domain, of[0].Organization)
	s.AddCustomer(jonas, "jonas.petersen@"+of[1].Source.Domain, of[1].Organization)
	s.AddAgent("Alice Moreau", "alice@desk.example")
	return s
}

func newWorkspace(now func() time.Time) *slacksim.Server {
	s := slacksim.New(slacksim.Options{Now: now, BotToken: slackToken, AppToken: slackAppToken})
	s.AddUser(slacksim.User{ID: alice, Name: "alice", RealName: "Alice Moreau", Email: "alice@desk.example"})
	s.AddUser(slacksim.User{ID: bob, Name: "bob", RealName: "Bob Okafor", Email: "bob@desk.example"})
	s.AddUser(slacksim.User{ID: carol, Name: "carol", RealName: "Carol Lindqvist", Email: "carol@desk.example"})
	s.AddChannel(channel, "database-refreshes", alice, bob, carol)
	return s
}

//go:embed refreshbot.yaml.tmpl
var configuration string

// configure writes the bot's configuration, and its secrets beside it.
func (s *stage) configure() error {
	for name, secret := range map[string]string{
		"jira_token": botToken, "jira_webhook": webhookSecret,
		"slack_bot_token": slackToken, "slack_app_token": slackAppToken, "apps": appsSecret,
	} {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(secret+"\n"), 0o600); err != nil {
			return err
		}
	}
	var text bytes.Buffer
	err := template.Must(template.New("").Parse(configuration)).Execute(&text, map[string]any{
		"Desk": s.doors.desk, "Chat": s.doors.chat, "Apps": s.doors.apps,
		"Vendors": s.doors.vendors, "Admin": s.doors.admin,
		"User": botUser, "Channel": channel, "Approvers": []string{alice, bob},
		"Tenants": s.clients,
	})
	if err != nil {
		return fmt.Errorf("fill in the configuration: %w", err)
	}
	s.bot = process.Bot{
		Config: filepath.Join(s.dir, "refreshbot.yaml"),
		Log:    filepath.Join(s.dir, "bot.log"),
		Clock:  "http://" + s.doors.clock,
	}
	return os.WriteFile(s.bot.Config, text.Bytes(), 0o600)
}
