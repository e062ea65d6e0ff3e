package boltstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// later is when things are restored.
var later = stopped{now: noon.now.Add(36 * time.Hour)}

// from is what a backup is made of: an open store.
func from(t *testing.T, s *boltstore.Store) func(io.Writer) error {
	return func(to io.Writer) error {
		return s.Snapshot(t.Context(), func(int64) io.Writer { return to })
	}
}

// backup makes a backup of an open store.
func backup(t *testing.T, s *boltstore.Store) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "store.backup")
	b, err := boltstore.SaveBackup(path, false, noon.now, from(t, s))
	require.NoError(t, err)
	require.Equal(t, noon.now, b.Taken)
	return path
}

func TestBackup(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	furnish(t, s)
	path := backup(t, s)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, left, 1)

	r, err := boltstore.CheckFile(t.Context(), path)
	require.NoError(t, err)
	require.True(t, r.Sound(), r.Wrong)
	require.Equal(t, s.Epoch(), r.Epoch)
	require.Equal(t, 7, r.Conversations)
	require.Equal(t, noon.now, r.Taken)
	require.NotNil(t, r.Backup)
	require.Equal(t, 7, r.Rows["conversations"])
}

// Who is there already stays, unless it is said; and a backup that fails leaves
// nothing behind.
func TestBackupReplacesNothing(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	path := filepath.Join(t.TempDir(), "notes")
	require.NoError(t, os.WriteFile(path, []byte("notes"), 0o600))
	_, err := boltstore.SaveBackup(path, false, noon.now, from(t, s))
	require.Equal(t, bot.Conflict, bot.KindOf(err))
	require.ErrorContains(t, err, "--force")
	_, err = boltstore.SaveBackup(path, true, noon.now, func(to io.Writer) error {
		_, _ = to.Write(make([]byte, 9000))
		return errors.New("the line went dead")
	})
	require.ErrorContains(t, err, "the line went dead")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "notes", string(text))
	_, err = boltstore.SaveBackup(path, true, noon.now, from(t, s))
	require.NoError(t, err)
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, left, 1)

	_, err = boltstore.SaveBackup(filepath.Join(path, "below"), false, noon.now, from(t, s))
	require.Error(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Snapshot(ctx, func(int64) io.Writer { return io.Discard }), context.Canceled)
}

// What a killed process left behind is removed in time; what another one is at work
// on is not.
func TestLeftovers(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	folder := t.TempDir()
	path := filepath.Join(folder, "backup")
	for name, age := range map[string]time.Duration{".backup.new-1": 2 * time.Hour, ".backup.new-2": time.Minute, ".other.new-1": 2 * time.Hour} {
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file, nil, 0o600))
		require.NoError(t, os.Chtimes(file, time.Time{}, time.Now().Add(-age)))
	}
	_, err := boltstore.SaveBackup(path, false, noon.now, from(t, s))
	require.NoError(t, err)
	require.NoFileExists(t, filepath.Join(folder, ".backup.new-1"))
	require.FileExists(t, filepath.Join(folder, ".backup.new-2"))
	require.FileExists(t, filepath.Join(folder, ".other.new-1"))
}

