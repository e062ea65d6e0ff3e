package ticket

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// plain is a text without its markup, and the way back to the original.
type plain struct {
	text   string
	shifts []shift // in order; before the first nothing moved
	size   int     // the original's length
}

// A shift says that from byte at of the plain text on, the original lies by
// bytes further.
type shift struct{ at, by int }

// original returns the span of the original that text[start:end) came from.
func (p *plain) original(start, end int) Span {
	if end <= start {
		return Span{p.back(start), p.back(start)}
	}
	return Span{p.back(start), min(p.back(end-1)+1, p.size)}
}

// back maps a byte of the plain text to the byte of the original.
func (p *plain) back(at int) int {
	i := sort.Search(len(p.shifts), func(i int) bool { return p.shifts[i].at > at })
	if i == 0 {
		return at
	}
	return min(at+p.shifts[i-1].by, p.size)
}

// clean strips wiki markup, HTML and typography from a text: what is left is
// words, plain punctuation, newlines, and | between the cells of a table.
// Quoted blocks of either markup go with their contents.
func clean(text string) *plain {
	c := &cleaner{src: text, out: make([]byte, 0, len(text)+len(text)/16+8)}
	for c.pos < len(c.src) {
		c.step()
	}
	return &plain{text: string(c.out), shifts: c.shifts, size: len(text)}
}

// cleaner walks src once; every helper either consumes something or says no.
type cleaner struct {
	src    string
	pos    int
	out    []byte
	shifts []shift
	by     int
	closed map[string]bool // closing marks that src holds no more of
}

// ordinary tells the bytes that are copied as they are.
var ordinary = func() (t [256]bool) {
	for b := ' '; b < 0x7f; b++ {
		t[b] = true
	}
	for _, b := range "&<{}*[!\\`" {
		t[b] = false
	}
	t['\n'] = true
	return t
}()

func (c *cleaner) step() {
	start := c.pos
	for c.pos < len(c.src) && ordinary[c.src[c.pos]] {
		c.pos++
	}
	if c.pos > start {
		c.note(start)
		c.out = append(c.out, c.src[start:c.pos]...)
	}
	if c.pos < len(c.src) {
		c.special()
	}
}

// note records where the next byte of the output comes from.
func (c *cleaner) note(from int) {
	if by := from - len(c.out); by != c.by {
		c.shifts = append(c.shifts, shift{len(c.out), by})
		c.by = by
	}
}

// emit writes s for the next n bytes of the source.
func (c *cleaner) emit(s string, n int) {
	if s != "" {
		c.note(c.pos)
		c.out = append(c.out, s...)
	}
	c.pos += n
}

// special handles the one character at pos that may be markup.
func (c *cleaner) special() {
	done := false
	switch b := c.src[c.pos]; b {
	case '&':
		done = c.entity()
	case '<':
		done = c.tag()
	case '{':
		done = c.macro()
	case '*':
		done = c.star()
	case '[':
		done = c.link()
	case '!':
		done = c.image()
	case '\\':
		done = c.escape()
	case '}', '`':
		c.emit("", 1)
		return
	case '\r':
		c.carriageReturn()
		return
	default:
		c.other()
		return
	}
	if !done {
		c.emit(c.src[c.pos:c.pos+1], 1)
	}
}

func (c *cleaner) carriageReturn() {
	if strings.HasPrefix(c.src[c.pos:], "\r\n") {
		c.emit("", 1)
		return
	}
	c.emit("\n", 1)
}

// other handles control characters and everything outside ASCII.
func (c *cleaner) other() {
	if c.src[c.pos] < utf8.RuneSelf {
		c.emit(" ", 1)
		return
	}
	r, n := utf8.DecodeRuneInString(c.src[c.pos:])
	if r == utf8.RuneError {
		// A broken byte must never disappear from the middle of a name.
		c.emit("\uFFFD", n)
		return
	}
	if s, ok := typography(r); ok {
		c.emit(s, n)
		return
	}
	c.note(c.pos)
	c.out = append(c.out, c.src[c.pos:c.pos+n]...)
	c.pos += n
}

