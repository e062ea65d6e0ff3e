package boltstore_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// nobody is a user without any rights.
const nobody = 65534

// asNobody calls f as a user who may do nothing, where the tests are run by one who
// may do everything.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if os.Geteuid() == 0 {
		require.NoError(t, syscall.Setfsuid(nobody))
		defer func() { require.NoError(t, syscall.Setfsuid(0)) }()
	}
	f()
}

// Where the system does not let us, the error says what is needed; and what can be
// read can still be looked at.
func TestWithoutRights(t *testing.T) {
	folder := t.TempDir()
	for dir := folder; dir != filepath.Dir(dir) && dir != os.TempDir(); dir = filepath.Dir(dir) {
		require.NoError(t, os.Chmod(dir, 0o755))
	}
	path := filepath.Join(folder, "store.db")
	require.NoError(t, open(t, path).Close())
	refused := func(err error) {
		t.Helper()
		require.Equal(t, bot.Unavailable, bot.KindOf(err))
		require.ErrorIs(t, err, fs.ErrPermission)
		require.ErrorContains(t, err, folder)
	}
	for name, mode := range map[string]fs.FileMode{"not even read": 0, "only read": 0o444} {
		require.NoError(t, os.Chmod(path, mode))
		asNobody(t, func() {
			_, err := boltstore.Open(path, boltstore.Options{Clock: noon})
			refused(err)
			require.ErrorContains(t, err, "the user of this process can read and write", name)
			_, err = boltstore.CheckFile(t.Context(), path)
			require.Equal(t, mode == 0, errors.Is(err, fs.ErrPermission), name)
		})
	}
	require.NoError(t, os.Chmod(folder, 0o555))
	asNobody(t, func() {
		_, err := boltstore.Open(filepath.Join(folder, "new.db"), boltstore.Options{Clock: noon})
		refused(err)
	})
	require.NoError(t, os.Chmod(path, 0o666))
	asNobody(t, func() {
		s, err := boltstore.Open(path, boltstore.Options{Clock: noon})
		require.NoError(t, err, "the file alone can be worked in, be it that nobody is told who does")
		require.NoError(t, s.Close())
	})
	require.NoError(t, os.Chmod(folder, 0o755))
}
