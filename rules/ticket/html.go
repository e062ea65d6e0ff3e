package ticket

import (
	"strconv"
	"strings"
)

// tag handles an HTML tag: blocks end a line, cells become |, quoted blocks and
// what nobody sees go, and the rest leaves nothing. Whatever is no known tag
// stays: "A <= B", "<ABCD_prod>".
func (c *cleaner) tag() bool {
	rest := c.src[c.pos:min(len(c.src), c.pos+2000)]
	if strings.HasPrefix(rest, "<!--") {
		c.skipPast("-->", 4)
		return true
	}
	name := tagName(rest)
	if name == "" {
		return false
	}
	end := strings.IndexAny(rest[1:], "<>")
	if end < 0 || rest[end+1] != '>' {
		return false
	}
	n := end + 2
	switch tagKind(name) {
	case blockTag:
		c.emit("\n", n)
	case cellTag:
		if rest[1] == '/' {
			c.emit("", n)
		} else {
			c.emit("|", n)
		}
	case hiddenTag:
		c.skipPast("</"+name+">", n)
	case quoteTag:
		c.blockquote(n)
	case inlineTag:
		c.emit("", n)
	default:
		return false
	}
	return true
}

// tagName returns the lower-case name of the tag that s opens with.
func tagName(s string) string {
	i := 1
	if i < len(s) && s[i] == '/' {
		i++
	}
	start := i
	for i < len(s) && isAlnum(s[i]) {
		i++
	}
	if i == start || i-start > 10 || i == len(s) || !strings.ContainsRune(" >/\t\r\n", rune(s[i])) {
		return ""
	}
	return strings.ToLower(s[start:i])
}

// What a tag does to the text.
const (
	noTag = iota
	blockTag
	cellTag
	hiddenTag
	quoteTag
	inlineTag
)

func tagKind(name string) int {
	switch name {
	case "p", "br", "div", "li", "tr", "ul", "ol", "table", "tbody", "thead", "hr", "pre",
		"h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "dl", "dt", "dd":
		return blockTag
	case "td", "th":
		return cellTag
	case "style", "script", "head", "title":
		return hiddenTag
	case "blockquote":
		return quoteTag
	case "b", "i", "u", "em", "strong", "span", "font", "a", "s", "code", "tt", "small", "big", "img",
		"sub", "sup", "html", "body", "center", "label", "meta", "colgroup", "col", "ins", "del", "strike":
		return inlineTag
	}
	return noTag
}

// blockquote drops a quoted block of any depth; n is the opening tag's length.
// A block that is never closed reaches to the end, as a browser would have it.
func (c *cleaner) blockquote(n int) {
	if c.src[c.pos+1] == '/' {
		c.emit("\n", n)
		return
	}
	i, depth := c.pos+n, 1
	for depth > 0 {
		next := strings.IndexByte(c.src[i:], '<')
		if next < 0 {
			i = len(c.src)
			break
		}
		i += next + 1
		switch tail := c.src[i:min(len(c.src), i+12)]; {
		case len(tail) >= 10 && strings.EqualFold(tail[:10], "blockquote"):
			depth++
		case len(tail) >= 12 && strings.EqualFold(tail[:11], "/blockquote"):
			depth--
			i += 12
		}
	}
	c.emit("\n", i-c.pos)
}

// entity decodes &nbsp; &ndash; &#160; and their like.
func (c *cleaner) entity() bool {
	rest := c.src[c.pos+1 : min(len(c.src), c.pos+12)]
	end := strings.IndexByte(rest, ';')
	if end < 2 {
		return false
	}
	r := entityRune(rest[:end])
	if r == 0 {
		return false
	}
	s, ok := typography(r)
	if !ok {
		s = string(r)
	}
	if r < ' ' {
		s = " "
	}
	c.emit(s, end+2)
	return true
}

func entityRune(name string) rune {
	if name[0] == '#' {
		return numberedRune(name[1:])
	}
	if r, ok := entities[name]; ok {
		return r
	}
	return namedLetter(name)
}

// numberedRune decodes the 160 of &#160; and the xA0 of &#xA0;.
func numberedRune(num string) rune {
	base := 10
	if num[0] == 'x' || num[0] == 'X' {
		num, base = num[1:], 16
	}
	n, err := strconv.ParseInt(num, base, 32)
	if err != nil || n < 9 || n > 0x10FFFF {
		return 0
	}
	return rune(n)
}

// entities are the named characters that are no letters.
var entities = map[string]rune{
	"nbsp": ' ', "ensp": ' ', "emsp": ' ', "thinsp": ' ', "amp": '&', "lt": '<', "gt": '>',
	"quot": '"', "ldquo": '"', "rdquo": '"', "apos": '\'', "lsquo": '\'', "rsquo": '\'',
	"ndash": '-', "mdash": '-', "minus": '-', "rarr": '→', "rArr": '→', "larr": '←', "lArr": '←',
	"bull": '•', "middot": '•',
}

// namedLetter decodes the letters of the ten languages.
func namedLetter(name string) rune {
	if len(name) < 4 {
		return 0
	}
	marked := map[string]string{
		"uml": "äëïöüÄËÏÖÜ", "acute": "áéíóúÁÉÍÓÚ", "grave": "àèìòùÀÈÌÒÙ", "circ": "âêîôûÂÊÎÔÛ",
	}[name[1:]]
	if i := strings.IndexByte("aeiouAEIOU", name[0]); i >= 0 && marked != "" {
		return []rune(marked)[i]
	}
	switch name {
	case "aring":
		return 'å'
	case "Aring":
		return 'Å'
	case "oslash":
		return 'ø'
	case "Oslash":
		return 'Ø'
	case "aelig":
		return 'æ'
	case "szlig":
		return 'ß'
	case "ccedil":
		return 'ç'
	case "ntilde":
		return 'ñ'
	case "atilde":
		return 'ã'
	case "otilde":
		return 'õ'
	}
	return 0
}
