package config_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
)

// examples is the folder of the example configurations.
var examples = filepath.Join("..", "..", "..", "deployments", "example")

// Every example runs as it stands, once its secrets are there.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(examples, "*.yaml"))
	require.NoError(t, err)
	require.Len(t, files, 2)
	for _, file := range files {
		_, err := config.LoadFor(config.Serving, file, func(string) string { return "a secret" })
		require.NoError(t, err, file)
	}
}

// The full example shows every key there is.
func TestExampleIsComplete(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(examples, "refreshbot.yaml"))
	require.NoError(t, err)
	var tree map[string]any
	require.NoError(t, yaml.Unmarshal(data, &tree))
	require.Empty(t, missing("", reflect.TypeFor[config.Config](), tree))
}

// missing returns the keys of a section that a tree does not have. The items of a
// list have them together.
func missing(path string, section reflect.Type, tree map[string]any) []string {
	var list []string
	for i := range section.NumField() {
		f := section.Field(i)
		key := f.Tag.Get("yaml")
		if key == "" {
			continue
		}
		if f.Type == reflect.TypeFor[bot.Secret]() {
			key += "_file"
		}
		value, found := tree[key]
		if !found {
			list = append(list, path+key)
			continue
		}
		list = append(list, inside(path+key+".", f.Type, value)...)
	}
	return list
}

func inside(path string, t reflect.Type, value any) []string {
	if items, ok := value.([]any); ok && t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct && len(items) > 0 {
		all := map[string]any{}
		for _, item := range items {
			maps.Copy(all, item.(map[string]any))
		}
		t, value = t.Elem(), all
	}
	if tree, ok := value.(map[string]any); ok && t.Kind() == reflect.Struct {
		return missing(path, t, tree)
	}
	return nil
}

// What the full example calls a default is one.
func TestExampleShowsTheDefaults(t *testing.T) {
	c, err := config.Load(filepath.Join(examples, "refreshbot.yaml"), noEnv)
	require.NoError(t, err)
	d, err := config.Load(filepath.Join(examples, "minimal.yaml"), noEnv)
	require.NoError(t, err)
	got, want := c.World().Policy, d.World().Policy
	got.Freezes = nil
	require.Equal(t, want, got)
	require.Equal(t, d.Engine, c.Engine)
	require.Equal(t, d.Store, c.Store)
	require.Equal(t, []any{d.Mode, d.Listen, d.AdminListen}, []any{c.Mode, c.Listen, c.AdminListen})
	require.Equal(t, d.Slack.APIURL, c.Slack.APIURL)
	require.Equal(t, d.Jira.PollEvery, c.Jira.PollEvery)
}
