package terminal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/hostile"
	"github.com/refreshbot/refreshbot/cmd/internal/terminal"
)

func shown(t *testing.T, parts ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := terminal.NewWriter(&out)
	for _, p := range parts {
		n, err := w.Write([]byte(p))
		require.NoError(t, err)
		require.Equal(t, len(p), n)
	}
	return out.String()
}

func TestWriter(t *testing.T) {
	for in, want := range map[string]string{
		"plain\ttext\n":           "plain\ttext\n",
		"Zürich, 東京, 👩‍🔧":         "Zürich, 東京, 👩‍🔧",
		"\x1b[2J\x1b]0;owned\a":   `\u001b[2J\u001b]0;owned\u0007`,
		"over\rwritten":           `over\u000dwritten`,
		"\u009b31m":               `\u009b31m`,
		"ABCD_\u202edorp\u202c":   `ABCD_\u202edorp\u202c`,
		"\u2066a\u2069 \u200f":    `\u2066a\u2069 \u200f`,
		"half \xff\xc3( a letter": `half \xff\xc3( a letter`,
		"\x7f":                    `\u007f`,
	} {
		require.Equal(t, want, shown(t, in))
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestErrorsAreTold(t *testing.T) {
	_, err := terminal.NewWriter(full{}).Write([]byte("x"))
	require.ErrorContains(t, err, "no room")
}

// FuzzWriter holds that nothing acts on the terminal, wherever the text is cut
// between two calls, and that JSON stays what it was.
func FuzzWriter(f *testing.F) {
	f.Add("a\x1b[2Jb\u202e", 3)
	f.Add("\xe2\x80\xae", 1)
	f.Add("\xff\x9b", 1)
	for _, text := range hostile.Texts() {
		f.Add(text.Words, len(text.Words)/2)
	}
	f.Fuzz(func(t *testing.T, text string, cut int) {
		cut = max(0, min(cut, len(text)))
		out := shown(t, text)
		require.Equal(t, out, shown(t, text[:cut], text[cut:]))
		require.True(t, utf8.ValidString(out))
		require.False(t, strings.ContainsFunc(out, func(r rune) bool {
			return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
		}), "%q", out)

		value, err := json.Marshal(text)
		require.NoError(t, err)
		var want, got string
		require.NoError(t, json.Unmarshal(value, &want))
		require.NoError(t, json.Unmarshal([]byte(shown(t, string(value))), &got))
		require.Equal(t, want, got)
	})
}
