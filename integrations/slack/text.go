package slack

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/refreshbot/refreshbot/bot"
)

// Slack's limits, in characters (docs.slack.dev/reference/block-kit). They are
// counted in runes of the escaped text, which is never less than what Slack counts.
const (
	maxBlocks    = 50
	maxWhole     = 11000 // of a message's blocks together, as JSON, see below
	maxSection   = 3000
	maxField     = 2000
	maxFields    = 10 // in a section
	maxContext   = 10 // elements in a context block
	maxHeader    = 150
	maxActions   = 25 // elements in an actions block
	maxLabel     = 75 // of a button
	maxConfirm   = 300
	maxValue     = 2000 // of a button
	maxText      = 3900 // of a message; chat.update refuses more than 4000
	maxMetadata  = 3000 // private metadata of a view
	maxViewTitle = 24
	maxView      = 100 // blocks in a form or a home
	maxChoices   = 10  // radio buttons
	maxOption    = 75  // of a radio button's text, and of its description
	maxProblem   = 300 // of what is wrong with a field; Slack gives no figure
)

// Slack refuses blocks that are too long together, msg_blocks_too_long, and gives no
// figure. People have met with it from 11,300 characters of text on, and at about
// 13,300 of JSON (slackapi/bolt-js, issues 2509 and 2867): maxWhole stays below both.

// escape makes text from outside plain for mrkdwn: the three characters that
// Slack gives a meaning become entities, so that <!channel>, <@U1> and
// <url|words> stay what they were typed as. Control characters and those that
// turn the direction of writing are dropped, since they could make one thing look
// like another.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(printable(s))
}

// printable drops what can't be seen but changes what is.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
}

// clip cuts escaped text to at most limit runes, never inside an entity, and ends
// what it cut with an ellipsis.
func clip(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	runes := []rune(s)[:limit-1]
	for i := len(runes) - 1; i >= 0 && i > len(runes)-len("&amp;"); i-- {
		if runes[i] == ';' {
			break
		}
		if runes[i] == '&' {
			runes = runes[:i]
			break
		}
	}
	return string(runes) + "…"
}

// mrkdwn returns a text object of formatted text, which has been escaped already.
// It is verbatim: Slack is not to look for names, channels and links in it.
func mrkdwn(s string, limit int) *slack.TextBlockObject {
	return &slack.TextBlockObject{Type: slack.MarkdownType, Text: clip(s, limit), Verbatim: true}
}

// plain returns a text object in which nothing has a meaning.
func plain(s string, limit int) *slack.TextBlockObject {
	return &slack.TextBlockObject{Type: slack.PlainTextType, Text: clip(printable(s), limit)}
}

// formatted turns a line into mrkdwn.
func formatted(l bot.Line) string {
	var s strings.Builder
	for _, piece := range l {
		s.WriteString(styled(piece))
	}
	return s.String()
}

// styled sets one piece. A piece that holds the mark of its own style is left
// plain, since mrkdwn has no way to escape it.
func styled(p bot.Piece) string {
	mark := map[bot.Style]string{bot.Strong: "*", bot.Code: "`"}[p.Style]
	text := strings.TrimSpace(p.Text)
	if mark == "" || text == "" || strings.ContainsAny(text, mark+"\n") {
		return escape(p.Text)
	}
	lead, trail, _ := strings.Cut(p.Text, text)
	return lead + mark + escape(text) + mark + trail
}

// sizeOf returns how many characters blocks are together, written as JSON without
// more escapes than it needs.
func sizeOf(blocks ...slack.Block) int {
	var raw bytes.Buffer
	e := json.NewEncoder(&raw)
	e.SetEscapeHTML(false)
	if err := e.Encode(blocks); err != nil {
		return maxWhole // they can't be sent at all, which the sender will say
	}
	return utf8.RuneCount(raw.Bytes())
}

// fit cuts blocks where they become too many or too long together, and says so.
func fit(blocks []slack.Block) []slack.Block {
	more := section("…")
	room := maxWhole - sizeOf(more)
	for i, b := range blocks {
		if room -= sizeOf(b); room < 0 || i == maxBlocks-1 && len(blocks) > maxBlocks {
			return append(blocks[:i:i], more)
		}
	}
	return blocks
}

// sections turns a text into section blocks: one for each of its blocks, or
// several where its lines are too long for one.
func sections(t bot.Text) []slack.Block {
	blocks := make([]slack.Block, 0, len(t))
	for _, b := range t {
		var lines []string
		length := 0
		flush := func() {
			if s := strings.Join(lines, "\n"); strings.TrimSpace(s) != "" {
				blocks = append(blocks, section(s))
			}
			lines, length = nil, 0
		}
		for _, l := range b.Lines {
			line := lineOf(b.Kind, l)
			n := utf8.RuneCountInString(line) + 1
			if length+n > maxSection {
				flush()
			}
			lines, length = append(lines, line), length+n
		}
		flush()
	}
	return blocks
}

// lineOf turns a line of a block of some kind into mrkdwn.
func lineOf(kind bot.BlockKind, l bot.Line) string {
	switch kind {
	case bot.Heading:
		return styled(bot.Piece{Text: l.String(), Style: bot.Strong})
	case bot.Bullets:
		return "•  " + formatted(l)
	case bot.Quote:
		return "> " + strings.ReplaceAll(formatted(l), "\n", "\n> ")
	default:
		return formatted(l)
	}
}

// section returns a section of one text.
func section(s string) *slack.SectionBlock {
	return slack.NewSectionBlock(mrkdwn(s, maxSection), nil, nil)
}
