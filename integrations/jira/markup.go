package jira

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/refreshbot/refreshbot/bot"
)

// wikiMarkup renders a text as wiki markup, which both Cloud and Data Center
// take. Every piece is escaped: what a client wrote, quoted in a reply, can't
// become a mention, a link, a macro or markup of any other kind.
func wikiMarkup(t bot.Text) string {
	blocks := make([]string, len(t))
	for i, b := range t {
		blocks[i] = wikiBlock(b)
	}
	return strings.Join(blocks, "\n\n")
}

func wikiBlock(b bot.Block) string {
	prefix := map[bot.BlockKind]string{bot.Bullets: "* ", bot.Heading: "h4. "}[b.Kind]
	lines := make([]string, len(b.Lines))
	for i, l := range b.Lines {
		lines[i] = prefix + wikiLine(l)
	}
	body := strings.Join(lines, "\n")
	if b.Kind == bot.Quote {
		return "{quote}\n" + body + "\n{quote}"
	}
	return body
}

// wikiLine renders the pieces of a line. Strong text beside a letter needs its
// markers in braces, {*}so{*}; elsewhere they go without, which keeps the usual
// line readable in a plain mail.
func wikiLine(l bot.Line) string {
	var out strings.Builder
	for i, p := range l {
		lead, core, trail := split(flat(p.Text))
		open, shut := markers(p.Style)
		if core == "" {
			open, shut = "", ""
		}
		if p.Style == bot.Strong && core != "" && !stands(out.String()+lead, trail, l[i+1:]) {
			open, shut = "{*}", "{*}"
		}
		out.WriteString(escape(lead, out.Len() == 0))
		out.WriteString(open)
		out.WriteString(escape(core, out.Len() == 0))
		out.WriteString(shut)
		out.WriteString(trail)
	}
	return out.String()
}

func markers(s bot.Style) (open, shut string) {
	switch s {
	case bot.Strong:
		return "*", "*"
	case bot.Code:
		return "{{", "}}"
	}
	return "", ""
}

// stands reports whether markers stand free: after white space or a bracket,
// before white space or punctuation, where they are understood as they are.
func stands(before, trail string, rest bot.Line) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	if before != "" && last != ' ' && last != '(' {
		return false
	}
	if trail != "" {
		return true
	}
	for _, p := range rest {
		if s := flat(p.Text); s != "" {
			return p.Style == bot.Plain && strings.IndexByte(" .,:;)", s[0]) >= 0
		}
	}
	return true
}

// flat makes one line of a text: what ends a line for anybody becomes a space,
// other control characters and the joiner that escape relies on go.
func flat(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, r == joiner:
			return -1
		case unicode.IsSpace(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}

// split takes the white space off a text's ends, since markers must touch words.
func split(s string) (lead, core, trail string) {
	core = strings.TrimLeft(s, " ")
	lead = s[:len(s)-len(core)]
	all := core
	core = strings.TrimRight(all, " ")
	return lead, core, all[len(core):]
}

// joiner is U+2060, a character without width or effect. It stands where a
// backslash would not help: the vendor knows an escape only before one of a few
// characters and never after another backslash.
const joiner = '\u2060'

var (
	entity   = regexp.MustCompile(`^&#?[0-9A-Za-z]+;`)         // &#123; is a brace in disguise
	scheme   = regexp.MustCompile(`(?i)^:(//|\\\\)`)           // of a bare address, which becomes a link
	mailto   = regexp.MustCompile(`(?i)\b(mailto|file|tel):$`) // and of one without slashes
	emoticon = regexp.MustCompile(`^\([^ ()]{1,3}\)`)          // (x), (on), (*r)
	opening  = regexp.MustCompile(`(?i)^(h[1-6]\.|bq\.)`)      // at a line's start
)

// escape renders a text of one line literally; first says that it begins a line.
func escape(s string, first bool) string {
	var out strings.Builder
	if first && opening.MatchString(strings.TrimLeft(s, " ")) {
		out.WriteRune(joiner)
	}
	for i, r := range s {
		switch {
		case r == '\\', r == '&' && entity.MatchString(s[i:]):
			out.WriteRune(r)
			out.WriteRune(joiner)
		case r == ':' && (scheme.MatchString(s[i:]) || mailto.MatchString(s[:i+1])):
			out.WriteRune(r)
			out.WriteRune(joiner)
		case live(s, i, r):
			out.WriteRune('\\')
			out.WriteRune(r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// live reports whether the character at i could mean something. Markers of a
// style mean nothing inside a word or a number, so ABCD_test and 2026-12-01 stay
// as they are, nor alone between spaces.
func live(s string, i int, r rune) bool {
	switch r {
	case '{', '}', '[', ']', '|', '!', '^', '~':
		return true
	case '#': // a numbered list
		return strings.Trim(s[:i], " #*-") == ""
	case '?': // ??a citation??
		before, after := around(s, i)
		return before == '?' || after == '?'
	case '(', ')':
		return emoticon.MatchString(s[i:]) || i > 0 && strings.ContainsRune(":;", rune(s[i-1]))
	case '*', '_', '-', '+':
		before, after := around(s, i)
		inside := word(before) && word(after)
		alone := before == ' ' && after == ' ' && strings.TrimSpace(s[:i]) != ""
		return !inside && !alone
	}
	return false
}

// around returns the characters beside the one-byte character at i; zero at the
// text's ends.
func around(s string, i int) (before, after rune) {
	if i > 0 {
		before, _ = utf8.DecodeLastRuneInString(s[:i])
	}
	if i+1 < len(s) {
		after, _ = utf8.DecodeRuneInString(s[i+1:])
	}
	return before, after
}

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
