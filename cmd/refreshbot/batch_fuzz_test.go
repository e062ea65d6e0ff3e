package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzBatch holds that whatever stands in a line, it has its answer in its place,
// and the rest goes on.
func FuzzBatch(f *testing.F) {
	f.Add(`{"id":"a","text":"Please refresh X_test from X_prod.\nWindow 1: 19 May 2026 09:00-11:00 UTC"}`)
	f.Add(`{"id":"a","text":"refresh X_test from X_prod","at":"9999-12-31T23:00:00Z"}`)
	f.Add(`{"id":"a","text":"refresh X_test from X_prod","at":"0000-01-01T00:00:00+14:00"}`)
	f.Add(`{"id":"a","text":"Point in time refresh of X_test from X_prod as of 31.12.9999 23:00. Window 1: 9999-12-31T23:00:00-12:00"}`)
	f.Add(`{"id":7}`)
	f.Add(`[`)
	f.Add("\x00\r")
	const last = `{"id":"last","text":"refresh X_test from X_prod"}`
	f.Fuzz(func(t *testing.T, line string) {
		line = strings.ReplaceAll(line, "\n", " ")
		r := shell{stdin: line + "\n" + last + "\n"}.call("check", "--batch", "-")
		require.Zero(t, r.code, r.stderr)
		answers := strings.Split(strings.TrimSuffix(r.stdout, "\n"), "\n")
		require.Len(t, answers, 2)
		for i, want := range []string{line, last} {
			var asked, answered struct {
				ID    *string
				Error string
			}
			require.NoError(t, json.Unmarshal([]byte(answers[i]), &answered))
			if json.Unmarshal([]byte(want), &asked) == nil && answered.Error == "" {
				require.Equal(t, asked.ID, answered.ID)
			}
		}
	})
}
