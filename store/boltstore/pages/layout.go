package pages

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
)

// A number is that of a page.
type number uint64

// The kinds of page, as a page's flags.
const (
	branch   = 0x01
	leaf     = 0x02
	header   = 0x04
	freelist = 0x10
)

// Sizes and marks of the format, in bytes.
const (
	magic        = 0xED0CDAED
	version      = 2
	headSize     = 16 // of a page: number, flags, count, overflow
	elementSize  = 16 // of an entry in a branch, a leaf
	bucketSize   = 16 // of a bucket's header: root, sequence
	metaSize     = 64
	summedSize   = 56 // of a header, without its checksum
	leastPage    = 1 << 10
	largestPage  = 1 << 24
	isBucket     = 0x01
	manyFree     = 0xFFFF // the count stands in the first entry
	noFreelist   = ^number(0)
	metaPages    = 2
	pageOverhead = headSize + metaSize
)

// A Header says where a file's pages begin: one of the two that it has.
type Header struct {
	PageSize    int
	Transaction uint64 // the one that wrote it; the higher one counts
	root        number
	free        number
	end         number // the first page that was never used
}

// Size returns how many bytes of the file are in use.
func (h Header) Size() int64 { return int64(h.end) * int64(h.PageSize) }

// errNoHeader is why a page is no header.
var errNoHeader = errors.New("it is no store: it does not begin as one")

// ParseHeader reads the header that a page holds.
func ParseHeader(page []byte) (h Header, err error) {
	if len(page) < pageOverhead {
		return h, errNoHeader
	}
	u32 := func(at int) uint32 { return binary.NativeEndian.Uint32(page[headSize+at:]) }
	u64 := func(at int) uint64 { return binary.NativeEndian.Uint64(page[headSize+at:]) }
	sum := fnv.New64a()
	_, _ = sum.Write(page[headSize : headSize+summedSize])
	switch {
	case u32(0) != magic, parsePage(page).flags != header:
		return h, errNoHeader
	case u32(4) != version:
		return h, fmt.Errorf("it is of version %d of its format, known is %d", u32(4), version)
	case u64(summedSize) != sum.Sum64():
		return h, errors.New("its header does not add up")
	}
	h = Header{
		PageSize: int(u32(8)), root: number(u64(16)), free: number(u64(32)),
		end: number(u64(40)), Transaction: u64(48),
	}
	if h.PageSize < leastPage || h.PageSize > largestPage || h.end < metaPages+1 || h.end > 1<<40 {
		return h, fmt.Errorf("its header makes no sense: %d pages of %d bytes", h.end, h.PageSize)
	}
	return h, nil
}

// ReadHeader returns the header of a file that counts, and whether the other one is
// lost: then the transaction that wrote it may be lost too.
func ReadHeader(file io.ReaderAt) (h Header, lost bool, err error) {
	first, err1 := headerAt(file, 0, 0)
	if err1 == nil {
		second, err2 := headerAt(file, 1, int64(first.PageSize))
		if err2 == nil && second.Transaction > first.Transaction {
			return second, false, nil
		}
		return first, err2 != nil, nil
	}
	for size := int64(leastPage); size <= largestPage; size *= 2 {
		if second, err := headerAt(file, 1, size); err == nil && int64(second.PageSize) == size {
			return second, true, nil
		}
	}
	return h, true, err1
}

func headerAt(file io.ReaderAt, id number, at int64) (Header, error) {
	page := make([]byte, pageOverhead)
	if _, err := file.ReadAt(page, at); err != nil {
		if errors.Is(err, io.EOF) {
			err = errNoHeader
		}
		return Header{}, err
	}
	if parsePage(page).id != id {
		return Header{}, errNoHeader
	}
	return ParseHeader(page)
}

// A page is one as it was read: with its overflow, or inside of a bucket's value.
type page struct {
	id       number
	flags    uint16
	count    uint16
	overflow uint32
	data     []byte // all of it, the head included
}

func parsePage(data []byte) page {
	return page{
		id:       number(binary.NativeEndian.Uint64(data)),
		flags:    binary.NativeEndian.Uint16(data[8:]),
		count:    binary.NativeEndian.Uint16(data[10:]),
		overflow: binary.NativeEndian.Uint32(data[12:]),
		data:     data,
	}
}

// An entry is one key of a page: with the page below it, or with its value.
type entry struct {
	key    []byte
	below  number // of a branch
	bucket bool   // of a leaf: the value is a bucket
	value  []byte
}

// entry returns a page's entry by its place; false where it lies outside.
func (p page) entry(i int) (e entry, ok bool) {
	at := headSize + i*elementSize
	if at+elementSize > len(p.data) {
		return e, false
	}
	u32 := func(off int) uint64 { return uint64(binary.NativeEndian.Uint32(p.data[at+off:])) }
	pos, keySize, valueSize := u32(0), u32(4), uint64(0)
	if p.flags == leaf {
		pos, keySize, valueSize = u32(4), u32(8), u32(12)
		e.bucket = u32(0)&isBucket != 0
	} else {
		e.below = number(binary.NativeEndian.Uint64(p.data[at+8:]))
	}
	from := uint64(at) + pos
	to := from + keySize + valueSize
	if from < uint64(headSize+int(p.count)*elementSize) || to > uint64(len(p.data)) {
		return e, false
	}
	e.key, e.value = p.data[from:from+keySize], p.data[from+keySize:to]
	return e, true
}

// freed returns the numbers that a freelist page holds; false where they lie
// outside.
func (p page) freed() (all []number, ok bool) {
	count, at := uint64(p.count), uint64(headSize)
	if p.count == manyFree {
		if len(p.data) < headSize+8 {
			return nil, false
		}
		count, at = binary.NativeEndian.Uint64(p.data[headSize:]), headSize+8
	}
	if count > (uint64(len(p.data))-at)/8 {
		return nil, false
	}
	for i := range count {
		all = append(all, number(binary.NativeEndian.Uint64(p.data[at+i*8:])))
	}
	return all, true
}