// What is written while a backup is taken is in it whole, or not at all.
func TestBackupWhileWorkGoesOn(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	furnish(t, s)
	path := filepath.Join(t.TempDir(), "store.backup")
	n := 0
	_, err := boltstore.SaveBackup(path, false, noon.now, func(to io.Writer) error {
		return s.Snapshot(t.Context(), func(int64) io.Writer {
			return writer(func(b []byte) (int, error) {
				for range 20 {
					n++
					finish(t, s, fmt.Sprint("meanwhile-", n), "HELP-0", noon.now)
				}
				return to.Write(b)
			})
		})
	})
	require.NoError(t, err)
	r, err := boltstore.CheckFile(t.Context(), path)
	require.NoError(t, err)
	require.True(t, r.Sound(), r.Wrong)
	require.Greater(t, n, 50)
	require.Zero(t, r.Rows["done"]-7, "as of when it was begun")
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

// Of a backup no byte changes without being missed.
func TestBackupOfOtherBytes(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	furnish(t, s)
	good, err := os.ReadFile(backup(t, s))
	require.NoError(t, err)
	end := bytes.LastIndex(good, []byte("\nrefreshbot backup "))
	for at := 16; at < end; at += end/97 + 1 {
		data := bytes.Clone(good)
		data[at] ^= 0x10
		path := filepath.Join(t.TempDir(), "store.backup")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		r, err := boltstore.CheckFile(t.Context(), path)
		require.NoError(t, err)
		require.False(t, r.Sound(), "byte %d", at)
		store := filepath.Join(t.TempDir(), "store.db")
		_, err = boltstore.Restore(t.Context(), store, path, boltstore.Options{Clock: later})
		require.ErrorContains(t, err, "damaged and not put in place")
		require.NoFileExists(t, store)
	}
}

// A store that is restored knows what it knew, and doubts what may have happened
// since.
func TestRestore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := open(t, path)
	furnish(t, s)
	want, epoch, saved := told(t, s), s.Epoch(), backup(t, s)
	finish(t, s, "later", "HELP-0", noon.now)

	_, err := boltstore.Restore(t.Context(), path, saved, boltstore.Options{Clock: later})
	require.Equal(t, bot.Unavailable, bot.KindOf(err), "the store is open")
	require.NoError(t, s.Close())
	r, err := boltstore.Restore(t.Context(), path, saved, boltstore.Options{Clock: later})
	require.NoError(t, err)
	require.Equal(t, boltstore.Restored{
		Taken: noon.now, Sealed: true, Conversations: 7, Aside: path + ".before-20410509T210000Z",
	}, r)
	before := open(t, r.Aside)
	require.Equal(t, epoch, before.Epoch(), "the store of before is whole, and no backup")
	again, err := boltstore.Restore(t.Context(), path, saved, boltstore.Options{Clock: later})
	require.NoError(t, err)
	require.Equal(t, r.Aside+"-2", again.Aside, "in the same second")

	s, err = boltstore.Open(path, boltstore.Options{Clock: later, NoSync: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.NotEqual(t, epoch, s.Epoch())
	doubts := strings.NewReplacer(`   "Doubt": true,`+"\n", "").Replace(told(t, s))
	require.NotEqual(t, want, doubts, "what waits is in doubt")
	rows, err := s.Messages(t.Context(), "HELP-2")
	require.NoError(t, err)
	require.False(t, rows[0].Doubt, "it was sent")
	require.True(t, rows[1].Doubt)
	require.Equal(t, rows[1].Queued, rows[1].Since)
	require.Equal(t, later.now, rows[1].Until)
	require.Zero(t, rows[1].First, "it is tried from the beginning")
	require.Equal(t, epoch, rows[1].Epoch, "it is looked for by the key with which it went out")
	run, err := s.Run(t.Context(), "HELP-4-1")
	require.NoError(t, err)
	require.Equal(t, bot.WishStop, run.Wish)
	found, err := s.Check(t.Context(), true)
	require.NoError(t, err)
	require.True(t, found.Sound(), found.Wrong)
	require.Equal(t, []time.Time{noon.now, later.now}, []time.Time{found.Behind, found.Restored})
	require.Zero(t, found.Taken, "it is a backup no more")
}

// What is decided after a restore about the time before is looked for first; what is
// decided about the time after goes out as ever.
func TestSaidAgain(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	saved := backup(t, s)
	path := filepath.Join(t.TempDir(), "store.db")
	require.NoError(t, os.Rename(saved, path)) // as good as restoring it
	s, err := boltstore.Open(path, boltstore.Options{Clock: later, NoSync: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	for i, c := range []struct {
		at    time.Time
		heard time.Time
		again bool
	}{
		{later.now.Add(-time.Hour), later.now.Add(time.Second), true},
		{later.now, later.now.Add(time.Second), true},
		{later.now.Add(time.Second), later.now.Add(time.Second), false},
		{later.now.Add(time.Second), later.now, true},
		{later.now.Add(time.Second), time.Time{}, false},
	} {
		key := bot.TicketKey(fmt.Sprint("HELP-", i))
		_, err := s.Receive(t.Context(), bot.Event{ID: string(key), Kind: bot.TicketTouched, Ticket: key, At: c.at})
		require.NoError(t, err)
		commit := request(key, bot.Collecting, later.now)
		commit.EventID, commit.Heard = string(key), c.heard
		require.NoError(t, s.Commit(t.Context(), commit))
		rows, err := s.Messages(t.Context(), key)
		require.NoError(t, err)
		require.True(t, rows[0].Again, "a living message is looked for anyway")
		line := rows[2]
		require.Equal(t, c.again, line.Again)
		require.Equal(t, c.again, line.Doubt)
		require.Equal(t, s.Epoch(), line.Epoch)
		if c.again {
			require.Equal(t, []time.Time{noon.now, later.now}, []time.Time{line.Since, line.Until})
		}
	}
}

// A living message that the restored store knows nothing of is looked for, whatever
// brought the ticket up: the store of then may have drawn it. After a while it is not.
func TestDrawnOverAgain(t *testing.T) {
	saved := backup(t, open(t, filepath.Join(t.TempDir(), "store.db")))
	now := &stopped{now: later.now}
	s, err := boltstore.Open(saved, boltstore.Options{Clock: now, NoSync: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	card := func(key bot.TicketKey) bot.OutboxRow {
		commit := request(key, bot.Proposed, now.now)
		commit.Messages = []bot.Message{{Key: bot.KeyOf(key, 1, 0), Ticket: key, Kind: bot.ChatCard, Living: bot.RequestCard, Card: &bot.Card{}}}
		require.NoError(t, s.Commit(t.Context(), commit))
		rows, err := s.Messages(t.Context(), key)
		require.NoError(t, err)
		return rows[0]
	}
	now.now = later.now.Add(time.Hour)
	row := card("HELP-1")
	require.True(t, row.Again && row.Doubt)
	require.Equal(t, noon.now, row.Since)
	twice, err := boltstore.Open(backup(t, s), boltstore.Options{Clock: now, NoSync: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, twice.Close()) }()
	rows, err := twice.Messages(t.Context(), "HELP-1")
	require.NoError(t, err)
	require.Equal(t, noon.now, rows[0].Since, "it still goes back to the first backup")
	now.now = later.now.Add(8 * 24 * time.Hour)
	require.False(t, card("HELP-2").Again)
}

// What is open when a backup becomes a store is shown as it is, once; so is a ticket
// of which the store first hears soon after, and which it may have known.
func TestShownAfterARestore(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	for i, state := range []bot.State{bot.Confirmed, bot.Cancelled, bot.HandedOver} {
		require.NoError(t, s.Commit(t.Context(), request(bot.TicketKey(fmt.Sprint("HELP-", i+1)), state, noon.now)))
	}
	saved, now := backup(t, s), &stopped{now: later.now}
	var shown []string
	look := func(s *boltstore.Store) {
		rows, err := s.NextEvents(t.Context(), now.now, 10)
		require.NoError(t, err)
		shown = nil
		for _, r := range rows {
			require.Equal(t, bot.StoreRestored, r.Event.Kind)
			shown = append(shown, string(r.Event.Ticket))
		}
	}
	for range 2 {
		s, err := boltstore.Open(saved, boltstore.Options{Clock: now, NoSync: true})
		require.NoError(t, err)
		look(s)
		require.Equal(t, []string{"HELP-1", "HELP-3"}, shown)
		require.NoError(t, s.Close())
	}

	s, err := boltstore.Open(saved, boltstore.Options{Clock: now, NoSync: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.NoError(t, s.Commit(t.Context(), request("HELP-4", bot.Collecting, now.now)))
	now.now = now.now.Add(8 * 24 * time.Hour)
	require.NoError(t, s.Commit(t.Context(), request("HELP-5", bot.Collecting, now.now)))
	look(s)
	require.Equal(t, []string{"HELP-1", "HELP-3", "HELP-4"}, shown)
}

// A plain copy of a store is as good as a backup, but for the bytes that nobody
// added up; and a store is not restored over its own kind of damage.
func TestRestoreCopy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "copy.db")
	s := open(t, path)
	furnish(t, s)
	epoch := s.Epoch()
	require.NoError(t, s.Close())
	store := filepath.Join(t.TempDir(), "store.db")
	require.NoError(t, os.WriteFile(store, []byte("damaged"), 0o600))
	r, err := boltstore.Restore(t.Context(), store, path, boltstore.Options{Clock: later})
	require.NoError(t, err)
	require.False(t, r.Sealed)
	require.NotEqual(t, epoch, open(t, store).Epoch())
	text, err := os.ReadFile(r.Aside)
	require.NoError(t, err)
	require.Equal(t, "damaged", string(text))

	_, err = boltstore.Restore(t.Context(), store, filepath.Join(t.TempDir(), "none"), boltstore.Options{Clock: later})
	require.ErrorIs(t, err, os.ErrNotExist)
	notes := filepath.Join(t.TempDir(), "notes")
	require.NoError(t, os.WriteFile(notes, []byte("notes"), 0o600))
	_, err = boltstore.Restore(t.Context(), filepath.Join(t.TempDir(), "store.db"), notes, boltstore.Options{Clock: later})
	require.ErrorContains(t, err, "take another backup")
}

func TestCompact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := open(t, path)
	furnish(t, s)
	for i := range 300 {
		finish(t, s, fmt.Sprint("event-", i), "HELP-0", noon.now)
	}
	finish(t, s, "much later", "HELP-0", noon.now.Add(1000*time.Hour))
	want, epoch := told(t, s), s.Epoch()
	_, _, err := boltstore.Compact(path, boltstore.Options{Clock: noon})
	require.Equal(t, bot.Unavailable, bot.KindOf(err))
	require.NoError(t, s.Close())

	before, after, err := boltstore.Compact(path, boltstore.Options{Clock: noon})
	require.NoError(t, err)
	require.Less(t, after, before)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, after, info.Size())
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	s = open(t, path)
	require.Equal(t, want, told(t, s))
	require.Equal(t, epoch, s.Epoch(), "it is the same store")
	fresh, err := s.Receive(t.Context(), bot.Event{ID: "one more", Ticket: "HELP-1"})
	require.NoError(t, err)
	require.True(t, fresh, "numbers go on, too")

	none := filepath.Join(t.TempDir(), "none.db")
	_, _, err = boltstore.Compact(none, boltstore.Options{Clock: noon})
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoFileExists(t, none)
}

// Every kind of contradiction between rows is told.
func TestCheckOfRows(t *testing.T) {
	del := func(bucket string) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			k, _ := tx.Bucket([]byte(bucket)).Cursor().First()
			return tx.Bucket([]byte(bucket)).Delete(k)
		}
	}
	put := func(bucket, key, value string) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucket)).Put([]byte(key), []byte(value)) }
	}
	for want, spoil := range map[string]func(*bolt.Tx) error{
		`conversations, "HELP-1\x00": a row can't be read`: put("conversations", "HELP-1\x00", "{"),
		`it is the row of "HELP-1\x00"`:                    put("conversations", "HELP-9\x00", `{"key":"HELP-1"}`),
		"timers.due has no":                                del("timers.due"),
		"timers has no":                                    del("timers"),
		"inbox.lines has no":                               del("inbox.lines"),
		"inbox has no":                                     del("inbox"),
		`has no entry by time`:                             del("inbox.due"),
		"done has no":                                      del("done"),
		"done.at has no":                                   del("done.at"),
		"outbox has no":                                    del("outbox"),
		"outbox.lines has no":                              del("outbox.lines"),
		"runs has no":                                      del("runs"),
		"runs.open has no":                                 del("runs.open"),
		"journal has no":                                   del("journal"),
		"closed has no":                                    del("closed"),
		"closed.at has no":                                 del("closed.at"),
		"living, ":                                         put("living", "HELP-1\x00status", "{"),
		"bookings.end has no":                              put("bookings", "b", `{"id":"b"}`),
		"bookings has no":                                  put("bookings.end", "12345678b", ""),
		`audit, `:                                          put("audit", "HELP-1\x0012345678", `{"ticket":"HELP-2"}`),
		"1 bytes are no instant":                           put("marks", "m", "1"),
		"there is no bucket living":                        func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte("living")) },
	} {
		t.Run(want, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			s := open(t, path)
			furnish(t, s)
			require.NoError(t, s.Close())
			alter(t, path, spoil)
			r, err := boltstore.CheckFile(t.Context(), path)
			require.NoError(t, err)
			require.Contains(t, strings.Join(r.Wrong, "\n"), want)
		})
	}
}
