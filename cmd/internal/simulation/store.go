package simulation

import (
	"context"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// A brittle store is one whose disk is full now and then, and whose process dies
// beside it. A write is made whole or not at all.
type brittle struct {
	bot.Store
	d *dice
}

// keep is a write.
func (s brittle) keep(write func() error) error {
	s.d.interrupt(s.d.weather.meanwhile, false)
	if s.d.crash("before a write") {
		return errDead
	}
	if s.d.fault(s.d.weather.full, "store full") {
		return bot.Errorf(bot.Unavailable, "store: write", "no space left on device")
	}
	err := write()
	if s.d.crash("after a write") {
		return errDead
	}
	return err
}

func (s brittle) Receive(ctx context.Context, e bot.Event) (fresh bool, err error) {
	err = s.keep(func() (err error) {
		fresh, err = s.Store.Receive(ctx, e)
		return err
	})
	return fresh, err
}

func (s brittle) Delay(ctx context.Context, id string, until time.Time, cause string) error {
	return s.keep(func() error { return s.Store.Delay(ctx, id, until, cause) })
}

// Commit is where two that decide at once get in each other's way, most of all where
// they decide on the same windows.
func (s brittle) Commit(ctx context.Context, c bot.Commit) error {
	if len(c.Book) > 0 {
		s.d.interrupt(1, true)
	}
	s.d.interrupt(max(2, s.d.weather.meanwhile/4), false)
	return s.keep(func() error { return s.Store.Commit(ctx, c) })
}

func (s brittle) Attempt(ctx context.Context, key bot.EffectKey, now time.Time) error {
	return s.keep(func() error { return s.Store.Attempt(ctx, key, now) })
}

func (s brittle) Settle(ctx context.Context, key bot.EffectKey, o bot.Outcome) error {
	return s.keep(func() error { return s.Store.Settle(ctx, key, o) })
}

func (s brittle) SetMark(ctx context.Context, name string, t time.Time) error {
	return s.keep(func() error { return s.Store.SetMark(ctx, name, t) })
}

func (s brittle) Order(ctx context.Context, r bot.Run, b bot.Booking, ledger uint64) error {
	return s.keep(func() error { return s.Store.Order(ctx, r, b, ledger) })
}

func (s brittle) Claim(ctx context.Context, id bot.RunID) (token uint64, err error) {
	err = s.keep(func() (err error) {
		token, err = s.Store.Claim(ctx, id)
		return err
	})
	return token, err
}

func (s brittle) Append(ctx context.Context, r bot.RunRecord, state bot.RunState) error {
	return s.keep(func() error { return s.Store.Append(ctx, r, state) })
}

func (s brittle) WishRun(ctx context.Context, w bot.WishFor) error {
	return s.keep(func() error { return s.Store.WishRun(ctx, w) })
}

func (s brittle) SettleRun(ctx context.Context, id bot.RunID) error {
	return s.keep(func() error { return s.Store.SettleRun(ctx, id) })
}
