// Package objects is the embedded default of the object stores: folders.
//
//	<root>/<environment>/<store>/<key>            an object
//	<root>/<environment>/<store>.new-<run>/       staged for a run
//	<root>/<environment>/<store>.parked-<run>/    what the run replaced
//
// A key may have slashes and never leaves its store: every path is opened below
// the root, whatever a row of a database says. Objects do not change under their
// key; what is staged is told from what has to be staged by its hash.
package objects

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/file"
)

// Folders are object stores in folders below a root.
type Folders struct {
	root string
}

var _ clone.Objects = (*Folders)(nil)

// New returns the stores below the root. There need not be any yet.
func New(root string) *Folders { return &Folders{root: root} }

// Stage implements clone.Objects.
func (f *Folders) Stage(ctx context.Context, s clone.Store, keys []string) (clone.Staged, error) {
	root, err := f.open()
	if err != nil {
		return clone.Staged{}, err
	}
	defer root.Close()
	into := staged(s)
	if err := root.MkdirAll(into, 0o700); err != nil {
		return clone.Staged{}, fmt.Errorf("stage %s of %s: %w", s.Name, s.Target, err)
	}
	var result clone.Staged
	digest := sha256.New()
	for _, key := range slices.Compact(slices.Sorted(slices.Values(keys))) {
		if ctx.Err() != nil {
			return clone.Staged{}, ctx.Err()
		}
		o, err := stage(root, path.Join(s.Source, s.Name), into, key)
		if errors.Is(err, fs.ErrNotExist) || err != nil && !filepath.IsLocal(key) {
			result.Missing = append(result.Missing, key)
			continue
		}
		if err != nil {
			return clone.Staged{}, fmt.Errorf("stage object %q of %s: %w", key, s.Source, err)
		}
		result.Count++
		result.Bytes += o.size
		fmt.Fprintf(digest, "%s %x\n", key, o.sum)
	}
	result.Digest = hex.EncodeToString(digest.Sum(nil))
	return result, nil
}

// An object is what is known of one.
type object struct {
	size int64
	sum  []byte
}

// stage copies one object, unless it is there.
func stage(root *os.Root, from, into, key string) (object, error) {
	if !filepath.IsLocal(key) {
		return object{}, fmt.Errorf("key %q leads out of the store", key)
	}
	source, err := look(root, path.Join(from, key))
	if err != nil {
		return object{}, err
	}
	to := path.Join(into, key)
	if there, err := look(root, to); err == nil && slices.Equal(there.sum, source.sum) {
		return source, nil
	}
	if err := root.MkdirAll(path.Dir(to), 0o700); err != nil {
		return object{}, err
	}
	if err := copyFile(root, path.Join(from, key), to); err != nil {
		return object{}, err
	}
	written, err := look(root, to)
	if err == nil && !slices.Equal(written.sum, source.sum) {
		err = errors.New("what was written is not what was read")
	}
	return written, err
}

func look(root *os.Root, name string) (object, error) {
	f, err := root.Open(name)
	if err != nil {
		return object{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return object{size: n, sum: h.Sum(nil)}, err
}

func copyFile(root *os.Root, from, to string) error {
	in, err := root.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := root.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// Publish implements clone.Objects.
func (f *Folders) Publish(_ context.Context, s clone.Store, at time.Time) error {
	root, err := f.open()
	if err != nil {
		return err
	}
	defer root.Close()
	if !exists(root, staged(s)) {
		return nil // done before, or nothing was staged
	}
	live := path.Join(s.Target, s.Name)
	if !exists(root, parked(s)) {
		if err := park(root, live, parked(s), at); err != nil {
			return fmt.Errorf("park %s of %s: %w", s.Name, s.Target, err)
		}
	}
	if err := root.Rename(staged(s), live); err != nil {
		return fmt.Errorf("publish %s of %s: %w", s.Name, s.Target, err)
	}
	return file.Sync(filepath.Join(f.root, s.Target))
}

// park moves a store aside; where there is none an empty one is parked, so that
// restoring leads back to none in it.
func park(root *os.Root, live, parked string, at time.Time) error {
	if !exists(root, live) {
		if err := root.MkdirAll(live, 0o700); err != nil {
			return err
		}
	}
	if err := root.Chtimes(live, at, at); err != nil {
		return err
	}
	return root.Rename(live, parked)
}

// Restore implements clone.Objects.
func (f *Folders) Restore(_ context.Context, s clone.Store) error {
	root, err := f.open()
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.RemoveAll(staged(s)); err != nil {
		return fmt.Errorf("remove staged %s of %s: %w", s.Name, s.Target, err)
	}
	if !exists(root, parked(s)) {
		return nil
	}
	live := path.Join(s.Target, s.Name)
	if err := root.RemoveAll(live); err != nil {
		return fmt.Errorf("remove %s of %s: %w", s.Name, s.Target, err)
	}
	if err := root.Rename(parked(s), live); err != nil {
		return fmt.Errorf("restore %s of %s: %w", s.Name, s.Target, err)
	}
	return file.Sync(filepath.Join(f.root, s.Target))
}

// Sweep implements clone.Objects.
func (f *Folders) Sweep(_ context.Context, environment string, before time.Time) ([]string, error) {
	root, err := f.open()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	found, err := filepath.Glob(filepath.Join(f.root, environment, "*.parked-*"))
	if err != nil {
		return nil, fmt.Errorf("sweep objects of %s: %w", environment, err)
	}
	var swept []string
	for _, dir := range found {
		name := path.Join(environment, filepath.Base(dir))
		info, err := root.Stat(name)
		if err != nil || !info.ModTime().Before(before) {
			continue
		}
		if err := root.RemoveAll(name); err != nil {
			return swept, fmt.Errorf("sweep %s: %w", name, err)
		}
		swept = append(swept, name)
	}
	return swept, nil
}

func (f *Folders) open() (*os.Root, error) {
	if err := os.MkdirAll(f.root, 0o700); err != nil {
		return nil, bot.Errorf(bot.Unavailable, "objects: open stores", "%w", err)
	}
	root, err := os.OpenRoot(f.root)
	if err != nil {
		return nil, bot.Errorf(bot.Unavailable, "objects: open stores", "%w", err)
	}
	return root, nil
}

func exists(root *os.Root, name string) bool {
	_, err := root.Stat(name)
	return err == nil
}

func staged(s clone.Store) string { return path.Join(s.Target, s.Name) + ".new-" + safe(s) }

func parked(s clone.Store) string { return path.Join(s.Target, s.Name) + ".parked-" + safe(s) }

// safe returns the run's id as a piece of a name.
func safe(s clone.Store) string {
	return strings.NewReplacer("/", "-", "\\", "-").Replace(string(s.Run))
}
