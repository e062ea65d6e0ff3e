package stage_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A line is one thing that happens in a script, with what people are to see of it.
type line struct {
	text  string // as it stands in the script, less "given"
	given bool   // what comes of it is another script's subject
	want  []words
}

// words are a message as the scripts write it.
type words struct {
	at   string // the time that a timer rang, where one did
	kind string // "status", "ticket_reply", "chat_whisper to U-mia", …
	text string
}

// onTicket reports whether the words stand on the ticket; the others are in Slack.
func (w words) onTicket() bool { return w.kind == "status" || strings.HasPrefix(w.kind, "ticket_") }

// scripts returns the names of all scripts.
func scripts(t *testing.T) []string {
	files, err := filepath.Glob(filepath.Join(scriptFolder, "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".txt")
	}
	return files
}

const scriptFolder = "../../../bot/testdata/scenarios"

// script reads a script.
func script(t *testing.T, name string) []line {
	data, err := os.ReadFile(filepath.Join(scriptFolder, name+".txt"))
	require.NoError(t, err)
	var lines []line
	var said []string
	end := func() {
		if len(lines) > 0 {
			lines[len(lines)-1].want = visible(said)
		}
		said = nil
	}
	for text := range strings.Lines(string(data)) {
		text = strings.TrimRight(text, "\n")
		switch {
		case strings.HasPrefix(text, "|"):
			said = append(said, strings.TrimPrefix(strings.TrimPrefix(text, "|"), " "))
		case strings.HasPrefix(text, "  "):
			last := &lines[len(lines)-1]
			last.text += "\n" + text[2:]
		case text != "" && !strings.HasPrefix(text, "#"):
			end()
			rest, given := strings.CutPrefix(text, "given ")
			lines = append(lines, line{text: rest, given: given})
		}
	}
	end()
	return lines
}

var (
	ring    = regexp.MustCompile(`^[A-Z][a-z]{2} \d+ [A-Z][a-z]{2} \d\d:\d\d:\d\d$`)
	message = regexp.MustCompile(`^\[([^\]]+)\] ?(.*)$`)
)

// visible returns what of the expected lines people see: states, holds, orders and
// the like are inside.
func visible(lines []string) (all []words) {
	at, inside := "", true
	for _, l := range lines {
		m := message.FindStringSubmatch(l)
		switch {
		case strings.HasPrefix(l, "  ") || l == "":
			if !inside {
				all[len(all)-1].text += "\n" + strings.TrimPrefix(l, "  ")
			}
			continue
		case m != nil:
			all = append(all, words{at: at, kind: m[1], text: m[2]})
		case ring.MatchString(l):
			at = l
		}
		inside = m == nil
	}
	for i := range all {
		all[i].text = even(all[i].text)
	}
	return all
}

// even leaves out of a text what one surface shows otherwise than another: empty
// lines, and how an item begins.
func even(text string) string {
	var lines []string
	for l := range strings.Lines(text) {
		l = strings.Join(strings.Fields(l), " ")
		if item, ok := strings.CutPrefix(l, "• "); ok {
			l = "- " + item
		}
		if l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}
