package boltstore

import (
	"bytes"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A queue keeps what waits in lines, and knows the first of every line by its
// time. It holds ids; the rows are kept elsewhere.
type queue struct {
	lines *bolt.Bucket // <lane> <line> 0 <place> → <due> <id>
	due   *bolt.Bucket // <lane> <due> <place> → <id>
}

// lanes is how many lanes a queue looks through, lowest first.
const lanes = 2

// A spot is where something stands in a queue.
type spot struct {
	lane  byte
	line  string
	place uint64 // within the line; no two in a queue are equal
}

func (s spot) prefix() []byte { return join([]byte{s.lane}, named(s.line)) }
func (s spot) key() []byte    { return join(s.prefix(), number(s.place)) }

// set puts id at a spot, or changes when it is due there.
func (q queue) set(s spot, id string, due time.Time) error {
	return q.change(s, func() error {
		return q.lines.Put(s.key(), join(instant(due), []byte(id)))
	})
}

// remove takes away what is at a spot; the next in line comes to the front.
func (q queue) remove(s spot) error {
	return q.change(s, func() error { return q.lines.Delete(s.key()) })
}

// change keeps the entries by time right while f changes a line.
func (q queue) change(s spot, f func() error) error {
	before, _ := q.front(s)
	if err := f(); err != nil {
		return err
	}
	after, id := q.front(s)
	if bytes.Equal(before, after) {
		return nil
	}
	if before != nil {
		if err := q.due.Delete(before); err != nil {
			return err
		}
	}
	if after != nil {
		return q.due.Put(after, id)
	}
	return nil
}

// front returns the entry by time of the first in a line; nil where it is empty.
func (q queue) front(s spot) (key, id []byte) {
	k, v := q.lines.Cursor().Seek(s.prefix())
	if !bytes.HasPrefix(k, s.prefix()) {
		return nil, nil
	}
	place := k[len(k)-8:]
	return join([]byte{s.lane}, v[:8], place), bytes.Clone(v[8:])
}

// ready calls f with the first of each line that is due at now, and its entry by
// time, by lane, then by time, then by place, until f returns false.
func (q queue) ready(now time.Time, f func(entry, id []byte) (more bool, err error)) error {
	c := q.due.Cursor()
	for lane := range byte(lanes) {
		last := join([]byte{lane}, instant(now))
		for k, id := c.Seek([]byte{lane}); k != nil && bytes.Compare(k[:9], last) <= 0; k, id = c.Next() {
			if more, err := f(k, id); err != nil || !more {
				return err
			}
		}
	}
	return nil
}

// soonest returns when the next is due; zero where nothing waits.
func (q queue) soonest() (t time.Time) {
	c := q.due.Cursor()
	for lane := range byte(lanes) {
		k, _ := c.Seek([]byte{lane})
		if k == nil || k[0] != lane {
			continue
		}
		if at := when(k[1:9]); t.IsZero() || at.Before(t) {
			t = at
		}
	}
	return t
}

// sound complains where the first of a spot's line has no entry by time.
func (q queue) sound(s spot) error {
	key, id := q.front(s)
	if key != nil && !bytes.Equal(q.due.Get(key), id) {
		return fmt.Errorf("the line of %.80q has no entry by time", s.line)
	}
	return nil
}
