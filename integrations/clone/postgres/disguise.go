package postgres

import "bytes"

// A disguise is how an address may stand in what COPY writes although no "@" does;
// the zero disguise: in no way.
type disguise uint8

// The disguises, of which rows may have several.
const (
	asEscape disguise = 1 << iota // as JSON may write the sign
	asHex                         // in bytes that are written as text
)

// disguises returns how an address may stand in values of a class.
func (f format) disguises(c class) disguise {
	switch {
	case c == jsonText:
		return asEscape
	case c == bytesClass && f == textFormat:
		return asHex
	}
	return 0
}

// mayHold reports whether an address could stand in a field or in a row.
func (d disguise) mayHold(text []byte) bool {
	return bytes.IndexByte(text, '@') >= 0 ||
		d&asEscape != 0 && bytes.Contains(text, []byte(`\u0040`)) ||
		d&asHex != 0 && bytes.Contains(text, []byte(`\\x`)) // the format's backslash has an escape
}
