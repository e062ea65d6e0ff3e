package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/file"
)

// Swap implements clone.Swapper.
//
//	          target      parked
//	before    old inode   -
//	link      old inode   old inode      a kill here: not done, the link goes
//	rename    new inode   old inode      a kill here: done
func (d Driver) Swap(ctx context.Context, s clone.Site, w clone.Swap) error {
	f, err := place(s)
	if err != nil {
		return err
	}
	if err := d.settle(ctx, f, w); err != nil {
		return err
	}
	inside, err := d.shutOut(ctx, f.target)
	if err != nil {
		return err
	}
	if err := inside.unchanged(ctx, w); err != nil {
		return errors.Join(err, inside.letIn(ctx))
	}
	if err := exchange(f, w.At); err != nil {
		return errors.Join(err, inside.letIn(ctx))
	}
	inside.close()
	return file.Sync(filepath.Dir(f.target))
}

// settle makes the new database one file, in WAL mode and durable, after a last
// look at what is kept in it.
func (d Driver) settle(ctx context.Context, f files, w clone.Swap) error {
	id, err := identify(f.fresh)
	if err != nil {
		return err
	}
	if id != w.New {
		return bot.Errorf(bot.Denied, "sqlite: swap", "%s is not the database that was verified", f.fresh)
	}
	fresh, err := d.connect(ctx, opening{path: f.fresh, attach: map[string]string{"kept": f.kept}})
	if err != nil {
		return err
	}
	err = fresh.holds(ctx, w.Kept, "kept", w.Keep)
	if err == nil {
		err = fresh.becomeWAL(ctx)
	}
	fresh.close()
	if err != nil {
		return err
	}
	if err := alone(f.fresh); err != nil {
		return err
	}
	return syncFile(f.fresh)
}

// becomeWAL puts a database into WAL mode; with the last connection closed,
// nothing is left beside it.
func (s *session) becomeWAL(ctx context.Context) error {
	mode, err := value[string](ctx, s, "PRAGMA main.journal_mode = WAL")
	if err == nil && mode != "wal" {
		err = bot.Errorf(bot.Internal, "sqlite: settle", "%s stays in journal mode %s", s.path, mode)
	}
	return err
}

// alone reports an error where something of SQLite's stands beside a database:
// it would be taken for the next file's of that name.
func alone(path string) error {
	for _, c := range companions(path) {
		if exists(c) {
			return bot.Errorf(bot.Unavailable, "sqlite: swap", "%s is in use: there is %s", path, filepath.Base(c))
		}
	}
	return nil
}

// An exclusion is a database that nobody but its session can use.
type exclusion struct {
	*session
	mode string // journal mode to go back to
}

// shutOut shuts every session out of a database. Leaving WAL mode fails while
// anybody else has the database open, reading or not; the exclusive transaction
// keeps them out from then on. While it is held the file must not be opened and
// closed by this process in any other way: that would drop the locks.
func (d Driver) shutOut(ctx context.Context, path string) (*exclusion, error) {
	s, err := d.connect(ctx, opening{path: path})
	if err != nil {
		return nil, err
	}
	x := &exclusion{session: s}
	if err := x.enter(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("shut sessions out: %w", err), x.letIn(ctx))
	}
	return x, nil
}

