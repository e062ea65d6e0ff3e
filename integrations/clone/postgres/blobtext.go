package postgres

import (
	"bytes"
	"slices"

	"github.com/refreshbot/refreshbot/integrations/clone/mask"
)

// patience is how many bytes without a blank are waited for more. What goes on behind
// that is no text.
const patience = 1 << 20

// passages cuts a text that comes in pieces at blanks, where an address ends. (One in
// quotes with a blank in it, just where two pieces meet, is not known for one.)
type passages struct{ rest []byte }

// add returns what can be looked at by itself now that more of the text is there, or
// the last of it.
func (p *passages) add(more []byte, last bool) []byte {
	all := append(p.rest, more...)
	end := len(all)
	if at := bytes.LastIndexAny(all, " \t\r\n"); !last && (at >= 0 || end < patience) {
		end = at + 1
	}
	p.rest = slices.Clone(all[end:])
	return all[:end]
}

// A blobVeil masks large objects on their way, if there is a masker.
type blobVeil struct {
	masker  *mask.Masker
	texts   passages
	pending []byte // masked, and not yet a piece
	offset  int64
	masked  int64 // large objects that changed
	changed bool  // this one
}

// add takes the next piece of a large object and returns those that it is made into.
func (v *blobVeil) add(c chunk) (made []chunk) {
	if v.masker == nil {
		return []chunk{c}
	}
	if c.offset == 0 {
		v.texts, v.pending, v.offset, v.changed = passages{}, nil, 0, false
	}
	text := v.texts.add(c.Data, c.last())
	masked := v.masker.Text(string(text), 0)
	if masked != string(text) && !v.changed {
		v.changed = true
		v.masked++
	}
	v.pending = append(v.pending, masked...)
	for len(v.pending) >= piece {
		made = append(made, v.cut(c.ID, piece))
	}
	if c.last() {
		made = append(made, v.cut(c.ID, len(v.pending)))
	}
	return made
}

// cut takes a piece off what is pending.
func (v *blobVeil) cut(id uint32, n int) chunk {
	c := chunk{ID: id, Data: append([]byte{}, v.pending[:n]...), offset: v.offset} // nil would be NULL
	v.pending, v.offset = v.pending[n:], v.offset+int64(n)
	return c
}

// A blobScan looks through large objects while the verification reads them.
type blobScan struct {
	verifying *verifying
	ignored   bool // what looks like an address is none
	masked    bool // every one is under the domain
	texts     passages
	tail      []byte // of the piece before, in which a secret may begin
	outside   bool   // an address of this one is
}

// add looks through the next piece of a large object.
func (l *blobScan) add(c chunk) {
	v := l.verifying
	if c.offset == 0 {
		l.texts, l.tail, l.outside = passages{}, nil, false
		v.looked++
	}
	window := append(l.tail, c.Data...)
	v.leak(blobs, blobContent, v.canaries.find(window))
	l.tail = slices.Clone(window[max(0, len(window)-v.canaries.longest):])
	text := string(l.texts.add(c.Data, c.last()))
	if l.ignored || l.outside {
		return
	}
	if (l.masked || holdsAddress(bytesClass, text)) && !v.masker.Clean(text) {
		l.outside = true
		v.outside[blobs+"."+blobContent]++
	}
}
