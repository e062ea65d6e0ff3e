package boltstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/boltstore/pages"
)

// A Report is what a check found. Its JSON is what `refreshbot store check` prints:
// fields are added, never renamed.
type Report struct {
	Path          string         `json:"path"`
	Schema        int            `json:"schema"` // 0: not known
	Epoch         string         `json:"epoch"`
	Backup        *Backup        `json:"backup,omitempty"`  // of a backup, what it says of itself
	Taken         time.Time      `json:"taken,omitzero"`    // UTC; of a backup, when
	Behind        time.Time      `json:"behind,omitzero"`   // UTC; of a store that was a backup, when that was taken
	Restored      time.Time      `json:"restored,omitzero"` // UTC; and since when it is a store again
	Conversations int            `json:"conversations"`     // tombstones included
	Rows          map[string]int `json:"rows"`              // by bucket; empty where rows were not looked at
	pages.Report
}

// Sound reports whether nothing is wrong.
func (r Report) Sound() bool { return len(r.Wrong) == 0 }

// wrong adds something that is wrong.
func (r *Report) wrong(what string) {
	if len(r.Wrong) == pages.Most {
		r.Beyond++
		return
	}
	r.Wrong = append(r.Wrong, what)
}

// Check looks at every page of the store as it stands at one moment, while work
// goes on, and at every row too if rows says so. What is wrong is in the report; an
// error says that it could not be looked at.
func (s *Store) Check(ctx context.Context, rows bool) (r Report, err error) {
	err = s.do(ctx, "check", func() error {
		r, err = examine(ctx, s.db, s.file, rows)
		return err
	})
	r.Path = s.path
	return r, err
}

// CheckFile looks at every page and every row of a file that no process has open to
// write, and changes nothing. Of a backup every byte is held against what was
// written.
func CheckFile(ctx context.Context, path string) (Report, error) {
	file, err := lockFile(path, os.O_RDONLY)
	if err != nil {
		return Report{}, &bot.Error{Kind: kindOf(err), Op: "boltstore: check " + path, Err: err}
	}
	defer file.Close()
	r, err := checkFile(ctx, file)
	if isDamage(err) {
		r.wrong(rootOf(err).Error())
		err = nil
	}
	if err != nil {
		return r, &bot.Error{Kind: kindOf(err), Op: "boltstore: check " + path, Err: err}
	}
	r.Path = path
	return r, nil
}

// rootOf returns what is wrong with a file, without what is to be done about it.
func rootOf(err error) error {
	d, _ := errors.AsType[damage](err)
	return d.err
}

func checkFile(ctx context.Context, file *os.File) (r Report, err error) {
	r.Wrong = []string{}
	found, lost, err := look(file)
	if err != nil {
		return r, err
	}
	r.Report = found
	if lost {
		r.wrong("one of the two headers is lost, and perhaps what was written last")
	}
	if !r.Sound() {
		return r, nil // nothing in it can be relied on
	}
	err = readBolt(file, func(t *bolt.Tx) (err error) {
		wrong := r.Report
		r, err = examineRows(ctx, t)
		rows := r.Wrong
		r.Report = wrong
		r.Wrong = append(r.Wrong, rows...)
		return err
	})
	if err != nil || r.Taken.IsZero() {
		return r, err
	}
	b, sealed, err := checkSeal(file)
	if sealed {
		r.Backup = &b
	}
	return r, err
}

// soundRows looks at the rows of a file that is being made.
func soundRows(file *os.File) error {
	return readBolt(file, func(t *bolt.Tx) error {
		r, err := examineRows(context.Background(), t)
		if err == nil && !r.Sound() {
			err = damaged(errors.New(r.Wrong[0]))
		}
		return err
	})
}

// examine looks at an open store. The pages that a reading transaction can reach
// are not written as long as it lasts.
func examine(ctx context.Context, db *bolt.DB, file *os.File, rows bool) (r Report, err error) {
	err = db.View(func(t *bolt.Tx) error {
		header, err := headerOf(t)
		if err != nil {
			return err
		}
		info, err := file.Stat()
		if err != nil {
			return err
		}
		found := pages.Check(file, info.Size(), header)
		if rows && len(found.Wrong) == 0 {
			r, err = examineRows(ctx, t)
			found.Wrong = append(found.Wrong, r.Wrong...)
		} else if len(found.Wrong) == 0 {
			r, err = tx{bolt: t}.summary()
		}
		r.Report = found
		return err
	})
	return r, err
}

// headerOf returns the header that a transaction goes by, which is the first thing
// that it writes into a copy of itself.
func headerOf(t *bolt.Tx) (h pages.Header, err error) {
	var first firstPage
	_, _ = t.WriteTo(&first) // it ends after one page, on purpose
	return pages.ParseHeader(first)
}

// firstPage takes the first thing that is written, and no more.
type firstPage []byte

func (f *firstPage) Write(b []byte) (int, error) {
	if *f != nil {
		return 0, errEnough
	}
	*f = slices.Clone(b)
	return len(b), nil
}

var errEnough = errors.New("enough")

// summary says what a file is, without a look at its rows.
func (t tx) summary() (r Report, err error) {
	if r.Schema, err = t.schemaOf(); err != nil {
		return r, err
	}
	k, err := t.introduction()
	if err != nil {
		return r, err
	}
	mark, _, err := get[stamp](t.in(inMeta), []byte(metaBackup))
	r.Epoch, r.Taken = k.epoch, mark.Taken
	r.Behind, r.Restored = k.past.From, k.past.Until
	r.Conversations = t.in(inConversations).Stats().KeyN
	return r, err
}

// examineRows looks at every row.
func examineRows(ctx context.Context, b *bolt.Tx) (r Report, err error) {
	t := tx{bolt: b}
	if r, err = t.summary(); err != nil {
		return r, err
	}
	r.Rows = map[string]int{}
	for _, name := range buckets {
		if b.Bucket([]byte(name)) == nil {
			if r.Schema == schema {
				r.wrong("there is no bucket " + name)
			}
			continue
		}
		if err := t.examineBucket(ctx, name, &r); err != nil {
			return r, err
		}
	}
	return r, nil
}

// examineBucket looks at every row of a bucket.
func (t tx) examineBucket(ctx context.Context, name string, r *Report) error {
	hold := rowChecks[name]
	return t.in(name).ForEach(func(k, v []byte) error {
		r.Rows[name]++
		if hold == nil {
			return ctx.Err()
		}
		if err := hold(t, k, v); err != nil {
			r.wrong(fmt.Sprintf("%s, %.80q: %v", name, k, err))
		}
		return ctx.Err()
	})
}
