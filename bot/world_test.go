package bot_test

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// The people of every test.
var people = map[string]bot.Person{
	"reporter": {Jira: "j-ana", Email: "ana@abcd.example", Name: "Ana"},
	"Ben":      {Jira: "j-ben", Email: "ben@abcd.example", Name: "Ben"},   // a colleague of Ana's
	"Zoe":      {Jira: "j-zoe", Email: "zoe@wxyz.example", Name: "Zoe"},   // of another tenant
	"Agent":    {Jira: "j-agt", Email: "agt@desk.example", Name: "Agent"}, // of the desk
	"Ira":      {Jira: "j-ira", Email: "ira@abcd.example", Name: "Ira"},   // an agent too, with an address of Ana's company
	"Mia":      {Slack: "U-mia", Name: "Mia"},
	"Tom":      {Slack: "U-tom", Name: "Tom"},
	"Ida":      {Slack: "U-ida", Name: "Ida"},
	"Sam":      {Slack: "U-sam", Name: "Sam"}, // no approver
	"AnaSlack": {Slack: "U-ana", Name: "ana"}, // the reporter, in Slack
}

// usual is the calendar of most tests. It takes a while to make and is never
// changed.
var usual = sync.OnceValues(func() (*calendar.Calendar, error) { return calendar.New(calendar.Config{}) })

// world returns the rules' world of every test: three tenants, a desk in the US.
func world(t testing.TB, added ...calendar.Entry) rules.World {
	days, err := usual()
	if len(added) > 0 {
		days, err = calendar.New(calendar.Config{Add: added})
	}
	require.NoError(t, err)
	singapore, err := time.LoadLocation("Asia/Singapore")
	require.NoError(t, err)
	return rules.World{Policy: rules.DefaultPolicy(), Calendar: days, Registry: &rules.Registry{Tenants: []rules.Tenant{
		{
			Name: "ABCD", EmailDomains: []string{"abcd.example"}, Regions: []string{"SG"}, Zone: singapore,
			Environments: []rules.Environment{
				{Name: "ABCD_prod", Role: ticket.Production, SchemaVersion: "24.3", Database: "sqlite:prod.db"},
				{Name: "ABCD_test", Role: ticket.Test, SchemaVersion: "24.3", Database: "sqlite:test.db"},
				{Name: "ABCD_uat", Role: ticket.UAT, SchemaVersion: "24.1", Database: "sqlite:uat.db"},
			},
		},
		{
			Name: "WXYZ", EmailDomains: []string{"wxyz.example"},
			Environments: []rules.Environment{{Name: "WXYZ_prod", Role: ticket.Production}, {Name: "WXYZ_test", Role: ticket.Test}},
		},
		{Name: "Onprem", EmailDomains: []string{"onprem.example"}, OnPremise: true, Environments: []rules.Environment{{Name: "OP_prod"}, {Name: "OP_test"}}},
	}}}
}

func instant(t testing.TB, s string) time.Time {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z", "2006-01-02 15:04"} {
		if at, err := time.Parse(form, s); err == nil {
			return at.UTC()
		}
	}
	require.FailNow(t, "read an instant", s)
	return time.Time{}
}

// step is Step with everything that has to hold of every decision.
func step(t testing.TB, c bot.Conversation, e bot.Event, f bot.Facts, now time.Time) bot.Decision {
	before := encoded(t, c)
	d := bot.Step(c, e, f, now)
	require.Equal(t, before, encoded(t, c), "the conversation was changed")
	require.Equal(t, d, bot.Step(c, e, f, now), "the same arguments gave another decision")
	require.Equal(t, encoded(t, d), encoded(t, bot.Step(reloaded(t, c), e, f, now)), "a stored conversation decides otherwise")

	require.Equal(t, c.Version+1, d.Next.Version)
	require.LessOrEqual(t, len(d.Next.Holds), 2, "holds")
	require.Equal(t, len(d.Next.Answers.Windows), len(d.Next.Labels), "labels")
	if d.Order != nil {
		require.Equal(t, bot.Running, d.Next.State)
		require.NotEqual(t, bot.Running, c.State, "ordered twice")
	}
	for _, b := range d.Book {
		require.NotContains(t, d.Unbook, b.ID)
	}
	if e.Kind == bot.TimerRang && !d.Wake.IsZero() {
		require.True(t, d.Wake.After(now), "the timer rings for ever: %s", d.Wake)
	}
	for _, a := range d.Audit {
		require.Equal(t, d.Next.Version, a.Version)
		require.NotEmpty(t, a.Actor)
	}
	return d
}

func encoded(t testing.TB, v any) string {
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return string(data)
}

// reloaded is the conversation as a store gives it back.
func reloaded(t testing.TB, c bot.Conversation) bot.Conversation {
	var again bot.Conversation
	require.NoError(t, json.Unmarshal([]byte(encoded(t, c)), &again))
	return again
}
