package boltstore_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

const pageSize = 4096

// filled returns the bytes of a store in which every part has something, some of it
// pages below pages.
func filled(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.db")
	s := open(t, path)
	furnish(t, s)
	for i := range 60 {
		key := bot.TicketKey(fmt.Sprint("HELP-", i+100))
		require.NoError(t, s.Commit(t.Context(), request(key, bot.Collecting, noon.now)))
	}
	require.NoError(t, s.Close())
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

// use opens a copy and reads and writes in it, and returns what it tells. Whatever
// is wrong has to come out as an error that names the file and says what to do.
func use(t *testing.T, data []byte) (story string, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.db")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	story, err = read(t, path)
	if err != nil {
		require.ErrorContains(t, err, "store restore FILE")
		require.Equal(t, bot.Internal, bot.KindOf(err))
	}
	return story, err
}

func read(t *testing.T, path string) (string, error) {
	s, err := boltstore.Open(path, boltstore.Options{Clock: noon, NoSync: true})
	if err != nil {
		require.ErrorContains(t, err, path)
		return "", err
	}
	defer func() { require.NoError(t, s.Close()) }()
	all, err := s.Conversations(t.Context())
	if err != nil {
		return "", err
	}
	messages, err := s.Messages(t.Context(), "")
	if err != nil {
		return "", err
	}
	for i := range messages { // what a lost header brings with it
		messages[i].Doubt, messages[i].First = false, messages[i].Queued
	}
	_, err = s.Receive(t.Context(), bot.Event{ID: "one more", Ticket: "HELP-9"})
	text, unreadable := json.Marshal([]any{all, messages})
	require.NoError(t, unreadable)
	return string(text), err
}

func TestDamageIsAnError(t *testing.T) {
	good := filled(t)
	_, err := use(t, good)
	require.NoError(t, err)
	for name, spoil := range map[string]func([]byte) []byte{
		"zeros":          func(b []byte) []byte { clear(b); return b },
		"half":           func(b []byte) []byte { return b[:len(b)/2] },
		"one page":       func(b []byte) []byte { return b[:pageSize] },
		"two pages":      func(b []byte) []byte { return b[:2*pageSize] },
		"a few bytes":    func(b []byte) []byte { return b[:77] },
		"headers gone":   func(b []byte) []byte { clear(b[:2*pageSize]); return b },
		"pages gone":     func(b []byte) []byte { clear(b[2*pageSize:]); return b },
		"a byte missing": func(b []byte) []byte { return b[1:] },
		"a byte more":    func(b []byte) []byte { return append([]byte{0}, b...) },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := use(t, spoil(append([]byte(nil), good...)))
			require.Error(t, err)
		})
	}
}

// Of a file of which a page is lost, or which ends before its end, every page is
// either of no use or missed: nothing is less than it was without an error.
func TestLostPagesAreMissed(t *testing.T) {
	t.Parallel()
	good := filled(t)
	want, err := use(t, good)
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	noise := func(page []byte) {
		for i := range page {
			page[i] = byte(random.Uint32())
		}
	}
	other := func(page []byte) { copy(page, good[pageSize*(2+random.IntN(len(good)/pageSize-2)):]) }
	missed := 0
	for n := 2; n < len(good)/pageSize; n++ { // of the headers, see TestLostHeader
		for _, spoil := range []func([]byte){clearPage, noise, other}[:1+2*(n%2)] {
			data := append([]byte(nil), good...)
			spoil(data[n*pageSize : (n+1)*pageSize])
			if got, err := use(t, data); err == nil {
				require.True(t, want == got, "page %d", n)
				continue
			}
			missed++
		}
		if got, err := use(t, good[:n*pageSize+random.IntN(pageSize)]); err == nil {
			require.True(t, want == got, "cut in page %d", n)
		}
	}
	require.Greater(t, missed, len(good)/pageSize, "most pages are in use")
}

func clearPage(page []byte) { clear(page) }

// Bytes that change within a row may go unnoticed in a store, never in a backup (see
// TestBackupOfOtherBytes). What is no failure here is never a panic, nor a hang.
func TestRandomDamageIsNoPanic(t *testing.T) {
	t.Parallel()
	good := filled(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 80 {
		data := append([]byte(nil), good...)
		for range 1 + random.IntN(40) {
			data[random.IntN(len(data))] ^= byte(1 + random.IntN(255))
		}
		_, _ = use(t, data)
	}
}

// Where one of the two headers is lost, so may be what was written last. The store
// goes on from before, as if from a backup: it looks before it says anything again.
func TestLostHeader(t *testing.T) {
	good := filled(t)
	epoch := func(data []byte) string {
		path := filepath.Join(t.TempDir(), "store.db")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		s := open(t, path)
		rows, err := s.Messages(t.Context(), "HELP-3")
		require.NoError(t, err)
		require.Equal(t, bot.Waiting, rows[0].State)
		return fmt.Sprint(s.Epoch(), rows[1].Doubt)
	}
	require.Equal(t, epoch(good), epoch(good))
	for n := range 2 {
		data := append([]byte(nil), good...)
		clear(data[n*pageSize : (n+1)*pageSize])
		require.NotEqual(t, epoch(good), epoch(data))
		require.Contains(t, epoch(data), "true")
	}
}

// A file that goes bad while it is open ends in errors, and the store can still be
// closed and opened again.
func TestDamageWhileOpen(t *testing.T) {
	good := filled(t)
	path := filepath.Join(t.TempDir(), "store.db")
	require.NoError(t, os.WriteFile(path, good, 0o600))
	s, err := boltstore.Open(path, boltstore.Options{Clock: noon, NoSync: true})
	require.NoError(t, err)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer f.Close()
	_, err = f.WriteAt(make([]byte, len(good)-2*pageSize), 2*pageSize)
	require.NoError(t, err)
	for range 3 {
		_, err = s.Receive(t.Context(), bot.Event{ID: "one more", Ticket: "HELP-9"})
		require.ErrorContains(t, err, "store restore FILE")
		_, err = s.Conversations(t.Context())
		require.Error(t, err)
	}
	require.NoError(t, s.Close())
	require.NoError(t, os.WriteFile(path, good, 0o600))
	open(t, path)
}
