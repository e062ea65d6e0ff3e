package boltstore

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/refreshbot/refreshbot/bot"
)

// put writes v as JSON.
func put(b *bolt.Bucket, key []byte, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return b.Put(key, data)
}

// get reads what put wrote; false where there is nothing. The result shares no
// memory with the transaction.
func get[T any](b *bolt.Bucket, key []byte) (v T, ok bool, err error) {
	data := b.Get(key)
	if data == nil {
		return v, false, nil
	}
	err = decode(data, &v)
	return v, true, err
}

func decode(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return refuse(bot.Internal, "a row can't be read: %w; `refreshbot store check` names it, "+
			"`refreshbot store restore FILE` puts a backup in the place of all", damage{err})
	}
	return nil
}

// each calls f with every row whose key begins with prefix, in order.
func each[T any](b *bolt.Bucket, prefix []byte, f func(T) error) error {
	c := b.Cursor()
	for k, data := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, data = c.Next() {
		var v T
		if err := decode(data, &v); err != nil {
			return err
		}
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

// list returns every row whose key begins with prefix, in order.
func list[T any](b *bolt.Bucket, prefix []byte) (all []T, err error) {
	err = each(b, prefix, func(v T) error {
		all = append(all, v)
		return nil
	})
	return all, err
}

// named is the key, or the prefix of keys, of a ticket or a run. The zero byte
// keeps HELP-7 apart from HELP-70, and the key of an empty name legal.
func named[T ~string](name T) []byte { return append([]byte(name), 0) }

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// instant is a key's part for t; a zero or very old t is 0.
func instant(t time.Time) []byte {
	if t.Before(time.Unix(0, 0)) {
		return number(0)
	}
	return number(uint64(t.UnixNano()))
}

// when reads an instant; 0 is the beginning of 1970, long past.
func when(b []byte) time.Time {
	return time.Unix(0, int64(binary.BigEndian.Uint64(b))).UTC()
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// A refusal is why a transaction was not made, with its kind.
type refusal struct {
	kind bot.Kind
	err  error
}

func (r refusal) Error() string { return r.err.Error() }
func (r refusal) Unwrap() error { return r.err }

func refuse(kind bot.Kind, format string, args ...any) error {
	return refusal{kind, fmt.Errorf(format, args...)}
}

// tails returns what follows a prefix in the keys that begin with it.
func tails[T ~string](c *bolt.Cursor, prefix []byte) (all []T) {
	for k, _ := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		all = append(all, T(k[len(prefix):]))
	}
	return all
}