func (x *exclusion) enter(ctx context.Context) error {
	var err error
	if x.mode, err = value[string](ctx, x.session, "PRAGMA journal_mode"); err != nil {
		return err
	}
	var busy, frames, moved int
	err = x.QueryRowContext(ctx, "PRAGMA main.wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved)
	if err != nil {
		return wrap("swap", x.path, err)
	}
	if busy != 0 {
		return bot.Errorf(bot.Unavailable, "sqlite: swap", "somebody is inside %s", x.path)
	}
	mode, err := value[string](ctx, x.session, "PRAGMA main.journal_mode = DELETE")
	if err != nil {
		return err
	}
	if mode != "delete" {
		return bot.Errorf(bot.Unavailable, "sqlite: swap", "somebody is inside %s", x.path)
	}
	if err := x.exec(ctx, "BEGIN EXCLUSIVE"); err != nil {
		return err
	}
	return alone(x.path)
}

// letIn ends the exclusion and leaves the database as it was found. It is done
// even where the context has ended: nobody else would.
func (x *exclusion) letIn(ctx context.Context) error {
	defer x.close()
	ctx = context.WithoutCancel(ctx)
	// Without a transaction there is nothing to end, and that is fine.
	_, _ = x.ExecContext(ctx, "ROLLBACK")
	if x.mode != "wal" {
		return nil
	}
	_, err := value[string](ctx, x.session, "PRAGMA main.journal_mode = WAL")
	return err
}

// unchanged looks whether the target's own rows are still what was captured.
func (x *exclusion) unchanged(ctx context.Context, w clone.Swap) error {
	if err := x.holds(ctx, w.Kept, "", w.Keep); err != nil {
		return err
	}
	if w.Whole == nil {
		return nil
	}
	is, err := x.proveAll(ctx, "main")
	if err == nil && is != *w.Whole {
		err = bot.Errorf(bot.Denied, "sqlite: swap", "%s was written to since sessions were shut out", x.path)
	}
	return err
}

// holds looks whether the kept rows in the main database are those of the
// proofs.
func (s *session) holds(ctx context.Context, proofs []clone.Proof, known string, k clone.Keep) error {
	for _, want := range proofs {
		is, err := s.proveKept(ctx, "main", known, want.Table, k)
		if err != nil {
			return err
		}
		if is != want {
			return bot.Errorf(bot.Denied, "sqlite: swap", "%s: rows of %s are not those that were captured", s.path, want.Table)
		}
	}
	return nil
}

// exchange parks the old file and gives its name to the new one. The parked
// file's time says since when it is parked.
func exchange(f files, at time.Time) error {
	if err := os.Remove(f.park); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove old link: %w", err)
	}
	if err := os.Link(f.target, f.park); err != nil {
		return fmt.Errorf("park target: %w", err)
	}
	if err := errors.Join(os.Chtimes(f.park, at, at), file.Sync(filepath.Dir(f.target))); err != nil {
		return fmt.Errorf("park target: %w", err)
	}
	if err := os.Rename(f.fresh, f.target); err != nil {
		return errors.Join(fmt.Errorf("swap: %w", err), os.Remove(f.park))
	}
	return nil
}

// Close implements clone.Swapper. SQLite has no server that would keep sessions
// out from here on: the proof tells in the swap whether one came in.
func (d Driver) Close(ctx context.Context, s clone.Site) (clone.Proof, error) {
	f, err := place(s)
	if err != nil {
		return clone.Proof{}, err
	}
	x, err := d.shutOut(ctx, f.target)
	if err != nil {
		return clone.Proof{}, err
	}
	p, err := x.proveAll(ctx, "main")
	return p, errors.Join(err, x.letIn(ctx))
}

// Parked implements clone.Swapper.
func (d Driver) Parked(_ context.Context, s clone.Site, old clone.Identity) (bool, error) {
	f, err := place(s)
	if err != nil {
		return false, err
	}
	for _, path := range []string{f.target, f.park} {
		id, err := identify(path)
		if bot.KindOf(err) == bot.NotFound {
			continue
		}
		if err != nil {
			return false, err
		}
		if id == old {
			return true, nil
		}
	}
	return false, nil
}

// Restore implements clone.Swapper.
func (d Driver) Restore(ctx context.Context, s clone.Site, old clone.Identity) error {
	f, err := place(s)
	if err != nil {
		return err
	}
	now, err := identify(f.target)
	if err != nil {
		return err
	}
	if now != old {
		if err := d.bringBack(ctx, f, old); err != nil {
			return err
		}
	}
	if err := os.Remove(f.park); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove link to target: %w", err)
	}
	restored, err := d.connect(ctx, opening{path: f.target})
	if err != nil {
		return err
	}
	defer restored.close()
	return restored.becomeWAL(ctx)
}

// bringBack gives the target's name back to the parked file.
func (d Driver) bringBack(ctx context.Context, f files, old clone.Identity) error {
	id, err := identify(f.park)
	if err != nil {
		return err
	}
	if id != old {
		return bot.Errorf(bot.Denied, "sqlite: restore", "%s is not the database that was parked", f.park)
	}
	inside, err := d.shutOut(ctx, f.target)
	if err != nil {
		return err
	}
	if err := os.Rename(f.park, f.target); err != nil {
		return errors.Join(fmt.Errorf("restore: %w", err), inside.letIn(ctx))
	}
	inside.close()
	return file.Sync(filepath.Dir(f.target))
}

// Sweep implements clone.Swapper.
func (d Driver) Sweep(_ context.Context, target string, before time.Time) ([]string, error) {
	path, err := resolve("target", target)
	if err != nil {
		return nil, err
	}
	found, err := filepath.Glob(path + ".parked-*")
	if err != nil {
		return nil, fmt.Errorf("sweep %s: %w", path, err)
	}
	var swept []string
	for _, parked := range found {
		info, err := os.Stat(parked)
		if err != nil || !info.ModTime().Before(before) {
			continue
		}
		if err := remove(parked); err != nil {
			return swept, err
		}
		swept = append(swept, filepath.Base(parked))
	}
	return swept, nil
}
