package boltstore_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// A desk that forgets uses the room again: its file is no larger after many days
// than after a few, but for the tombstones.
func TestForgettingBoundsTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := boltstore.Open(path, boltstore.Options{Clock: noon, NoSync: true})
	require.NoError(t, err)
	size := func() int64 {
		info, err := os.Stat(path)
		require.NoError(t, err)
		return info.Size()
	}
	var early int64
	const days, kept = 60, 7
	for day := range days {
		now := noon.now.AddDate(0, 0, day)
		closeTicket(t, s, bot.TicketKey(fmt.Sprintf("HELP-%d", day)), now)
		_, err := s.Forget(t.Context(), now.AddDate(0, 0, -kept), now, 100)
		require.NoError(t, err)
		if day == 2*kept {
			early = size()
		}
	}
	// A request takes 25 kB, its tombstone with an audit line less than one.
	require.Less(t, size(), early+(days-2*kept)*2000)
	r, err := s.Check(t.Context(), true)
	require.NoError(t, err)
	require.True(t, r.Sound(), r.Wrong)
	require.Equal(t, days, r.Conversations)
	require.Equal(t, kept+1, r.Rows["runs"])
	require.Equal(t, kept+1, r.Rows["closed"])
	require.NoError(t, s.Close())
	before, after, err := boltstore.Compact(path, boltstore.Options{Clock: noon, NoSync: true})
	require.NoError(t, err)
	require.Less(t, after, before)
	t.Logf("bytes after %d days: %d, after %d days: %d, compact: %d", 2*kept, early, days, before, after)
}

// closeTicket brings a request from its first word to its end.
func closeTicket(t *testing.T, s *boltstore.Store, key bot.TicketKey, now time.Time) {
	t.Helper()
	ctx, id := t.Context(), bot.RunID(key+"-1")
	for version := range bot.Version(4) {
		c := request(key, bot.Collecting, now)
		c.Was, c.Next.Version = version, version+1
		for i := range c.Messages {
			c.Messages[i].Key = bot.KeyOf(key, version+1, i)
		}
		c.Next.Verdict = rules.Verdict{Tenant: fmt.Sprintf("%2000d", 0)}
		c.Wake = time.Time{}
		switch version {
		case 2:
			c.Order = &bot.Run{ID: id, Ticket: key, Ordered: now}
		case 3:
			c.Next.State = bot.Done
		}
		require.NoError(t, s.Commit(ctx, c))
		rows, err := s.NextMessages(ctx, now, 10)
		for ; len(rows) > 0; rows, err = s.NextMessages(ctx, now, 10) {
			for _, r := range rows {
				require.NoError(t, s.Attempt(ctx, r.Message.Key, now))
				require.NoError(t, s.Settle(ctx, r.Message.Key, bot.Outcome{State: bot.Delivered, Remote: "1"}))
			}
		}
		require.NoError(t, err)
	}
	journal(t, s, id, 20)
	require.NoError(t, s.SettleRun(ctx, id))
}
