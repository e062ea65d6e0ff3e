package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

func noEnv(string) string { return "" }

// write puts a configuration into a folder of its own.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "refreshbot.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// Every file of testdata/bad says behind each line what is wrong with it: the
// mistakes are told all at once, each with exactly that line.
func TestMistakesAreToldAtOnce(t *testing.T) {
	for _, name := range []string{"keys", "values", "tenants", "secrets"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", "bad", name+".yaml")
			_, err := config.Load(path, noEnv)
			var found config.Mistakes
			require.ErrorAs(t, err, &found)
			require.Equal(t, wanted(t, path), found)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

// wanted reads the mistakes that a file says it has.
func wanted(t *testing.T, path string) config.Mistakes {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var list config.Mistakes
	for i, line := range strings.Split(string(data), "\n") {
		_, comment, _ := strings.Cut(line, "# want: ")
		for text := range strings.SplitSeq(comment, " | ") {
			if key, text, found := strings.Cut(text, ": "); found {
				list = append(list, config.Mistake{File: path, Line: i + 1, Path: key, Text: text})
			}
		}
	}
	require.NotEmpty(t, list)
	return list
}

func TestSyntax(t *testing.T) {
	path := filepath.Join("testdata", "bad", "syntax.yaml")
	_, err := config.Load(path, noEnv)
	require.ErrorContains(t, err, path+":4: this is not YAML: ")

	_, err = config.Load(write(t, "mode: live\n---\nmode: shadow\n"), noEnv)
	require.ErrorContains(t, err, ":2: this is not YAML: a second document begins here")

	_, err = config.Load(write(t, "- mode\n"), noEnv)
	require.ErrorContains(t, err, ":1: is a list: want keys and values")

	c, err := config.Load(filepath.Join(t.TempDir(), "none.yaml"), noEnv)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.Nil(t, c)
}

// An alias to its own parent and a list of lists of aliases end, like everything.
func TestAliases(t *testing.T) {
	_, err := config.Load(write(t, "policy: &p\n  notice: *p\n"), noEnv)
	require.ErrorContains(t, err, "unknown key")

	c, err := config.Load(write(t, "policy:\n  desk_regions: &r [SG]\ntenants:\n  - {name: A, regions: *r}\n"), noEnv)
	require.NoError(t, err)
	require.Equal(t, []string{"SG"}, c.Tenants[0].Regions)
}

func TestEmptyFileHasTheDefaults(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "{}\n", "jira:\npolicy:\n"} {
		path := write(t, text)
		c, err := config.Load(path, noEnv)
		require.NoError(t, err, text)
		require.Equal(t, config.Live, c.Mode)
		require.Equal(t, "127.0.0.1:8080", c.Listen)
		require.Equal(t, "127.0.0.1:8081", c.AdminListen)
		require.Equal(t, config.Connection("bolt:"+filepath.Join(filepath.Dir(path), "refreshbot.db")), c.Store)
		require.True(t, c.Jira.Webhook)
		require.Equal(t, time.Minute, c.Jira.PollEvery)
		require.Equal(t, "https://slack.com/api/", c.Slack.APIURL)
		require.Equal(t, config.SocketMode, c.Slack.Mode)
		require.Equal(t, config.Local, c.Engine.Runner)
		require.Equal(t, 7*24*time.Hour, c.Engine.Retention)
		require.Equal(t, 400*24*time.Hour, c.Retention)
		require.Equal(t, "refresh.invalid", c.Engine.MailDomain)

		w := c.World()
		require.Equal(t, rules.DefaultPolicy(), w.Policy)
		require.Nil(t, w.Registry)
	}
}

// Each key of the policy section reaches the rules.
func TestPolicy(t *testing.T) {
	c, err := config.Load("testdata/whole.yaml", noEnv)
	require.NoError(t, err)
	p := c.World().Policy
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	newYork, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	require.Equal(t, rules.Policy{
		Window:          3 * time.Hour,
		WindowsRequired: 3,
		YearAhead:       90 * 24 * time.Hour,
		Weekdays:        []time.Weekday{time.Sunday, time.Monday},
		Hours: rules.Hours{
			Zone:   berlin,
			Summer: rules.DayRange{From: 0, To: 24 * time.Hour},
			Winter: rules.DayRange{From: 2 * time.Hour, To: 3 * time.Hour},
		},
		Suggest: rules.SuggestPolicy{
			Hours: rules.DayRange{From: 4 * time.Hour, To: 9 * time.Hour}, Step: 15 * time.Minute, Horizon: 36 * time.Hour,
		},
		Notice: map[ticket.Kind]rules.Notice{
			"standard": {BusinessDays: 3}, "point_in_time": {Plain: 15 * 24 * time.Hour}, "schema_update": {},
		},
		PITMaxAge:     11 * 24 * time.Hour,
		Capacity:      4,
		Hold:          rules.Notice{Plain: 6 * time.Hour},
		ConfirmBefore: 5 * time.Hour,
		Approvers:     rules.ApproverPolicy{Production: 3},
		Reminders:     []time.Duration{},
		Recheck:       []time.Duration{36 * time.Hour},
		Nudge:         rules.Notice{BusinessDays: 4},
		Close:         rules.Notice{BusinessDays: 6},
		DeskRegions:   []string{"SG", "DE-HH"},
		RegionZones:   map[string]*time.Location{"US": newYork, "DE": berlin},
		Freezes: []rules.Freeze{{
			Interval: rules.Interval{
				Start: time.Date(2026, 12, 24, 18, 0, 0, 0, time.UTC),
				End:   time.Date(2027, 1, 2, 6, 0, 0, 0, time.UTC),
			},
			Reason: "end of the year",
		}},
	}, p)

	added, known := c.Calendar().Holiday("SG", calendar.NewDate(2027, time.March, 3))
	require.True(t, known)
	require.Equal(t, "Founders' Day", added.Name)
	_, known = c.Calendar().Holiday("US", calendar.NewDate(2027, time.October, 11))
	require.False(t, known, "the operator took it away")
}

// Answers in fields are written as `refreshbot check` calls them, and known inside
// by the question they answer.
func TestFields(t *testing.T) {
	c, err := config.Load(write(t, "jira: {fields: {source: customfield_1, preserve_users: customfield_2}}\n"), noEnv)
	require.NoError(t, err)
	require.Equal(t, map[string]string{
		string(ticket.AskSource): "customfield_1", string(ticket.AskPreserve): "customfield_2",
	}, c.Jira.Fields)
}

// What goes along with a transition is kept as it was written, and needs the
// transition to go along with.
// A few lines of aliases can stand for any number of values: they are counted, and
// reading them ends.
func TestAliasesThatMultiply(t *testing.T) {
	many := func(s string) string { return strings.TrimSuffix(strings.Repeat(s+", ", 1000), ", ") }
	_, err := config.Load(write(t, "tenants: [&t {name: A, environments: [&e {name: A_1, role: test}, "+many("*e")+"]}, "+many("*t")+"]\n"), noEnv)
	require.ErrorContains(t, err, "refreshbot.yaml: holds more than 100000 values")
}

func TestScreens(t *testing.T) {
	c, err := config.Load(write(t, "jira: {transitions: {done: Resolve}, screens: {done: {resolution: {name: Done}}}}\n"), noEnv)
	require.NoError(t, err)
	require.Equal(t, map[string]map[string]any{"done": {"resolution": map[string]any{"name": "Done"}}}, c.Jira.Screens)

	_, err = config.Load(write(t, "jira: {screens: {done: {resolution: {name: Done}}, doen: {}}}\n"), noEnv)
	require.ErrorContains(t, err, "jira.transitions.done is empty")
	require.ErrorContains(t, err, "did you mean done?")
}

// Each key of a tenant reaches the rules, and what is a path counts from the file.
func TestTenantsAndPaths(t *testing.T) {
	c, err := config.Load("testdata/whole.yaml", noEnv)
	require.NoError(t, err)
	singapore, err := time.LoadLocation("Asia/Singapore")
	require.NoError(t, err)
	require.Equal(t, &rules.Registry{Tenants: []rules.Tenant{
		{
			Name: "ABCD", Organizations: []string{"ABCD Shipping"}, EmailDomains: []string{"abcd.example"},
			Regions: []string{"SG"}, Zone: singapore, OnPremise: true, DataLake: true, Replicated: true,
			Environments: []rules.Environment{
				{Name: "ABCD_prod", Role: "production", SchemaVersion: "24.30", Database: "sqlite:testdata/db/prod.db"},
				{Name: "ABCD_test", Role: "test", Database: "postgres://bot@db.example/test"},
			},
		},
		{Name: "EFGH"},
	}}, c.World().Registry)
	require.Equal(t, config.Connection("bolt:/var/lib/refreshbot/refreshbot.db"), c.Store)
	require.Equal(t, config.Path("testdata/profile.yaml"), c.Engine.Profile)
	require.Equal(t, config.Path("testdata/systems/objects"), c.Engine.Systems.Objects)
}

// PostgreSQL's own programs take both names of the scheme; here there is one.
func TestConnectionsToPostgreSQL(t *testing.T) {
	for _, scheme := range []string{"postgres", "postgresql"} {
		c, err := config.Load(write(t, "store: \""+scheme+"://bot@db.example/refreshbot\"\n"), noEnv)
		require.NoError(t, err)
		require.Equal(t, config.Connection("postgres://bot@db.example/refreshbot"), c.Store)
	}
}

func TestPurposes(t *testing.T) {
	empty := write(t, "")
	_, err := config.LoadFor(config.Written, empty, noEnv)
	require.NoError(t, err, "nothing was set out")
	_, err = config.LoadFor(config.Cloning, empty, noEnv)
	require.NoError(t, err)

	_, err = config.LoadFor(config.Serving, empty, noEnv)
	require.Equal(t, []string{
		"jira.project", "jira.token_file", "jira.url", "jira.webhook_secret_file",
		"slack.app_token_file", "slack.bot_token_file", "slack.channel", "tenants",
	}, paths(t, err))

	half := write(t, "slack:\n  mode: http\n  chanel: C1\njira: {webhook: off}\n")
	_, err = config.Load(half, noEnv)
	require.Equal(t, []string{"slack.chanel"}, paths(t, err), "to judge a ticket the rest is not needed")
	_, err = config.LoadFor(config.Written, half, noEnv)
	require.Equal(t, []string{
		"jira.project", "jira.token_file", "jira.url",
		"slack.bot_token_file", "slack.chanel", "slack.channel", "slack.signing_secret_file",
	}, paths(t, err))
	require.ErrorContains(t, err, half+":1: slack.channel: is missing: ")
}

// paths returns the paths of mistakes, sorted.
func paths(t *testing.T, err error) []string {
	t.Helper()
	var found config.Mistakes
	require.True(t, errors.As(err, &found), "%v", err)
	var list []string
	for _, m := range found {
		list = append(list, m.Path)
	}
	slices.Sort(list)
	return list
}

// What a configuration may name and this version does not have is refused by
// those who would need it, and by nobody else.
func TestNotInThisVersion(t *testing.T) {
	path := write(t, "store: postgres://bot@db.example/bot\nengine: {runner: temporal}\n")
	_, err := config.LoadFor(config.Judging, path, noEnv)
	require.NoError(t, err)
	for _, purpose := range []config.Purpose{config.Cloning, config.Written} {
		_, err = config.LoadFor(purpose, path, noEnv)
		require.ElementsMatch(t, []string{"engine.runner", "store"}, paths(t, err))
	}
}
