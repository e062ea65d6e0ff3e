package boltstore

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/boltstore/pages"
)

const (
	// A lock that another process has is tried for so often, so long apart: 2 s.
	lockTries = 40
	lockPause = 50 * time.Millisecond
	// mapped is how much of the address space is set aside for a file. It costs no
	// memory; a file that grows beyond waits for those who read it, a backup too.
	mapped = 1 << 30
	// leftover is how long a file that is being made may rest.
	leftover = time.Hour
	// growth is by how many bytes a file grows at once.
	growth = 1 << 20
)

// provide makes a store where there is none. It is made beside and moved into its
// place whole: so an empty file, or a piece of one, is never a new store but an old
// one that something happened to.
func provide(path string, o Options) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return create(path, o)
	case err != nil:
		return err
	case info.IsDir():
		return refuse(bot.Invalid, "it is a folder: name a file in it")
	case !info.Mode().IsRegular():
		return refuse(bot.Invalid, "it is no file")
	case info.Size() == 0:
		return damaged(errors.New("it is empty"))
	}
	return nil
}

func create(path string, o Options) error {
	return beside(path, func(temp *os.File) error {
		return writeBolt(temp, o.NoSync, func(db *bolt.DB) error { return db.Update(furnish) })
	}, func(temp string) error {
		err := os.Link(temp, path)
		if errors.Is(err, fs.ErrExist) {
			return nil // another process was first
		}
		return err
	})
}

// furnish makes the buckets of a new store.
func furnish(t *bolt.Tx) error {
	for _, name := range buckets {
		if _, err := t.CreateBucket([]byte(name)); err != nil {
			return err
		}
	}
	return tx{bolt: t}.label()
}

// beside makes a file in the folder of path, for its owner alone, and has it moved
// when it is whole and on disk. What is left over is removed: at once or, where the
// process was killed, by the next that makes one.
func beside(path string, fill func(*os.File) error, move func(temp string) error) error {
	name := "." + filepath.Base(path) + ".new-"
	removeLeftovers(filepath.Dir(path), name)
	temp, err := os.CreateTemp(filepath.Dir(path), name+"*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	err = fill(temp)
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	if err := move(temp.Name()); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// removeLeftovers removes files that nobody has written to for long, by the time
// that the system gives them. What can't be removed harms nobody.
func removeLeftovers(folder, name string) {
	all, _ := os.ReadDir(folder) // a folder that can't be read is found out by what follows
	for _, f := range all {
		info, err := f.Info()
		if err == nil && strings.HasPrefix(f.Name(), name) && time.Since(info.ModTime()) > leftover {
			_ = os.Remove(filepath.Join(folder, f.Name()))
		}
	}
}

// syncFolder has a folder's names reach the disk.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// lockFile opens a file and takes its lock: for this process alone where it is to
// be written, else together with others that read it. Who waited for the lock may
// have got that of a file which was replaced meanwhile, and tries the new one.
func lockFile(path string, flag int) (*os.File, error) {
	for range lockTries {
		file, err := os.OpenFile(path, flag, 0)
		if err != nil {
			return nil, permission(err)
		}
		switch err := flock(file, flag == os.O_RDWR); {
		case err == nil && same(file, path):
			return file, nil
		case err != nil && !errors.Is(err, syscall.EWOULDBLOCK):
			return nil, errors.Join(err, file.Close())
		}
		_ = file.Close() // nothing was read
		time.Sleep(lockPause)
	}
	return nil, refuse(bot.Unavailable, "it is in use by %s", holder(path))
}

func flock(file *os.File, alone bool) error {
	how := syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_EX
	}
	return syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
}

// same reports whether a file is still the one of that name.
func same(file *os.File, path string) bool {
	is, err1 := file.Stat()
	named, err2 := os.Stat(path)
	return err1 == nil && err2 == nil && os.SameFile(is, named)
}

// permission says what to do where the system does not let us.
func permission(err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return fmt.Errorf("%w: it has to be a file that the user of this process can read and write, in a folder that it can write to", err)
	}
	return err
}

// inspect looks at every page of a locked file. It reports whether the header of
// the last transaction is lost.
func inspect(file *os.File) (lost bool, err error) {
	report, lost, err := look(file)
	if err == nil && len(report.Wrong) > 0 {
		what := report.Wrong[0]
		if more := len(report.Wrong) - 1 + report.Beyond; more > 0 {
			what += fmt.Sprintf(", and more of the sort: %d", more)
		}
		err = damaged(errors.New(what))
	}
	return lost, err
}

// look reports what is to be said of a locked file's pages.
func look(file *os.File) (r pages.Report, lost bool, err error) {
	info, err := file.Stat()
	if err != nil {
		return r, false, err
	}
	header, lost, err := pages.ReadHeader(file)
	if err != nil {
		return r, lost, damaged(err)
	}
	return pages.Check(file, info.Size(), header), lost, nil
}

// openBolt opens a file that is locked, to work in it.
func openBolt(file *os.File, noSync bool) (*bolt.DB, error) {
	db, err := boltOn(file, bolt.Options{NoSync: noSync, NoGrowSync: noSync, InitialMmapSize: mapped})
	if err == nil {
		db.AllocSize = growth
	}
	return db, err
}

// boltOn has bbolt work on a file that is open, and that is its own from then on:
// also where it fails, which it may do by a panic.
func boltOn(file *os.File, o bolt.Options) (db *bolt.DB, err error) {
	o.Timeout, o.FreelistType = time.Second, bolt.FreelistMapType
	o.OpenFile = func(string, int, os.FileMode) (*os.File, error) { return file, nil }
	err = guard(func() error {
		db, err = bolt.Open(file.Name(), 0, &o)
		return err
	})
	if err != nil {
		return nil, errors.Join(err, ignore(file.Close(), fs.ErrClosed))
	}
	return db, nil
}

// writeBolt changes a file that is being made. It stays open.
func writeBolt(file *os.File, noSync bool, change func(*bolt.DB) error) error {
	again, err := os.OpenFile(file.Name(), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	db, err := boltOn(again, bolt.Options{NoSync: noSync, NoGrowSync: true})
	if err != nil {
		return err
	}
	return errors.Join(change(db), db.Close())
}

// readBolt reads a file whose pages are sound. It stays open, and locked.
func readBolt(file *os.File, read func(*bolt.Tx) error) error {
	again, err := os.Open(file.Name())
	if err != nil {
		return err
	}
	db, err := boltOn(again, bolt.Options{ReadOnly: true, InitialMmapSize: mapped})
	if err != nil {
		return err
	}
	return errors.Join(guard(func() error { return db.View(read) }), db.Close())
}

func holderOf(path string) string { return path + ".holder" }

// hold writes down who holds the lock, and since when. It is for people, and not
// worth failing for where there is no room.
func (s *Store) hold() error {
	text := fmt.Sprintf("%s (process %d) since %s\n",
		cmp.Or(s.o.Program, "a program"), os.Getpid(), s.o.Clock.Now().UTC().Format("Mon 2 Jan 2006 15:04 UTC"))
	if err := os.WriteFile(holderOf(s.path), []byte(text), 0o600); err != nil {
		_ = os.Remove(holderOf(s.path)) // better no name than another's
	}
	return nil
}

// holder reads what hold wrote.
func holder(path string) string {
	text, err := os.ReadFile(holderOf(path))
	if err != nil || len(text) == 0 {
		return "another process"
	}
	return strings.TrimSpace(string(text))
}

func ignore(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}
