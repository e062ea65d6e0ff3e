package directory_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/directory"
)

func TestUnknownTenantRuns(t *testing.T) {
	d := directory.New(filepath.Join(t.TempDir(), "directory.json"))
	tenant, err := d.Tenant(t.Context(), "A_test")
	require.NoError(t, err)
	require.Equal(t, clone.Tenant{
		Environment: "A_test", Mode: clone.Running, SignIn: clone.Normal, Cluster: "main",
	}, tenant)
}

func TestPutCountsUpAndKeepsOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder", "directory.json")
	d := directory.New(path)
	require.NoError(t, d.Put(t.Context(), clone.Tenant{Environment: "A_test", Mode: clone.Maintenance}))
	require.NoError(t, d.Put(t.Context(), clone.Tenant{Environment: "B_test", Mode: clone.Running}))
	tenant, err := directory.New(path).Tenant(t.Context(), "A_test")
	require.NoError(t, err)
	require.Equal(t, 1, tenant.Version)
	require.Equal(t, clone.Maintenance, tenant.Mode)
}

func TestOldVersionIsRefused(t *testing.T) {
	d := directory.New(filepath.Join(t.TempDir(), "directory.json"))
	tenant := clone.Tenant{Environment: "A_test"}
	require.NoError(t, d.Put(t.Context(), tenant))
	require.Equal(t, bot.Conflict, bot.KindOf(d.Put(t.Context(), tenant)))
}

// TestOneWins lets many write the same version at once.
func TestOneWins(t *testing.T) {
	path := filepath.Join(t.TempDir(), "directory.json")
	var group sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		group.Go(func() {
			results[i] = directory.New(path).Put(t.Context(), clone.Tenant{Environment: "A_test"})
		})
	}
	group.Wait()
	won := 0
	for _, err := range results {
		if err == nil {
			won++
			continue
		}
		require.Equal(t, bot.Conflict, bot.KindOf(err))
	}
	require.Equal(t, 1, won)
}

// FuzzDirectory holds that a file that somebody spoiled is named and left alone, and
// that in any other a record is changed without touching its neighbours.
func FuzzDirectory(f *testing.F) {
	f.Add(`{"tenants": {"A_test": {"version": 3, "mode": "running", "users": [{"id": "1"}]}, "B_test": {"version": 1}}}`)
	f.Add(`null`)
	f.Add(`{"tenants": null}`)
	f.Add(`{"tenants": {"A_test": null}} {}`)
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "directory.json")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		d := directory.New(path)
		a, err := d.Tenant(t.Context(), "A_test")
		if err != nil {
			require.Equal(t, bot.Invalid, bot.KindOf(err))
			require.ErrorContains(t, err, path)
			require.Error(t, d.Put(t.Context(), clone.Tenant{Environment: "A_test"}))
			left, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, text, string(left))
			return
		}
		b, err := d.Tenant(t.Context(), "B_test")
		require.NoError(t, err)
		a.Environment, a.Mode = "A_test", clone.Maintenance
		require.NoError(t, d.Put(t.Context(), a))
		a.Version++
		for environment, want := range map[string]clone.Tenant{"A_test": a, "B_test": b} {
			is, err := d.Tenant(t.Context(), environment)
			require.NoError(t, err)
			require.Equal(t, want, is)
		}
	})
}

func TestSpoiledFileIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "directory.json")
	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	_, err := directory.New(path).Tenant(t.Context(), "A_test")
	require.Equal(t, bot.Invalid, bot.KindOf(err))
	require.ErrorContains(t, err, path)
}
