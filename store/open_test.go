package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store"
)

type clock struct{ bot.Clock }

func (clock) Now() time.Time { return time.Unix(0, 0) }

func TestOpen(t *testing.T) {
	s, err := store.Open("bolt:"+filepath.Join(t.TempDir(), "a.db"), store.Options{Clock: clock{}})
	require.NoError(t, err)
	require.NoError(t, s.Close())
}

func TestOpenRefuses(t *testing.T) {
	for _, address := range []string{"", "bolt:", "a.db", "postgres://bot:hunter2@db/bot"} {
		s, err := store.Open(address, store.Options{Clock: clock{}})
		require.Nil(t, s)
		require.Equal(t, bot.Invalid, bot.KindOf(err))
		require.ErrorContains(t, err, "bolt:PATH")
		require.NotContains(t, err.Error(), "hunter2")
	}
}
