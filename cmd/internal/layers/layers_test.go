package layers_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHouse(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	require.FileExists(t, filepath.Join(root, "go.mod"))
	h, err := openHouse(root)
	require.NoError(t, err)
	require.Contains(t, h.packages, "rules", "the walk found the house")
	require.Empty(t, h.violations())
}

// A house of one file a package that breaks no rule.
func soundHouse() map[string]string {
	return map[string]string{
		"rules/rules.go":                       "// Package rules is.\npackage rules\n\nimport _ \"github.com/refreshbot/refreshbot/rules/calendar\"\n",
		"rules/calendar/calendar.go":           "// Package calendar is.\npackage calendar\n\nimport _ \"embed\"\n",
		"bot/bot.go":                           "// Package bot is.\npackage bot\n\nimport \"time\"\n\nvar _ = time.Date\n",
		"bot/wording/wording.go":               "// Package wording is.\npackage wording\n",
		"bot/runner/runner.go":                 "// Package runner is.\npackage runner\n\nimport \"time\"\n\nvar _ = time.Now\n",
		"integrations/jira/jira.go":            "// Package jira is.\npackage jira\n",
		"integrations/jira/jirasim/jirasim.go": "// Package jirasim is.\npackage jirasim\n",
		"integrations/slack/slack.go":          "// Package slack is.\npackage slack\n",
		"integrations/clone/clone.go":          "// Package clone is.\npackage clone\n",
		"integrations/clone/sqlite/sqlite.go":  "// Package sqlite is.\npackage sqlite\n\nimport _ \"github.com/refreshbot/refreshbot/integrations/clone\"\n",
		"store/store.go":                       "// Package store is.\npackage store\n",
		"store/boltstore/boltstore.go":         "// Package boltstore is.\npackage boltstore\n",
		"store/storetest/storetest.go":         "// Package storetest is.\npackage storetest\n\nimport _ \"testing\"\n",
		"cmd/internal/wire/wire.go":            "// Package wire is.\npackage wire\n",
		"cmd/refreshbot/main.go":               "// Refreshbot is.\npackage main\n\nimport _ \"github.com/refreshbot/refreshbot/cmd/internal/wire\"\n",
		"cmd/refreshbot-demo/main.go":          "// The demo.\npackage main\n\nimport _ \"github.com/refreshbot/refreshbot/integrations/jira/jirasim\"\n",
		"bot/bot_test.go":                      "package bot_test\n\nimport _ \"os\"\n",
		"bot/testdata/broken.go":               "not Go",
		".ci/tools/tools.go":                   "package tools\n",
	}
}

func violationsOf(t *testing.T, files map[string]string) []string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		name = filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	h, err := openHouse(root)
	require.NoError(t, err)
	return h.violations()
}

func TestSoundHouse(t *testing.T) {
	require.Empty(t, violationsOf(t, soundHouse()))
}

