package file_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone/file"
)

func TestWriteReplacesWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder", "state.json")
	require.NoError(t, file.WriteJSON(path, map[string]int{"a": 1}))
	require.NoError(t, file.Write(path, []byte("second")))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "second", string(text))
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing is left beside it")
}

func TestLockKeepsOthersOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "counter")
	require.NoError(t, file.Write(path, nil))
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			unlock, err := file.Lock(path)
			if err != nil {
				return
			}
			defer unlock()
			text, err := os.ReadFile(path)
			if err != nil {
				return
			}
			// Without the lock some would read the same and write the same.
			_ = file.Write(path, append(text, 'x'))
		})
	}
	group.Wait()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Len(t, text, 20)
}
