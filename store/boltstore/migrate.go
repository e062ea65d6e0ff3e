package boltstore

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	bolt "go.etcd.io/bbolt"

	"github.com/refreshbot/refreshbot/bot"
)

// The keys of meta.
const (
	metaSchema = "schema"
	metaEpoch  = "epoch"
	metaBackup = "backup" // of a backup alone, until it becomes a store
	metaPast   = "past"   // of what was a backup
	metaTrial  = "trial"  // see Writable; there for a moment
)

// steps bring a file from one schema to the next, the first one from schema 1.
// Each runs in a transaction of its own, together with the new number; none is
// ever changed or taken away.
var steps = [...]func(tx) error{
	tx.indexClosed,
}

// schema is the version of the bucket tree that this package writes.
const schema = len(steps) + 1

// label says what a new store is.
func (t tx) label() error {
	if err := t.setSchema(schema); err != nil {
		return err
	}
	return t.in(inMeta).Put([]byte(metaEpoch), newEpoch())
}

func (t tx) setSchema(n int) error {
	return t.in(inMeta).Put([]byte(metaSchema), []byte(strconv.Itoa(n)))
}

// schemaOf returns the schema of a file.
func (t tx) schemaOf() (int, error) {
	meta := t.in(inMeta)
	if meta == nil {
		return 0, damaged(errors.New("it is some other program's"))
	}
	text := string(meta.Get([]byte(metaSchema)))
	n, err := strconv.Atoi(text)
	switch {
	case err != nil || n < 1:
		return 0, damaged(fmt.Errorf("its schema is %q", text))
	case n > schema:
		return n, refuse(bot.Invalid, "it has schema %d, this program knows %d: use a newer program; "+
			"there is no way back but a backup from before", n, schema)
	}
	return n, nil
}

// migrate brings the file up to the present schema. A copy of it as it was is put
// beside first.
func (s *Store) migrate() error {
	var found int
	err := s.db.View(func(t *bolt.Tx) (err error) {
		found, err = tx{bolt: t, store: s}.schemaOf()
		return err
	})
	if err != nil || found == schema {
		return err
	}
	if err := s.setAside(fmt.Sprintf("%s.schema-%d", s.path, found)); err != nil {
		return fmt.Errorf("copy the file before it is changed: %w", err)
	}
	for ; found < schema; found++ {
		err := s.db.Update(func(t *bolt.Tx) error {
			if err := steps[found-1](tx{bolt: t, store: s}); err != nil {
				return err
			}
			return tx{bolt: t, store: s}.setSchema(found + 1)
		})
		if err != nil {
			return fmt.Errorf("bring the file from schema %d to %d: %w", found, found+1, err)
		}
	}
	return nil
}

// setAside copies the file as it is to a path, over what is there.
func (s *Store) setAside(path string) error {
	return beside(path, func(temp *os.File) error {
		return s.db.View(func(t *bolt.Tx) error {
			_, err := io.Copy(temp, io.NewSectionReader(s.file, 0, t.Size()))
			return err
		})
	}, func(temp string) error { return os.Rename(temp, path) })
}
