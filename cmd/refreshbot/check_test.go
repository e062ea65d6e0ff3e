package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// A plain ticket of a client, and what a batch holds of it.
const plain = `Source: HARBOR_prod
Target: HARBOR_test
Window 1: Thursday 5 March 2026 10:00-12:00 UTC
Window 2: Tuesday 17 March 2026 10:00-12:00 UTC
Preserve users: yes
`

var verdictKeys = []string{
	"environments", "findings", "kind", "point_in_time", "preserve_users", "preserve_users_stated",
	"reply", "source", "suggestions", "target", "verdict", "windows",
}

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &m), text)
	return m
}

// All keys are always there, whatever the ticket; lists are never null.
func TestCheckKeys(t *testing.T) {
	for _, text := range []string{"", "hello", plain, "Schema update of HARBOR_prod please\n", "Refresh HARBOR_test from HARBOR_prod, next week\n"} {
		got := shell{stdin: text}.call("check", "--format", "json")
		require.Zero(t, got.code, got.stderr)
		m := decode(t, got.stdout)
		require.Equal(t, verdictKeys, slices.Sorted(maps.Keys(m)))
		for _, list := range []string{"environments", "windows", "findings", "suggestions"} {
			require.IsType(t, []any{}, m[list], list)
		}
	}
}

func TestCheckJSON(t *testing.T) {
	m := decode(t, shell{stdin: plain}.call("check", "--format", "json", "-").stdout)
	require.Equal(t, "standard", m["kind"])
	require.Equal(t, "HARBOR_prod", m["source"])
	require.Equal(t, "HARBOR_test", m["target"])
	require.Equal(t, true, m["preserve_users"])
	require.Equal(t, true, m["preserve_users_stated"])
	require.Nil(t, m["point_in_time"])
	require.Equal(t, "ready", m["verdict"])
	require.NotEmpty(t, m["reply"])
	windows := m["windows"].([]any)
	require.Len(t, windows, 2)
	first := windows[0].(map[string]any)
	require.Equal(t, []string{"end", "feasible", "findings", "needs_approval", "start"}, slices.Sorted(maps.Keys(first)))
	require.Equal(t, "2026-03-05T10:00:00Z", first["start"])
	require.Equal(t, "2026-03-05T12:00:00Z", first["end"])
	require.Equal(t, true, first["feasible"])
	require.Equal(t, false, first["needs_approval"])
	require.Equal(t, []any{}, first["findings"])
}

// What can't be read is null, and the reason stands beside it.
func TestCheckNulls(t *testing.T) {
	ambiguous := strings.ReplaceAll(plain, "Thursday 5 March 2026", "05/04/2026")
	ambiguous = strings.ReplaceAll(ambiguous, "users: yes", "users: maybe")
	m := decode(t, shell{stdin: ambiguous}.call("check", "--format", "json").stdout)
	first := m["windows"].([]any)[0].(map[string]any)
	require.Nil(t, first["start"])
	require.Nil(t, first["end"])
	finding := first["findings"].([]any)[0].(map[string]any)
	require.Equal(t, []string{"code", "message", "severity"}, slices.Sorted(maps.Keys(finding)))
	require.Equal(t, "window.ambiguous_date", finding["code"])
	require.Equal(t, "error", finding["severity"])
	require.Contains(t, finding["message"], "4 May 2026")
	require.Nil(t, m["preserve_users"])
	require.Equal(t, true, m["preserve_users_stated"])

	m = decode(t, shell{stdin: "Please schedule a schema update.\nEnvironments: HARBOR_prod, HARBOR_test\n"}.call("check", "--format", "json").stdout)
	require.Equal(t, "schema_update", m["kind"])
	require.Equal(t, []any{"HARBOR_prod", "HARBOR_test"}, m["environments"])
	require.Nil(t, m["source"])
	require.Nil(t, m["target"])
	require.Nil(t, m["preserve_users"])
	require.Equal(t, false, m["preserve_users_stated"])
}

// The time and the regions are the caller's.
func TestCheckAtAndRegions(t *testing.T) {
	codes := func(args ...string) string {
		m := decode(t, shell{stdin: plain}.call(append([]string{"check", "--format", "json"}, args...)...).stdout)
		return fmt.Sprint(m["windows"])
	}
	require.Contains(t, codes("--at", "2026-03-04T11:00:00Z"), "window.too_early")
	require.Contains(t, codes("--at", "2026-03-09T11:00:00+02:00"), "window.in_past")
	require.NotContains(t, codes(), "window.holiday")
	require.Contains(t, codes("--region", "ie", "--region", "SG"), "window.holiday", "Saint Patrick's Day")
	require.Contains(t, codes("--region", "AQ"), "window.calendar_unknown")
}

const harbor = `
policy: {freezes: [{from: 2026-03-05T00:00:00Z, to: 2026-03-06T00:00:00Z, reason: audit}]}
tenants:
  - name: HARBOR
    regions: [IE]
    environments:
      - {name: HARBOR_prod, role: production, schema_version: "24.1"}
      - {name: HARBOR_test, role: test, schema_version: "24.1"}
  - name: LAGOON
    environments: [{name: LAGOON_test, role: test}]
`

