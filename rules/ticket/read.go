package ticket

import (
	"slices"
	"time"
)

// Read reads a ticket's text. At is when the text was written: dates without a
// year and relative days count from it.
//
// Nothing that it returns is looked up or judged: whether an environment exists
// and whether a window can be had is for package rules to say.
func Read(text string, at time.Time) Answers {
	r := newReader(text, at)
	fields := r.layout()
	items := r.items()
	c := r.cues()
	a := Answers{PointInTime: r.point(items, fields, c.point)}
	s := r.environments(fields)
	a.Windows = r.windows(items, fields)
	a.Kind, a.Mixed = kindOf(c, s, anyTimed(a.Windows), a.PointInTime)
	if a.Kind == Unknown {
		return Answers{Kind: Unknown}
	}
	if a.Kind == SchemaUpdate {
		a.PointInTime = nil
		a.Environments = r.updated(fields)
		a.VersionChosen = r.versionChosen()
	} else {
		a.Source, a.Target = s.source, s.target
		a.Preserve = r.preserve(fields)
		a.CopiesConfiguration = r.copiesConfiguration()
	}
	a.OnPremise = r.onPremise()
	return a
}

// anyTimed tells whether one of the windows gives a time.
func anyTimed(windows []Window) bool {
	for k := range windows {
		if !slices.Contains(windows[k].Doubts, Unreadable) {
			return true
		}
	}
	return false
}

// newReader cleans and cuts a text.
func newReader(text string, at time.Time) *reader {
	p := clean(text)
	r := &reader{plain: p, toks: lex(p.text, ownLines(p.text)), at: at}
	r.cut = len(r.toks) >= mostTokens
	r.markLists()
	return r
}
