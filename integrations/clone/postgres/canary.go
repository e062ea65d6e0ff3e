package postgres

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// shortest is the least length of a secret that is looked for. What is shorter
// would be found by chance.
const shortest = 8

// canaries are secrets of the source, none of which may stand in the new
// database. They are looked for in every byte that the verification reads, which
// is why the search has to be fast:
//
// A secret of n bytes covers, wherever it stands, one place in every n-q+1 at
// which q bytes of it begin. So it is enough to look at every such place of a
// text, at the q bytes there, if the filter knows the first n-q+1 pieces of q
// bytes of each secret.
type canaries struct {
	from    map[string]string // secret -> column of the source
	length  int               // of the shortest secret
	longest int               // of the longest

	piece, step int
	filter      []uint64            // two bits for each piece
	shift       int                 // of a hash, to the filter's size
	heads       map[string][]string // by its first bytes: secrets
}

// add adds a secret.
func (c *canaries) add(secret, column string) {
	if len(secret) < shortest {
		return
	}
	if c.from == nil {
		c.from = map[string]string{}
	}
	if _, twice := c.from[secret]; !twice {
		c.from[secret] = column
	}
}

// drop takes a secret out.
func (c *canaries) drop(secret string) { delete(c.from, secret) }

// prepare ends the adding; find may be called then, by many at once.
func (c *canaries) prepare() {
	if len(c.from) == 0 {
		return
	}
	c.length = 1 << 20
	for secret := range c.from {
		c.length = min(c.length, len(secret))
		c.longest = max(c.longest, len(secret))
	}
	c.piece = 4
	if c.length >= 2*shortest {
		c.piece = 8 // rarer in a text
	}
	c.step = min(c.length-c.piece+1, 64)
	size := bits.Len(uint(32 * len(c.from) * c.step)) // of sixteen bits at most one is set
	size = min(max(size, 10), 26)
	c.filter, c.shift = make([]uint64, 1<<size/64), 64-size
	c.heads = map[string][]string{}
	for secret := range c.from {
		for i := range c.step {
			first, second := c.places([]byte(secret[i:]))
			c.filter[first/64] |= 1 << (first % 64)
			c.filter[second/64] |= 1 << (second % 64)
		}
		c.heads[secret[:shortest]] = append(c.heads[secret[:shortest]], secret)
	}
}

// places returns the two places of a piece in the filter.
func (c *canaries) places(text []byte) (first, second uint64) {
	// Odd numbers whose bits are spread.
	const golden, other = 0x9e3779b97f4a7c15, 0xd6e8feb86659fd93
	var piece uint64
	if c.piece == 8 {
		piece = binary.LittleEndian.Uint64(text)
	} else {
		piece = uint64(binary.LittleEndian.Uint32(text))
	}
	return piece * golden >> c.shift, piece * other >> c.shift
}

// has reports whether a place of the filter is set.
func (c *canaries) has(place uint64) bool { return c.filter[place/64]&(1<<(place%64)) != 0 }

// find returns the column that a secret in the text is from, or "".
func (c *canaries) find(text []byte) string {
	if len(c.from) == 0 {
		return ""
	}
	for i := 0; i+c.piece <= len(text); i += c.step {
		if first, second := c.places(text[i:]); !c.has(first) || !c.has(second) {
			continue
		}
		if from := c.near(text, i); from != "" {
			return from
		}
	}
	return ""
}

// near looks for a secret that has one of its first pieces at a place.
func (c *canaries) near(text []byte, at int) string {
	for start := max(at-c.step+1, 0); start <= at && start+shortest <= len(text); start++ {
		for _, secret := range c.heads[string(text[start:start+shortest])] {
			if bytes.HasPrefix(text[start:], []byte(secret)) {
				return c.from[secret]
			}
		}
	}
	return ""
}
