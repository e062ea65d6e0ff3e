package boltstore_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/boltstore"
	"github.com/refreshbot/refreshbot/store/storetest"
)

// long is an event that takes up room.
func long(n int) bot.Event {
	return bot.Event{
		ID: fmt.Sprint("long-", n), Kind: bot.CommandGiven, Ticket: bot.TicketKey(fmt.Sprint("HELP-", n)),
		Command: &bot.Command{Reason: strings.Repeat("x", 20_000)},
	}
}

// fill brings events in until there is no room, and returns how many are kept.
func fill(t *testing.T, s *boltstore.Store, kept int) (int, error) {
	t.Helper()
	for ; kept < 1000; kept++ {
		if _, err := s.Receive(t.Context(), long(kept)); err != nil {
			return kept, err
		}
	}
	t.Fatal("there is no end of room")
	return 0, nil
}

// On a full disk a write is an error of the kind that says to try again, what was
// acknowledged is there, reading goes on, and so does writing once there is room.
func TestFullDisk(t *testing.T) {
	if !storetest.Alone(t) {
		return
	}
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := boltstore.Open(path, boltstore.Options{Clock: noon})
	require.NoError(t, err)
	furnish(t, s)
	require.NoError(t, s.Writable(t.Context()))
	room := storetest.FullDisk(t, 3<<20)
	kept, err := fill(t, s, 0)
	require.Equal(t, bot.Unavailable, bot.KindOf(err))
	require.ErrorContains(t, err, "can't be written")
	require.ErrorContains(t, err, "file too large")
	require.Regexp(t, `free on its disk: \d+ MB`, err.Error())
	require.Error(t, s.Writable(t.Context()))
	events := func(s *boltstore.Store) int {
		rows, err := s.NextEvents(t.Context(), noon.now, 2000)
		require.NoError(t, err)
		return len(rows)
	}
	require.Equal(t, kept, events(s), "each of a ticket of its own, and two more of HELP-2")

	require.NoError(t, s.Close())
	s, err = boltstore.Open(path, boltstore.Options{Clock: noon})
	require.NoError(t, err, "it starts on a full disk too")
	defer func() { require.NoError(t, s.Close()) }()
	require.Equal(t, kept, events(s), "each of a ticket of its own, and two more of HELP-2")
	kept, err = fill(t, s, kept) // what the file has of free pages
	require.Equal(t, bot.Unavailable, bot.KindOf(err))

	room()
	room = storetest.FullDisk(t, 1<<20)
	saved := filepath.Join(t.TempDir(), "backup")
	_, err = boltstore.SaveBackup(saved, false, noon.now, from(t, s))
	require.Equal(t, bot.Unavailable, bot.KindOf(err), "there is no room for a backup either")
	require.NoFileExists(t, saved)

	room()
	require.NoError(t, s.Writable(t.Context()))
	fresh, err := s.Receive(t.Context(), long(kept))
	require.NoError(t, err)
	require.True(t, fresh)
	r, err := s.Check(t.Context(), true)
	require.NoError(t, err)
	require.True(t, r.Sound(), r.Wrong)
	require.Equal(t, kept+3, r.Rows["inbox"])
}

// Where there is not even room to begin, nothing is left behind.
func TestFullDiskAtTheFirstStart(t *testing.T) {
	if !storetest.Alone(t) {
		return
	}
	path := filepath.Join(t.TempDir(), "store.db")
	room := storetest.FullDisk(t, 5000)
	_, err := boltstore.Open(path, boltstore.Options{Clock: noon})
	require.Equal(t, bot.Unavailable, bot.KindOf(err))
	room()
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Empty(t, left)
	open(t, path)
}

// A write that fails where the list of free pages has gone bad makes bbolt give up in
// the middle, with its locks held: whoever comes next is told, and waits for nothing.
func TestFullDiskWithDamage(t *testing.T) {
	if !storetest.Alone(t) {
		return
	}
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := boltstore.Open(path, boltstore.Options{Clock: noon})
	require.NoError(t, err)
	furnish(t, s)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer f.Close()
	for at := 2 * pageSize; at < len(data); at += pageSize {
		if data[at+8] == 0x10 {
			_, err := f.WriteAt(make([]byte, pageSize), int64(at))
			require.NoError(t, err)
		}
	}
	room := storetest.FullDisk(t, int64(len(data)))
	for n := range 60 {
		if _, err = s.Receive(t.Context(), long(n)); err != nil {
			break
		}
	}
	room()
	require.Equal(t, bot.Internal, bot.KindOf(err), "%v", err)
	_, again := s.Receive(t.Context(), long(99))
	require.Equal(t, bot.Internal, bot.KindOf(again))
	_, again = s.Conversations(t.Context())
	require.Equal(t, bot.Internal, bot.KindOf(again))
	require.Error(t, s.Writable(t.Context()))
	require.NoError(t, s.Close())
}
