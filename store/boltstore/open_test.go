package boltstore_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

func TestOpenNamesTheHolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := boltstore.Open(path, boltstore.Options{Clock: noon, Program: "refreshbot serve"})
	require.NoError(t, err)
	_, err = boltstore.Open(path, boltstore.Options{Clock: noon})
	require.Equal(t, bot.Unavailable, bot.KindOf(err))
	require.ErrorContains(t, err, path)
	require.ErrorContains(t, err, fmt.Sprintf("refreshbot serve (process %d) since Wed 8 May 2041 09:00 UTC", os.Getpid()))
	require.NoError(t, s.Close())
	require.NoFileExists(t, path+".holder")
	require.NoError(t, s.Close(), "a second time")
	open(t, path)
}

// alter changes a store's file behind its back.
func alter(t *testing.T, path string, change func(*bolt.Tx) error) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(change))
	require.NoError(t, db.Close())
}

// Who waits for the lock of a file that is replaced meanwhile gets the new one.
func TestOpenWaitsForTheFileOfItsName(t *testing.T) {
	folder := t.TempDir()
	path, other := filepath.Join(folder, "store.db"), filepath.Join(folder, "other.db")
	old, fresh := open(t, path), open(t, other)
	want := fresh.Epoch()
	require.NoError(t, fresh.Close())
	epoch := make(chan string)
	go func() {
		s, err := boltstore.Open(path, boltstore.Options{Clock: noon})
		if err != nil {
			epoch <- err.Error()
			return
		}
		epoch <- s.Epoch()
		_ = s.Close()
	}()
	require.NoError(t, os.Rename(other, path))
	require.NoError(t, old.Close())
	require.Equal(t, want, <-epoch)
}

// What is no store is not made into one, and is left as it is.
func TestOpenRefusesOtherThings(t *testing.T) {
	folder := t.TempDir()
	for name, c := range map[string]struct {
		make func(path string) error
		want string
	}{
		"folder": {func(path string) error { return os.Mkdir(path, 0o700) }, "it is a folder"},
		"device": {func(path string) error { return os.Symlink(os.DevNull, path) }, "it is no file"},
		"empty":  {func(path string) error { return os.WriteFile(path, nil, 0o600) }, "it is empty; put a backup in its place"},
		"text":   {func(path string) error { return os.WriteFile(path, []byte("notes\n"), 0o600) }, "it does not begin as one"},
		"other": {func(path string) error {
			db, err := bolt.Open(path, 0o600, nil)
			if err != nil {
				return err
			}
			return db.Close()
		}, "it is some other program's"},
	} {
		path := filepath.Join(folder, name)
		require.NoError(t, c.make(path))
		before, _ := os.ReadFile(path)
		_, err := boltstore.Open(path, boltstore.Options{Clock: noon})
		require.ErrorContains(t, err, path, name)
		require.ErrorContains(t, err, c.want, name)
		after, _ := os.ReadFile(path)
		require.Equal(t, before, after, name)
	}
}

func TestOpenWithoutAFolder(t *testing.T) {
	_, err := boltstore.Open(filepath.Join(t.TempDir(), "none", "store.db"), boltstore.Options{Clock: noon})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestEpochsDiffer(t *testing.T) {
	one := open(t, filepath.Join(t.TempDir(), "store.db"))
	two := open(t, filepath.Join(t.TempDir(), "store.db"))
	require.NotEqual(t, one.Epoch(), two.Epoch())
}
