package slacksim

import (
	"html"
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A writer turns mrkdwn into HTML. Everything that is not markup of its own making
// goes through [writer.plain], which escapes it.
type writer struct {
	out   strings.Builder
	names func(user string) string
}

// mrkdwn returns formatted text as HTML.
func mrkdwn(text string, names func(string) string) template.HTML {
	w := &writer{names: names}
	quoting := false
	for i, line := range strings.Split(text, "\n") {
		body, quoted := cutQuote(line)
		switch {
		case quoted && !quoting:
			w.out.WriteString("<blockquote>")
		case !quoted && quoting:
			w.out.WriteString("</blockquote>")
		case i > 0:
			w.out.WriteString("<br>")
		}
		quoting = quoted
		w.inline(body)
	}
	if quoting {
		w.out.WriteString("</blockquote>")
	}
	return template.HTML(w.out.String()) // every piece went through plain
}

func cutQuote(line string) (string, bool) {
	for _, mark := range []string{">", "&gt;"} {
		if body, quoted := strings.CutPrefix(line, mark); quoted {
			return strings.TrimPrefix(body, " "), true
		}
	}
	return line, false
}

// inline writes one line: links and mentions in angle brackets, styles between
// their marks, the rest plain.
func (w *writer) inline(s string) {
	for s != "" {
		i := strings.IndexAny(s, "<*_`~")
		if i < 0 {
			w.plain(s)
			return
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		w.plain(s[:i])
		s = s[i:]
		if n := w.marked(s, before); n > 0 {
			s = s[n:]
			continue
		}
		w.plain(s[:1])
		s = s[1:]
	}
}

// marked writes what begins at s with a mark and returns its length, or zero where
// the mark is none.
func (w *writer) marked(s string, before rune) int {
	if s[0] == '<' {
		inner, _, closed := strings.Cut(s[1:], ">")
		if !closed {
			return 0
		}
		w.angle(inner)
		return len(inner) + 2
	}
	tag := map[byte]string{'*': "strong", '_': "em", '`': "code", '~': "s"}[s[0]]
	end := strings.IndexByte(s[1:], s[0])
	if end < 1 || isWord(before) {
		return 0
	}
	inner := s[1 : 1+end]
	after, _ := utf8.DecodeRuneInString(s[2+end:])
	if inner != strings.TrimSpace(inner) || isWord(after) {
		return 0
	}
	w.out.WriteString("<" + tag + ">")
	if tag == "code" {
		w.plain(inner)
	} else {
		w.inline(inner)
	}
	w.out.WriteString("</" + tag + ">")
	return end + 2
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// angle writes what stood in angle brackets.
func (w *writer) angle(inner string) {
	target, label, labelled := strings.Cut(inner, "|")
	switch {
	case strings.HasPrefix(target, "@"):
		w.tag("mention", "@"+w.names(target[1:]))
	case strings.HasPrefix(target, "!"):
		w.tag("mention loud", "@"+target[1:])
	case strings.HasPrefix(target, "http://"), strings.HasPrefix(target, "https://"):
		if !labelled {
			label = target
		}
		w.out.WriteString(`<a href="` + html.EscapeString(unescape(target)) + `" rel="noreferrer" target="_blank">`)
		w.plain(label)
		w.out.WriteString("</a>")
	default:
		w.plain("<" + inner + ">")
	}
}

func (w *writer) tag(class, words string) {
	w.out.WriteString(`<span class="` + class + `">`)
	w.plain(words)
	w.out.WriteString("</span>")
}

// plain writes text in which nothing has a meaning any more.
func (w *writer) plain(s string) { w.out.WriteString(html.EscapeString(unescape(s))) }

// unescape takes back Slack's three entities.
func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}
