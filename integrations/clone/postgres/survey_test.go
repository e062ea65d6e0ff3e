package postgres_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

func TestSurvey(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	s, err := b.Survey(t.Context(), b.site)
	require.NoError(t, err)
	require.Equal(t, b.identity(b.site.Source), s.Source.Identity)
	require.Equal(t, b.identity(b.site.Target), s.Target.Identity)
	require.Positive(t, s.Free)
	require.Len(t, s.Notes, 1, "the superuser could write")
	byName := map[string]clone.Table{}
	for _, table := range s.Source.Tables {
		byName[table.Name] = table
	}
	require.Equal(t, clone.Table{Name: "person", Rows: 4, Columns: []clone.Column{
		{Name: "id"}, {Name: "company_id"}, {Name: "email", Length: 40, Addresses: true}, {Name: "note", Addresses: true},
		{Name: "size"}, {Name: "photo"},
	}}, byName["person"], "without the computed column")
	require.Equal(t, int64(2), byName["crm.visit"].Rows, "one table, whatever its parts")
	require.NotContains(t, byName, "crm.visit_old")
	now, err := b.Serving(t.Context(), b.site)
	require.NoError(t, err)
	require.Equal(t, s.Target.Identity, now)
}

func TestSurveyRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.exec(server.URL("postgres"), "CREATE ROLE survey_poor LOGIN; CREATE ROLE survey_maker LOGIN CREATEDB; CREATE ROLE survey_reader LOGIN IN ROLE pg_read_all_data")
	t.Cleanup(func() {
		require.NoError(t, server.Run(context.Background(), "postgres", "DROP ROLE survey_poor, survey_maker, survey_reader"))
	})
	as := func(role, url string) string { return strings.Replace(url, "postgres@", role+"@", 1) }
	secret := database(t, "hidden", "CREATE TABLE t (id int); ALTER TABLE t ENABLE ROW LEVEL SECURITY")
	taken := database(t, "taken", "CREATE SCHEMA kept")
	for _, c := range []struct {
		name, source, target string
		says                 string
	}{
		{"itself", b.site.Target, b.site.Target, "the same database"},
		{"somebody who may not read", as("survey_poor", b.site.Source), b.site.Target, "pg_read_all_data"},
		{"rows that are hidden", as("survey_reader", secret), b.site.Target, "BYPASSRLS"},
		{"a schema that the engine needs", taken, b.site.Target, "schema kept"},
		{"somebody who may not make databases", b.site.Source, as("survey_reader", b.site.Target), "CREATEDB"},
		{"somebody who may not rename it", b.site.Source, as("survey_maker", b.site.Target), "make it a member of postgres"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := b.Survey(t.Context(), clone.Site{Run: "r-1", Source: c.source, Target: c.target})
			require.Equal(t, bot.Denied, bot.KindOf(err), err)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestBusy(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.exec(b.site.Target, `CREATE TABLE job (name text, owner text, lease text);
		INSERT INTO job VALUES ('idle', NULL, NULL), ('runs', 'n', '2026-03-04T02:00:01Z'), ('over', 'n', '2026-03-04T02:00:00Z');
		CREATE TABLE crm.job (name text, owner text, lease timestamptz);
		INSERT INTO crm.job VALUES ('runs here', 'n', '2026-03-04 04:00:01+02'), ('over', 'n', '2026-03-04 02:00+00')`)
	for table, want := range map[string]string{"job": "runs", "crm.job": "runs here"} {
		busy, err := b.Busy(t.Context(), b.site, profile.Jobs{Table: table, Name: "name", Owner: "owner", Lease: "lease"}, at)
		require.NoError(t, err)
		require.Equal(t, []string{want}, busy)
	}
	busy, err := b.Busy(t.Context(), b.site, profile.Jobs{Table: "job", Name: "name"}, at.Add(time.Hour))
	require.NoError(t, err)
	require.Empty(t, busy)
}
