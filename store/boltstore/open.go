package boltstore

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/refreshbot/refreshbot/bot"
)

// schema is the version of the bucket tree that this package writes.
const schema = "1"

// lockTimeout is how long Open waits for another process to let go of the file.
const lockTimeout = 2 * time.Second

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
	o     Options
	epoch string

	group  group
	ledger ledger
}

var _ bot.Store = (*Store)(nil)

// Open opens the store in the file at path, and makes it where there is none.
// It waits 2 s for another process to close it, then gives an error of the kind
// Unavailable that names the holder.
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
	db, err := openFile(path, o.NoSync)
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, refuse(bot.Unavailable, "it is in use by %s", holder(path))
	}
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, o: o}
	for _, step := range []func() error{s.checkLength, s.prepare, s.hold} {
		if err := guard(step); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return s, nil
}

// openFile opens the file and its lock. bbolt panics on some damaged files, and
// would then keep the lock for as long as this process lives; hence the hook.
func openFile(path string, noSync bool) (db *bolt.DB, err error) {
	var file *os.File
	o := &bolt.Options{Timeout: lockTimeout, NoSync: noSync, NoGrowSync: noSync, FreelistType: bolt.FreelistMapType}
	o.OpenFile = func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
		file, err = os.OpenFile(name, flag, mode)
		return file, err
	}
	err = guard(func() error {
		db, err = bolt.Open(path, 0o600, o)
		return err
	})
	if err != nil && file != nil {
		_ = file.Close() // open still after a panic; else this changes nothing
	}
	_, ours := errors.AsType[refusal](err)
	_, system := errors.AsType[syscall.Errno](err)
	if err != nil && !ours && !system && !errors.Is(err, bolterrors.ErrTimeout) {
		err = damaged(err)
	}
	return db, err
}

// checkLength finds a file that was cut short: its header tells of more pages
// than there are, and reading one of those would be a fault.
func (s *Store) checkLength() error {
	return s.db.View(func(tx *bolt.Tx) error {
		info, err := os.Stat(s.db.Path())
		if err == nil && info.Size() < tx.Size() {
			err = damaged(fmt.Errorf("%d bytes of %d are there", info.Size(), tx.Size()))
		}
		return err
	})
}

// prepare makes the buckets and checks the schema.
func (s *Store) prepare() error {
	return s.db.Update(func(tx *bolt.Tx) error {
		for _, name := range buckets {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		meta := tx.Bucket([]byte(inMeta))
		if err := checkSchema(meta); err != nil {
			return err
		}
		if meta.Get([]byte("epoch")) == nil {
			if err := meta.Put([]byte("epoch"), newEpoch()); err != nil {
				return err
			}
		}
		s.epoch = string(meta.Get([]byte("epoch")))
		return nil
	})
}

func checkSchema(meta *bolt.Bucket) error {
	switch found := string(meta.Get([]byte("schema"))); found {
	case schema:
		return nil
	case "":
		return meta.Put([]byte("schema"), []byte(schema))
	default:
		return refuse(bot.Invalid, "it has schema %s, this program knows %s: use a newer program", found, schema)
	}
}

// newEpoch is random, so that no two stores have the same.
func newEpoch() []byte {
	b := make([]byte, 4)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return []byte(hex.EncodeToString(b))
}

// Epoch returns the store's epoch.
func (s *Store) Epoch() string { return s.epoch }

// Close lets go of the file.
func (s *Store) Close() error {
	path := s.db.Path()
	if path == "" {
		return nil // closed before
	}
	// First the name, then the lock: the next holder writes its own.
	return errors.Join(ignoreMissing(os.Remove(holderOf(path))), s.db.Close())
}

func holderOf(path string) string { return path + ".holder" }

// hold writes down who holds the lock.
func (s *Store) hold() error {
	text := fmt.Sprintf("%s (process %d)\n", cmp.Or(s.o.Program, "a program"), os.Getpid())
	return os.WriteFile(holderOf(s.db.Path()), []byte(text), 0o600)
}

// holder reads what hold wrote.
func holder(path string) string {
	text, err := os.ReadFile(holderOf(path))
	if err != nil {
		return "another process"
	}
	return strings.TrimSpace(string(text))
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// view runs f in a reading transaction.
func (s *Store) view(ctx context.Context, op string, f func(tx) error) error {
	return s.do(ctx, op, func() error {
		return s.db.View(func(t *bolt.Tx) error { return f(tx{t, s}) })
	})
}

// update runs f in a writing transaction: all of it is kept, or nothing.
func (s *Store) update(ctx context.Context, op string, f func(tx) error) error {
	return s.do(ctx, op, func() error { return s.write(f) })
}

func (s *Store) do(ctx context.Context, op string, f func() error) error {
	err := ctx.Err()
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
