package ics

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// A stored calendar is the last good copy of a source, as it lies in the folder.
type stored struct {
	Checked  time.Time `json:"checked"` // when the source last confirmed it
	ETag     string    `json:"etag,omitempty"`
	Modified string    `json:"modified,omitempty"` // Last-Modified, as the server wrote it
	Body     []byte    `json:"body"`
}

// A folder keeps the copies, one file each. The empty folder keeps nothing.
type folder string

func (f folder) path(key string) string { return filepath.Join(string(f), key+".json") }

// load returns the copy of a key, or nil if there is none.
func (f folder) load(key string) (*stored, error) {
	if f == "" {
		return nil, nil
	}
	file, err := os.Open(f.path(key))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the kept copy: %w", err)
	}
	defer file.Close()
	var c stored
	if err := json.NewDecoder(io.LimitReader(file, 2*MaxBytes)).Decode(&c); err != nil {
		return nil, fmt.Errorf("read the kept copy %s: %w", file.Name(), err)
	}
	return &c, nil
}

// save puts a copy in the place of the one before, whole or not at all, whatever
// dies meanwhile.
func (f folder) save(key string, c *stored) error {
	if f == "" {
		return nil
	}
	data, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("keep a copy: %w", err)
	}
	if err := f.replace(key, data); err != nil {
		return fmt.Errorf("keep a copy: %w", err)
	}
	return nil
}

// replace writes a file beside the one before, sees it onto the disk and renames
// it. It is the owner's alone: a calendar may be private.
func (f folder) replace(key string, data []byte) error {
	file, err := os.CreateTemp(string(f), key+".*.new")
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), f.path(key))
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return f.sync()
}

// sync sees the new name onto the disk.
func (f folder) sync() error {
	dir, err := os.Open(string(f))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// create makes the folder, if there is to be one.
func (f folder) create() error {
	if f == "" {
		return nil
	}
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return fmt.Errorf("create the folder of calendar copies: %w", err)
	}
	return nil
}
