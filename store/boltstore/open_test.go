package boltstore_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

func TestOpenNamesTheHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := boltstore.Open(path, boltstore.Options{Clock: noon, Program: "refreshbot serve"})
	require.NoError(t, err)
	_, err = boltstore.Open(path, boltstore.Options{Clock: noon})
	require.Equal(t, bot.Unavailable, bot.KindOf(err))
	require.ErrorContains(t, err, path)
	require.ErrorContains(t, err, fmt.Sprintf("refreshbot serve (process %d)", os.Getpid()))
	require.NoError(t, s.Close())
	require.NoFileExists(t, path+".holder")
	require.NoError(t, s.Close(), "a second time")
	open(t, path)
}

func TestOpenRefusesANewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	require.NoError(t, open(t, path).Close())
	db, err := bolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), []byte("99"))
	}))
	require.NoError(t, db.Close())
	_, err = boltstore.Open(path, boltstore.Options{Clock: noon})
	require.Equal(t, bot.Invalid, bot.KindOf(err))
	require.ErrorContains(t, err, "schema 99")
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

// filled returns the bytes of a store with something in every part.
func filled(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.db")
	s := open(t, path)
	for i := range 200 {
		finish(t, s, fmt.Sprint("event-", i), noon.now)
		key := bot.TicketKey(fmt.Sprint("HELP-", i+2))
		require.NoError(t, s.Commit(t.Context(), bot.Commit{
			Next: bot.Conversation{Key: key, Version: 1}, Now: noon.now, Wake: noon.now,
			Messages: []bot.Message{{Key: bot.KeyOf(key, 1, 0), Ticket: key, Kind: bot.TicketReply}},
			Order:    &bot.Run{ID: bot.RunID(key), Ordered: noon.now},
		}))
	}
	require.NoError(t, s.Close())
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

// use opens a copy and reads and writes in it: whatever is wrong has to come out
// as an error.
func use(t *testing.T, data []byte) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.db")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	s, err := boltstore.Open(path, boltstore.Options{Clock: noon, NoSync: true})
	if err != nil {
		return err
	}
	defer func() { require.NoError(t, s.Close()) }()
	if _, err = s.Conversations(t.Context()); err != nil {
		return err
	}
	if _, err = s.Messages(t.Context(), ""); err != nil {
		return err
	}
	_, err = s.Receive(t.Context(), bot.Event{ID: "one more", Ticket: "HELP-9"})
	return err
}

func TestDamageIsAnError(t *testing.T) {
	good := filled(t)
	require.NoError(t, use(t, good))
	damage := map[string]func([]byte) []byte{
		"no store":     func([]byte) []byte { return []byte("a text file, and a rather short one\n") },
		"zeros":        func(b []byte) []byte { clear(b); return b },
		"half":         func(b []byte) []byte { return b[:len(b)/2] },
		"one page":     func(b []byte) []byte { return b[:4096] },
		"two pages":    func(b []byte) []byte { return b[:8192] },
		"headers gone": func(b []byte) []byte { clear(b[:8192]); return b },
		"pages gone":   func(b []byte) []byte { clear(b[8192:]); return b },
	}
	for name, spoil := range damage {
		t.Run(name, func(t *testing.T) {
			err := use(t, spoil(append([]byte(nil), good...)))
			require.Error(t, err)
			require.ErrorContains(t, err, "restore it from a backup")
		})
	}
}

// Damage that is not noticed is no failure here; a panic or a hang is.
func TestRandomDamageIsNoPanic(t *testing.T) {
	good := filled(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		data := append([]byte(nil), good...)
		for range 1 + random.IntN(40) {
			data[random.IntN(len(data))] ^= byte(1 + random.IntN(255))
		}
		_ = use(t, data)
	}
}
