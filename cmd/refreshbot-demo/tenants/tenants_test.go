package tenants_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/tenants"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
	"github.com/refreshbot/refreshbot/integrations/clone/sqlite"
)

type clock struct{ now time.Time }

func (c clock) Now() time.Time                               { return c.now }
func (c clock) Until(ctx context.Context, _ time.Time) error { return ctx.Err() }

type noRuns struct{ bot.Runs }

func TestCreate(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	require.NoError(t, tenants.Create(t.Context(), dir, now))

	p, err := profile.Example()
	require.NoError(t, err)
	var environments []clone.Environment
	for _, e := range tenants.Environments(dir) {
		environments = append(environments, clone.Environment{Name: e.Name, Database: "sqlite:" + e.Database})
	}
	engine, err := clone.New(clone.Config{
		Environments: environments, Profile: p, MailDomain: "refresh.invalid", MaskKey: []byte("k"),
	}, clone.Ports{
		Runs: noRuns{}, Clock: clock{now}, Databases: map[string]clone.Database{sqlite.Scheme: sqlite.Driver{}},
	})
	require.NoError(t, err)
	for _, name := range []string{"ABCD", "HANSA"} {
		f, err := engine.Forecast(t.Context(), bot.RunOrder{Source: name + "_prod", Target: name + "_test"})
		require.NoError(t, err)
		require.Empty(t, f.Missing, "the example profile fits")
		var rows int64
		for _, table := range f.Tables {
			rows += table.Rows
		}
		require.InDelta(t, 50_000, rows, 2_000)
	}
}