// A configuration brings its policy, the tenant of the environments, and that
// tenant's regions.
func TestCheckWithConfig(t *testing.T) {
	path := write(t, "refreshbot.yaml", harbor)
	m := decode(t, shell{stdin: strings.ToLower(plain)}.call("check", "--format", "json", "--config", path).stdout)
	require.Equal(t, "HARBOR_prod", m["source"], "as the registry spells it")
	require.Contains(t, fmt.Sprint(m["windows"]), "window.freeze")
	require.Contains(t, fmt.Sprint(m["windows"]), "window.holiday")
	require.Equal(t, "reschedule", m["verdict"])

	foreign := strings.ReplaceAll(plain, "HARBOR_test", "LAGOON_test")
	got := shell{stdin: foreign}.call("check", "--config", path)
	require.Equal(t, result{2, "", "refreshbot: the environments are of several tenants, LAGOON and HARBOR: give --tenant\n"}, sortTenants(got))
	m = decode(t, shell{stdin: foreign}.call("check", "--format", "json", "--config", path, "--tenant", "harbor").stdout)
	require.Equal(t, "declined", m["verdict"])
	require.Contains(t, fmt.Sprint(m["findings"]), "environment.not_yours")

	m = decode(t, shell{stdin: strings.ReplaceAll(plain, "HARBOR", "NOBODY")}.call("check", "--format", "json", "--config", path).stdout)
	require.Contains(t, fmt.Sprint(m["findings"]), "tenant.unknown")
}

// sortTenants makes the message the same whichever tenant was found first.
func sortTenants(r result) result {
	r.stderr = strings.ReplaceAll(r.stderr, "HARBOR and LAGOON", "LAGOON and HARBOR")
	return r
}

// A batch answers line by line, in order, and a bad line stops nothing.
func TestBatch(t *testing.T) {
	line := func(id string) string {
		text, _ := json.Marshal(plain)
		return `{"id": "` + id + `", "text": ` + string(text) + `, "at": "2026-03-02T09:00:00Z", "regions": ["IE"], "expect": {"kind": "standard"}}`
	}
	in := []string{
		line("one"),
		`not JSON`,
		`["a", "list"]`,
		``,
		`{"text": "no id"}`,
		`{"id": "no text"}`,
		`{"id": 7, "text": "x"}`,
		`{"id": "x", "text": "x", "at": "yesterday"}`,
		`{"id": "x", "text": "x", "regions": ["Ireland"]}`,
		`null`,
		line("two"),
	}
	got := shell{stdin: strings.Join(in, "\n")}.call("check", "--batch", "--format", "json")
	require.Zero(t, got.code, got.stderr)
	require.Empty(t, got.stderr)
	lines := strings.Split(strings.TrimSuffix(got.stdout, "\n"), "\n")
	require.Len(t, lines, len(in))
	for i, text := range lines {
		m := decode(t, text)
		if i == 0 || i == len(lines)-1 {
			require.Equal(t, slices.Sorted(slices.Values(append([]string{"id"}, verdictKeys...))), slices.Sorted(maps.Keys(m)))
			require.Contains(t, fmt.Sprint(m["windows"]), "window.holiday")
			continue
		}
		require.Equal(t, []string{"error", "id"}, slices.Sorted(maps.Keys(m)), in[i])
		require.Nil(t, m["id"])
		require.NotEmpty(t, m["error"])
	}
	require.True(t, strings.HasPrefix(lines[0], `{"id":"one",`))
	require.True(t, strings.HasPrefix(lines[len(lines)-1], `{"id":"two",`))

	require.Equal(t, result{}, shell{}.call("check", "--batch"))
	ended := shell{stdin: line("one") + "\n"}.call("check", "--batch")
	require.Equal(t, 1, strings.Count(ended.stdout, "\n"), "the newline at the end begins no line")
}

// A ticket that names several tenants can't be judged; in a batch it keeps its id.
func TestBatchWithConfig(t *testing.T) {
	path := write(t, "refreshbot.yaml", harbor)
	in := `{"id": "mixed", "text": "refresh LAGOON_test from HARBOR_prod"}` + "\n" + `{"id": "fine", "text": "refresh HARBOR_test from HARBOR_prod"}`
	got := shell{stdin: in}.call("check", "--batch", "--config", path)
	require.Zero(t, got.code, got.stderr)
	lines := strings.Split(got.stdout, "\n")
	mixed, fine := decode(t, lines[0]), decode(t, lines[1])
	require.Equal(t, "mixed", mixed["id"])
	require.Contains(t, mixed["error"], "give --tenant")
	require.Equal(t, "HARBOR_test", fine["target"])
}

// For people: the verdict first, then what was read and from which words.
func TestCheckText(t *testing.T) {
	got := shell{stdin: plain}.call("check")
	require.Zero(t, got.code, got.stderr)
	require.True(t, strings.HasPrefix(got.stdout, "ready: at least one window works as it stands\n"), got.stdout)
	for _, want := range []string{
		"  source          HARBOR_prod          “Source: HARBOR_prod”\n",
		"  A  Thu 5 Mar 2026 10:00–12:00 UTC   works\n",
		"\nReply\n  | ",
	} {
		require.Contains(t, got.stdout, want)
	}
}

// Of a long line the words around the answer are quoted, between blanks.
func TestCheckTextQuotesAround(t *testing.T) {
	long := strings.Repeat("блабла ", 40) + "Source: HARBOR_prod" + strings.Repeat(" und так weiter", 40) + "\n" + strings.SplitAfterN(plain, "\n", 2)[1]
	got := shell{stdin: long}.call("check")
	require.Contains(t, got.stdout, "“… блабла Source: HARBOR_prod und так weiter und …”\n")

	endless := "Source:" + strings.Repeat("я", 300) + " HARBOR_prod\n" + strings.SplitAfterN(plain, "\n", 2)[1]
	require.True(t, utf8.ValidString(shell{stdin: endless}.call("check").stdout))
}
