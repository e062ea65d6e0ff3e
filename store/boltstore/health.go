package boltstore

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"syscall"
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

// trial is how many bytes Writable writes to see if there is room: more than what
// a few events and decisions take.
const trial = 64 << 10

// Writable reports why the store can't be written; nil: it can. Where the last
// write failed, for want of room or whatever it was, it tries again.
func (s *Store) Writable(ctx context.Context) error {
	if s.health.stuck.Load() == nil && s.health.broken() == nil {
		return nil
	}
	err := s.update(ctx, "try to write", func(t tx) error {
		return t.in(inMeta).Put([]byte(metaTrial), make([]byte, trial))
	})
	if err != nil {
		return err
	}
	return s.update(ctx, "try to write", func(t tx) error { return t.in(inMeta).Delete([]byte(metaTrial)) })
}

// unwritable says, of an error of the disk's, how much room is left on it: want of
// it is the usual cause.
func (s *Store) unwritable(err error) error {
	if err == nil || isDamage(err) {
		return err
	}
	free, unknown := Room(s.path)
	if unknown != nil {
		return fmt.Errorf("the file can't be written: %w", err)
	}
	return fmt.Errorf("the file can't be written (free on its disk: %d MB): %w", free>>20, err)
}

// Room returns how many bytes are free on the disk of a path, for this user.
func Room(path string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:unconvert // Bsize is narrower on some machines
}
