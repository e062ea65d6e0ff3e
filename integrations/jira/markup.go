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

// bodyLimit is how many characters of a comment the vendor takes.
const bodyLimit = 32767

// fit renders a text within the vendor's limit. What is too much goes from the
// longest blocks, so that how the text begins and ends is still said; an answer
// cut short is better than none.
func fit(t bot.Text) string {
	body := wikiMarkup(t)
	for most := bodyLimit / 2; most > 0 && utf8.RuneCountInString(body) > bodyLimit; most /= 2 {
		short := make(bot.Text, len(t))
		for i, b := range t {
			short[i] = shortened(b, most)
		}
		body = wikiMarkup(short)
	}
	return body
}

// shortened returns a block of which at most so many characters are left.
func shortened(b bot.Block, most int) bot.Block {
	short := bot.Block{Kind: b.Kind}
	for _, l := range b.Lines {
		words := []rune(l.String())
		if len(words) > most {
			rest := bot.Piece{Text: string(words[:most]) + "…"}
			short.Lines = append(short.Lines, bot.Line{rest})
			return short
		}
		most -= len(words)
		short.Lines = append(short.Lines, l)
	}
	return short
}

// wikiBlock renders a block. A quote is fenced, not marked line by line, so that
// lines of a client's text stay lines.
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
		first := strings.TrimSpace(out.String()) == ""
		out.WriteString(lead)
		out.WriteString(open)
		out.WriteString(escape(core, first))
		out.WriteString(shut)
		out.WriteString(trail)
	}
	return out.String()
}

// markers returns what stands around a piece of a style.
func markers(s bot.Style) (open, shut string) {
	switch s {
	case bot.Strong:
		return "*", "*"
	case bot.Code:
		return "{{", "}}"
	default:
		return "", ""
	}
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

// flat makes one line of a text: what ends a line for anybody becomes a space. Other
// control characters go, and those that turn the direction of writing, since they
// could make one name look like another; so does the joiner that escape relies on.
func flat(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, r == joiner:
			return -1
		case unicode.IsSpace(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
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
	entity   = regexp.MustCompile(`^&#?[0-9A-Za-z]+;`)      // &#123; is a brace in disguise
	opening  = regexp.MustCompile(`(?i)^(h[1-6]\.|bq\.)`)   // at a line's start
	address  = regexp.MustCompile(`^:(//|\\\\)`)            // a bare one becomes a link
	slashes  = regexp.MustCompile(`(?i)(mailto|file|tel)$`) // what makes a link without them
	emoticon = regexp.MustCompile(`(?i)^\((/|x|!|\?|\+|-|i|y|n|on|off|flag|flagoff|\*[rgby]?)\)`)
)

// escape renders a text of one line literally; first says that it begins a line.
func escape(s string, first bool) string {
	var out strings.Builder
	if first && opening.MatchString(s) {
		out.WriteRune(joiner)
	}
	listing := true // nothing but what begins a list so far
	for i, r := range s {
		switch {
		case r == '\\', r == '&' && entity.MatchString(s[i:]):
			out.WriteRune(r)
			out.WriteRune(joiner)
		case r == ':' && linking(s, i):
			out.WriteRune(joiner)
			out.WriteRune(r)
		case live(s, i, listing):
			out.WriteRune('\\')
			out.WriteRune(r)
		default:
			out.WriteRune(r)
		}
		listing = listing && strings.ContainsRune(" #*-", r)
	}
	return out.String()
}

// linking reports whether the colon at i makes a link of what is around it.
func linking(s string, i int) bool {
	const longest = len("mailto")
	return address.MatchString(s[i:]) || slashes.MatchString(s[max(0, i-longest):i])
}

// live reports whether the character at i could mean something. Markers of a
// style mean nothing inside a word or a number, so ABCD_test and 2026-12-01 stay
// as they are, nor alone between spaces unless they begin a list.
func live(s string, i int, listing bool) bool {
	before, after := around(s, i)
	switch s[i] {
	case '{', '}', '[', ']', '|', '!', '^', '~':
		return true
	case '(', ')':
		return emoticon.MatchString(s[i:]) || before == ':' || before == ';'
	case '#':
		return listing
	case '?': // ??a citation??
		return before == '?' || after == '?'
	case '*', '_', '-', '+':
		inside := word(before) && word(after)
		alone := before == ' ' && after == ' ' && !listing
		return !inside && !alone
	}
	return false
}

// around returns the characters beside the one-byte character at i; those beyond
// the text's ends count as errors, which are no word.
func around(s string, i int) (before, after rune) {
	before, _ = utf8.DecodeLastRuneInString(s[:i])
	after, _ = utf8.DecodeRuneInString(s[i+1:])
	return before, after
}

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
