package ticket_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

var update = flag.Bool("update", false, "write what is read into the golden files")

// A golden file holds cases: a line "### name @ time", the text, a line
// "### read", and what was read from it.
type goldenCase struct {
	name, text, read string
	at               time.Time
}

const (
	caseMark = "### "
	readMark = "### read\n"
)

func loadCases(t testing.TB, path string) []goldenCase {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var cases []goldenCase
	for block := range strings.SplitSeq("\n"+string(data), "\n"+caseMark) {
		head, body, _ := strings.Cut(block, "\n")
		if strings.TrimSpace(head) == "" {
			continue
		}
		if head == "read" {
			cases[len(cases)-1].read = strings.TrimRight(body, "\n") + "\n"
			continue
		}
		name, at, ok := strings.Cut(head, " @ ")
		require.True(t, ok, "%s: %q has no time", path, head)
		when, err := time.Parse("2006-01-02T15:04Z", at)
		require.NoError(t, err, "%s: %s", path, name)
		cases = append(cases, goldenCase{name: name, at: when, text: strings.TrimRight(body, "\n") + "\n"})
	}
	return cases
}

func TestReadGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			cases := loadCases(t, path)
			if *update {
				writeCases(t, path, cases)
				return
			}
			for _, c := range cases {
				t.Run(c.name, func(t *testing.T) {
					require.Equal(t, c.read, render(ticket.Read(c.text, c.at)))
				})
			}
		})
	}
}

func writeCases(t *testing.T, path string, cases []goldenCase) {
	t.Helper()
	var b strings.Builder
	for _, c := range cases {
		fmt.Fprintf(&b, "%s%s @ %s\n%s%s%s\n", caseMark, c.name, c.at.Format("2006-01-02T15:04Z"), c.text, readMark, render(ticket.Read(c.text, c.at)))
	}
	require.NoError(t, os.WriteFile(path, []byte(strings.TrimRight(b.String(), "\n")+"\n"), 0o644))
}

// render prints what was read, one answer a line.
func render(a ticket.Answers) string {
	var b strings.Builder
	fmt.Fprintf(&b, "kind %s%s\n", a.Kind, map[bool]string{true: ", and a schema update"}[a.Mixed])
	for _, e := range []struct {
		label string
		env   *ticket.Environment
	}{{"source", a.Source}, {"target", a.Target}} {
		if e.env != nil {
			fmt.Fprintf(&b, "%s %s\n", e.label, environment(*e.env))
		}
	}
	for _, e := range a.Environments {
		fmt.Fprintf(&b, "environment %s\n", environment(e))
	}
	for _, w := range a.Windows {
		fmt.Fprintf(&b, "window %s\n", window(w))
	}
	if p := a.Preserve; p.Answer != ticket.NotStated {
		fmt.Fprintf(&b, "preserve %s %q\n", p.Answer, p.Written)
	}
	if p := a.PointInTime; p != nil {
		fmt.Fprintf(&b, "instant %s%s %q%s\n", instant(p.At), doubts(p.Doubts), p.Written, readings(p.Readings))
	}
	remark(&b, "copies configuration", a.CopiesConfiguration)
	remark(&b, "version chosen", a.VersionChosen)
	remark(&b, "on premise", a.OnPremise)
	return b.String()
}

func environment(e ticket.Environment) string {
	if e.Role != "" {
		return fmt.Sprintf("%s (%s)", e.Written, e.Role)
	}
	return e.Written
}

func window(w ticket.Window) string {
	return fmt.Sprintf("%s..%s%s %q%s", instant(w.Start), instant(w.End), doubts(w.Doubts), w.Written, readings(w.Readings))
}

func instant(t time.Time) string {
	switch {
	case t.IsZero():
		return "?"
	case t.Second() != 0:
		return t.Format("2006-01-02T15:04:05Z07:00")
	}
	return t.Format("2006-01-02T15:04Z07:00")
}

func doubts(list []ticket.Doubt) string {
	s := make([]string, len(list))
	for i, d := range list {
		s[i] = string(d)
	}
	if len(s) == 0 {
		return ""
	}
	return " [" + strings.Join(s, " ") + "]"
}

func readings(list []ticket.Reading) string {
	var b strings.Builder
	for _, r := range list {
		fmt.Fprintf(&b, "\n    or %s..%s %s", instant(r.Start), instant(r.End), r.Zone)
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}

func remark(b *strings.Builder, label string, r *ticket.Remark) {
	if r != nil {
		fmt.Fprintf(b, "%s %q\n", label, r.Written)
	}
}
