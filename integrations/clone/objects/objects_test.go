package objects_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/objects"
)

var (
	store = clone.Store{Run: "r/1", Name: "archive", Source: "A_prod", Target: "A_test"}
	at    = time.Date(2026, time.March, 4, 2, 0, 0, 0, time.UTC)
)

func write(t *testing.T, root, name, content string) {
	t.Helper()
	path := filepath.Join(root, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
}

func read(t *testing.T, root, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(text)
}

func TestStagePublishRestore(t *testing.T) {
	root := t.TempDir()
	write(t, root, "A_prod/archive/x/1", "new one")
	write(t, root, "A_prod/archive/2", "new two")
	write(t, root, "A_test/archive/x/1", "old one")
	f := objects.New(root)

	staged, err := f.Stage(t.Context(), store, []string{"x/1", "2", "2", "3", "../../A_test/archive/x/1", "/etc/hostname"})
	require.NoError(t, err)
	require.Equal(t, 2, staged.Count)
	require.Equal(t, int64(14), staged.Bytes)
	require.Equal(t, []string{"../../A_test/archive/x/1", "/etc/hostname", "3"}, staged.Missing)
	require.Equal(t, "old one", read(t, root, "A_test/archive/x/1"), "staging does not touch what is live")

	again, err := f.Stage(t.Context(), store, []string{"x/1", "2", "3", "../../A_test/archive/x/1", "/etc/hostname"})
	require.NoError(t, err)
	require.Equal(t, staged, again)

	for range 2 {
		require.NoError(t, f.Publish(t.Context(), store, at))
		require.Equal(t, "new one", read(t, root, "A_test/archive/x/1"))
		require.Equal(t, "new two", read(t, root, "A_test/archive/2"))
	}
	for range 2 {
		require.NoError(t, f.Restore(t.Context(), store))
		require.Equal(t, "old one", read(t, root, "A_test/archive/x/1"))
		require.NoFileExists(t, filepath.Join(root, "A_test/archive/2"))
	}
	require.Equal(t, "new one", read(t, root, "A_prod/archive/x/1"))
}

// TestKilledBetweenTheTwoRenames publishes where the old store is parked already
// and the staged one is not in its place yet.
func TestKilledBetweenTheTwoRenames(t *testing.T) {
	root := t.TempDir()
	write(t, root, "A_test/archive.parked-r-1/1", "old")
	write(t, root, "A_test/archive.new-r-1/1", "new")
	require.NoError(t, objects.New(root).Publish(t.Context(), store, at))
	require.Equal(t, "new", read(t, root, "A_test/archive/1"))
	require.Equal(t, "old", read(t, root, "A_test/archive.parked-r-1/1"))
}

func TestSpoiledCopyIsMadeAgain(t *testing.T) {
	root := t.TempDir()
	write(t, root, "A_prod/archive/1", "whole")
	write(t, root, "A_test/archive.new-r-1/1", "ha")
	_, err := objects.New(root).Stage(t.Context(), store, []string{"1"})
	require.NoError(t, err)
	require.Equal(t, "whole", read(t, root, "A_test/archive.new-r-1/1"))
}

func TestSweep(t *testing.T) {
	root := t.TempDir()
	write(t, root, "A_prod/archive/1", "new")
	write(t, root, "A_test/archive/1", "old")
	f := objects.New(root)
	_, err := f.Stage(t.Context(), store, []string{"1"})
	require.NoError(t, err)
	require.NoError(t, f.Publish(t.Context(), store, at))

	swept, err := f.Sweep(t.Context(), "A_test", at)
	require.NoError(t, err)
	require.Empty(t, swept)
	swept, err = f.Sweep(t.Context(), "A_test", at.Add(time.Second))
	require.NoError(t, err)
	require.Equal(t, []string{"A_test/archive.parked-r-1"}, swept)
	require.Equal(t, "new", read(t, root, "A_test/archive/1"))
}
