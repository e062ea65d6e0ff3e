// Package mask turns e-mail addresses into ones that reach nobody.
//
//	john.doe@company.com  ->  john.doe_company.com@refresh.invalid
//
// The rule is the one of the clone wizard's documentation, mended so that two
// different addresses never become one: every "_" is doubled first, then "@"
// becomes "_". What results holds exactly one run of underscores of odd length,
// and that is where the "@" was. So the rule can be read backwards, which is all
// that being injective means. An address that does not fit it (quoted, too long
// for its column or for RFC 5321, a domain that begins with an underscore) gets
// a short form with a keyed suffix and no underscore at all, which therefore
// equals no other's plain form.
//
// The same address becomes the same in every table and column of equal room, in
// every run with the same key. An address that ends in the domain already is
// left as it is: see [Masker.Reserve] for how its owner keeps it.
package mask

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"unicode/utf8"
)

// Bounds of RFC 5321, section 4.5.3.1, in octets.
const (
	maxLocal   = 64
	maxAddress = 254
)

// suffixLen is the length of the keyed suffix: 80 bits in base32.
const suffixLen = 16

// A Masker masks addresses for one run. It is not safe for concurrent use while
// addresses are reserved, and safe from then on.
type Masker struct {
	domain   string
	key      []byte
	reserved map[uint64]struct{} // hashes of addresses that are under the domain already
}

// New returns a Masker that puts addresses under the domain. The key keeps the
// suffixes from being found by trying; it must be the same for as long as equal
// addresses are to stay equal.
func New(domain string, key []byte) (*Masker, error) {
	if domain == "" || strings.ContainsAny(domain, "@ \t\r\n") {
		return nil, fmt.Errorf("mask under %q: not a mail domain", domain)
	}
	if len(key) == 0 {
		return nil, errors.New("mask addresses: no key")
	}
	return &Masker{
		domain:   strings.ToLower(domain),
		key:      key,
		reserved: map[uint64]struct{}{},
	}, nil
}

// Domain returns what masked addresses end in.
func (m *Masker) Domain() string { return m.domain }

// MinLength returns the least number of characters that a column of addresses
// must have.
func (m *Masker) MinLength() int { return suffixLen + 1 + len(m.domain) }

// Reserve keeps every address in the text that is under the domain already for
// its owner: a plain form that would be equal to it gets a suffix instead. A
// source that was refreshed itself holds such addresses.
func (m *Masker) Reserve(text string) {
	for a := next(text, 0); a.to > 0; a = next(text, a.to) {
		if s := text[a.from:a.to]; m.under(s) {
			m.reserved[hash(s)] = struct{}{}
		}
	}
}

// Address masks one address; the result has at most room characters where room
// is positive. Empty stays empty, and what holds no "@" is no address and stays
// as it is.
func (m *Masker) Address(s string, room int) string {
	if Whole(s) {
		return m.mask(s, room)
	}
	return m.Text(s, room)
}

// Text masks every address inside a text; the result has at most room
// characters where room is positive. A text that grows out of its room is
// masked with the short forms throughout, and cut at its end if even that is
// not enough.
func (m *Masker) Text(s string, room int) string {
	if !strings.Contains(s, "@") {
		return s
	}
	out := m.replace(s, 0)
	if !fits(out, room) {
		out = m.replace(s, m.MinLength())
	}
	if !fits(out, room) {
		out = m.cut(out, room)
	}
	return out
}

// Clean reports whether every address inside a text is under the domain.
func (m *Masker) Clean(s string) bool {
	for a := next(s, 0); a.to > 0; a = next(s, a.to) {
		if !m.under(s[a.from:a.to]) {
			return false
		}
	}
	return true
}

// replace masks every address of a text into the room of one address.
func (m *Masker) replace(s string, room int) string {
	var out strings.Builder
	out.Grow(len(s) + 1 + len(m.domain)) // as most hold one
	end := 0
	for a := next(s, 0); a.to > 0; a = next(s, a.to) {
		out.WriteString(s[end:a.from])
		out.WriteString(m.mask(s[a.from:a.to], room))
		end = a.to
	}
	out.WriteString(s[end:])
	return out.String()
}

// cut shortens a masked text to its room without leaving half an address.
func (m *Masker) cut(s string, room int) string {
	end := 0
	for i := 0; i < room && end < len(s); i++ {
		_, n := utf8.DecodeRuneInString(s[end:])
		end += n
	}
	for a := next(s, 0); a.to > 0; a = next(s, a.to) {
		if a.from < end && end < a.to {
			end = a.from
		}
	}
	return s[:end]
}

func (m *Masker) mask(address string, room int) string {
	if m.under(address) && fits(address, room) {
		return address
	}
	if plain := m.plain(address); plain != "" && fits(plain, room) && !m.taken(plain) {
		return plain
	}
	return m.short(address, room)
}

// taken reports whether an address is reserved. Most sources hold none that is,
// and then nothing is hashed.
func (m *Masker) taken(address string) bool {
	if len(m.reserved) == 0 {
		return false
	}
	_, ok := m.reserved[hash(address)]
	return ok
}

// plain returns the documented form of an address, or "" where it has none.
func (m *Masker) plain(address string) string {
	at := strings.LastIndexByte(address, '@')
	local, domain := address[:at], address[at+1:]
	if strings.HasPrefix(domain, "_") {
		return "" // "a_@b" and "a@_b" would be one
	}
	if !dotAtom(local) || !dotAtom(domain) {
		return ""
	}
	length := len(address) + strings.Count(address, "_")
	if length > maxLocal || length+1+len(m.domain) > maxAddress {
		return ""
	}
	out := make([]byte, 0, maxAddress)
	out = append(double(out, local), '_')
	out = append(double(out, domain), '@')
	return string(append(out, m.domain...))
}

// double appends a text with every underscore doubled.
func double(out []byte, s string) []byte {
	for i := range len(s) {
		if s[i] == '_' {
			out = append(out, '_')
		}
		out = append(out, s[i])
	}
	return out
}

// short returns a form with a keyed suffix, with as much of the address in front
// of it as the room allows.
func (m *Masker) short(address string, room int) string {
	mac := hmac.New(sha256.New, m.key)
	mac.Write([]byte(address))
	sum := base32.StdEncoding.EncodeToString(mac.Sum(nil))
	suffix := strings.ToLower(sum[:suffixLen])

	space := maxLocal - suffixLen - 1
	if room > 0 {
		space = min(space, room-m.MinLength()-1)
	}
	if name := readable(address, space); name != "" {
		suffix = name + "-" + suffix
	}
	return suffix + "@" + m.domain
}

// readable returns the first letters and digits of an address, at most n.
func readable(address string, n int) string {
	var out strings.Builder
	for _, r := range strings.ToLower(address) {
		if out.Len() >= n || r == '@' {
			break
		}
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// under reports whether an address is under the domain.
func (m *Masker) under(address string) bool {
	at := strings.LastIndexByte(address, '@')
	return strings.EqualFold(address[at+1:], m.domain) && strings.IndexByte(address, '@') == at
}

func fits(s string, room int) bool {
	return room <= 0 || len(s) <= room || utf8.RuneCountInString(s) <= room
}

func hash(address string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(strings.ToLower(address)))
	return h.Sum64()
}
