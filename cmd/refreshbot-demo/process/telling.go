package process

import (
	"context"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store"
)

// A telling store tells of each task of a clone when it is written down that it
// begins: after the journal has it, and before anything of it is done.
type telling struct {
	store.Keeper
	begins func(ctx context.Context, run bot.RunID, task string)
}

// Append implements bot.Runs.
func (s telling) Append(ctx context.Context, r bot.RunRecord, state bot.RunState) error {
	err := s.Keeper.Append(ctx, r, state)
	if err == nil && r.What == bot.RecordStarted {
		s.begins(ctx, r.Run, r.Task)
	}
	return err
}
