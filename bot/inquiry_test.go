package bot_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

func TestWhatWaitsForSomebody(t *testing.T) {
	mia := bot.Standing{Approver: true, Person: bot.Person{Slack: "U1", Email: "mia@desk.example"}}
	house := bot.House{People: []bot.Person{{Slack: "U1", Jira: "j-mia"}}}
	tests := map[string]struct {
		change func(*bot.Conversation, *bot.Standing)
		want   bool
	}{
		"open":               {func(*bot.Conversation, *bot.Standing) {}, true},
		"confirmed":          {func(c *bot.Conversation, _ *bot.Standing) { c.State = bot.Confirmed }, false},
		"no approver":        {func(_ *bot.Conversation, s *bot.Standing) { s.Approver = false }, false},
		"another tenant's":   {func(c *bot.Conversation, _ *bot.Standing) { c.Verdict.ForeignEnvironment = "WXYZ_prod" }, false},
		"own, by address":    {func(c *bot.Conversation, _ *bot.Standing) { c.Reporter.Email = "Mia@Desk.example" }, false},
		"own, by the people": {func(c *bot.Conversation, _ *bot.Standing) { c.Reporter.Jira = "j-mia" }, false},
		"approved before": {func(c *bot.Conversation, s *bot.Standing) {
			c.Approvals = []bot.Approval{{Label: "A", Hash: c.Hash("A"), By: s.Person}}
		}, false},
		"approved before it changed": {func(c *bot.Conversation, s *bot.Standing) {
			c.Approvals = []bot.Approval{{Label: "A", Hash: "of old", By: s.Person}}
		}, true},
		"approved by another": {func(c *bot.Conversation, _ *bot.Standing) {
			c.Approvals = []bot.Approval{{Label: "A", Hash: c.Hash("A"), By: bot.Person{Slack: "U2"}}}
		}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c, s := bot.Conversation{Key: "HELP-7", State: bot.Proposed}, mia
			tt.change(&c, &s)
			require.Equal(t, tt.want, c.WaitsFor(s, house))
		})
	}
}

func TestWhichQuestionsAreAboutClients(t *testing.T) {
	for q, want := range map[bot.Question]bool{
		{Topic: bot.AboutStatus}:                    true,
		{Topic: bot.AboutList}:                      true,
		{Topic: bot.AboutRequest, Ticket: "HELP-7"}: true,
		{Topic: bot.AboutWindows}:                   false,
		{Topic: bot.AboutWindows, Ticket: "HELP-7"}: true,
		{Topic: bot.AboutHolidays, Region: "SG"}:    false,
	} {
		require.Equal(t, want, q.Private(), "%+v", q)
	}
}
