package boltstore_test

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/boltstore"
	"github.com/refreshbot/refreshbot/store/storetest"
)

// stopped is a clock that stands still.
type stopped struct {
	bot.Clock
	now time.Time
}

func (c stopped) Now() time.Time { return c.now }

var noon = stopped{now: time.Date(2041, time.May, 8, 9, 0, 0, 0, time.UTC)}

func open(t *testing.T, path string) *boltstore.Store {
	t.Helper()
	s, err := boltstore.Open(path, boltstore.Options{Clock: noon, NoSync: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Open {
		path := filepath.Join(t.TempDir(), "store.db")
		return func(t *testing.T) bot.Store {
			s, err := boltstore.Open(path, boltstore.Options{Clock: noon, NoSync: true})
			require.NoError(t, err)
			return s
		}
	})
}

// finish brings an event in and deals with it at an instant.
func finish(t *testing.T, s *boltstore.Store, id string, key bot.TicketKey, now time.Time) {
	t.Helper()
	fresh, err := s.Receive(t.Context(), bot.Event{ID: id, Kind: bot.TicketTouched, Ticket: key})
	require.NoError(t, err)
	require.True(t, fresh, id)
	require.NoError(t, s.Commit(t.Context(), bot.Commit{EventID: id, Next: bot.Conversation{Key: key}, Now: now}))
}

func TestEventIsForgottenInTheEnd(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	finish(t, s, "a", "HELP-1", noon.now)
	finish(t, s, "b", "HELP-1", noon.now.Add(6*24*time.Hour))
	fresh, err := s.Receive(t.Context(), bot.Event{ID: "a", Ticket: "HELP-1"})
	require.NoError(t, err)
	require.False(t, fresh)
	finish(t, s, "c", "HELP-1", noon.now.Add(8*24*time.Hour))
	finish(t, s, "a", "HELP-1", noon.now.Add(8*24*time.Hour))
}

func TestBookingsThatAreOverAreClearedAway(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "store.db"))
	for i := range 5 {
		now := noon.now.Add(time.Duration(i) * 24 * time.Hour)
		b := bot.Booking{ID: string(rune('a' + i))}
		b.Start, b.End = now, now.Add(2*time.Hour)
		_, ledger, err := s.Taken(t.Context(), now, "HELP-1")
		require.NoError(t, err)
		require.NoError(t, s.Commit(t.Context(), bot.Commit{
			Was: bot.Version(i), Next: bot.Conversation{Key: "HELP-2", Version: bot.Version(i + 1)},
			Now: now, Book: []bot.Booking{b}, Ledger: ledger,
		}))
	}
	taken, _, err := s.Taken(t.Context(), noon.now, "HELP-1")
	require.NoError(t, err)
	require.Len(t, taken, 2, "the last, and the one that ended 22 hours ago")
}

func BenchmarkCommit(b *testing.B) {
	s, err := boltstore.Open(filepath.Join(b.TempDir(), "store.db"), boltstore.Options{Clock: noon})
	require.NoError(b, err)
	defer func() { require.NoError(b, s.Close()) }()
	for i := range b.N {
		v := bot.Version(i)
		require.NoError(b, s.Commit(b.Context(), bot.Commit{
			Was: v, Next: bot.Conversation{Key: "HELP-1", Version: v + 1}, Now: noon.now,
			Wake:     noon.now.Add(time.Hour),
			Messages: []bot.Message{{Key: bot.KeyOf("HELP-1", v+1, 0), Ticket: "HELP-1", Kind: bot.TicketReply}},
			Audit:    []bot.Audit{{Ticket: "HELP-1", Version: v + 1, At: noon.now, What: "a decision"}},
		}))
	}
}

// BenchmarkReceive has sixteen callers at once: their events share transactions.
func BenchmarkReceive(b *testing.B) {
	s, err := boltstore.Open(filepath.Join(b.TempDir(), "store.db"), boltstore.Options{Clock: noon})
	require.NoError(b, err)
	defer func() { require.NoError(b, s.Close()) }()
	var n atomic.Int64
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			id := fmt.Sprint("jira/webhook/", n.Add(1))
			if _, err := s.Receive(b.Context(), bot.Event{ID: id, Kind: bot.TicketTouched, Ticket: bot.TicketKey("HELP-" + id)}); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkOpen opens a store of 20 MB, every page of which is looked at.
func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "store.db")
	o := boltstore.Options{Clock: noon, NoSync: true}
	s, err := boltstore.Open(path, o)
	require.NoError(b, err)
	for i := range 1000 {
		require.NoError(b, s.SetMark(b.Context(), fmt.Sprint("mark ", i), noon.now))
		_, err := s.Receive(b.Context(), long(i))
		require.NoError(b, err)
	}
	require.NoError(b, s.Close())
	for b.Loop() {
		s, err := boltstore.Open(path, o)
		require.NoError(b, err)
		require.NoError(b, s.Close())
	}
}
