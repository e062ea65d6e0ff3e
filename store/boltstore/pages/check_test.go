package pages_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"github.com/refreshbot/refreshbot/store/boltstore/pages"
)

const pageSize = 4096

// written returns the bytes of a file with buckets of every size: one inside its
// parent's page, one of a page of its own, one of pages below pages, with a value
// longer than a page, and free pages.
func written(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true, NoGrowSync: true, PageSize: pageSize})
	require.NoError(t, err)
	for bucket, rows := range map[string]int{"empty": 0, "small": 3, "page": 40, "tree": 1500} {
		for from := 0; from == 0 || from < rows; from += 100 {
			require.NoError(t, db.Update(func(tx *bolt.Tx) error {
				b, err := tx.CreateBucketIfNotExists([]byte(bucket))
				for i := from; err == nil && i < min(rows, from+100); i++ {
					err = b.Put(fmt.Appendf(nil, "key %05d", i), bytes.Repeat([]byte("v"), 30))
				}
				return err
			}))
		}
	}
	require.NoError(t, db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte("tree"))
		for i := range 200 {
			if err := b.Delete(fmt.Appendf(nil, "key %05d", i)); err != nil {
				return err
			}
		}
		return b.Put([]byte("long"), bytes.Repeat([]byte("w"), 3*pageSize))
	}))
	require.NoError(t, db.Close())
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

// check looks at bytes as at a file.
func check(data []byte) (pages.Report, error) {
	file := bytes.NewReader(data)
	h, _, err := pages.ReadHeader(file)
	if err != nil {
		return pages.Report{}, err
	}
	return pages.Check(file, int64(len(data)), h), nil
}

func TestSound(t *testing.T) {
	data := written(t)
	r, err := check(data)
	require.NoError(t, err)
	require.Empty(t, r.Wrong)
	require.Greater(t, r.Pages, 30)
	require.Greater(t, r.Free, 3)
	require.LessOrEqual(t, r.Bytes, int64(len(data)))
	require.EqualValues(t, r.Pages+r.Free, r.Bytes/pageSize)
}

// live returns where a page of a kind begins that is in use: it would be missed.
func live(t *testing.T, data []byte, kind uint16) (at int) {
	t.Helper()
	for n := 2; n*pageSize < len(data); n++ {
		at := n * pageSize
		if binary.NativeEndian.Uint16(data[at+8:]) != kind || binary.NativeEndian.Uint16(data[at+10:]) < 2 {
			continue
		}
		spoilt := bytes.Clone(data)
		clear(spoilt[at : at+16])
		if r, err := check(spoilt); err == nil && len(r.Wrong) > 0 && strings.HasPrefix(r.Wrong[0], fmt.Sprintf("page %d ", n)) {
			return at
		}
	}
	t.Fatal("no such page")
	return 0
}

// Each kind of damage is told by its own words.
func TestDamage(t *testing.T) {
	good := written(t)
	const leaf, branch, free = 0x02, 0x01, 0x10
	put16, put32, put64 := binary.NativeEndian.PutUint16, binary.NativeEndian.PutUint32, binary.NativeEndian.PutUint64
	for name, c := range map[string]struct {
		kind  uint16
		spoil func(page []byte)
		want  string
	}{
		"cleared":          {leaf, func(p []byte) { clear(p) }, "does not begin as a page"},
		"of another place": {leaf, func(p []byte) { put64(p, 9999) }, "does not begin as a page"},
		"of another kind":  {leaf, func(p []byte) { put16(p[8:], 0x40) }, "is of kind 40"},
		"a header inside":  {leaf, func(p []byte) { put16(p[8:], 0x04) }, "is of kind 4"},
		"endless":          {leaf, func(p []byte) { put32(p[12:], 1<<31) }, "does not begin as a page"},
		"overlapping":      {leaf, func(p []byte) { put32(p[12:], 1) }, "is in use and free"},
		"too many keys":    {leaf, func(p []byte) { put16(p[10:], 0xFFF0) }, "lies outside of it"},
		"fewer keys":       {branch, func(p []byte) { put16(p[10:], 1) }, "pages that nothing leads to"},
		"no keys":          {branch, func(p []byte) { put16(p[10:], 0) }, "a branch without any page below it"},
		"key far away":     {leaf, func(p []byte) { put32(p[20:], 1<<31) }, "key 0 lies outside of it"},
		"key in the head":  {leaf, func(p []byte) { put32(p[20:], 0) }, "key 0 lies outside of it"},
		"long value":       {leaf, func(p []byte) { put32(p[28:], 1<<31-1) }, "key 0 lies outside of it"},
		"key out of order": {branch, func(p []byte) { p[16+binary.NativeEndian.Uint32(p[16:])] = 0xFF }, "is not in order"},
		"page of no file":  {branch, func(p []byte) { put64(p[24:], 1<<40) }, "page 1099511627776 is named"},
		"page of a header": {branch, func(p []byte) { put64(p[24:], 1) }, "page 1 is named"},
		"in a circle":      {branch, func(p []byte) { copy(p[24:32], p) }, "is used twice"},
		"free twice":       {free, func(p []byte) { copy(p[16:24], p[24:32]) }, "is free twice"},
		"free and no page": {free, func(p []byte) { put64(p[16:], 1<<50) }, "is free twice, or is none"},
		"endless freelist": {free, func(p []byte) { put16(p[10:], 0xFFFF); put64(p[16:], 1<<60) }, "runs over its end"},
		"no freelist":      {free, func(p []byte) { put16(p[8:], leaf) }, "is not the list of free pages"},
	} {
		t.Run(name, func(t *testing.T) {
			data := bytes.Clone(good)
			at := live(t, data, c.kind)
			c.spoil(data[at : at+pageSize])
			r, err := check(data)
			require.NoError(t, err)
			require.Contains(t, strings.Join(r.Wrong, "\n"), c.want)
		})
	}
}

