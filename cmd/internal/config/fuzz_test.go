package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/config"
)

// Whatever stands in a file, reading it ends with a configuration or with mistakes
// that say where.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "*", "*.yaml"))
	require.NoError(f, err)
	for _, file := range append(files, filepath.Join("testdata", "whole.yaml"), filepath.Join(examples, "refreshbot.yaml")) {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(string(data))
	}
	f.Add("policy: &p\n  notice: *p\n")
	f.Add("? [a, b]\n: c\n")
	f.Add("store: \"bolt:\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := config.Parse("file.yaml", []byte(text), noEnv)
		if err == nil {
			require.NotNil(t, c.Calendar())
			_ = c.World()
			_ = c.For(config.Serving)
			return
		}
		var found config.Mistakes
		require.True(t, errors.As(err, &found), "%v", err)
		lines := 1 + strings.Count(strings.ReplaceAll(text, "\r", "\n"), "\n")
		for i, m := range found {
			require.NotEmpty(t, m.Text)
			require.Equal(t, "file.yaml", m.File)
			require.True(t, m.Line >= 0 && m.Line <= lines, "%s", m)
			require.True(t, i == 0 || m.Line >= found[i-1].Line, "by their lines")
		}
	})
}
