package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/refreshbot/refreshbot/bot"
)

// A Restored says what a restoring came to.
type Restored struct {
	Taken         time.Time // UTC; when the backup was taken, as far as it says
	Sealed        bool      // every byte was held against what was written
	Conversations int
	Aside         string // where the store of before is now; empty: there was none
}

// Restore puts a backup, or a plain copy of a store, in the place of the store at
// path, which no process may have open. It is looked at first, page by page and row
// by row. The store that was there stays beside, under another name. What follows
// from being a backup is seen to when the store is opened the next time.
func Restore(ctx context.Context, path, from string, o Options) (r Restored, err error) {
	err = guard(func() error {
		r, err = restore(ctx, path, from, o)
		return err
	})
	if err != nil {
		return Restored{}, &bot.Error{Kind: kindOf(err), Op: fmt.Sprintf("boltstore: restore %s from %s", path, from), Err: err}
	}
	return r, nil
}

func restore(ctx context.Context, path, from string, o Options) (r Restored, err error) {
	source, err := lockFile(from, os.O_RDONLY)
	if err != nil {
		return r, err
	}
	defer source.Close()
	found, err := checkFile(ctx, source)
	if err == nil && !found.Sound() {
		err = damaged(errors.New(found.Wrong[0]))
	}
	if isDamage(err) {
		return r, refuse(bot.Internal, "%s is damaged and not put in place: %w; take another backup", from, rootOf(err))
	}
	if err != nil {
		return r, err
	}
	r = Restored{Taken: found.Taken, Sealed: found.Backup != nil, Conversations: found.Conversations}
	present, err := lockPresent(path)
	if err != nil {
		return r, err
	}
	if present != nil {
		defer present.Close() // the lock is kept until all is done
		r.Aside = unused(path + ".before-" + o.Clock.Now().UTC().Format("20060102T150405Z"))
	}
	return r, replace(path, source, found, r.Aside)
}

// unused returns a name that nothing has: name itself, or with a number behind it. A
// store may be restored again within a second, or after the clock was set back.
func unused(name string) string {
	free := name
	for n := 2; ; n++ {
		if _, err := os.Lstat(free); err != nil {
			return free
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
}

// lockPresent locks the store that is to be replaced; nil where there is none. What
// it holds does not matter.
func lockPresent(path string) (*os.File, error) {
	file, err := lockFile(path, os.O_RDWR)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return file, err
}

// replace puts a copy of source at path, and gives what is there another name. At
// no moment is there nothing of that name: a daemon that starts would make a new
// store.
func replace(path string, source *os.File, found Report, aside string) error {
	return beside(path, func(temp *os.File) error {
		if err := copyBackup(temp, source, found); err != nil {
			return err
		}
		_, err := inspect(temp)
		return err
	}, func(temp string) error {
		if aside != "" {
			if err := os.Link(path, aside); err != nil {
				return fmt.Errorf("set the present store aside: %w", err)
			}
		}
		return os.Rename(temp, path)
	})
}

// copyBackup copies a backup without its seal. A plain copy of a store is marked as
// a backup of when it was last written.
func copyBackup(to, source *os.File, found Report) error {
	size := found.Bytes
	if found.Backup != nil {
		size = found.Backup.Bytes
	}
	if _, err := io.Copy(to, io.NewSectionReader(source, 0, size)); err != nil {
		return err
	}
	if !found.Taken.IsZero() {
		return nil
	}
	info, err := source.Stat()
	if err != nil {
		return err
	}
	return writeBolt(to, false, func(db *bolt.DB) error {
		return db.Update(func(t *bolt.Tx) error {
			return put(t.Bucket([]byte(inMeta)), []byte(metaBackup), stamp{Taken: info.ModTime().UTC()})
		})
	})
}
