// Package sqlite is the clone engine's driver for SQLite databases, in pure Go.
//
// Beside a target at PATH a run has up to three files more:
//
//	PATH.new-<run>      the new database, until it takes the target's place
//	PATH.kept-<run>     the target's own rows, captured while nobody worked
//	PATH.parked-<run>   the old target, after the swap and until retention ends
//
// The copy is one read transaction: the source is attached read-only to the
// connection that writes the new database, so that the data of all tables is of
// one instant and a writer of the source never waits. Rows go from one to the
// other by INSERT … SELECT with the masking as a function inside. Neither VACUUM
// INTO nor the backup interface nor a later UPDATE is used: with each of them
// real addresses would stand on the target's disk for a while. For the same
// reason the source has to be in WAL mode: a reader of any other would block its
// writers.
//
// The swap is one rename. Before it every session is shut out of the target (see
// shutOut), after it the name leads to the new file, and those that open it get
// the new one. The old file keeps its identity, device and inode, under the
// parked name; that is what tells, after a kill, on which side of the rename it
// happened.
//
// A database that the engine leaves in place is in WAL mode.
package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"modernc.org/sqlite"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
)

// Scheme is what the names of this kind of database begin with.
const Scheme = "sqlite"

// A Driver is the driver. It is safe for concurrent use.
type Driver struct {
	// Wait is how long one who is in the way is waited for; zero: two seconds.
	Wait time.Duration
}

var _ clone.Database = Driver{}

// files are the paths of a site's databases.
type files struct {
	source, target    string
	fresh, kept, park string
}

// place returns the paths of a site. Links are followed, so that the swap
// replaces the file and not a link to it.
func place(s clone.Site) (files, error) {
	source, err := resolve("source", s.Source)
	if err != nil {
		return files{}, err
	}
	target, err := resolve("target", s.Target)
	if err != nil {
		return files{}, err
	}
	run := strings.NewReplacer("/", "-", "\\", "-").Replace(string(s.Run))
	return files{
		source: source, target: target,
		fresh: target + ".new-" + run, kept: target + ".kept-" + run, park: target + ".parked-" + run,
	}, nil
}

// resolve returns the path of a database "sqlite:PATH", which must be there.
func resolve(what, name string) (string, error) {
	path, ok := strings.CutPrefix(name, Scheme+":")
	if !ok || path == "" {
		return "", bot.Errorf(bot.Invalid, "sqlite: open "+what, "%q is not sqlite:PATH", name)
	}
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", bot.Errorf(bot.NotFound, "sqlite: open "+what, "there is no database at %s", path)
	}
	if err != nil {
		return "", bot.Errorf(bot.Unavailable, "sqlite: open "+what, "%w", err)
	}
	return real, nil
}

// identify returns the device and inode of a file. The file is not opened: the
// system drops a process's locks on a file whenever the process closes it.
func identify(path string) (clone.Identity, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", bot.Errorf(bot.NotFound, "sqlite: identify database", "there is none at %s", path)
	}
	if err != nil {
		return "", bot.Errorf(bot.Unavailable, "sqlite: identify database", "%w", err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", bot.Errorf(bot.Internal, "sqlite: identify database", "this system has no inodes")
	}
	return clone.Identity(fmt.Sprintf("%d:%d", stat.Dev, stat.Ino)), nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// companions are the files that SQLite keeps beside a database in use.
func companions(path string) []string {
	return []string{path + "-journal", path + "-wal", path + "-shm"}
}

// remove removes a database with its companions. One that is not there is fine.
func remove(path string) error {
	for _, p := range append(companions(path), path) {
		if err := os.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove database: %w", err)
		}
	}
	return nil
}

// wrap says what was done to which database, and whether trying later may help.
func wrap(what, path string, err error) error {
	if err == nil {
		return nil
	}
	const busy, locked = 5, 6 // result codes of SQLite; the lowest byte of the extended ones
	if e, ok := errors.AsType[*sqlite.Error](err); ok && (e.Code()&0xff == busy || e.Code()&0xff == locked) {
		return bot.Errorf(bot.Unavailable, "sqlite: "+what, "%s is locked by somebody else: %w", path, err)
	}
	if _, ok := errors.AsType[*bot.Error](err); ok {
		return err
	}
	return bot.Errorf(bot.Internal, "sqlite: "+what, "%s: %w", path, err)
}
