package boltstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/refreshbot/refreshbot/bot"
)

// A Backup is what a backup says of itself. It is a store's file with a mark in it
// that makes it become a store of its own (see adopt), and a line at the end.
type Backup struct {
	Taken         time.Time `json:"taken"` // UTC
	Schema        int       `json:"schema"`
	Epoch         string    `json:"epoch"` // of the store that it was taken of
	Conversations int       `json:"conversations"`
	Bytes         int64     `json:"bytes"`  // before the line at the end
	Sum           string    `json:"sha256"` // of these bytes
}

const (
	// seal is what the line at the end begins with.
	seal = "\nrefreshbot backup "
	// longestSeal bounds that line.
	longestSeal = 1 << 10
)

// Snapshot writes the store as it stands at one moment, while work goes on. To is
// told the size in bytes, before, and returns where they go.
func (s *Store) Snapshot(ctx context.Context, to func(size int64) io.Writer) error {
	return s.do(ctx, "take a snapshot", func() error {
		return s.db.View(func(t *bolt.Tx) error {
			_, err := t.WriteTo(patient{ctx, to(t.Size())})
			return err
		})
	})
}

// patient writes until its context ends.
type patient struct {
	ctx context.Context
	w   io.Writer
}

func (p patient) Write(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.w.Write(b)
}

// SaveBackup makes a backup at path of what snapshot writes. It is there whole and
// on disk, or not at all; what it holds has been looked at page by page and row by
// row. What is at path already is replaced only if over says so, else the error is
// of the kind Conflict.
func SaveBackup(path string, over bool, now time.Time, snapshot func(to io.Writer) error) (b Backup, err error) {
	err = guard(func() error {
		if _, err := os.Lstat(path); err == nil && !over {
			return errThere
		}
		return beside(path, func(temp *os.File) (err error) {
			b, err = fillBackup(temp, now, snapshot)
			return err
		}, func(temp string) error { return place(temp, path, over) })
	})
	if err != nil {
		return Backup{}, &bot.Error{Kind: kindOf(err), Op: "boltstore: write backup " + path, Err: err}
	}
	return b, nil
}

// errThere is why a file is not written.
var errThere = refuse(bot.Conflict, "there is a file of that name: it is only replaced with --force")

// place moves a file to its name.
func place(temp, path string, over bool) error {
	if over {
		return os.Rename(temp, path)
	}
	err := os.Link(temp, path)
	if errors.Is(err, fs.ErrExist) {
		return errThere
	}
	return err
}

// fillBackup writes a snapshot, marks it and seals it.
func fillBackup(temp *os.File, now time.Time, snapshot func(io.Writer) error) (b Backup, err error) {
	if err := snapshot(temp); err != nil {
		return b, err
	}
	b.Taken = now.UTC()
	if _, err := inspect(temp); err != nil {
		return b, err
	}
	if err := writeBolt(temp, false, func(db *bolt.DB) error { return db.Update(b.mark) }); err != nil {
		return b, err
	}
	if err := soundRows(temp); err != nil {
		return b, err
	}
	sum := sha256.New()
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return b, err
	}
	if b.Bytes, err = io.Copy(sum, temp); err != nil {
		return b, err
	}
	b.Sum = hex.EncodeToString(sum.Sum(nil))
	text, err := json.Marshal(b)
	if err == nil {
		_, err = fmt.Fprintf(temp, "%s%s\n", seal, text)
	}
	return b, err
}

// mark marks a file as a backup, and reads what it is of.
func (b *Backup) mark(t *bolt.Tx) (err error) {
	is := tx{bolt: t}
	if b.Schema, err = is.schemaOf(); err != nil {
		return err
	}
	b.Epoch = string(is.in(inMeta).Get([]byte(metaEpoch)))
	b.Conversations = is.in(inConversations).Stats().KeyN
	if is.in(inMeta).Get([]byte(metaBackup)) != nil {
		return nil // a backup of a backup: what counts is the first
	}
	return put(is.in(inMeta), []byte(metaBackup), stamp{Taken: b.Taken})
}

// readSeal returns what a file's last line says of it; false where it has no such
// line.
func readSeal(file *os.File) (b Backup, sealed bool, err error) {
	info, err := file.Stat()
	if err != nil {
		return b, false, err
	}
	tail := make([]byte, min(info.Size(), longestSeal))
	if _, err := file.ReadAt(tail, info.Size()-int64(len(tail))); err != nil {
		return b, false, err
	}
	at := bytes.LastIndex(tail, []byte(seal))
	if at < 0 {
		return b, false, nil
	}
	err = json.Unmarshal(tail[at+len(seal):], &b)
	if begin := info.Size() - int64(len(tail)) + int64(at); err != nil || b.Bytes != begin {
		return b, false, nil // a store that was a backup once, and has grown since
	}
	return b, true, nil
}

// checkSeal holds a backup's bytes against its last line. Where it has none, there
// is nothing to hold them against.
func checkSeal(file *os.File) (b Backup, sealed bool, err error) {
	b, sealed, err = readSeal(file)
	if err != nil || !sealed {
		return b, sealed, err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(file, 0, b.Bytes)); err != nil {
		return b, true, err
	}
	if is := hex.EncodeToString(sum.Sum(nil)); is != b.Sum {
		return b, true, damaged(errors.New("its bytes do not add up to what its last line says: it is not as it was written"))
	}
	return b, true, nil
}
