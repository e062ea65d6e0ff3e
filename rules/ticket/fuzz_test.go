package ticket_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// hostile are pieces that, repeated, tempt a reader into looking at everything
// again and again.
var hostile = map[string]string{
	"dates":      "9 October 2026 10:00-12:00 UTC, ",
	"bare dates": "9 October 2026\n",
	"weekdays":   "Mon ",
	"numbers":    "9 10 11 ",
	"brackets":   "((((",
	"quotes":     "> > > ",
	"macros":     "{quote}x",
	"unclosed":   "{quote ",
	"tags":       "<blockquote>",
	"open tags":  "<p ",
	"cells":      "|a",
	"commas":     ",,,,",
	"labels":     "Source: X_prod\n",
	"windows":    "Window 1: next week\n",
	"users":      "preserve users ",
	"names":      "X_prod to X_test ",
	"form":       "What is the source environment/database name? ",
	"half form":  "What is the source environment ",
	"froms":      "From: a\n",
	"wrote":      "On Monday, Ann\n",
	"words":      "refresh ",
	"lengths":    "2 hours from ",
	"dashes":     "-----\n",
	"links":      "[a|b",
	"images":     "!a.png",
	"one line":   "schema update copy config flags on-premise ",
	"ranges":     "10:00 - ",
	"ands":       "9 and ",
	"zones":      "UTC ",
	"blanks":     "        ",
	"newlines":   "\n\n\n\n",
	"utf8":       "\xff\xfe",
	"marks":      "1. a ",
	"hyphens":    "a-",
	"slashes":    "1a_b/",
	"glued":      "1.a",
	"braces":     "{",
	"openings":   "[",
	"addresses":  "[a](http",
	"examples":   "(e.g. ",
	"digits":     "1234567890",
	"letters":    "refreshrefresh",
	"plus":       "+1 ",
	"boxes":      "[ ]\n",
	"asked box":  "Preserve users?\n[ ]\n[ ]\n",
	"as of":      "as of 9 October 2026 10:00-12:00 UTC ",
	"dated list": "Source: X_prod\n9 October 2026\n",
	"mails":      "\n\nFrom: a\nSent: b\n",
	"on wrote":   "On 9 October 2026 Ann wrote:\n> 9 October 2026 10:00\n",
	"rtl":        "\u200f\u202eX_prod \u200f",
	"accents":    "é\u0301",
	"yes":        "- - yes\n",
	"commas due": "Mon,,,,,,,, ",
	"times":      "10:00, ",
	"times end":  "10:00 end window time ",
	"tables":     "|Source|Target|Window|\n|X_prod|X_test|9 October 2026 10:00-12:00|\n",
	"rows":       "|9 October 2026|10:00|12:00|\n",
	"point":      "point in time ",
	"config":     "copy the configuration flags ",
	"nest":       "<blockquote><p>a</p>",
	"entities":   "&nbsp;&#160;",
	"rules":      "_____\nSource: X_prod\nTarget: X_test\n",
	"lists":      "1\n2\n",
}

// TestReadStaysLinear compares the cost of each hostile text with that of one
// eight times as long. What is quadratic costs 64 times as much; a busy machine
// is told from that by trying again.
func TestReadStaysLinear(t *testing.T) {
	const size, factor, slack, tries = 4_000, 8, 4, 6
	for name, piece := range hostile {
		short := strings.Repeat(piece, 1+size/len(piece))
		long := strings.Repeat(short, factor)
		ratio := 0.0
		for range tries {
			ratio = float64(cost(long)) / float64(cost(short))
			if ratio < factor*slack {
				break
			}
		}
		require.Less(t, ratio, float64(factor*slack), "%s: %d times the text", name, factor)
	}
}

// cost is how long a text takes to read, at best.
func cost(text string) time.Duration {
	best := time.Hour
	for range 2 {
		start := time.Now()
		ticket.Read(text, said)
		best = min(best, time.Since(start))
	}
	return max(best, 50*time.Microsecond) // below that the clock says little
}

