package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// widest is how many characters of the client's words are quoted in a row.
const widest = 60

// print writes the judgement for people: the verdict first, what was read and
// from which words, what was found, and what the client would be told.
func (m judgement) print(w io.Writer) error {
	p := &page{w: w}
	p.linef("%s: %s", m.verdict.Outcome, meaning(m.verdict.Outcome))
	p.heading("Read")
	p.read(m)
	if len(m.verdict.Windows) > 0 {
		p.heading("Windows")
	}
	for i, win := range m.verdict.Windows {
		p.window(string(rune('A'+i%26)), win)
	}
	if len(m.verdict.Findings) > 0 {
		p.heading("The request as a whole")
		p.findings("  ", m.verdict.Findings)
	}
	if len(m.verdict.Suggestions) > 0 {
		p.heading("Would be suggested")
	}
	for i, s := range m.verdict.Suggestions {
		p.linef("  %d  %s", i+1, span(s))
	}
	if reply := wording.CheckReply(m.verdict, m.at).String(); reply != "" {
		p.heading("Reply")
		p.linef("  | %s", strings.ReplaceAll(reply, "\n", "\n  | "))
	}
	return p.err
}

// A page is written from top to bottom; the first error ends it.
type page struct {
	w   io.Writer
	err error
}

func (p *page) linef(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *page) heading(title string) { p.linef("\n%s", title) }

// read says what was read, each answer with the client's words.
func (p *page) read(m judgement) {
	v, a := m.verdict, m.answers
	p.answer("kind", string(v.Kind), "")
	if v.Kind == ticket.SchemaUpdate {
		for i, e := range a.Environments {
			p.answer("environment", nth(v.Environments, i), m.around(e.Span, e.Written))
		}
		return
	}
	p.environment("source", v.Source, a.Source, m)
	p.environment("target", v.Target, a.Target, m)
	p.answer("preserve users", keep(v.Preserve), m.around(a.Preserve.Span, a.Preserve.Written))
	if i := a.PointInTime; i != nil {
		p.answer("data as of", when(v.PointInTime), m.around(i.Span, i.Written))
	}
}

func (p *page) environment(name, value string, e *ticket.Environment, m judgement) {
	written := ""
	if e != nil {
		written = m.around(e.Span, e.Written)
	}
	p.answer(name, value, written)
}

// answer writes one answer, "-" where there is none.
func (p *page) answer(name, value, written string) {
	if value == "" {
		value = "-"
	}
	p.linef("%s", strings.TrimRight(fmt.Sprintf("  %-15s %-20s %s", name, value, quote(written)), " "))
}

func (p *page) window(letter string, win rules.Window) {
	state := "does not work"
	switch {
	case win.Feasible && win.NeedsApproval:
		state = "works if the engineers agree"
	case win.Feasible:
		state = "works"
	}
	p.linef("  %s  %-32s %s", letter, span(win.Interval), state)
	if win.Written != "" {
		p.linef("     %s", quote(win.Written))
	}
	p.findings("     ", win.Findings)
}

// findings writes one finding a line, marked by how grave it is.
func (p *page) findings(indent string, found []rules.Finding) {
	marks := map[rules.Severity]string{rules.Error: "!", rules.Approval: "?", rules.Info: "·"}
	for _, f := range found {
		p.linef("%s%s %s: %s", indent, marks[f.Severity], f.Code, wording.Finding(f))
	}
}

func meaning(o rules.Outcome) string {
	switch o {
	case rules.Ignored:
		return "not a request of these kinds; the bot says nothing"
	case rules.Declined:
		return "can't be done for this client"
	case rules.NeedsInfo:
		return "an answer has to be given, mended or confirmed"
	case rules.Ready:
		return "at least one window works as it stands"
	case rules.Exception:
		return "a window works if the engineers agree"
	default:
		return "no window works"
	}
}

func keep(answer ticket.YesNo) string {
	if answer == ticket.NotStated {
		return "no (default)"
	}
	return string(answer)
}

// nth returns an element of a list, empty beyond its end.
func nth(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// around returns what stands around the words that an answer was read from: the
// line, or of a long one a piece between blanks.
func (m judgement) around(at ticket.Span, written string) string {
	if at.Start < 0 || at.End > len(m.text) || at.Start >= at.End {
		return written
	}
	before := m.text[strings.LastIndexByte(m.text[:at.Start], '\n')+1 : at.Start]
	after, _, _ := strings.Cut(m.text[at.End:], "\n")
	if room := (widest - (at.End - at.Start)) / 2; len(before)+len(after) > 2*room {
		before, after = tail(before, room), head(after, room)
	}
	return before + m.text[at.Start:at.End] + after
}

// quote sets a client's words on one line, cut where they go on for long.
func quote(written string) string {
	letters := []rune(strings.Join(strings.Fields(written), " "))
	switch {
	case len(letters) == 0:
		return ""
	case len(letters) > widest:
		letters = append(letters[:widest-1], '…')
	}
	return "“" + string(letters) + "”"
}

// head returns no more than room bytes of s, up to a blank.
func head(s string, room int) string {
	if len(s) <= room {
		return s
	}
	return s[:1+strings.LastIndexByte(s[:max(0, room)], ' ')] + "…"
}

// tail returns no more than room bytes from the end of s, from a blank on.
func tail(s string, room int) string {
	if len(s) <= room {
		return s
	}
	s = s[len(s)-max(0, room):]
	if i := strings.IndexByte(s, ' '); i >= 0 {
		return "…" + s[i:]
	}
	return "…"
}

// when writes an instant for people; a zero one is not known.
func when(t time.Time) string {
	if t.IsZero() {
		return "not clear"
	}
	return t.Format("Mon 2 Jan 2006 15:04 UTC")
}

// span writes a window for people: the end's date only where it is another.
func span(w rules.Interval) string {
	if w.Start.IsZero() {
		return "not clear"
	}
	end := w.End.Format("15:04 UTC")
	if w.End.Format(time.DateOnly) != w.Start.Format(time.DateOnly) {
		end = w.End.Format("Mon 2 Jan 15:04 UTC")
	}
	return w.Start.Format("Mon 2 Jan 2006 15:04") + "–" + end
}