func TestHeaders(t *testing.T) {
	good := written(t)
	header := func(data []byte) (pages.Header, bool, error) { return pages.ReadHeader(bytes.NewReader(data)) }
	first, _, err := header(good)
	require.NoError(t, err)
	var transactions []uint64
	for n := range 2 {
		data := bytes.Clone(good)
		clear(data[n*pageSize : n*pageSize+100])
		h, lost, err := header(data)
		require.NoError(t, err)
		require.True(t, lost)
		require.Equal(t, pageSize, h.PageSize)
		transactions = append(transactions, h.Transaction)
	}
	require.Equal(t, first.Transaction, max(transactions[0], transactions[1]), "the later one counts")
	require.NotEqual(t, transactions[0], transactions[1])

	for want, spoil := range map[string]func([]byte) []byte{
		"does not begin as one": func(b []byte) []byte { return b[:3] },
		"does not add up": func(b []byte) []byte {
			b[16+20]++
			b[pageSize+16+20]++
			return b
		},
		"of version 3": func(b []byte) []byte {
			b[16+4], b[pageSize+16+4] = 3, 3
			return b
		},
	} {
		_, _, err := header(spoil(bytes.Clone(good)))
		require.ErrorContains(t, err, want)
	}
}

// No bytes make it panic, run on, or find fault with nothing.
func TestAbsurdNumbers(t *testing.T) {
	good := written(t)
	random := rand.New(rand.NewPCG(3, 4))
	numbers := []uint64{0, 1, 2, 0xFFFF, 1 << 20, 1 << 31, 1 << 40, 1<<63 - 1, 1<<64 - 1}
	data := make([]byte, len(good))
	for page := 2; page < len(good)/pageSize; page++ {
		for range 12 {
			copy(data, good)
			at := page*pageSize + 4*random.IntN(40)
			binary.NativeEndian.PutUint64(data[at:], numbers[random.IntN(len(numbers))])
			_, err := check(data)
			require.NoError(t, err)
		}
	}
}

// What passes, bbolt reads to its end.
func FuzzCheck(f *testing.F) {
	good := written(f)
	f.Add(uint32(0), uint64(0))
	f.Add(uint32(2*pageSize+10), uint64(0xFFFF))
	f.Fuzz(func(t *testing.T, at uint32, n uint64) {
		data := bytes.Clone(good)
		binary.NativeEndian.PutUint64(data[int(at)%(len(data)-8):], n)
		r, err := check(data)
		_, lost, _ := pages.ReadHeader(bytes.NewReader(data))
		if err != nil || lost || len(r.Wrong) > 0 {
			return
		}
		path := filepath.Join(t.TempDir(), "a.db")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true})
		require.NoError(t, err)
		defer func() { require.NoError(t, db.Close()) }()
		require.NoError(t, db.View(func(tx *bolt.Tx) error {
			for err := range tx.Check() {
				return err
			}
			return tx.ForEach(func(_ []byte, b *bolt.Bucket) error {
				return b.ForEach(func(_, _ []byte) error { return nil })
			})
		}))
	})
}
