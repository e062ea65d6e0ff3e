// Package file writes files that are whole or not there, whenever the process
// dies, and locks them between processes. The embedded defaults of the side
// systems keep their state in such files.
package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/refreshbot/refreshbot/bot"
)

// WriteJSON puts a file with the value, indented, in the place of what is at the
// path. Missing folders are made.
func WriteJSON(path string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", path, err)
	}
	return Write(path, append(text, '\n'))
}

// Largest is how many bytes of a file ReadJSON takes. The state of a tenant's side
// systems is far smaller; what is larger was not written here.
const Largest = 64 << 20

// ReadJSON reads the file at the path into a value; one that is not there leaves
// the value as it is. Op says what is being read, for the error: Unavailable where
// the file can't be read, Invalid where it is not what it should be.
func ReadJSON(op, path string, into any) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return bot.Errorf(bot.Unavailable, op, "%w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, Largest+1))
	if err != nil {
		return bot.Errorf(bot.Unavailable, op, "%w", err)
	}
	if len(text) > Largest {
		return bot.Errorf(bot.Invalid, op+" "+path, "it is larger than %d MB", Largest>>20)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return bot.Errorf(bot.Invalid, op+" "+path, "%w", err)
	}
	return nil
}

// Write puts a file with the content in the place of what is at the path. It is
// durable on return.
func Write(path string, content []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := fill(f, content); err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return Sync(dir)
}

func fill(f *os.File, content []byte) error {
	if _, err := f.Write(content); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// Sync makes the names in a folder durable.
func Sync(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync folder %s: %w", dir, err)
	}
	return nil
}

// Lock waits for the lock of a path, which is on a file beside it, and returns
// the function that gives it back. The lock of a process that dies is free.
func Lock(path string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { f.Close() }, nil
}
