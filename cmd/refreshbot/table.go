package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// A table is columns, under a heading or without one.
type table struct{ w *tabwriter.Writer }

func newTable(to io.Writer, heading ...string) table {
	t := table{tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)}
	if len(heading) > 0 {
		t.row(heading...)
	}
	return t
}

// row writes a row; an empty cell is shown as "-", and the last one not at all.
func (t table) row(cells ...string) {
	last := len(cells) - 1
	for i, c := range cells {
		cells[i] = cmp.Or(oneLine(c), "-")
	}
	if last >= 0 && cells[last] == "-" {
		cells[last] = ""
	}
	fmt.Fprintln(t.w, strings.Join(cells, "\t"))
}

// flush sets the columns.
func (t table) flush() error { return t.w.Flush() }

// oneLine keeps outside text from breaking out of its cell, or from speaking to
// the terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, s)
}

// minute writes an instant to the minute, UTC; a zero one is empty.
func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("Mon 2 Jan 2006 15:04")
}

// stamp writes an instant as RFC 3339; a zero one is empty.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
