package runner_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// faults decides, from a seed, what goes wrong at the edges of the runner: in
// the store and on the way to the vendors. Everything is a wrapper around a
// port; the runner knows nothing of it.
type faults struct {
	random *rand.Rand
	clock  *watch
	on     bool

	// dead is set where the process dies. From then on nothing that it calls has
	// any effect, until the simulation starts another.
	dead bool
	// flying is what was sent to a vendor and has not landed yet.
	flying []flight
	// meanwhile is what another process does on the same store, between two steps
	// of this one.
	meanwhile func()
	nested    bool
	count     map[string]int // by what went wrong
}

// A flight is a write that lands late.
type flight struct {
	at   time.Time
	land func()
}

var errDead = errors.New("the process is dead")

// once reports whether something that happens once in n times happens now.
func (f *faults) once(n int, what string) bool {
	if !f.on || f.random.IntN(n) > 0 {
		return false
	}
	f.count[what]++
	return true
}

// crash reports whether the process is dead, or dies here.
func (f *faults) crash(where string) bool {
	f.dead = f.dead || f.once(70, "crash "+where)
	return f.dead
}

// interrupt lets another process get in between.
func (f *faults) interrupt() {
	if !f.nested && f.once(10, "meanwhile") {
		f.nested = true
		f.meanwhile()
		f.nested = false
	}
}

// land lets everything land whose time has come.
func (f *faults) land() {
	flying := f.flying
	f.flying = nil
	for _, w := range flying {
		if w.at.After(f.clock.Now()) {
			f.flying = append(f.flying, w)
			continue
		}
		w.land()
	}
}

// keep is a write to the store: it is made whole or not at all, and the process
// may die before or after.
func (f *faults) keep(write func() error) error {
	f.interrupt()
	if f.crash("before a store's write") {
		return errDead
	}
	if f.once(60, "store full") {
		return bot.Errorf(bot.Unavailable, "store: write", "no space left on device")
	}
	err := write()
	if f.crash("after a store's write") {
		return errDead
	}
	return err
}

// ask is a question to a vendor.
func (f *faults) ask(question func() error) error {
	f.interrupt()
	switch {
	case f.dead:
		return errDead
	case f.once(30, "vendor unavailable"):
		return bot.Errorf(bot.Unavailable, "vendor: ask", "bad gateway")
	case f.once(30, "vendor busy"):
		return f.busy()
	}
	return question()
}

// busy is a 429, with the time to wait or without.
func (f *faults) busy() error {
	after := time.Duration(f.random.IntN(3)) * 20 * time.Second
	return &bot.Error{Kind: bot.RateLimited, Op: "vendor: ask", After: after, Err: errors.New("too many requests")}
}

// tell is a write at a vendor's, which has every way of going wrong.
func (f *faults) tell(write func() error) error {
	if err := f.ask(func() error { return nil }); err != nil {
		return err
	}
	late := flight{f.clock.Now().Add(time.Duration(f.random.Int64N(int64(longest)))), func() { _ = write() }}
	ambiguous := bot.Errorf(bot.Ambiguous, "vendor: write", "no answer")
	switch {
	case f.crash("before a send"):
		return errDead
	case f.once(40, "lost on the way"):
		return ambiguous
	case f.once(40, "lands late"):
		f.flying = append(f.flying, late)
		return ambiguous
	case f.once(60, "crash, lands late"):
		f.flying = append(f.flying, late)
		f.dead = true
		return errDead
	}
	err := write()
	switch {
	case f.crash("after a send"):
		return errDead
	case err == nil && f.once(25, "answer lost"):
		return ambiguous
	}
	return err
}

// brittleStore is a store in a process that may die.
type brittleStore struct {
	bot.Store
	f *faults
}

func (s brittleStore) Receive(ctx context.Context, e bot.Event) (fresh bool, err error) {
	err = s.f.keep(func() (err error) {
		fresh, err = s.Store.Receive(ctx, e)
		return err
	})
	return fresh, err
}

func (s brittleStore) Delay(ctx context.Context, id string, until time.Time, cause string) error {
	return s.f.keep(func() error { return s.Store.Delay(ctx, id, until, cause) })
}

func (s brittleStore) Commit(ctx context.Context, c bot.Commit) error {
	return s.f.keep(func() error { return s.Store.Commit(ctx, c) })
}