// TestReadMonstrous holds that a text which is cut short is never taken for
// understood, and that a real request inside a large text is found.
func TestReadMonstrous(t *testing.T) {
	request := "Please refresh X_test from X_prod.\nWindow 1: 19 May 2026 09:00-11:00 UTC\nWindow 2: 20 May 2026 09:00-11:00 UTC\nPreserve users: no\n"
	prose := strings.Repeat("The operators looked at the matter and found nothing that is wrong. ", 8_000) + "\n"
	for _, text := range []string{request + prose, prose + request, prose + request + prose[:300_000]} {
		a := ticket.Read(text, said)
		require.Equal(t, ticket.Standard, a.Kind)
		require.Equal(t, "X_prod", a.Source.Written)
		require.Equal(t, "X_test", a.Target.Written)
		require.Len(t, a.Windows, 2)
		require.Equal(t, ticket.No, a.Preserve.Answer)
	}
	for name, tail := range map[string]string{
		"windows": strings.Repeat("21 May 2026 09:00-11:00 UTC\n", 10_000),
		"tokens":  strings.Repeat("a,", 400_000),
		"times":   strings.Repeat("\n21 May 2026\n", 50_000),
	} {
		a := ticket.Read(request+tail, said)
		require.Equal(t, ticket.Standard, a.Kind, name)
		last := a.Windows[len(a.Windows)-1]
		require.LessOrEqual(t, len(a.Windows), 50, name)
		require.Equal(t, []ticket.Doubt{ticket.Unreadable}, last.Doubts, name)
		require.Equal(t, time.Date(2026, 5, 19, 9, 0, 0, 0, time.UTC), a.Windows[0].Start, name)
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(f, err)
	for _, path := range files {
		for _, c := range loadCases(f, path) {
			f.Add(c.text)
		}
	}
	for _, piece := range hostile {
		f.Add(strings.Repeat(piece, 5))
	}
	f.Add("Window 1: 31 December 9999 23:00-01:00 UTC-12. Data as of 31 December 9999 23:00 PST")
	f.Fuzz(func(t *testing.T, text string) {
		requireInside(t, text, ticket.Read(text, said))
	})
}

// FuzzPlainText holds that a document is refused or becomes a text that is not much
// larger than it, in which every word of a paragraph at the top stands, and which
// can be read like any other.
func FuzzPlainText(f *testing.F) {
	f.Add(`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"X_prod to X_test"},{"type":"hardBreak"},{"type":"date","attrs":{"timestamp":"1791504000000"}}]}]}`)
	f.Add(`{"type":"doc","content":[{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"Source"}]}]},{"type":"tableCell"}]}]}]}`)
	f.Add(`{"type":"doc","content":[{"type":"orderedList","attrs":{"order":1e300},"content":[{"type":"listItem","content":[{"type":"taskItem","attrs":{"state":"DONE"}}]}]}]}`)
	f.Add(strings.Repeat(`{"type":"blockquote","content":[`, 300) + `{"type":"text","text":"deep"}` + strings.Repeat(`]}`, 300))
	f.Add(`{"type":"mediaSingle","content":[{"type":"text","text":"a picture"}]}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, document string) {
		text, err := ticket.PlainText([]byte(document))
		if err != nil {
			require.Empty(t, text)
			return
		}
		const most = 32 // a quote in a quote, two hundred deep, marks each line as often
		require.LessOrEqual(t, len(text), most*len(document)+most)
		require.True(t, utf8.ValidString(text))
		for _, words := range paragraphs(document) {
			require.Contains(t, text, words)
		}
		requireInside(t, text, ticket.Read(text, said))
	})
}

// paragraphs returns the texts of a document's paragraphs that lie right in it.
func paragraphs(document string) (all []string) {
	type text struct{ Type, Text string }
	type paragraph struct {
		Type    string
		Content []text
	}
	var doc struct {
		Type    string
		Content []paragraph
	}
	if json.Unmarshal([]byte(document), &doc) != nil || doc.Type != "doc" {
		return nil
	}
	for _, p := range doc.Content {
		for _, piece := range p.Content {
			if p.Type == "paragraph" && piece.Type == "text" {
				all = append(all, strings.Trim(piece.Text, "\n"))
			}
		}
	}
	return all
}

func FuzzReadReply(f *testing.F) {
	for _, s := range []string{"1", "2 please", "option 1", "A is fine", "make it Thursday same time", "no to users", "yes, UTC", "16:00-18:00 instead", "I meant 6 July", "India time", "cancel"} {
		f.Add(s, uint8(3))
	}
	asked := ticket.Asked{
		Kind:    ticket.Standard,
		Options: []int{1, 2}, Letters: []string{"A", "B", "C"},
		Windows: table("18 May 2026 10:00-12:00 SGT or 06/07/2026 14:00-16:00 UTC or 19 May 2026 10:00-12:00 IST"),
	}
	questions := []ticket.Question{ticket.AskSource, ticket.AskTarget, ticket.AskEnvironments, ticket.AskWindows, ticket.AskPreserve, ticket.AskPointInTime, ticket.AskConfirm}
	f.Fuzz(func(t *testing.T, text string, open uint8) {
		asked := asked
		for i, q := range questions {
			if open&(1<<i) != 0 {
				asked.Questions = append(asked.Questions, q)
			}
		}
		r := ticket.ReadReply(text, said, asked)
		r.Windows = withoutKept(r.Windows, asked.Windows)
		requireInside(t, text, r.Answers)
	})
}

// withoutKept drops the windows that come from the table: their spans lie in
// the message that proposed them.
func withoutKept(list, kept []ticket.Window) []ticket.Window {
	var out []ticket.Window
	for _, w := range list {
		known := false
		for _, k := range kept {
			known = known || w.Written == k.Written
		}
		if !known {
			out = append(out, w)
		}
	}
	return out
}

// requireInside checks that every answer says where in the text it was read.
func requireInside(t *testing.T, text string, a ticket.Answers) {
	t.Helper()
	inside := func(s ticket.Span) {
		require.True(t, 0 <= s.Start && s.Start <= s.End && s.End <= len(text), "%v of %d", s, len(text))
	}
	for _, e := range append(a.Environments, dereferenced(a.Source, a.Target)...) {
		inside(e.Span)
		require.NotEmpty(t, e.Written)
	}
	for _, w := range a.Windows {
		inside(w.Span)
		require.NotEmpty(t, w.Written)
		require.Equal(t, w.Start.IsZero(), w.End.IsZero())
		require.True(t, w.Start.IsZero() || written(w.Start) && written(w.End), "%v to %v", w.Start, w.End)
	}
	inside(a.Preserve.Span)
	if a.PointInTime != nil {
		inside(a.PointInTime.Span)
		require.True(t, a.PointInTime.At.IsZero() || written(a.PointInTime.At), "%v", a.PointInTime.At)
	}
	for _, r := range []*ticket.Remark{a.CopiesConfiguration, a.VersionChosen, a.OnPremise} {
		if r != nil {
			inside(r.Span)
		}
	}
}

// written reports whether an instant can be written as a store and every interface
// write it, with its year in four figures.
func written(at time.Time) bool {
	_, err := at.MarshalJSON()
	return err == nil && at.Year() > 1960
}

func dereferenced(list ...*ticket.Environment) []ticket.Environment {
	var out []ticket.Environment
	for _, e := range list {
		if e != nil {
			out = append(out, *e)
		}
	}
	return out
}
