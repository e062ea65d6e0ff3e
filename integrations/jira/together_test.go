package jira_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/refreshbot/refreshbot/bot"
)

// TestTogether is for the race detector: everything at once, as the runner's
// loops, the webhooks and people do it.
func TestTogether(t *testing.T) {
	b := newBench(t)
	key := b.file()
	var all errgroup.Group
	for n := range 4 {
		all.Go(func() error {
			_, err := b.client.Note(t.Context(), key, bot.KeyOf(key, bot.Version(n), 0), internal("…"))
			return err
		})
		all.Go(func() error {
			_, err := b.client.Ticket(t.Context(), key)
			return err
		})
		all.Go(func() error {
			_, err := b.client.Touched(t.Context(), start)
			return err
		})
		all.Go(func() error {
			b.sim.Comment(string(key), "Dana Reyes", "…")
			b.sim.Deliver()
			return nil
		})
	}
	require.NoError(t, all.Wait())
	require.Len(t, b.view(key).Comments, 8)
}
