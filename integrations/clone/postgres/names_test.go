package postgres

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

func TestBeside(t *testing.T) {
	long := strings.Repeat("ä", 31) + "x"
	for _, c := range []struct {
		database, what string
		run            bot.RunID
		want           string
	}{
		{"abcd_test", "new", "HELP-7-1", "abcd_test__new_HELP-7-1"},
		{"abcd_test", "pre", "HELP-7-1", "abcd_test__pre_HELP-7-1"},
		{"abcd_test", "new", "r/1", "abcd_test__new_r-1_57c14b60"},
		{long, "new", "HELP-7-1", strings.Repeat("ä", 20) + "__new_HELP-7-1_4989d0d5"},
	} {
		got := beside(c.database, c.what, c.run)
		require.LessOrEqual(t, len(got), maxName)
		require.Equal(t, c.want, got)
	}
	require.NotEqual(t, beside("d", "new", "r/1"), beside("d", "new", "r-1"))
	require.NotEqual(t, beside(long+"1", "new", "r"), beside(long+"2", "new", "r"))
}

func TestMark(t *testing.T) {
	m := mark{Run: "HELP-7-1", Stage: parked, Target: "abcd_test", At: time.Unix(0, 0).UTC(), Comment: `it's \ "ours"`}
	back, ok := readMark(m.String())
	require.True(t, ok)
	require.Equal(t, m, back)
	for _, comment := range []string{"", "of somebody's", `{"run": "x"}`, `{"refreshbot": null}`, "[]"} {
		_, ok := readMark(comment)
		require.False(t, ok, comment)
	}
}

func TestRelationNames(t *testing.T) {
	for r, want := range map[relation]string{
		{"public", "person"}:  "person",
		{"crm", "person"}:     "crm.person",
		{"public", "a.b"}:     `public."a.b"`,
		{"a.b", "c.d"}:        `"a.b"."c.d"`,
		{`q"d`, `t"a`}:        `"q""d"."t""a"`,
		{"public", " Größe "}: " Größe ",
		{"select", "from"}:    "select.from",
	} {
		require.Equal(t, want, r.String())
		require.Equal(t, r, relationOf(want))
	}
	require.Equal(t, `"a.b"."c""d"`, relation{"a.b", `c"d`}.sql())
}

func TestLiteral(t *testing.T) {
	require.Equal(t, "'it''s'", literal("it's"))
	require.Equal(t, ` E'it''s \\ ours'`, literal(`it's \ ours`))
}
