package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
)

func TestSecretNeverPrints(t *testing.T) {
	s := bot.Secret("hunter2")
	inside := config.Jira{User: "bot", Token: s}
	var printed bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%q", "%s", "%x", "%d", "%10.3s"} {
		fmt.Fprintf(&printed, verb+verb+verb+verb+"\n", s, &s, inside, []bot.Secret{s})
	}
	fmt.Fprintln(&printed, s, s.String(), s.GoString())
	log := slog.New(slog.NewTextHandler(&printed, nil))
	log.Info("a secret", "plain", s, "inside", inside)
	slog.New(slog.NewJSONHandler(&printed, nil)).Info("a secret", "plain", s, "inside", inside)
	for _, marshal := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal} {
		out, err := marshal(map[string]any{"plain": s, "inside": inside})
		require.NoError(t, err)
		require.Contains(t, string(out), "[redacted]")
		printed.Write(out)
	}
	require.NotContains(t, printed.String(), "hunter2")
	require.NotContains(t, printed.String(), fmt.Sprintf("%x", "hunter2"))
	require.Equal(t, "hunter2", string(s), "who asks for the value gets it")
}

func TestWhereSecretsComeFrom(t *testing.T) {
	folder := t.TempDir()
	file := func(name, value string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(value), 0o600))
	}
	file("token", "sesame\n")
	file("windows", " two words \r\n")
	file("bare", "bare")
	file("refreshbot.yaml", `
jira: {token_file: token, webhook: off, url: "https://a.example", project: HELP}
slack: {bot_token_file: windows, app_token_file: `+filepath.Join(folder, "bare")+`, channel: C1}
tenants:
  - name: ABCD
    environments: [{name: ABCD_prod, role: production, database: "postgres://bot@db/x", password_file: bare}, {name: ABCD_test, role: test}]
engine: {systems: {apps: {secret_file: bare}}}
`)
	env := map[string]string{
		"REFRESHBOT_SLACK_APP_TOKEN":                   "from the environment",
		"REFRESHBOT_TENANTS_0_ENVIRONMENTS_1_PASSWORD": "inside lists too",
		"REFRESHBOT_PASSWORD":                          "of the store",
	}
	path := filepath.Join(folder, "refreshbot.yaml")
	c, err := config.LoadFor(config.Serving, path, func(name string) string { return env[name] })
	require.NoError(t, err)
	for want, got := range map[string]bot.Secret{
		"sesame":               c.Jira.Token,
		" two words ":          c.Slack.BotToken,
		"from the environment": c.Slack.AppToken,
		"bare":                 c.Tenants[0].Environments[0].Password,
		"inside lists too":     c.Tenants[0].Environments[1].Password,
		"of the store":         c.Password,
	} {
		require.Equal(t, want, string(got))
	}
	require.Equal(t, "bare", string(c.Engine.Systems.Apps.Secret))

	c, err = config.LoadFor(config.Cloning, path, noEnv)
	require.NoError(t, err)
	require.Empty(t, string(c.Jira.Token), "a clone needs no vendor's secret")
	require.Equal(t, "bare", string(c.Tenants[0].Environments[0].Password))
}

func TestSecretsThatCanNotBeRead(t *testing.T) {
	path := write(t, "jira:\n  token_file: nowhere\n  webhook_secret_file: empty\n  url: https://a.example\n  project: HELP\n")
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "empty"), []byte("\n"), 0o600))
	_, err := config.LoadFor(config.Written, path, noEnv)
	require.Equal(t, []string{"jira.token_file", "jira.webhook_secret_file"}, paths(t, err))
	require.ErrorContains(t, err, path+":2: jira.token_file: the secret can't be read: open ")
	require.ErrorContains(t, err, path+":3: jira.webhook_secret_file: the secret can't be read: ")

	_, err = config.Load(path, noEnv)
	require.NoError(t, err, "to judge a ticket no secret is read")
}
