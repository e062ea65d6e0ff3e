package postgres

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzJSON looks whether what is masked is still what it was, its texts aside.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a@b.c" : "x\"@\\"}`, `["\u0040", "\ud83d\ude00", 1e5, null, {}]`, `"\u0000"`, ` "a" `, `"`, `"\`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		same := func(s string) string { return s }
		if !json.Valid([]byte(text)) {
			return
		}
		is, err := maskStrings([]byte(text), same)
		require.NoError(t, err)
		require.Equal(t, text, string(is))

		is, err = maskStrings([]byte(text), func(s string) string { return strings.ReplaceAll(s, "@", "_at_\"") })
		require.NoError(t, err)
		require.True(t, json.Valid(is), "%s", is)
		tree, err := jsonMasker(same, textFormat)([]byte(text))
		require.NoError(t, err)
		require.True(t, json.Valid(tree), "%s", tree)
	})
}

// FuzzEachText looks whether an array that is not changed stays as it is, however
// it is broken.
func FuzzEachText(f *testing.F) {
	for _, s := range []string{`{a,"b c",NULL}`, `[0:1]={{"a\"b"},{}}`, `{"`, `{a`, `\`, `,`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, array string) {
		is, err := eachText([]byte(array), func(v []byte) ([]byte, error) { return v, nil })
		if err == nil {
			require.Equal(t, array, string(is))
		}
	})
}
