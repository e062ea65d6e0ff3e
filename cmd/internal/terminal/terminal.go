// Package terminal keeps what others wrote from speaking to the terminal. What the
// commands print holds words of clients, vendors and databases; an escape sequence
// in them could clear the screen, rename the window or paint over the line above, and
// a character that turns the direction of writing could make one name look like
// another.
//
// There is one place for it, the [Writer] around the process's two outputs, so that
// no command can forget it.
package terminal

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A Writer passes text on, with what can't be seen but acts written out: an escape
// character as \u001b. Newlines and tabs stay. Inside a JSON string that is the same
// string, so JSON stays what it is. A Writer is safe for concurrent use.
type Writer struct {
	to io.Writer

	mu   sync.Mutex
	rest []byte // the beginning of a character whose end is still to come
}

// NewWriter returns a Writer to an output.
func NewWriter(to io.Writer) *Writer { return &Writer{to: to} }

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := append(w.rest, p...)
	var out bytes.Buffer
	for len(text) > 0 && utf8.FullRune(text) {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, text[0])
		case acts(r):
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			out.Write(text[:size])
		}
		text = text[size:]
	}
	w.rest = bytes.Clone(text)
	if _, err := w.to.Write(out.Bytes()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// acts reports whether a character does something to the terminal, or to how the
// others are read.
func acts(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
}
