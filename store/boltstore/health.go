package boltstore

import (
	"context"
	"sync/atomic"
)

// health remembers what writing came to last.
type health struct {
	stuck  atomic.Pointer[error] // the last write failed
	damage atomic.Pointer[error] // a write found the file damaged; nothing is tried any more
}

// note takes down how a write ended that was not refused.
func (h *health) note(err error) {
	switch {
	case err == nil:
		h.stuck.Store(nil)
	case isDamage(err):
		h.damage.Store(&err)
	default:
		h.stuck.Store(&err)
	}
}

// broken returns why nothing is tried any more; nil: it is.
func (h *health) broken() error {
	if err := h.damage.Load(); err != nil {
		return *err
	}
	return nil
}

// Writable reports why the store can't be written; nil: it can. Where the last
// write failed, for want of room or whatever it was, it tries again.
func (s *Store) Writable(ctx context.Context) error {
	if s.health.stuck.Load() == nil && s.health.broken() == nil {
		return nil
	}
	return s.update(ctx, "try to write", func(tx) error { return nil })
}
