package wire_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// What can change at run time is in force after a reload.
func TestReload(t *testing.T) {
	s := newSite(t)
	s.configure("  capacity: 2\n")
	require.NoError(t, s.build())
	before := s.app.House()
	s.said()

	s.write("office.ics", closedOn("20270303"))
	s.write("refreshbot.yaml", `
mode: shadow
jira: {project: HELP, url: "https://example.atlassian.net"}
slack: {channel: C1}
people: [{slack: U1, jira: "5b10"}]
tenants:
  - {name: ABCD, regions: [SG]}
  - {name: EFGH}
policy: {capacity: 5, holidays: {ics: [{region: SG, path: office.ics}]}}
`)
	require.NoError(t, s.app.Reload())
	w, house := s.app.World(), s.app.House()
	require.Equal(t, 5, w.Policy.Capacity)
	require.Equal(t, 5, s.app.Office().World().Policy.Capacity, "on the local socket too")
	require.Equal(t, 5, s.app.Runner.World().Policy.Capacity, "and in the loops")
	require.Equal(t, house, s.app.Runner.HouseNow())
	require.Len(t, w.Registry.Tenants, 2)
	require.Equal(t, "Office day", office(w, 3))
	require.Equal(t, "U1", house.People[0].Slack)
	require.True(t, house.Shadow)
	require.NotEqual(t, before.Policy, house.Policy)
	log := s.said()
	require.Contains(t, log, "configuration read again")
	require.NotContains(t, log, "restart")
}

// What can't change at run time is named, and stays.
func TestReloadNamesWhatNeedsARestart(t *testing.T) {
	s := newSite(t)
	s.configure("  capacity: 2\n")
	require.NoError(t, s.build())
	before := s.app.House()
	s.write("refreshbot.yaml", `
listen: 127.0.0.1:18080
store: bolt:other.db
jira: {project: HELP, url: "https://other.atlassian.net", transitions: {done: Close}}
slack: {channel: C2}
engine: {runner: manual}
tenants:
  - name: ABCD
    regions: [SG]
    environments: [{name: ABCD_test, role: test, database: "sqlite:abcd.db"}, {name: ABCD_prod, role: production}]
policy: {capacity: 2}
`)
	require.NoError(t, s.app.Reload())
	log := s.said()
	for _, part := range []string{"listen", "store", "jira", "slack", "engine", `"environment ABCD_test, in the clone engine"`} {
		require.Contains(t, log, `msg="this change of the configuration needs a restart" of=`+part+"\n")
	}
	for _, part := range []string{"admin_listen", "password", "policy.window", "ABCD_prod"} {
		require.NotContains(t, log, part)
	}
	require.Equal(t, before, s.app.House())
	require.Len(t, s.app.World().Registry.Tenants[0].Environments, 2, "the registry knows them")
}

// A configuration with mistakes is not taken: each is in the log, with path and
// line, and the old one stays in force.
func TestReloadOfMistakes(t *testing.T) {
	s := newSite(t)
	s.configure("  capacity: 2\n")
	require.NoError(t, s.build())
	file := filepath.Join(s.folder, "refreshbot.yaml")
	for policy, mistakes := range map[string][]string{
		"  capacity: 0\n  widow: 2h\n":                                     {":7: policy.capacity: is 0", ":8: policy.widow: unknown key"},
		"  holidays:\n    ics:\n      - {region: SG, path: nowhere.ics}\n": {":9: policy.holidays.ics[0]: calendar of SG from "},
		"  - a list\n": {":7: policy: is a list"},
	} {
		s.said()
		s.configure(policy)
		require.Error(t, s.app.Reload())
		log := s.said()
		for _, m := range mistakes {
			require.Contains(t, log, file+m)
		}
		require.Contains(t, log, "the old configuration stays in force")
		require.Equal(t, 2, s.app.World().Policy.Capacity)
	}

	require.NoError(t, os.Remove(file))
	require.ErrorIs(t, s.app.Reload(), os.ErrNotExist)
	require.Equal(t, 2, s.app.World().Policy.Capacity)
}
