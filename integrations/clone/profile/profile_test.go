package profile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

func TestExample(t *testing.T) {
	p, err := profile.Example()
	require.NoError(t, err)
	for table, want := range map[string]profile.Role{
		"configuration_flag": profile.Flags,
		"messaging_channel":  profile.Messaging,
		"app_user":           profile.UserList,
		"user_role":          profile.UserList,
		"scheduled_task":     profile.JobList,
		"webhook":            profile.Emptied,
		"person":             profile.Business,
	} {
		require.Equal(t, want, p.Role(table), table)
		require.Contains(t, profile.ExampleSchema(), "CREATE TABLE "+table)
	}
	require.Equal(t, []string{"messaging_channel", "messaging_template"}, p.Tables(profile.Messaging))
	require.Equal(t, []string{"enabled", "locked_by", "locked_until", "next_run"}, p.Set("scheduled_task"))
}

func TestEmptyProfileIsFine(t *testing.T) {
	p, err := profile.Parse(strings.NewReader(""))
	require.NoError(t, err)
	require.Empty(t, p.Roles())
}

func TestParseNamesMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", "flag: [a]", "field flag not found"},
		{"column missing", "users: {table: u, id: i, key: k}", "users.active is missing"},
		{"kind", "addresses: {t: {c: mail}}", `addresses.t.c: "mail" is none of email, text, ignore`},
		{"two roles", "flags: [t]\nmessaging: [t]", "table t is flags and messaging"},
		{"member", "users: {table: u, id: i, key: k, active: a, members: [{table: m}]}", "users.members.user is missing"},
		{"no yaml", "flags: [", "read profile"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := profile.Parse(strings.NewReader(c.text))
			require.ErrorContains(t, err, c.want)
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("flags: [a]\nusers: {table: u}")
	f.Add("addresses: {t: {c: email}}")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := profile.Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, r := range p.Roles() {
			require.Equal(t, r.Role, p.Role(r.Table))
		}
	})
}
