package boltstore

import (
	"errors"
	"os"

	bolt "go.etcd.io/bbolt"

	"github.com/refreshbot/refreshbot/bot"
)

// chunk bounds the transactions of a compaction, in bytes.
const chunk = 1 << 20

// Compact writes the store at path anew without the room that it does not need, and
// returns its length before and after, in bytes. No process may have it open. The
// new file takes the place of the old one whole.
func Compact(path string, o Options) (before, after int64, err error) {
	err = guard(func() error {
		before, after, err = compact(path, o)
		return err
	})
	if err != nil {
		return 0, 0, &bot.Error{Kind: kindOf(err), Op: "boltstore: compact " + path, Err: err}
	}
	return before, after, nil
}

func compact(path string, o Options) (before, after int64, err error) {
	if _, err := os.Stat(path); err != nil {
		return 0, 0, err // there is none, and none is to be made
	}
	s, err := open(path, o)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	info, err := s.file.Stat()
	if err != nil {
		return 0, 0, err
	}
	err = beside(path, func(temp *os.File) error {
		err := writeBolt(temp, o.NoSync, func(db *bolt.DB) error { return bolt.Compact(db, s.db, chunk) })
		if err != nil {
			return err
		}
		if _, err := inspect(temp); err != nil {
			return err
		}
		small, err := temp.Stat()
		if err == nil {
			after = small.Size()
		}
		return errors.Join(err, soundRows(temp))
	}, func(temp string) error { return os.Rename(temp, path) })
	return info.Size(), after, err
}
