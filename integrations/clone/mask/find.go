package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A span is where an address stands in a text, in bytes.
type span struct{ from, to int }

// find returns the addresses in a text, in order and apart from each other. It
// takes too much rather than too little: whatever stands on both sides of an "@"
// without a gap is an address, "root@localhost" and "a@b@c" too. The parts reach
// as far as they can, and addresses that touch are one, so that a masked text
// falls into the same parts again.
func find(s string) []span {
	var found []span
	floor := 0 // where the address before ends
	for i := 0; i < len(s); {
		at := strings.IndexByte(s[i:], '@')
		if at < 0 {
			break
		}
		at += i
		a := span{from: at - before(s[floor:at]), to: at + 1 + after(s[at+1:])}
		a.to -= trailing(s[at:a.to])
		i = max(a.to, at+1)
		if a.to <= at+1 {
			continue
		}
		if n := len(found); n > 0 && a.from == floor {
			found[n-1].to = a.to
			floor = a.to
		} else if a.from < at {
			found = append(found, a)
			floor = a.to
		}
	}
	return found
}

// Holds reports whether an address stands in a text that could be one in the
// world: with a dot in its domain.
func Holds(text string) bool {
	if !strings.Contains(text, "@") {
		return false
	}
	for _, a := range find(text) {
		address := text[a.from:a.to]
		if strings.Contains(address[strings.LastIndexByte(address, '@'):], ".") {
			return true
		}
	}
	return false
}

// Whole reports whether a text is one address and nothing else.
func Whole(s string) bool {
	found := find(s)
	return len(found) == 1 && found[0] == span{0, len(s)}
}

// before returns the length of the local part that a text ends with: characters
// of an atom, quoted strings, and "@" signs that came to nothing. A quoted string
// ends where the part or one of its words ends: the quotes of {"to" : "a@b.c"} are
// not the address's.
func before(s string) int {
	start := len(s)
	for start > 0 {
		n := 0
		if start == len(s) || s[start] == '.' || s[start] == '@' {
			n = quoted(s[:start])
		}
		if n == 0 {
			r, size := utf8.DecodeLastRuneInString(s[:start])
			if !atom(r) && r != '@' {
				break
			}
			n = size
		}
		start -= n
	}
	return len(s) - start
}

// quoted returns the length of the quoted string that a text ends with.
func quoted(s string) int {
	if !strings.HasSuffix(s, `"`) {
		return 0
	}
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
		r, n := utf8.DecodeRuneInString(s[end:])
		if !host(r) {
			break
		}
		end += n
	}
	return end
}

// trailing returns the length of what ends an address but belongs to the
// sentence around it: the full stop, the dash, the "@" of nothing.
func trailing(s string) int {
	return len(s) - len(strings.TrimRight(s, ".-@"))
}

// atom reports whether a character may stand in a local part without quotes
// (RFC 5322 atext and the dot; RFC 6531 adds letters beyond ASCII).
func atom(r rune) bool {
	if r >= utf8.RuneSelf {
		return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r))
	}
	return r == '.' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
		strings.IndexByte("!#$%&'*+-/=?^_`{|}~", byte(r)) >= 0
}

// host reports whether a character may stand in a domain. The underscore may in
// DNS, if not in a host's name.
func host(r rune) bool {
	if r >= utf8.RuneSelf {
		return atom(r)
	}
	return r == '.' || r == '-' || r == '_' ||
		r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// dotAtom reports whether a part needs no quotes.
func dotAtom(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for _, r := range s {
		if !atom(r) {
			return false
		}
	}
	return true
}
