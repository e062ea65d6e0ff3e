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

func TestSpoiledFileIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "directory.json")
	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	_, err := directory.New(path).Tenant(t.Context(), "A_test")
	require.Equal(t, bot.Invalid, bot.KindOf(err))
	require.ErrorContains(t, err, path)
}
