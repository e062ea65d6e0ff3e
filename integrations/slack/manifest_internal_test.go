package slack

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// A manifest is what of Slack's app manifest ours says.
type manifest struct {
	Metadata struct {
		Major int `yaml:"major_version"`
		Minor int `yaml:"minor_version"`
	} `yaml:"_metadata"`
	Display struct {
		Name        string `yaml:"name"`
		Description string `yaml:"description"`
		Background  string `yaml:"background_color"`
		Long        string `yaml:"long_description"`
	} `yaml:"display_information"`
	Features struct {
		Home struct {
			Home     bool `yaml:"home_tab_enabled"`
			Messages bool `yaml:"messages_tab_enabled"`
			ReadOnly bool `yaml:"messages_tab_read_only_enabled"`
		} `yaml:"app_home"`
		Bot struct {
			Name   string `yaml:"display_name"`
			Online bool   `yaml:"always_online"`
		} `yaml:"bot_user"`
		Commands []struct {
			Command     string `yaml:"command"`
			Description string `yaml:"description"`
			Usage       string `yaml:"usage_hint"`
			Escape      bool   `yaml:"should_escape"`
		} `yaml:"slash_commands"`
	} `yaml:"features"`
	OAuth struct {
		Scopes struct {
			Bot []string `yaml:"bot"`
		} `yaml:"scopes"`
	} `yaml:"oauth_config"`
	Settings struct {
		Events struct {
			Bot []string `yaml:"bot_events"`
		} `yaml:"event_subscriptions"`
		Interactivity struct {
			Enabled bool `yaml:"is_enabled"`
		} `yaml:"interactivity"`
		Org      bool `yaml:"org_deploy_enabled"`
		Socket   bool `yaml:"socket_mode_enabled"`
		Rotation bool `yaml:"token_rotation_enabled"`
	} `yaml:"settings"`
}

func readManifest(t *testing.T) manifest {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "deployments", "slack", "manifest.yaml"))
	require.NoError(t, err)
	var m manifest
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	require.NoError(t, d.Decode(&m))
	return m
}

// The app asks for what is used, and for nothing else.
func TestManifestAsksForWhatIsUsed(t *testing.T) {
	m := readManifest(t)
	used := append(neededScopes(false, true), neededScopes(true, true)...)
	slices.Sort(used)
	require.Equal(t, slices.Compact(used), m.OAuth.Scopes.Bot, "sorted, each once")
	require.Equal(t, []string{"app_home_opened", "app_mention", "subteam_members_changed", "subteam_updated"},
		m.Settings.Events.Bot, "those that Intake.event takes in")
	require.True(t, m.Settings.Interactivity.Enabled, "buttons and forms")
	require.True(t, m.Features.Home.Home)
	require.False(t, m.Features.Home.Messages, "nobody is read there")
	require.True(t, m.Settings.Socket)
	require.False(t, m.Settings.Rotation, "tokens come from files and are not renewed")
}

func TestManifestsCommandIsOurs(t *testing.T) {
	m := readManifest(t)
	require.Len(t, m.Features.Commands, 1)
	c := m.Features.Commands[0]
	require.Equal(t, "/refresh", c.Command)
	require.False(t, c.Escape, "words come as they were typed")
	for _, line := range strings.Split(c.Usage, " | ") {
		said := parse(strings.ReplaceAll(line, "KEY", "HELP-7"), time.Hour)
		require.NotEqual(t, wordUnknown, said.problem, line)
	}
}

// The limits are those of Slack's manifest reference.
func TestManifestKeepsSlacksLimits(t *testing.T) {
	m := readManifest(t)
	atMost := func(limit int, s string) {
		t.Helper()
		require.NotEmpty(t, s)
		require.LessOrEqual(t, utf8.RuneCountInString(s), limit, s)
	}
	require.Equal(t, 2, m.Metadata.Major)
	atMost(35, m.Display.Name)
	atMost(140, m.Display.Description)
	atMost(4000, m.Display.Long)
	require.GreaterOrEqual(t, utf8.RuneCountInString(m.Display.Long), 175)
	atMost(80, m.Features.Bot.Name)
	atMost(32, m.Features.Commands[0].Command)
	atMost(2000, m.Features.Commands[0].Description)
	atMost(1000, m.Features.Commands[0].Usage)
	require.LessOrEqual(t, len(m.Settings.Events.Bot), 100)
}
