package wording

import (
	"strings"

	"github.com/refreshbot/refreshbot/bot"
)

// says makes a line. Each %s of the format takes the next piece, as it stands;
// the rest is plain.
func says(format string, pieces ...bot.Piece) bot.Line {
	var line bot.Line
	for i, part := range strings.Split(format, "%s") {
		if i > 0 && i <= len(pieces) && pieces[i-1].Text != "" {
			line = append(line, pieces[i-1])
		}
		if part != "" {
			line = append(line, plain(part))
		}
	}
	return line
}

// join makes one line of several, with a space between them.
func join(lines ...bot.Line) bot.Line {
	var all bot.Line
	for _, l := range lines {
		if len(l) == 0 {
			continue
		}
		if len(all) > 0 {
			all = append(all, plain(" "))
		}
		all = append(all, l...)
	}
	return all
}

func plain(s string) bot.Piece  { return bot.Piece{Text: s} }
func strong(s string) bot.Piece { return bot.Piece{Text: s, Style: bot.Strong} }

// name sets the name of an environment, or what is to be typed as it stands.
func name(s string) bot.Piece { return bot.Piece{Text: s, Style: bot.Code} }

// words quotes a client's words, on one line and not too many of them.
func words(s string) bot.Piece { return plain("“" + clip(s, 120) + "”") }

// clip puts text on one line and cuts it between runes.
func clip(s string, limit int) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) <= limit {
		return string(runes)
	}
	return string(runes[:limit-1]) + "…"
}

// names lists names, "A, B and C".
func names(list []string, last string) bot.Line {
	var line bot.Line
	for i, n := range list {
		switch {
		case i > 0 && i == len(list)-1:
			line = append(line, plain(" "+last+" "))
		case i > 0:
			line = append(line, plain(", "))
		}
		line = append(line, name(n))
	}
	return line
}

func para(lines ...bot.Line) bot.Block {
	return bot.Block{Kind: bot.Paragraph, Lines: lines}
}

func heading(s string) bot.Block {
	return bot.Block{Kind: bot.Heading, Lines: []bot.Line{{strong(s)}}}
}

func bullets(lines ...bot.Line) bot.Block {
	return bot.Block{Kind: bot.Bullets, Lines: lines}
}

// quote sets a person's own words apart, line by line.
func quote(s string) bot.Block {
	var lines []bot.Line
	for l := range strings.Lines(strings.TrimSpace(s)) {
		lines = append(lines, bot.Line{plain(strings.TrimRight(l, "\r\n"))})
	}
	const most = 12
	if len(lines) > most {
		lines = append(lines[:most], bot.Line{plain("…")})
	}
	return bot.Block{Kind: bot.Quote, Lines: lines}
}
