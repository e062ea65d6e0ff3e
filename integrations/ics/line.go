package ics

import (
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/emersion/go-ical"
)

// A line is one content line of a file, unfolded.
type line struct {
	number int // of its first part in the file, from 1
	text   string
}

// lines returns the content lines of a text. Empty ones are passed over; lines
// may end in LF or CRLF.
func lines(text string) iter.Seq[line] {
	return func(yield func(line) bool) {
		for number := 1; text != ""; {
			var l line
			parts := 0
			l.text, text, parts = unfold(text)
			l.number, number = number, number+parts
			if strings.TrimSpace(l.text) != "" && !yield(l) {
				return
			}
		}
	}
}

// unfold returns the first content line of a text, what follows it, and over how
// many lines it was folded: a line that begins with a blank continues the last.
func unfold(text string) (content, rest string, parts int) {
	content, rest = cutLine(text)
	if !continues(rest) {
		return content, rest, 1
	}
	var b strings.Builder
	b.WriteString(content)
	for parts = 1; continues(rest); parts++ {
		content, rest = cutLine(rest)
		b.WriteString(content[1:])
	}
	return b.String(), rest, parts
}

func continues(text string) bool {
	return text != "" && (text[0] == ' ' || text[0] == '\t')
}

func cutLine(text string) (first, rest string) {
	first, rest, _ = strings.Cut(text, "\n")
	return strings.TrimSuffix(first, "\r"), rest
}

// readProperty reads a content line: NAME;PARAMETER=value,value;…:value.
func readProperty(text string) (ical.Prop, error) {
	end := strings.IndexFunc(text, func(r rune) bool { return !nameRune(r) })
	if end <= 0 || text[end] != ':' && text[end] != ';' {
		return ical.Prop{}, fmt.Errorf("%s is no property: want NAME:value, or a blank before what continues the line above", quote(text))
	}
	prop := ical.Prop{Name: strings.ToUpper(text[:end])}
	rest := text[end:]
	for strings.HasPrefix(rest, ";") {
		if prop.Params == nil {
			prop.Params = ical.Params{}
		}
		var err error
		if rest, err = readParameter(rest[1:], prop.Params); err != nil {
			return ical.Prop{}, fmt.Errorf("%s: %w", prop.Name, err)
		}
	}
	prop.Value = rest[1:] // after the colon: nothing else is left by readParameter
	return prop, nil
}

func nameRune(r rune) bool {
	return r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// readParameter reads NAME=value,value into params and returns what follows.
func readParameter(text string, params ical.Params) (rest string, err error) {
	name, rest, found := strings.Cut(text, "=")
	if !found || name == "" || strings.ContainsAny(name, `:;,"`) {
		return "", fmt.Errorf("%s is no parameter: want NAME=value", quote(text))
	}
	name = strings.ToUpper(name)
	for {
		var value string
		if value, rest, err = readParameterValue(rest); err != nil {
			return "", fmt.Errorf("parameter %s: %w", quote(name), err)
		}
		params[name] = append(params[name], value)
		if rest[0] != ',' {
			return rest, nil
		}
		rest = rest[1:]
	}
}

// readParameterValue reads one value; rest begins with a comma, semicolon or colon.
func readParameterValue(text string) (value, rest string, err error) {
	quoted := strings.HasPrefix(text, `"`)
	if quoted {
		if value, rest, quoted = strings.Cut(text[1:], `"`); !quoted {
			return "", "", errors.New(`the closing " is missing`)
		}
	} else {
		end := strings.IndexAny(text, `,;:"`)
		if end < 0 {
			return "", "", errors.New("no colon and no value follow it")
		}
		value, rest = text[:end], text[end:]
	}
	if rest == "" || !strings.Contains(",;:", rest[:1]) {
		return "", "", fmt.Errorf("%s follows its value: want a colon", quote(rest))
	}
	return value, rest, nil
}

// quote returns outside text for a message: short, and without control codes.
func quote(text string) string {
	const longest = 60
	text = strings.ToValidUTF8(text, "?")
	if runes := []rune(text[:min(len(text), 4*longest)]); len(runes) > longest {
		text = string(runes[:longest]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
