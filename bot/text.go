package bot

import "strings"

// A Text is what a person is told, free of any vendor's markup. Adapters turn it
// into wiki markup or mrkdwn and escape every piece; so a client's words can
// never become a mention, a link or a macro.
type Text []Block

// A Block is a paragraph or a list.
type Block struct {
	Kind  BlockKind `json:"kind"`
	Lines []Line    `json:"lines"` // a paragraph's lines, or a list's items
}

// A BlockKind says how a block's lines are set.
type BlockKind string

// The kinds of block.
const (
	Paragraph BlockKind = "paragraph"
	Heading   BlockKind = "heading"
	Bullets   BlockKind = "bullets"
	Quote     BlockKind = "quote" // a client's own words
)

// A Line is a line of text, in pieces of one style each.
type Line []Piece

// A Piece is a stretch of a line in one style.
type Piece struct {
	Text  string `json:"text"`
	Style Style  `json:"style,omitempty"`
}

// A Style is how a piece is set.
type Style string

// The styles.
const (
	Plain  Style = ""
	Strong Style = "strong"
	Code   Style = "code" // names of environments, and what is to be typed as it stands
)

// String returns the text without any style, blocks apart by an empty line and
// list items behind "- ".
func (t Text) String() string {
	blocks := make([]string, len(t))
	for i, b := range t {
		blocks[i] = b.String()
	}
	return strings.Join(blocks, "\n\n")
}

func (b Block) String() string {
	prefix := map[BlockKind]string{Bullets: "- ", Quote: "> "}[b.Kind]
	lines := make([]string, len(b.Lines))
	for i, l := range b.Lines {
		lines[i] = prefix + l.String()
	}
	return strings.Join(lines, "\n")
}

func (l Line) String() string {
	var s strings.Builder
	for _, r := range l {
		s.WriteString(r.Text)
	}
	return s.String()
}
