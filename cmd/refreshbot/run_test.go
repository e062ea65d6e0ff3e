package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

// A shell calls the program as people do.
type shell struct {
	stdin string
	env   map[string]string
	clock bot.Clock // nil: a Monday morning
}

// A clock stands still but for those who wait for it.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Until(ctx context.Context, t time.Time) error {
	c.now = t
	return ctx.Err()
}

type result struct {
	code           int
	stdout, stderr string
}

// call runs the program.
func (s shell) call(args ...string) result {
	var stdout, stderr bytes.Buffer
	if s.clock == nil {
		s.clock = &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	}
	code := run(context.Background(), args, system{
		env:    func(name string) string { return s.env[name] },
		stdin:  strings.NewReader(s.stdin),
		stdout: &stdout,
		stderr: &stderr,
		clock:  s.clock,
	})
	return result{code, stdout.String(), stderr.String()}
}

// write puts a file into a folder of its own.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// What is asked wrongly ends with 2, one line that says how to mend it, and an
// empty standard output.
func TestAskedWrongly(t *testing.T) {
	sound := write(t, "refreshbot.yaml", "tenants: [{name: ABCD}]\n")
	for args, want := range map[string]string{
		"":               "what is to be done? `refreshbot help` lists the commands",
		"chekc":          `unknown command "chekc"; did you mean check?`,
		"zebra":          `unknown command "zebra"`,
		"help zebra":     "there is no command \"zebra\"; `refreshbot help` lists them",
		"help check it":  "there is no command \"check it\"; `refreshbot help` lists them",
		"config":         "config goes with one of: check",
		"config chekc":   "config goes with one of: check",
		"config check":   "--config is missing",
		"version please": `what is "please"? It is one argument too many`,

		"check --regoin SG":                        "unknown flag --regoin; did you mean --region?",
		"check -x":                                 "unknown flag -x",
		"check - --batsh":                          "unknown flag --batsh; did you mean --batch?",
		"check --at":                               "flag needs an argument: -at",
		"check --at tomorrow":                      `invalid value "tomorrow" for flag -at: want RFC 3339 such as 2026-12-24T18:00:00Z`,
		"check --format xml":                       `invalid value "xml" for flag -format: want text or json`,
		"check --region Singapore":                 `"Singapore" is not a region: want ISO 3166 such as SG or DE-HH`,
		"check --tenant ABCD":                      "--tenant goes with --config, which says who the tenants are",
		"check --tenant ABDC --config " + sound:    `there is no tenant "ABDC"; did you mean ABCD?`,
		"check a b":                                `what is "b"? It is one argument too many`,
		"check nowhere.txt":                        "open the input: open nowhere.txt: no such file or directory",
		"check .":                                  "read the ticket: read .: is a directory",
		"check --config nowhere.yaml":              "read configuration: open nowhere.yaml: no such file or directory",
		"clone":                                    "clone goes with one of: plan, run, resume, rollback, status",
		"clone plan --source A_prod":               "--config is missing",
		"clone status --config x":                  "--id is missing",
		"clone run --config " + sound:              "--source is missing",
		"clone status --id ../x --config " + sound: `"../x" can't be a run's id: want up to 64 letters, digits, -, _ and .`,
		"clone plan --id x":                        "unknown flag --id",
		"clone run --source A_prod --target A_test --config " + sound: `no environment "A_prod" is configured`,
		"holidays --year 2026":                     "--region is missing",
		"holidays --region SG":                     "--year is missing",
		"holidays --region SG --year soon":         `invalid value "soon" for flag -year: parse error`,
		"holidays --region SG --year 1900":         "no holidays of SG in 1900: covered are the years ",
		"holidays --region ZZ --year 2026":         `no holidays of region "ZZ": known are `,
		"windows -n 0":                             "-n is 0: want 1 to 1000",
		"windows -n 5000":                          "-n is 5000: want 1 to 1000",
		"windows --kind refresh":                   `invalid value "refresh" for flag -kind: want standard or point_in_time or schema_update`,
		"windows --kind standard --pit " + instant: "--pit goes with --kind point_in_time",
	} {
		t.Run(args, func(t *testing.T) {
			got := shell{}.call(strings.Fields(args)...)
			require.Equal(t, 2, got.code)
			require.Empty(t, got.stdout)
			require.Contains(t, got.stderr, "refreshbot: "+want)
			require.Equal(t, 1, strings.Count(got.stderr, "\n"))
		})
	}
}

const instant = "2026-03-01T00:00:00Z"

