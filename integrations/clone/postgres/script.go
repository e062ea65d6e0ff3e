package postgres

import (
	"slices"
	"strings"
)

// split returns the statements of a script as pg_dump writes it, without what is
// between them: comments, and lines for psql alone, which begin with a backslash.
//
// A statement ends at a semicolon that stands in no text, name, comment or
// brackets, nor between the BEGIN and the END of a function's body.
func split(script string) []string {
	l := lexer{text: script}
	var all []string
	for l.skipBetween(); l.at < len(l.text); l.skipBetween() {
		start := l.at
		l.statement()
		all = append(all, strings.TrimSuffix(l.text[start:l.at], ";"))
	}
	return all
}

// A lexer walks through a script.
type lexer struct {
	text string
	at   int

	// of the statement under way
	words  []string // the first ones, in capitals
	open   int      // brackets
	blocks int      // BEGIN and CASE in a function's body
}

// rest returns what is ahead.
func (l *lexer) rest() string { return l.text[l.at:] }

// skipTo goes behind the next occurrence of a mark, or to the end.
func (l *lexer) skipTo(mark string) {
	if i := strings.Index(l.rest(), mark); i >= 0 {
		l.at += i + len(mark)
		return
	}
	l.at = len(l.text)
}

// skipBetween goes to the next statement.
func (l *lexer) skipBetween() {
	for l.at < len(l.text) {
		switch rest := l.rest(); {
		case strings.HasPrefix(rest, "--"), rest[0] == '\\':
			l.skipTo("\n")
		case strings.HasPrefix(rest, "/*"):
			l.comment()
		case rest[0] == ';', isSpace(rest[0]):
			l.at++
		default:
			return
		}
	}
}

// statement goes behind the statement's semicolon.
func (l *lexer) statement() {
	l.words, l.open, l.blocks = nil, 0, 0
	for l.at < len(l.text) {
		switch c := l.text[l.at]; {
		case strings.HasPrefix(l.rest(), "--"):
			l.skipTo("\n")
		case strings.HasPrefix(l.rest(), "/*"):
			l.comment()
		case c == '\'':
			l.quoted('\'', l.at > 0 && strings.ContainsRune("eE", rune(l.text[l.at-1])) && !l.insideWord(l.at-1))
		case c == '"':
			l.quoted('"', false)
		case c == '$':
			l.dollar()
		case isWord(c):
			l.word()
		default:
			l.at++
			if l.punctuation(c) {
				return
			}
		}
	}
}

// punctuation reports whether the statement ends with a character.
func (l *lexer) punctuation(c byte) bool {
	switch c {
	case '(', '[':
		l.open++
	case ')', ']':
		l.open--
	}
	return c == ';' && l.open <= 0 && l.blocks == 0
}

// insideWord reports whether the character at a place goes on a word.
func (l *lexer) insideWord(at int) bool {
	return at > 0 && (isWord(l.text[at-1]) || l.text[at-1] == '$')
}

// quoted goes behind a text in quotes, which are doubled inside. Only in some
// texts a backslash escapes.
func (l *lexer) quoted(quote byte, escapes bool) {
	for l.at++; l.at < len(l.text); l.at++ {
		switch c := l.text[l.at]; {
		case escapes && c == '\\':
			l.at++
		case c == quote && l.at+1 < len(l.text) && l.text[l.at+1] == quote:
			l.at++
		case c == quote:
			l.at++
			return
		}
	}
	l.at = len(l.text)
}

// dollar goes behind a text between two equal tags such as $$ or $body$, or
// behind a dollar that begins none.
func (l *lexer) dollar() {
	end := l.at + 1
	for end < len(l.text) && isWord(l.text[end]) {
		end++
	}
	l.at++
	first := l.text[l.at:end]
	if end >= len(l.text) || l.text[end] != '$' || first != "" && first[0] >= '0' && first[0] <= '9' {
		return
	}
	l.at = end + 1
	l.skipTo("$" + first + "$")
}

// word goes behind a word and takes it into account.
func (l *lexer) word() {
	start := l.at
	for l.at < len(l.text) && (isWord(l.text[l.at]) || l.text[l.at] == '$') {
		l.at++
		if next := l.rest(); next != "" && next[0] == '\'' && l.at-start == 1 {
			return // a text with a letter in front of it
		}
	}
	word := strings.ToUpper(l.text[start:l.at])
	if len(l.words) < 4 {
		l.words = append(l.words, word)
	}
	if l.open > 0 || !l.makesFunction() {
		return
	}
	switch {
	case word == "BEGIN", word == "CASE" && l.blocks > 0:
		l.blocks++
	case word == "END" && l.blocks > 0:
		l.blocks--
	}
}

// makesFunction reports whether the statement is one that may have a body with
// statements in it.
func (l *lexer) makesFunction() bool {
	words := l.words
	if len(words) == 4 && words[1] == "OR" {
		words = []string{words[0], words[3]}
	}
	return len(words) > 1 && words[0] == "CREATE" && slices.Contains([]string{"FUNCTION", "PROCEDURE"}, words[1])
}

// comment goes behind a comment, which may hold others.
func (l *lexer) comment() {
	depth := 0
	for l.at < len(l.text) {
		switch {
		case strings.HasPrefix(l.rest(), "/*"):
			depth++
			l.at += 2
		case strings.HasPrefix(l.rest(), "*/"):
			depth--
			l.at += 2
			if depth == 0 {
				return
			}
		default:
			l.at++
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// isWord reports whether a character can stand in a word. Beyond ASCII all can.
func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
