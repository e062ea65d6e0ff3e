package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// A transcript is what the demo tells: who said or did what, and when by the
// world's clock.
type transcript struct {
	out    io.Writer
	now    func() time.Time
	day    string // the last line's
	failed int
	held   int
}

// textWidth is how wide what people write is set, and nameWidth how wide the
// column of who wrote it is.
const (
	textWidth = 92
	nameWidth = 10
)

// story begins a story.
func (t *transcript) story(letter, title string) {
	head := fmt.Sprintf("(%s) %s", letter, title)
	fmt.Fprintf(t.out, "\n%s\n%s\n", head, strings.Repeat("─", utf8.RuneCountInString(head)))
	t.day = ""
}

// line tells what somebody does now.
func (t *transcript) line(who, format string, args ...any) {
	t.lineAt(t.now(), who, format, args...)
}

// lineAt tells what somebody did at an instant.
func (t *transcript) lineAt(at time.Time, who, format string, args ...any) {
	if day := at.Format("Mon 2 Jan 2006"); day != t.day {
		fmt.Fprintf(t.out, "\n  %s\n", day)
		t.day = day
	}
	text := strings.Split(fmt.Sprintf(format, args...), "\n")
	fmt.Fprintf(t.out, "  %s  %-*s  %s\n", at.Format("15:04"), nameWidth, who, text[0])
	for _, more := range text[1:] {
		fmt.Fprintf(t.out, "  %*s  %s\n", 7+nameWidth, "", more)
	}
}

// words sets a text that somebody wrote below the last line.
func (t *transcript) words(text string) {
	for _, l := range wrap(strings.TrimSpace(text), textWidth) {
		fmt.Fprintf(t.out, "  %*s  │ %s\n", 7+nameWidth, "", l)
	}
}

// check tells whether something is as it should be, and remembers it.
func (t *transcript) check(what string, err error) {
	if err != nil {
		t.failed++
		fmt.Fprintf(t.out, "  %*s  ✗ %s: %v\n", 7+nameWidth, "", what, err)
		return
	}
	t.held++
	fmt.Fprintf(t.out, "  %*s  ✓ %s\n", 7+nameWidth, "", what)
}

// wrap breaks lines at spaces so that none is longer than width runes; what
// follows a list's dash is set in.
func wrap(text string, width int) []string {
	var lines []string
	for l := range strings.Lines(text) {
		l = strings.TrimRight(l, " \r\n")
		indent := ""
		if strings.HasPrefix(l, "- ") {
			indent = "  "
		}
		for utf8.RuneCountInString(l) > width {
			cut := strings.LastIndexByte(string([]rune(l)[:width+1]), ' ')
			if cut <= len(indent) {
				break
			}
			lines = append(lines, l[:cut])
			l = indent + l[cut+1:]
		}
		lines = append(lines, l)
	}
	return lines
}
