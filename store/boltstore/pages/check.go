package pages

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// A Report is what was found of a file's pages.
type Report struct {
	Bytes  int64    `json:"bytes"`          // in use
	Pages  int      `json:"pages"`          // that hold something
	Free   int      `json:"free_pages"`     // to be used again
	Wrong  []string `json:"wrong"`          // what is wrong, a line each; at most Most
	Beyond int      `json:"more,omitempty"` // how much more is wrong
}

// Most is how much of what is wrong is told in detail.
const Most = 20

// Check looks at every page of a file that a header leads to. Size is that of the
// file, in bytes.
func Check(file io.ReaderAt, size int64, h Header) Report {
	c := &checker{file: file, header: h, seen: map[number]bool{0: true, 1: true}}
	c.report.Bytes, c.report.Wrong = h.Size(), []string{}
	if size < h.Size() {
		c.wrong("%d bytes of %d are there: the file was cut short", size, h.Size())
		return c.report
	}
	free := c.freelist()
	c.tree(h.root, span{})
	c.report.Pages, c.report.Free = len(c.seen), len(free)
	lost := 0
	for id := range h.end {
		switch {
		case c.seen[id] && free[id]:
			c.wrong("page %d is in use and free", id)
		case !c.seen[id] && !free[id]:
			lost++
		}
	}
	if lost > 0 {
		c.wrong("pages that nothing leads to: %d", lost)
	}
	return c.report
}

// A checker goes through a file.
type checker struct {
	file   io.ReaderAt
	header Header
	seen   map[number]bool
	report Report
}

// A span is which keys a page may hold: from the first on, up to the second. Nil
// is no bound.
type span struct{ from, to []byte }

func (c *checker) wrong(format string, args ...any) {
	if len(c.report.Wrong) == Most {
		c.report.Beyond++
		return
	}
	c.report.Wrong = append(c.report.Wrong, fmt.Sprintf(format, args...))
}

// page reads a page with its overflow, once.
func (c *checker) page(id number) (p page, ok bool) {
	if id < metaPages || id >= c.header.end {
		c.wrong("page %d is named, there are %d", id, c.header.end)
		return p, false
	}
	data := make([]byte, c.header.PageSize)
	if !c.read(id, data) {
		return p, false
	}
	p = parsePage(data)
	if p.id != id || p.overflow > 0 && number(p.overflow) >= c.header.end-id {
		c.wrong("page %d does not begin as a page", id)
		return p, false
	}
	for i := id; i <= id+number(p.overflow); i++ {
		if c.seen[i] {
			c.wrong("page %d is used twice", i)
			return p, false
		}
		c.seen[i] = true
	}
	if p.overflow == 0 {
		return p, true
	}
	p.data = make([]byte, (int(p.overflow)+1)*c.header.PageSize)
	return p, c.read(id, p.data)
}

func (c *checker) read(id number, to []byte) bool {
	_, err := c.file.ReadAt(to, int64(id)*int64(c.header.PageSize))
	if err != nil {
		c.wrong("page %d can't be read: %v", id, err)
	}
	return err == nil
}

// freelist returns the pages that are free.
func (c *checker) freelist() map[number]bool {
	free := map[number]bool{}
	if c.header.free == noFreelist {
		return free
	}
	p, ok := c.page(c.header.free)
	if !ok {
		return free
	}
	if p.flags != freelist {
		c.wrong("page %d is not the list of free pages", p.id)
		return free
	}
	all, ok := p.freed()
	if !ok {
		c.wrong("page %d: the list of free pages runs over its end", p.id)
	}
	for _, id := range all {
		if id < metaPages || id >= c.header.end || free[id] {
			c.wrong("page %d is free twice, or is none", id)
		}
		free[id] = true
	}
	return free
}

// tree goes through the pages of a bucket from a page on.
func (c *checker) tree(id number, keys span) {
	p, ok := c.page(id)
	if !ok {
		return
	}
	switch p.flags {
	case branch:
		if p.count == 0 {
			c.wrong("page %d: a branch without any page below it", id)
		}
		c.branches(p, keys)
	case leaf:
		c.leaves(p, fmt.Sprint("page ", id), keys)
	default:
		c.wrong("page %d is of kind %x, and not one that holds keys", id, p.flags)
	}
}

// branches goes through the pages below a branch.
func (c *checker) branches(p page, keys span) {
	entries, ok := c.entries(p, fmt.Sprint("page ", p.id), keys)
	for i := range entries {
		below := span{entries[i].key, keys.to}
		if i+1 < len(entries) {
			below.to = entries[i+1].key
		}
		if ok {
			c.tree(entries[i].below, below)
		}
	}
}

// leaves goes through the keys of a leaf, and the buckets among them.
func (c *checker) leaves(p page, where string, keys span) {
	entries, _ := c.entries(p, where, keys)
	for _, e := range entries {
		if e.bucket {
			c.bucket(e, where)
		}
	}
}

// entries returns the entries of a page; false where something is wrong with them.
func (c *checker) entries(p page, where string, keys span) (all []entry, ok bool) {
	last := keys.from
	for i := range int(p.count) {
		e, inside := p.entry(i)
		if !inside {
			c.wrong("%s: key %d lies outside of it", where, i)
			return all, false
		}
		order := bytes.Compare(last, e.key)
		first := i == 0
		switch {
		case order > 0 || order == 0 && !first, keys.to != nil && bytes.Compare(e.key, keys.to) >= 0:
			c.wrong("%s: key %d is not in order", where, i)
			return all, false
		}
		last, all = e.key, append(all, e)
	}
	return all, true
}

// bucket goes through a bucket: pages of its own, or a small page in its value.
func (c *checker) bucket(e entry, where string) {
	where = fmt.Sprintf("%s: bucket %.40q", where, e.key)
	if len(e.value) < bucketSize {
		c.wrong("%s has no header", where)
		return
	}
	if root := number(binary.NativeEndian.Uint64(e.value)); root != 0 {
		c.tree(root, span{})
		return
	}
	inline := e.value[bucketSize:]
	if len(inline) < headSize {
		c.wrong("%s has no page", where)
		return
	}
	p := parsePage(inline)
	if p.flags != leaf {
		c.wrong("%s is of kind %x, and not one that holds keys", where, p.flags)
		return
	}
	c.leaves(p, where, span{})
}
