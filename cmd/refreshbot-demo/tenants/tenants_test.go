package tenants_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/tenants"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/postgres"
	"github.com/refreshbot/refreshbot/integrations/clone/postgres/throwaway"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
	"github.com/refreshbot/refreshbot/integrations/clone/sqlite"
)

type clock struct{ now time.Time }

func (c clock) Now() time.Time                               { return c.now }
func (c clock) Until(ctx context.Context, _ time.Time) error { return ctx.Err() }

type noRuns struct{ bot.Runs }

func (noRuns) PastRuns(context.Context, string, int) ([]bot.Run, error) { return nil, nil }

func TestCreate(t *testing.T) {
	server, err := throwaway.Start(t.Context(), throwaway.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop()) })
	for name, place := range map[string]tenants.Place{
		"SQLite":     {Folder: t.TempDir(), Small: true},
		"PostgreSQL": {Folder: t.TempDir(), Server: server, Small: true},
	} {
		t.Run(name, func(t *testing.T) { create(t, place) })
	}
}

func create(t *testing.T, at tenants.Place) {
	t.Helper()
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	require.NoError(t, tenants.Create(t.Context(), at, now))

	p, err := profile.Example()
	require.NoError(t, err)
	var environments []clone.Environment
	for _, e := range tenants.Environments(at) {
		environments = append(environments, clone.Environment{Name: e.Name, Database: e.Database})
	}
	engine, err := clone.New(clone.Config{
		Environments: environments, Profile: p, MailDomain: "refresh.invalid", MaskKey: []byte("k"),
	}, clone.Ports{
		Runs: noRuns{}, Clock: clock{now},
		Databases: map[string]clone.Database{sqlite.Scheme: sqlite.Driver{}, postgres.Scheme: postgres.Driver{}},
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
		require.InDelta(t, 1_900, rows, 200, "a fiftieth of the larger tables")
	}
}
