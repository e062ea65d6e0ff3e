package main

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/hostile"
)

// What a ticket says does not speak to the terminal of whoever looks at it, whether
// the command succeeds or fails, in words or in JSON.
func TestNothingSpeaksToTheTerminal(t *testing.T) {
	acts := func(r rune) bool {
		return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}
	for _, text := range hostile.Texts() {
		ticket := "Please refresh ABCD_test from ABCD_prod.\nWindow 1: next week " + text.Words + "\nPreserve users: maybe " + text.Words + "\n"
		shell := shell{stdin: ticket}
		words, object := shell.call("check", "-"), shell.call("check", "--format", "json", "-")
		failed := shell.call("check", "--region", text.Words, "-")
		require.Equal(t, []int{0, 0, 2}, []int{words.code, object.code, failed.code}, text.Tries)
		for _, shown := range []string{words.stdout, object.stdout, failed.stderr} {
			require.False(t, strings.ContainsFunc(shown, acts), "%s: %q", text.Tries, shown)
		}
		require.True(t, json.Valid([]byte(object.stdout)), text.Tries)
	}
}
