package wire

import (
	"context"
	"io"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
	"github.com/refreshbot/refreshbot/store"
)

// OpenKeeper opens the store that a configuration names, to look after it and for
// nothing else: of the Office only the part that is control.Keep works.
func OpenKeeper(c *config.Config, o Options) (Office, error) {
	st, err := openStore(c, o)
	return Office{Store: st, Clock: o.Clock}, err
}

// keeper returns the store with what operators want of it.
func keeper(st bot.Store) (store.Keeper, error) {
	k, ok := st.(store.Keeper)
	if !ok {
		return nil, bot.Errorf(bot.Invalid, "look after the store", "it is not one that is kept here")
	}
	return k, nil
}

// Snapshot implements control.Handler.
func (o Office) Snapshot(ctx context.Context, to func(size int64) io.Writer) error {
	k, err := keeper(o.Store)
	if err != nil {
		return err
	}
	return k.Snapshot(ctx, to)
}

// Saved implements control.Handler.
func (o Office) Saved(ctx context.Context, at time.Time) error {
	return o.Store.SetMark(ctx, store.LastBackup, at)
}

// CheckStore implements control.Handler.
func (o Office) CheckStore(ctx context.Context, rows bool) (s control.StoreState, err error) {
	k, err := keeper(o.Store)
	if err != nil {
		return s, err
	}
	if s.Report, err = k.Check(ctx, rows); err != nil {
		return s, err
	}
	s.LastBackup, err = o.Store.Mark(ctx, store.LastBackup)
	return s, err
}
