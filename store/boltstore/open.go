package boltstore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/refreshbot/refreshbot/bot"
)

// Options tune a store. Clock is required.
type Options struct {
	Clock   bot.Clock
	Program string // who opens it, for the error that a second process gets: "refreshbot serve"
	// Remember is how long the ids of events that are done are kept, to drop
	// events that come in again. Zero: 7 days.
	Remember time.Duration
	// NoSync leaves it to the operating system when bytes reach the disk. For
	// tests alone: what survives a killed process may not survive a power cut.
	NoSync bool
}

// A Store is a bot.Store in a file. Make one with Open.
type Store struct {
	db    *bolt.DB
	file  *os.File // of db
	path  string
	o     Options
	known known

	group  group
	ledger ledger
	health health
	closed atomic.Bool
}

// known is what a store says of itself.
type known struct {
	epoch string
	past  past // where the file was put in the place of a later one
}

var _ bot.Store = (*Store)(nil)

// Open opens the store in the file at path, and makes it where there is none. It
// waits 2 s for another process to close it, then gives an error of the kind
// Unavailable that names the holder. Every page is looked at before anything rests
// on one: a damaged file is an error of the kind Internal that says what to do, a
// file of a newer program one of the kind Invalid.
//
// A file of an older program is brought up to date, after a copy of it was put
// beside. A backup, wherever it was put, becomes a store of its own: see adopt.go.
func Open(path string, o Options) (*Store, error) {
	if o.Remember == 0 {
		o.Remember = 7 * 24 * time.Hour
	}
	s, err := open(path, o)
	if err != nil {
		return nil, &bot.Error{Kind: kindOf(err), Op: "boltstore: open " + path, Err: err}
	}
	return s, nil
}

func open(path string, o Options) (*Store, error) {
	if err := provide(path, o); err != nil {
		return nil, err
	}
	file, err := lockFile(path, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	was, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	lost, err := inspect(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	db, err := openBolt(file, o.NoSync)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, file: file, path: path, o: o}
	adopt := func() error { return s.adopt(lost, was.ModTime()) }
	for _, step := range []func() error{s.migrate, adopt, s.introduce, s.hold} {
		if err := guard(step); err != nil {
			return nil, errors.Join(err, s.release())
		}
	}
	return s, nil
}

// introduce reads what the store says of itself.
func (s *Store) introduce() error {
	return s.db.View(func(t *bolt.Tx) (err error) {
		for _, name := range buckets {
			if t.Bucket([]byte(name)) == nil {
				return damaged(fmt.Errorf("it has no %s", name))
			}
		}
		s.known, err = tx{bolt: t, store: s}.introduction()
		return err
	})
}

func (t tx) introduction() (k known, err error) {
	k.epoch = string(t.in(inMeta).Get([]byte(metaEpoch)))
	k.past, _, err = get[past](t.in(inMeta), []byte(metaPast))
	return k, err
}

// newEpoch is random, so that no two stores have the same.
func newEpoch() []byte {
	b := make([]byte, 4)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return []byte(hex.EncodeToString(b))
}

// Epoch returns the store's epoch.
func (s *Store) Epoch() string { return s.known.epoch }

// Close lets go of the file. A second time it does nothing.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	// First the name, then the lock: the next holder writes its own.
	return errors.Join(ignore(os.Remove(holderOf(s.path)), fs.ErrNotExist), s.release())
}

// release gives up the file and its lock. What panicked in the middle of a write
// may have kept bbolt's own locks, on which its Close would wait for ever.
func (s *Store) release() error {
	if s.health.broken() != nil {
		return s.file.Close()
	}
	return s.db.Close()
}

// view runs f in a reading transaction.
func (s *Store) view(ctx context.Context, op string, f func(tx) error) error {
	return s.do(ctx, op, func() error {
		return s.db.View(func(t *bolt.Tx) error { return f(tx{bolt: t, store: s}) })
	})
}

// update runs f in a writing transaction: all of it is kept, or nothing.
func (s *Store) update(ctx context.Context, op string, f func(tx) error) error {
	return s.do(ctx, op, func() error { return s.write(f) })
}

func (s *Store) do(ctx context.Context, op string, f func() error) error {
	err := ctx.Err()
	if err == nil {
		err = s.health.broken()
	}
	if err == nil {
		err = guard(f)
	}
	if err != nil {
		return &bot.Error{Kind: kindOf(err), Op: "boltstore: " + op, Err: err}
	}
	return nil
}

// kindOf says what can be done about an error: what is no refusal of ours comes
// from the disk.
func kindOf(err error) bot.Kind {
	if r, ok := errors.AsType[refusal](err); ok {
		return r.kind
	}
	return bot.Unavailable
}