// Every rule finds what is planted against it, and nothing else.
func TestPlanted(t *testing.T) {
	imports := func(name, what string) string {
		return "package " + name + "\n\nimport _ \"" + what + "\"\n"
	}
	ours := func(name, folder string) string { return imports(name, module+"/"+folder) }
	for name, c := range map[string]struct{ file, text, want string }{
		"inward":             {"rules/x.go", ours("rules", "bot"), "rules/x.go:3: imports bot: rules may not import it"},
		"calendar alone":     {"rules/calendar/x.go", ours("calendar", "rules"), "rules/calendar/x.go:3: imports rules: rules/calendar may not import it"},
		"bot to its words":   {"bot/x.go", ours("bot", "bot/wording"), "bot/x.go:3: imports bot/wording: bot may not import it"},
		"runner to store":    {"bot/runner/x.go", ours("runner", "store"), "bot/runner/x.go:3: imports store: bot/runner may not import it"},
		"adapter to adapter": {"integrations/jira/x.go", ours("jira", "integrations/slack"), "integrations/jira/x.go:3: imports integrations/slack: integrations/jira may not import it"},
		"adapter to store":   {"integrations/slack/x.go", ours("slack", "store/boltstore"), "integrations/slack/x.go:3: imports store/boltstore: integrations/slack may not import it"},
		"store to adapter":   {"store/boltstore/x.go", ours("boltstore", "integrations/jira"), "store/boltstore/x.go:3: imports integrations/jira: store/boltstore may not import it"},
		"clone out":          {"integrations/clone/sqlite/x.go", ours("sqlite", "integrations/jira"), "integrations/clone/sqlite/x.go:3: imports integrations/jira: integrations/clone/sqlite may not import it"},
		"anything to cmd":    {"store/x.go", ours("store", "cmd/internal/wire"), "store/x.go:3: imports cmd/internal/wire: store may not import it"},
		"product to demo":    {"cmd/refreshbot/x.go", ours("main", "cmd/refreshbot-demo/tenants"), "cmd/refreshbot/x.go:3: imports cmd/refreshbot-demo/tenants: cmd/refreshbot may not import it"},
		"program to program": {"cmd/refreshbot-demo/x.go", ours("main", "cmd/refreshbot"), "cmd/refreshbot-demo/x.go:3: imports cmd/refreshbot: cmd/refreshbot-demo may not import it"},
		"simulator":          {"integrations/jira/jirasim/x.go", ours("jirasim", "integrations/jira"), "integrations/jira/jirasim/x.go:3: imports integrations/jira: integrations/jira/jirasim is a simulator, which imports nothing of ours"},
		"adapter to its sim": {"integrations/jira/x.go", ours("jira", "integrations/jira/jirasim"), "integrations/jira/x.go:3: imports integrations/jira/jirasim: integrations/jira must not link a simulator"},
		"no layer":           {"integrations/teams/x.go", "// Package teams is.\npackage teams\n", "integrations/teams: belongs to no layer: give it one in the table"},

		"rules to os":      {"rules/x.go", imports("rules", "os"), "rules/x.go:3: imports os: rules is pure"},
		"rules to net":     {"rules/ticket/x.go", "// Package ticket is.\n" + imports("ticket", "net/http"), "rules/ticket/x.go:4: imports net/http: rules/ticket is pure"},
		"bot to log":       {"bot/x.go", imports("bot", "log/slog"), "bot/x.go:3: imports log/slog: bot is pure"},
		"bot to chance":    {"bot/x.go", imports("bot", "math/rand/v2"), "bot/x.go:3: imports math/rand/v2: bot is pure"},
		"words to sql":     {"bot/wording/x.go", imports("wording", "database/sql"), "bot/wording/x.go:3: imports database/sql: bot/wording is pure"},
		"words to embed":   {"bot/wording/x.go", imports("wording", "embed"), "bot/wording/x.go:3: imports embed: bot/wording is pure"},
		"calendar to exec": {"rules/calendar/x.go", imports("calendar", "os/exec"), "rules/calendar/x.go:3: imports os/exec: rules/calendar is pure"},

		"clock":        {"rules/x.go", "package rules\n\nimport \"time\"\n\nvar _ = time.Now()\n", "rules/x.go:5: uses time.Now: rules is pure"},
		"hidden clock": {"bot/x.go", "package bot\n\nimport t \"time\"\n\nvar since = t.Since\n", "bot/x.go:5: uses time.Since: bot is pure"},
		"dotted clock": {"bot/x.go", "package bot\n\nimport . \"time\"\n\nvar _ = Now\n", "bot/x.go:1: imports time into its own names, where its clock can't be seen"},
		"own zone":     {"bot/wording/x.go", "package wording\n\nimport \"time\"\n\nvar _ = time.Local\n", "bot/wording/x.go:5: uses time.Local: bot/wording is pure"},

		"linked tests":  {"store/x.go", imports("store", "testing"), ""},
		"linked suite":  {"cmd/internal/wire/x.go", ours("wire", "store/storetest"), "cmd/internal/wire/x.go:3: imports github.com/refreshbot/refreshbot/store/storetest: cmd/refreshbot must not link it"},
		"linked server": {"cmd/internal/wire/x.go", imports("wire", "net/http/httptest"), "cmd/internal/wire/x.go:3: imports net/http/httptest: cmd/refreshbot must not link it"},

		"two comments": {"bot/x.go", "// Package bot is, again.\npackage bot\n", "is a second package comment of bot"},
		"no comment":   {"store/pgstore/x.go", "package pgstore\n", "store/pgstore: has no package comment"},
		"odd comment":  {"store/pgstore/x.go", "// This is pgstore.\npackage pgstore\n", "store/pgstore/x.go:1: the package comment does not begin with \"Package pgstore\""},
		"init":         {"store/x.go", "package store\n\nfunc init() {}\n", "store/x.go:3: runs by itself: nothing is named init"},
		"vague":        {"cmd/internal/util/x.go", "// Package util is.\npackage util\n", "cmd/internal/util: the name says nothing about what the package is for"},
		"no Go":        {"store/x.go", "package\n", "store/x.go:"},
	} {
		t.Run(name, func(t *testing.T) {
			files := soundHouse()
			files[c.file] = c.text
			found := violationsOf(t, files)
			if c.want == "" { // nobody links it into the product
				require.Empty(t, found)
				return
			}
			require.NotEmpty(t, found)
			require.Contains(t, found[0], c.want)
		})
	}
}

// What the product must not link is found along the imports, however far.
func TestLinkedFromAfar(t *testing.T) {
	files := soundHouse()
	files["cmd/internal/wire/x.go"] = "package wire\n\nimport _ \"" + module + "/store\"\n"
	files["store/x.go"] = "package store\n\nimport _ \"testing\"\n"
	require.Equal(t, []string{"store/x.go:3: imports testing: cmd/refreshbot must not link it"}, violationsOf(t, files))
}
