package jira_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/jira"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

func line(pieces ...bot.Piece) bot.Text {
	return bot.Text{{Kind: bot.Paragraph, Lines: []bot.Line{pieces}}}
}

func strong(s string) bot.Piece { return bot.Piece{Text: s, Style: bot.Strong} }
func code(s string) bot.Piece   { return bot.Piece{Text: s, Style: bot.Code} }
func plain(s string) bot.Piece  { return bot.Piece{Text: s} }

func TestMarkup(t *testing.T) {
	block := func(kind bot.BlockKind, lines ...string) bot.Block {
		b := bot.Block{Kind: kind}
		for _, l := range lines {
			b.Lines = append(b.Lines, bot.Line{plain(l)})
		}
		return b
	}
	for name, test := range map[string]struct {
		text bot.Text
		want string
	}{
		"paragraphs":             {bot.Text{block(bot.Paragraph, "one", "two"), block(bot.Paragraph, "three")}, "one\ntwo\n\nthree"},
		"heading":                {bot.Text{block(bot.Heading, "Windows")}, "h4. Windows"},
		"bullets":                {bot.Text{block(bot.Bullets, "a", "b")}, "* a\n* b"},
		"quote":                  {bot.Text{block(bot.Quote, "a", "b")}, "{quote}\na\nb\n{quote}"},
		"names and dates":        {line(plain("ABCD_prod, 2026-03-04 01:30-03:30 (UTC)")), "ABCD_prod, 2026-03-04 01:30-03:30 (UTC)"},
		"dashes between words":   {line(plain("a - b + c * d")), "a - b + c * d"},
		"strong":                 {line(plain("the "), strong("first"), plain(" one")), "the *first* one"},
		"strong before a comma":  {line(strong("A"), plain(", then")), "*A*, then"},
		"strong inside a word":   {line(plain("pre"), strong("fix"), plain("es")), "pre{*}fix{*}es"},
		"strong with spaces":     {line(plain("a"), strong(" b "), plain("c")), "a *b* c"},
		"code":                   {line(plain("type "), code("option_1")), "type {{option_1}}"},
		"code with braces":       {line(code("a}}b{c")), `{{a\}\}b\{c}}`},
		"nothing strong":         {line(strong(" "), code("")), " "},
		"mention":                {line(plain("[~accountid:7]")), `\[\~accountid:7\]`},
		"link":                   {line(plain("[x|https://e.example]")), "\\[x\\|https\u2060://e.example\\]"},
		"bare link":              {line(plain("see https://e.example")), "see https\u2060://e.example"},
		"mail link":              {line(plain("mailto:a@b.example")), "mailto\u2060:a@b.example"},
		"macro":                  {line(plain("{code}rm{code}")), `\{code\}rm\{code\}`},
		"image":                  {line(plain("!x.png!")), `\!x.png\!`},
		"table":                  {line(plain("||a||")), `\|\|a\|\|`},
		"emphasis":               {line(plain("*a* _b_ -c- +d+ ^e^ ~f~ ??g??")), `\*a\* \_b\_ \-c\- \+d\+ \^e\^ \~f\~ \?\?g\?\?`},
		"a question":             {line(plain("ok?")), "ok?"},
		"bullet of a client's":   {line(plain("- a")), `\- a`},
		"indented bullet":        {line(plain("  * a")), `  \* a`},
		"numbered list":          {line(plain("# a #1")), `\# a #1`},
		"heading of a client's":  {line(plain("h1. loud")), "\u2060h1. loud"},
		"quote of a client's":    {line(plain(" bq. x")), " \u2060bq. x"},
		"rule":                   {line(plain("----")), `\-\-\-\-`},
		"backslash":              {line(plain(`\*a\\b`)), "\\\u2060\\*a\\\u2060\\\u2060b"},
		"entity":                 {line(plain("&#123;code} R&D")), "&\u2060#123;code\\} R&D"},
		"smiley":                 {line(plain("(x) :) (the rest)")), `\(x) :\) (the rest)`},
		"what ends a line":       {line(plain("a\nh1. b\u2028c\r\nd\x00e")), "a h1. b c  de"},
		"a joiner of a client's": {line(plain("a\u2060b")), "ab"},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, jira.WikiMarkup(test.text)) })
	}
}

var element = regexp.MustCompile(`<[^>]*>`)

// shown returns the words of a rendered text, and its elements.
func shown(text bot.Text) (words string, elements []string) {
	out := string(jirasim.Wiki(jira.WikiMarkup(text)))
	words = html.UnescapeString(element.ReplaceAllString(out, ""))
	return strings.ReplaceAll(words, "\u2060", ""), element.FindAllString(out, -1)
}

// oneLine is what becomes of a text whatever it says: characters that end a line
// are spaces, other control characters are gone.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2060' || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	return s
}

// FuzzMarkup holds that a client's words come out as they went in, whatever they
// say and whatever stands around them: no mention, no link, no macro, no markup.
func FuzzMarkup(f *testing.F) {
	for _, seed := range []string{
		"[~accountid:712020:b003]", "{panel}x{panel}", "*a* _b_", `\*\\*a*`, `\\server\share`, "h1. x", "|a|b|",
		"https://e.example", "&#91;~x]", "!x!", "{{x}}", "??x??", "(x)", "a*b*c", "-a -b-", "{quote}", "* * *", "mailto:x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := strings.TrimSpace(oneLine(s))
		if want == "" {
			return
		}
		words, elements := shown(line(plain(s)))
		require.Equal(t, want, strings.TrimSpace(words))
		require.Equal(t, []string{"<p>", "</p>"}, elements)

		words, elements = shown(bot.Text{{Kind: bot.Quote, Lines: []bot.Line{{plain(s)}}}})
		require.Equal(t, want, strings.TrimSpace(words))
		require.Equal(t, []string{"<blockquote>", "<p>", "</p>", "</blockquote>"}, elements)

		words, elements = shown(line(plain("You wrote "), strong(s), plain(". We read "), code(s), plain(".")))
		require.Equal(t, "You wrote "+oneLine(s)+". We read "+oneLine(s)+".", words)
		require.Equal(t, []string{"<p>", "<b>", "</b>", "<code>", "</code>", "</p>"}, elements)
	})
}