func TestHelp(t *testing.T) {
	overview := shell{}.call("help")
	require.Zero(t, overview.code)
	for _, cmd := range commands() {
		require.Contains(t, overview.stdout, cmd.name)
		page := shell{}.call(append([]string{"help"}, strings.Fields(cmd.name)...)...)
		require.Zero(t, page.code)
		require.Contains(t, page.stdout, "Usage: refreshbot "+cmd.name)
	}
	group := shell{}.call("help", "clone")
	require.Zero(t, group.code)
	require.Equal(t, 6, strings.Count(group.stdout, "Usage: refreshbot clone "))
	require.Equal(t, overview, shell{}.call("--help"))
	require.Equal(t, shell{}.call("help", "check"), shell{}.call("check", "--help"))
	require.Equal(t, shell{}.call("help", "config", "check"), shell{}.call("config", "check", "-h"))
}

func TestVersion(t *testing.T) {
	got := shell{}.call("version")
	require.Zero(t, got.code)
	require.Regexp(t, `^refreshbot \S.* \(go1\.\d+.* \w+/\w+\)\n$`, got.stdout)
}

func TestConfigCheck(t *testing.T) {
	path := write(t, "refreshbot.yaml", "tenants: [{name: ABCD, environments: [{name: ABCD_prod, role: production}]}]\n")
	got := shell{}.call("config", "check", "--config", path)
	require.Equal(t, result{0, path + ": no mistakes; tenants: 1, environments: 1, mode: live\n" +
		"It has no section jira, slack: enough for check, windows and clone, not for serve.\n", ""}, got)

	path = write(t, "refreshbot.yaml", "jira:\n  ulr: https://a.example\n  project: HELP\n  webhook: off\npolicy:\n  windows_required: 0\n")
	got = shell{}.call("config", "check", "--config", path)
	require.Equal(t, result{2, "", strings.ReplaceAll(`FILE:1: jira.url: is missing: where is the help center, such as https://example.atlassian.net?
FILE:1: jira.token_file: is missing: give the name of a file that holds the secret, or set REFRESHBOT_JIRA_TOKEN
FILE:2: jira.ulr: unknown key; did you mean url?
FILE:6: policy.windows_required: is 0: has to be 1 or more
`, "FILE", path)}, got)

	path = write(t, "refreshbot.yaml", "jira: {url: https://a.example, project: HELP, webhook: off}\n")
	got = shell{env: map[string]string{"REFRESHBOT_JIRA_TOKEN": "sesame"}}.call("config", "check", "--config", path)
	require.Zero(t, got.code, got.stderr)
	require.NotContains(t, got.stdout, "sesame")
}

func TestHolidays(t *testing.T) {
	got := shell{}.call("holidays", "--region", "sg", "--year", "2025", "--format", "json")
	require.Zero(t, got.code, got.stderr)
	require.Contains(t, got.stdout, `"date": "2025-08-09"`)
	require.Contains(t, got.stdout, `"name": "National Day"`)

	path := write(t, "refreshbot.yaml", `policy: {holidays: {add: [{region: SG, date: 2025-03-03, name: "Founders' Day"}]}}`)
	got = shell{}.call("holidays", "--region", "SG", "--year", "2025", "--config", path)
	require.Zero(t, got.code, got.stderr)
	require.Contains(t, got.stdout, "Singapore (SG) in 2025\n")
	require.Contains(t, got.stdout, "  2025-03-03  Mon  Founders' Day\n")
}

func TestWindows(t *testing.T) {
	got := shell{}.call("windows", "-n", "2", "--at", "2026-03-02T09:00:00Z")
	require.Equal(t, result{0, "Wed 4 Mar 2026 09:00–11:00 UTC\nWed 4 Mar 2026 11:00–13:00 UTC\n", ""}, got)

	got = shell{}.call("windows", "-n", "1", "--format", "json", "--kind", "schema_update")
	require.Zero(t, got.code, got.stderr)
	require.JSONEq(t, `[{"start": "2026-03-04T09:00:00Z", "end": "2026-03-04T11:00:00Z"}]`, got.stdout)

	// An instant that lies too far back for any window with the notice it needs.
	got = shell{}.call("windows", "--pit", "2026-03-01T00:00:00Z", "--format", "json")
	require.Equal(t, result{0, "[]\n", ""}, got)
	got = shell{}.call("windows", "--pit", "2026-03-01T00:00:00Z")
	require.Equal(t, result{0, "no window up to Fri 1 May 2026 09:00 UTC satisfies every rule\n", ""}, got)

	path := write(t, "refreshbot.yaml", "policy: {freezes: [{from: 2026-03-01T00:00:00Z, to: 2026-03-05T00:00:00Z}]}\n")
	got = shell{}.call("windows", "-n", "1", "--config", path)
	require.Equal(t, result{0, "Thu 5 Mar 2026 01:30–03:30 UTC\n", ""}, got)
}

// quiet logs nothing.
var quiet = slog.New(slog.DiscardHandler)
