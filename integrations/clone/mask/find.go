package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A span is where an address stands in a text, in bytes.
type span struct{ from, to int }

// next returns the first address in a text behind another one, which ends at
// floor, or from the text's beginning, where floor is zero; the zero span: there is
// none. It takes too much rather than too little: whatever stands on both sides of
// an "@" without a gap is an address, "root@localhost" and "a@b@c" too. The parts
// reach as far as they can, and addresses that touch are one, so that a masked text
// falls into the same parts again.
func next(s string, floor int) (found span) {
	for i := floor; ; {
		at := strings.IndexByte(s[i:], '@')
		if at < 0 {
			return found
		}
		at += i
		end := at + 1 + after(s[at+1:])
		end -= trailing(s[at:end])
		i = max(end, at+1)
		if end <= at+1 {
			continue
		}
		switch start := at - before(s[floor:at]); {
		case found.to == 0 && start < at:
			found = span{start, end}
			floor = end
		case found.to > 0 && start == floor:
			found.to = end
			floor = end
		case found.to > 0 && start < at:
			return found
		}
	}
}

// Holds reports whether an address stands in a text that could be one in the
// world: with a dot in its domain.
func Holds(text string) bool {
	for a := next(text, 0); a.to > 0; a = next(text, a.to) {
		address := text[a.from:a.to]
		if strings.Contains(address[strings.LastIndexByte(address, '@'):], ".") {
			return true
		}
	}
	return false
}

// Whole reports whether a text is one address and nothing else.
func Whole(s string) bool { return s != "" && next(s, 0) == span{0, len(s)} }

// before returns the length of the local part that a text ends with: characters
// of an atom, quoted strings, and "@" signs that came to nothing. A quoted string
// ends where the part or one of its words ends: the quotes of {"to" : "a@b.c"} are
// not the address's.
func before(s string) int {
	start := len(s)
	for start > 0 {
		n := 0
		switch b := s[start-1]; {
		case atoms.has(b) || b == '@':
			n = 1
		case b == '"' && (start == len(s) || s[start] == '.' || s[start] == '@'):
			n = quoted(s[:start])
		case b >= utf8.RuneSelf:
			n = foreign(utf8.DecodeLastRuneInString(s[:start]))
		}
		if n == 0 {
			break
		}
		start -= n
	}
	return len(s) - start
}

// quoted returns the length of the quoted string that a text ends with, whose last
// quote is the text's last byte; zero: it has no other.
func quoted(s string) int {
	open := strings.LastIndexByte(s[:len(s)-1], '"')
	if open < 0 {
		return 0
	}
	return len(s) - open
}

// after returns the length of the domain that a text begins with.
func after(s string) int {
	end := 0
	if strings.HasPrefix(s, "[") { // an address literal
		if i := strings.IndexAny(s, "]@"); i > 0 && s[i] == ']' {
			end = i + 1
		}
	}
	for end < len(s) {
		n := 0
		if hosts.has(s[end]) {
			n = 1
		} else if s[end] >= utf8.RuneSelf {
			n = foreign(utf8.DecodeRuneInString(s[end:]))
		}
		if n == 0 {
			break
		}
		end += n
	}
	return end
}

// trailing returns the length of what ends an address but belongs to the
// sentence around it: the full stop, the dash, the "@" of nothing.
func trailing(s string) int {
	n := 0
	for n < len(s) && strings.IndexByte(".-@", s[len(s)-1-n]) >= 0 {
		n++
	}
	return n
}

// dotAtom reports whether a part needs no quotes: words with single dots between
// them.
func dotAtom(s string) bool {
	last := '.'
	for i, r := range s {
		if r == '.' && last == '.' || !atoms.has(s[i]) && foreign(r, 1) == 0 {
			return false
		}
		last = r
	}
	return last != '.'
}

// A set is a set of ASCII characters, a bit for each. No byte of any other
// character is in it.
type set [4]uint64

func setOf(characters string) (s set) {
	for i := range len(characters) {
		s[characters[i]/64] |= 1 << (characters[i] % 64)
	}
	return s
}

func (s *set) has(b byte) bool { return s[b/64]>>(b%64)&1 != 0 }

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

var (
	// atoms may stand in a local part without quotes (RFC 5322 atext and the dot).
	atoms = setOf(alphanumeric + ".!#$%&'*+-/=?^_`{|}~")
	// hosts may stand in a domain. The underscore may in DNS, if not in a host's name.
	hosts = setOf(alphanumeric + ".-_")
)

// foreign returns the length of a character that may stand in either part although
// it is none of ASCII (RFC 6531); zero: it may not.
func foreign(r rune, length int) int {
	if r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)) {
		return length
	}
	return 0
}
