package boltstore_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// Writes that come at the same time share a transaction; one that is refused does
// no harm to the others, and each caller gets its own answer.
func TestWritesTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := boltstore.Open(path, boltstore.Options{Clock: noon})
	require.NoError(t, err)
	const callers, rounds = 8, 5
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			for n := range rounds {
				if i%4 == 3 {
					err := s.Delay(t.Context(), "nobody sent this", noon.now, "a test")
					require.Equal(t, bot.NotFound, bot.KindOf(err))
					continue
				}
				id := fmt.Sprint(i, "/", n)
				fresh, err := s.Receive(t.Context(), bot.Event{ID: id, Ticket: bot.TicketKey("HELP-" + id)})
				require.NoError(t, err)
				require.True(t, fresh)
			}
		})
	}
	all.Wait()
	require.NoError(t, s.Close())

	s, err = boltstore.Open(path, boltstore.Options{Clock: noon})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	rows, err := s.NextEvents(t.Context(), noon.now.Add(time.Hour), 100)
	require.NoError(t, err)
	require.Len(t, rows, callers*3/4*rounds, "everything that was acknowledged is on disk")
}

// What is remembered of the bookings is what is on disk, also after a write that
// was taken back.
func TestTakenAfterRefusal(t *testing.T) {
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "store.db"), boltstore.Options{Clock: noon})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	commit := func(key bot.TicketKey, ledger uint64) error {
		b := bot.Booking{ID: string(key) + "/A", Ticket: key}
		b.Start, b.End = noon.now.Add(time.Hour), noon.now.Add(3*time.Hour)
		return s.Commit(t.Context(), bot.Commit{
			Next: bot.Conversation{Key: key, Version: 1, State: bot.Proposed}, Now: noon.now,
			Book: []bot.Booking{b}, Ledger: ledger,
		})
	}
	taken := func(want int) (ledger uint64) {
		t.Helper()
		list, ledger, err := s.Taken(t.Context(), noon.now, "")
		require.NoError(t, err)
		require.Len(t, list, want)
		return ledger
	}
	before := taken(0)
	require.NoError(t, commit("HELP-1", before))
	after := taken(1)
	require.Equal(t, bot.Conflict, bot.KindOf(commit("HELP-2", before)))
	require.Equal(t, after, taken(1))
	require.NoError(t, commit("HELP-2", after))
	taken(2)
}
