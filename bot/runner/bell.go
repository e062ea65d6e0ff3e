package runner

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// A bell makes loops look for work before their time. It is a hint and carries
// nothing: what there is to do is in the store.
type bell struct {
	mu        sync.Mutex
	listeners []*listener
}

// A listener hears every ring, also one from before it began to wait.
type listener struct {
	rung   bool
	cancel context.CancelFunc // of the wait, while it waits
}

// ring ends the wait of every listener, or its next one.
func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.listeners {
		l.rung = true
		if l.cancel != nil {
			l.cancel()
		}
	}
}

// listen makes a listener. hear waits until an instant, a ring or the end of
// ctx; leave takes the listener away.
func (b *bell) listen() (hear func(context.Context, bot.Clock, time.Time) error, leave func()) {
	l := new(listener)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listeners = append(b.listeners, l)
	hear = func(ctx context.Context, c bot.Clock, t time.Time) error { return b.hear(ctx, l, c, t) }
	leave = func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.listeners = slices.DeleteFunc(b.listeners, func(o *listener) bool { return o == l })
	}
	return hear, leave
}

func (b *bell) hear(ctx context.Context, l *listener, c bot.Clock, t time.Time) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if b.begin(l, cancel) {
		return nil
	}
	defer b.begin(l, nil)
	return c.Until(ctx, t)
}

// begin sets how a ring ends the listener's wait, and reports whether it rang
// since the last wait.
func (b *bell) begin(l *listener, cancel context.CancelFunc) (rung bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	rung = l.rung
	l.rung, l.cancel = false, cancel
	return rung
}
