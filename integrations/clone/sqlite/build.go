package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
)

// Create implements clone.Builder.
func (d Driver) Create(ctx context.Context, s clone.Site) error {
	f, err := place(s)
	if err != nil {
		return err
	}
	return d.create(ctx, f)
}

// create makes the new database an empty one of the source's kind: page size and
// encoding can't be changed once there is a table.
func (d Driver) create(ctx context.Context, f files) error {
	source, err := d.connect(ctx, opening{path: f.source, readOnly: true})
	if err != nil {
		return err
	}
	defer source.close()
	var pragmas []string
	for _, name := range []string{"page_size", "encoding", "auto_vacuum", "application_id", "user_version"} {
		v, err := value[string](ctx, source, "PRAGMA "+name)
		if err != nil {
			return err
		}
		pragmas = append(pragmas, fmt.Sprintf("PRAGMA %s = %s", name, quote(v)))
	}
	if err := touch(f.fresh); err != nil {
		return err
	}
	fresh, err := d.connect(ctx, opening{path: f.fresh})
	if err != nil {
		return err
	}
	defer fresh.close()
	return fresh.exec(ctx, pragmas...)
}

// touch makes an empty file that nobody else can open yet, in the place of what
// may be there.
func touch(path string) error {
	if err := remove(path); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return bot.Errorf(bot.Unavailable, "sqlite: create database", "%w", err)
	}
	return file.Close()
}

// Adopt implements clone.Builder. Whoever may open the file may use the
// database: SQLite knows no other login.
func (d Driver) Adopt(_ context.Context, s clone.Site) error {
	f, err := place(s)
	if err != nil {
		return err
	}
	return adopt(f)
}

func adopt(f files) error {
	info, err := os.Stat(f.target)
	if err != nil {
		return bot.Errorf(bot.Unavailable, "sqlite: read owner of target", "%w", err)
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		// Only root gives files away; for anybody else both files are their own.
		err := os.Chown(f.fresh, int(stat.Uid), int(stat.Gid))
		if err != nil && !errors.Is(err, os.ErrPermission) {
			return fmt.Errorf("give %s the target's owner: %w", f.fresh, err)
		}
	}
	if err := os.Chmod(f.fresh, info.Mode().Perm()); err != nil {
		return fmt.Errorf("give %s the target's mode: %w", f.fresh, err)
	}
	return nil
}

// Discard implements clone.Builder.
func (d Driver) Discard(_ context.Context, s clone.Site) error {
	f, err := place(s)
	if err != nil {
		return err
	}
	return errors.Join(remove(f.fresh), remove(f.kept))
}

// Capture implements clone.Builder. The rows go into a database of their own,
// which only the engine can open.
func (d Driver) Capture(ctx context.Context, s clone.Site, k clone.Keep) ([]clone.Proof, error) {
	f, err := place(s)
	if err != nil {
		return nil, err
	}
	if err := touch(f.kept); err != nil {
		return nil, err
	}
	kept, err := d.connect(ctx, opening{path: f.kept, attach: map[string]string{"old": f.target}})
	if err != nil {
		return nil, err
	}
	defer kept.close()
	if err := kept.exec(ctx, "PRAGMA main.synchronous = OFF", "BEGIN"); err != nil {
		return nil, err
	}
	proofs, err := kept.capture(ctx, k)
	if err != nil {
		return nil, errors.Join(err, kept.exec(context.WithoutCancel(ctx), "ROLLBACK"))
	}
	if err := kept.exec(ctx, "COMMIT"); err != nil {
		return nil, err
	}
	kept.close()
	return proofs, syncFile(f.kept)
}

func (s *session) capture(ctx context.Context, k clone.Keep) ([]clone.Proof, error) {
	for _, t := range k.Tables {
		if err := s.carry(ctx, t, ""); err != nil {
			return nil, err
		}
	}
	if len(k.Only) > 0 && k.Users != nil {
		if err := s.carry(ctx, k.Users.Table, quote(k.Users.Key), k.Only...); err != nil {
			return nil, err
		}
	}
	var proofs []clone.Proof
	for _, t := range k.Tables {
		p, err := s.proveKept(ctx, "main", "", t, k)
		if err != nil {
			return nil, err
		}
		proofs = append(proofs, p)
	}
	return proofs, nil
}

// carry copies a table from the old target into the main database, whole or
// those rows whose key is among some.
func (s *session) carry(ctx context.Context, table, key string, some ...string) error {
	create, err := value[string](ctx, s, "SELECT sql FROM old.sqlite_schema WHERE type = 'table' AND name = ?", table)
	if err != nil {
		return err
	}
	if err := s.exec(ctx, create); err != nil {
		return err
	}
	columns, err := s.columns(ctx, "old", table)
	if err != nil {
		return err
	}
	list := quoteAll(columns)
	insert := fmt.Sprintf("INSERT INTO main.%s (%s) SELECT %s FROM old.%s", quote(table), list, list, quote(table))
	if key == "" {
		return s.exec(ctx, insert)
	}
	for _, k := range some {
		if _, err := s.ExecContext(ctx, insert+" WHERE "+key+" = ?", k); err != nil {
			return wrap("capture "+table, s.path, err)
		}
	}
	return nil
}
