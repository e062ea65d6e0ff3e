package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Mistake is one thing that is wrong with a configuration.
type Mistake struct {
	File string
	Line int    // from 1; 0 where it is about the file as a whole
	Path string // of the key, "tenants[0].regions[1]"; empty for the file
	Text string // what is wrong, and what would mend it
}

// String returns the mistake as compilers write them: "file:line: path: text".
func (m Mistake) String() string {
	var b strings.Builder
	b.WriteString(m.File)
	if m.Line > 0 {
		fmt.Fprintf(&b, ":%d", m.Line)
	}
	if m.Path != "" {
		b.WriteString(": " + m.Path)
	}
	return b.String() + ": " + m.Text
}

// Mistakes is every mistake of a configuration, by line. It is an error with a
// line for each.
type Mistakes []Mistake

// Error returns the mistakes, one a line.
func (ms Mistakes) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// Merge returns the mistakes of several errors as one list, or nil if there are
// none. An error that is none of a configuration's is returned as it is.
func Merge(errs ...error) error {
	var all Mistakes
	for _, err := range errs {
		var found Mistakes
		if err != nil && !errors.As(err, &found) {
			return err
		}
		all = append(all, found...)
	}
	return all.err()
}

// err returns the mistakes in the order of their lines, or nil if there are none.
func (ms Mistakes) err() error {
	if len(ms) == 0 {
		return nil
	}
	slices.SortStableFunc(ms, func(a, b Mistake) int { return cmp.Compare(a.Line, b.Line) })
	return ms
}
