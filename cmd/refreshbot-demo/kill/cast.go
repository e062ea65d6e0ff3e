package kill

import (
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/promise"
)

// What the two sides sign in with; only this program knows them.
const (
	botUser       = "refreshbot@desk.example"
	botToken      = "kill-jira-token-5e0c"
	webhookSecret = "kill-webhook-secret-77aa"
	slackToken    = "xoxb-kill-91b2"
	slackAppToken = "xapp-kill-22d8"
	signingSecret = "kill-signing-secret-c41f"
	appsSecret    = "kill-apps-secret-08ed"
	channel       = "C0KILL"
)

// secrets are the files of the configuration's secrets.
func secrets() map[string]string {
	return map[string]string{
		"jira_token": botToken, "jira_webhook": webhookSecret, "slack_bot_token": slackToken,
		"slack_app_token": slackAppToken, "slack_signing_secret": signingSecret, "apps": appsSecret,
	}
}

// The engineers, all of whom may approve.
var (
	approvers = []string{"U0ALICE", "U0BOB", "U0CAROL"}
	names     = []string{"alice", "bob", "carol"}
)

// mailOf returns the address of a tenant's reporter.
func mailOf(t tenant) string {
	return strings.ToLower(strings.ReplaceAll(t.Reporter, " ", ".")) + "@" + t.Source.Domain
}

// retention is the product's default: how long a parked database is kept.
const retention = 168 * time.Hour

// layout says what the sample tenants' tables are.
func layout() promise.Layout {
	return promise.Layout{
		Copied: []string{"company", "person", "ticket", "document", "document_template", "package"},
		Kept:   []string{"configuration_flag", "messaging_channel", "messaging_template", "licence", "database_login", "system_user"},
		Own:    []string{"company_info", "mailbox", "app_authorization", "webhook"},
		Users:  promise.Users{Table: "app_user", Login: "login", Active: "active"},
		Jobs:   promise.Jobs{Table: "scheduled_task", Enabled: "enabled"},
		Domain: "refresh.invalid", Protected: []string{"svc_integration"},
	}
}