func (s brittleStore) Attempt(ctx context.Context, key bot.EffectKey, now time.Time) error {
	return s.f.keep(func() error { return s.Store.Attempt(ctx, key, now) })
}

func (s brittleStore) Settle(ctx context.Context, key bot.EffectKey, o bot.Outcome) error {
	return s.f.keep(func() error { return s.Store.Settle(ctx, key, o) })
}

func (s brittleStore) SetMark(ctx context.Context, name string, t time.Time) error {
	return s.f.keep(func() error { return s.Store.SetMark(ctx, name, t) })
}

func (s brittleStore) SettleRun(ctx context.Context, id bot.RunID) error {
	return s.f.keep(func() error { return s.Store.SettleRun(ctx, id) })
}

func (s brittleStore) Claim(ctx context.Context, id bot.RunID) (token uint64, err error) {
	err = s.f.keep(func() (err error) {
		token, err = s.Store.Claim(ctx, id)
		return err
	})
	return token, err
}

func (s brittleStore) Append(ctx context.Context, r bot.RunRecord, state bot.RunState) error {
	return s.f.keep(func() error { return s.Store.Append(ctx, r, state) })
}

// brittleDesk is a help center behind a bad line.
type brittleDesk struct {
	bot.Desk
	f *faults
}

func (d brittleDesk) Ticket(ctx context.Context, key bot.TicketKey) (t bot.Ticket, err error) {
	err = d.f.ask(func() (err error) {
		t, err = d.Desk.Ticket(ctx, key)
		return err
	})
	return t, err
}

func (d brittleDesk) Touched(ctx context.Context, since time.Time) (touched []bot.Touch, err error) {
	err = d.f.ask(func() (err error) {
		touched, err = d.Desk.Touched(ctx, since)
		return err
	})
	return touched, err
}

func (d brittleDesk) Reply(ctx context.Context, t bot.TicketKey, key bot.EffectKey, text bot.PublicText) (id bot.RemoteID, err error) {
	err = d.f.tell(func() (err error) {
		id, err = d.Desk.Reply(ctx, t, key, text)
		return err
	})
	return id, err
}

func (d brittleDesk) Note(ctx context.Context, t bot.TicketKey, key bot.EffectKey, text bot.InternalText) (id bot.RemoteID, err error) {
	err = d.f.tell(func() (err error) {
		id, err = d.Desk.Note(ctx, t, key, text)
		return err
	})
	return id, err
}

func (d brittleDesk) Rewrite(ctx context.Context, t bot.TicketKey, id bot.RemoteID, key bot.EffectKey, text bot.PublicText) error {
	return d.f.tell(func() error { return d.Desk.Rewrite(ctx, t, id, key, text) })
}

func (d brittleDesk) Transition(ctx context.Context, t bot.TicketKey, transition string) error {
	return d.f.tell(func() error { return d.Desk.Transition(ctx, t, transition) })
}

func (d brittleDesk) Sent(ctx context.Context, t bot.TicketKey, key bot.EffectKey, since time.Time) (id bot.RemoteID, found bool, err error) {
	err = d.f.ask(func() (err error) {
		id, found, err = d.Desk.Sent(ctx, t, key, since)
		return err
	})
	return id, found, err
}

// brittleChat is a Slack behind a bad line.
type brittleChat struct {
	bot.Chat
	f *faults
}

func (c brittleChat) Post(ctx context.Context, m bot.Message, thread bot.RemoteID) (id bot.RemoteID, err error) {
	err = c.f.tell(func() (err error) {
		id, err = c.Chat.Post(ctx, m, thread)
		return err
	})
	return id, err
}

func (c brittleChat) Redraw(ctx context.Context, id bot.RemoteID, m bot.Message) error {
	return c.f.tell(func() error { return c.Chat.Redraw(ctx, id, m) })
}

func (c brittleChat) Posted(ctx context.Context, key bot.EffectKey, thread bot.RemoteID, since time.Time) (id bot.RemoteID, found bool, err error) {
	err = c.f.ask(func() (err error) {
		id, found, err = c.Chat.Posted(ctx, key, thread, since)
		return err
	})
	return id, found, err
}

func (c brittleChat) Standing(ctx context.Context, member string) (s bot.Standing, err error) {
	err = c.f.ask(func() (err error) {
		s, err = c.Chat.Standing(ctx, member)
		return err
	})
	return s, err
}
