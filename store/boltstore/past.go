package boltstore

import (
	"context"
	"slices"

	"github.com/refreshbot/refreshbot/bot"
)

// PastRuns returns the last runs over a target that succeeded; see bot.Runs.
func (s *Store) PastRuns(ctx context.Context, target string, limit int) (past []bot.Run, err error) {
	err = s.view(ctx, "list past runs", func(t tx) error {
		return each(t.in(inRuns), nil, func(r runRow) error {
			if r.State == bot.RunSucceeded && r.Order.Target == target {
				past = append(past, r.Run)
			}
			return nil
		})
	})
	slices.SortFunc(past, func(a, b bot.Run) int { return b.Ordered.Compare(a.Ordered) })
	return past[:min(len(past), limit)], err
}
