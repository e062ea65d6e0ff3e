package ticket_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

func TestPlainText(t *testing.T) {
	for name, c := range map[string]struct{ adf, want string }{
		"paragraphs and breaks": {
			`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"Source: "},{"type":"text","text":"X_prod","marks":[{"type":"strong"}]},{"type":"hardBreak"},{"type":"text","text":"Target: X_test"}]},{"type":"paragraph","content":[{"type":"text","text":"Thanks"}]}]}`,
			"Source: X_prod\nTarget: X_test\nThanks\n",
		},
		"lists": {
			`{"type":"doc","content":[{"type":"orderedList","attrs":{"order":3},"content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"X_prod"}]},{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"inner"}]}]}]}]},{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"X_test"}]}]}]}]}`,
			"3. X_prod\n- inner\n4. X_test\n",
		},
		"table": {
			`{"type":"doc","content":[{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"Source"}]}]},{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"X_prod"}]}]}]}]}]}`,
			"|Source|X_prod|\n",
		},
		"quote, date, task, mention": {
			`{"type":"doc","content":[{"type":"blockquote","content":[{"type":"paragraph","content":[{"type":"text","text":"old"}]}]},{"type":"paragraph","content":[{"type":"mention","attrs":{"text":"@Ann"}},{"type":"text","text":"on "},{"type":"date","attrs":{"timestamp":"1778544000000"}}]},{"type":"taskList","content":[{"type":"taskItem","attrs":{"state":"DONE"},"content":[{"type":"text","text":"Yes"}]},{"type":"taskItem","attrs":{"state":"TODO"},"content":[{"type":"text","text":"No"}]}]}]}`,
			"> old\n on 12 May 2026\n- [x] Yes\n- [ ] No\n",
		},
		"unknown nodes": {
			`{"type":"doc","content":[{"type":"somethingNew","content":[{"type":"paragraph","content":[{"type":"text","text":"kept"}]}]}]}`,
			"kept\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ticket.PlainText([]byte(c.adf))
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
	_, err := ticket.PlainText([]byte(`not a document`))
	require.Error(t, err)
	_, err = ticket.PlainText([]byte(strings.Repeat(`{"type":"panel","content":[`, 5000) + strings.Repeat(`]}`, 5000)))
	require.NoError(t, err)
}

// TestSpans checks that spans point into the text as it came, markup and all.
func TestSpans(t *testing.T) {
	text := "<p>Refresh&nbsp;please</p>\r\n*Source:* {color:red}X_prod{color} – “really”\r\nTarget: X\\_test\r\n18&nbsp;May&nbsp;2026 10:00–12:00 UTC\r\nPreserve users: *No*"
	a := ticket.Read(text, said)
	cut := func(s ticket.Span) string { return text[s.Start:s.End] }
	require.Equal(t, "X_prod", cut(a.Source.Span))
	require.Equal(t, `X\_test`, cut(a.Target.Span))
	require.Equal(t, "18&nbsp;May&nbsp;2026 10:00–12:00 UTC", cut(a.Windows[0].Span))
	require.Equal(t, "No", cut(a.Preserve.Span))
}

// TestLookAlikes checks that a name with letters of another script is never
// given back as the one it looks like.
func TestLookAlikes(t *testing.T) {
	a := ticket.Read("Source: \u0425_prod\nTarget: X_t\u0435st\n", said)
	require.Equal(t, "\u0425_prod", a.Source.Written)
	require.Equal(t, "X_t\u0435st", a.Target.Written)
}