// star drops the marks of bold text and keeps those of list items.
func (c *cleaner) star() bool {
	if c.atLineStart() {
		i := c.pos
		for i < len(c.src) && c.src[i] == '*' {
			i++
		}
		if i < len(c.src) && c.src[i] == ' ' {
			c.emit("*", i-c.pos)
			return true
		}
	}
	c.emit("", 1)
	return true
}

func (c *cleaner) atLineStart() bool {
	for i := len(c.out) - 1; i >= 0; i-- {
		switch c.out[i] {
		case '\n':
			return true
		case ' ':
		default:
			return false
		}
	}
	return true
}

// escape drops the backslash of an escaped character; two of them are a line
// break.
func (c *cleaner) escape() bool {
	if strings.HasPrefix(c.src[c.pos:], `\\`) {
		c.emit("\n", 2)
		return true
	}
	c.emit("", 1)
	return true
}

// link keeps the words of [words|address] and [words](address), and drops
// mentions and attachments.
func (c *cleaner) link() bool {
	rest := c.src[c.pos+1 : min(len(c.src), c.pos+400)]
	end := strings.IndexAny(rest, "[]\n") // an opening bracket begins anew
	if end < 1 || rest[end] != ']' {
		return false
	}
	inner := rest[:end]
	if inner[0] == '~' || inner[0] == '^' {
		c.emit(" ", end+2)
		return true
	}
	words, _, linked := strings.Cut(inner, "|")
	after := end + 2
	if tail := c.src[c.pos+after:]; strings.HasPrefix(tail, "(http") || strings.HasPrefix(tail, "(mailto:") {
		if p := strings.IndexAny(tail[:min(len(tail), 2000)], ")[ \n"); p > 0 && tail[p] == ')' {
			linked, after = true, after+p+1
		}
	}
	if !linked {
		return false
	}
	stop := c.pos + after
	c.emit("", 1)
	c.note(c.pos)
	c.out = append(c.out, words...)
	c.pos = stop
	return true
}

// image drops !picture.png|thumbnail!.
func (c *cleaner) image() bool {
	rest := c.src[c.pos+1 : min(len(c.src), c.pos+200)]
	end := strings.IndexAny(rest, "! \n")
	if end < 4 || rest[end] != '!' || !strings.Contains(rest[:end], ".") {
		return false
	}
	c.emit(" ", end+2)
	return true
}

// macro drops {macro:parameters}, and {quote} with all that it quotes.
func (c *cleaner) macro() bool {
	rest := c.src[c.pos:min(len(c.src), c.pos+200)]
	end := 1 + strings.IndexAny(rest[1:], "{}\n")
	if end < 1 || rest[end] != '}' {
		c.emit("", 1)
		return true
	}
	name, _, _ := strings.Cut(rest[1:end], ":")
	switch strings.ToLower(name) {
	case "quote":
		c.skipPast("{quote}", end+1)
	case "code", "noformat", "panel", "expand":
		c.emit("\n", end+1)
	case "color", "*", "_", "status", "anchor", "+", "-":
		c.emit("", end+1)
	default:
		c.emit("", 1)
	}
	return true
}

// skipPast drops an opening mark of n bytes and everything up to its closing
// mark; an opening mark that is never closed goes alone.
func (c *cleaner) skipPast(closing string, n int) {
	if c.closed[closing] {
		c.emit("", n)
		return
	}
	i := indexFold(c.src[c.pos+n:], closing)
	if i < 0 {
		if c.closed == nil {
			c.closed = map[string]bool{}
		}
		c.closed[closing] = true
		c.emit("", n)
		return
	}
	c.emit("\n", n+i+len(closing))
}

// indexFold is strings.Index for an ASCII needle, without regard to case.
func indexFold(s, needle string) int {
	for i := 0; i+len(needle) <= len(s); i++ {
		j := strings.IndexByte(s[i:], needle[0])
		if j < 0 {
			return -1
		}
		i += j
		if i+len(needle) <= len(s) && strings.EqualFold(s[i:i+len(needle)], needle) {
			return i
		}
	}
	return -1
}
