package jirasim

import (
	"html"
	"html/template"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A glyph is a character of a line, literal where a backslash took its meaning.
type glyph struct {
	r       rune
	literal bool
}

// escapable are the characters that a backslash makes literal, unless it follows
// another one.
const escapable = `-#*_+?^~|%{}[]()!@`

// glyphs reads a line, backslashes taken for what they are.
func glyphs(line string) []glyph {
	var all []glyph
	runes := []rune(line)
	for i := 0; i < len(runes); i++ {
		escapes := runes[i] == '\\' && i+1 < len(runes) && strings.ContainsRune(escapable, runes[i+1]) &&
			(i == 0 || runes[i-1] != '\\')
		if escapes {
			i++
		}
		all = append(all, glyph{runes[i], escapes})
	}
	return all
}

// plain returns the glyphs' characters, with those that are literal replaced by
// one that no markup has.
func plain(g []glyph) string {
	var s strings.Builder
	for _, c := range g {
		if c.literal {
			s.WriteRune('\uE000')
		} else {
			s.WriteRune(c.r)
		}
	}
	return s.String()
}

func text(g []glyph) string {
	var s strings.Builder
	for _, c := range g {
		s.WriteRune(c.r)
	}
	return s.String()
}

func inline(line string) string { return set(glyphs(line)) }

// set renders a stretch of a line: at every place the first kind of markup that
// fits, or the character as it is.
func set(g []glyph) string {
	var out strings.Builder
	rest := plain(g)
	for i := 0; i < len(g); {
		html, n := markup(g, i, rest)
		if n == 0 {
			html, n = template.HTMLEscapeString(string(g[i].r)), 1
		}
		out.WriteString(html)
		i += n
		for range n {
			_, size := utf8.DecodeRuneInString(rest)
			rest = rest[size:]
		}
	}
	return out.String()
}

// A span is markup that begins at one place: the characters with which it may
// begin, a pattern of the plain ones, and what it is. The pattern's groups are of
// the glyphs too.
type span struct {
	first   string
	pattern *regexp.Regexp
	kind    string
}

var spans = [...]span{
	{"{", regexp.MustCompile(`^\{\{(.+?)\}\}`), "code"},
	{"{", regexp.MustCompile(`^\{([*_+^~-])\}(.+?)\{[*_+^~-]\}`), "embraced"},
	{"[", regexp.MustCompile(`^\[~([^\]]+)\]`), "mention"},
	{"[", regexp.MustCompile(`^\[([^\]]+)\]`), "link"},
	{"!", regexp.MustCompile(`^![^\s!][^!]*!`), "image"},
	{"{", regexp.MustCompile(`^\{[A-Za-z][^{}]*\}`), "macro"},
	{"hfnHFN", regexp.MustCompile(`(?i)^(https?|ftp|file|nntp)://[^\s\]|]+`), "link"},
	{"mM", regexp.MustCompile(`(?i)^mailto:[^\s\]|]+`), "link"},
	{"&", regexp.MustCompile(`^&#?[0-9A-Za-z]+;`), "entity"},
	{`\`, regexp.MustCompile(`^\\\\`), "break"},
	{"(", regexp.MustCompile(`^\((/|x|!|\?|\+|-|i|y|n|on|off|\*[rgby]?)\)`), "emoticon"},
	{"?", regexp.MustCompile(`^\?\?([^?]+)\?\?`), "cite"},
}

// markup returns what begins at a place, and how many glyphs it takes. Rest is
// the line's plain characters from there on.
func markup(g []glyph, i int, rest string) (string, int) {
	if g[i].literal {
		return "", 0
	}
	for _, s := range spans {
		if !strings.ContainsRune(s.first, g[i].r) {
			continue
		}
		m := s.pattern.FindStringSubmatch(rest)
		if m != nil {
			n := len([]rune(m[0]))
			return render(s.kind, g[i:i+n], m), n
		}
	}
	return emphasis(g, i)
}

var elements = map[rune]string{'*': "b", '_': "em", '-': "del", '+': "ins", '^': "sup", '~': "sub"}

// emphasis is a phrase between two markers that touch it and stand free outside.
func emphasis(g []glyph, i int) (string, int) {
	element := elements[g[i].r]
	if element == "" || i > 0 && letter(g[i-1].r) || i+2 >= len(g) || unicode.IsSpace(g[i+1].r) || g[i+1] == g[i] {
		return "", 0
	}
	for j := i + 2; j < len(g); j++ {
		closes := g[j] == g[i] && !unicode.IsSpace(g[j-1].r) && (j+1 == len(g) || !letter(g[j+1].r))
		if closes {
			return "<" + element + ">" + set(g[i+1:j]) + "</" + element + ">", j - i + 1
		}
	}
	return "", 0
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// render shows a span. What would act is shown as text, marked as what it is.
func render(kind string, g []glyph, groups []string) string {
	switch kind {
	case "code":
		return "<code>" + set(g[2:len(g)-2]) + "</code>"
	case "cite":
		return "<cite>" + set(g[2:len(g)-2]) + "</cite>"
	case "embraced":
		element := elements[[]rune(groups[1])[0]]
		return "<" + element + ">" + set(g[3:len(g)-3]) + "</" + element + ">"
	case "link":
		return link(g)
	case "mention":
		return marked(kind, text(g[2:len(g)-1]))
	case "entity":
		return template.HTMLEscapeString(html.UnescapeString(text(g)))
	case "break":
		return "<br>"
	default:
		return marked(kind, text(g))
	}
}

func marked(class, words string) string {
	return `<span class="` + class + `">` + template.HTMLEscapeString(words) + "</span>"
}

// link shows where a link goes but is none: nothing leads out of the simulator.
func link(g []glyph) string {
	words, where, aliased := strings.Cut(strings.Trim(text(g), "[]"), "|")
	if !aliased {
		where = words
	}
	return `<span class="link" title="` + template.HTMLEscapeString(where) + `">` +
		template.HTMLEscapeString(words) + "</span>"
}
