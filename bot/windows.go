package bot

import (
	"slices"
	"strconv"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// put places a window at the end of the table, under a label.
func (t *turn) put(w ticket.Window, label string) {
	t.c.Answers.Windows = append(t.c.Answers.Windows, w)
	t.c.Labels = append(t.c.Labels, label)
}

// keep leaves those windows on the table that pass.
func (t *turn) keep(pass func(ticket.Window) bool) {
	windows, labels := t.c.Answers.Windows, t.c.Labels
	t.c.Answers.Windows, t.c.Labels = nil, nil
	for i, w := range windows {
		if pass(w) {
			t.put(w, labels[i])
		}
	}
}

// letter returns the next letter for a window of the client's own: A to Z, then
// AA. Letters are never used again, so that an old one can't mean a new window.
func (t *turn) letter() string {
	n := t.c.Letters
	t.c.Letters++
	if n < 26 {
		return string(rune('A' + n))
	}
	return string(rune('A'+n/26-1)) + string(rune('A'+n%26))
}

func isLetter(label string) bool { return label != "" && label[0] >= 'A' && label[0] <= 'Z' }

// propose puts windows that a comment names onto the table. As many as are
// needed take the place of everything; fewer join those that are good. What
// completes the table comes last, what is wished instead comes first: at most
// two are held, the client's latest wish among them.
func (t *turn) propose(named []ticket.Window, h *heard) {
	h.change(ticket.AskWindows)
	needed := t.f.World.Policy.WindowsRequired
	var wished, kept []labelled
	for _, w := range named {
		wished = append(wished, t.recognised(w))
	}
	if len(named) < needed {
		kept = t.good(named)
	}
	if len(kept)+len(wished) <= needed {
		t.lay(append(kept, wished...))
	} else {
		t.lay(append(wished, kept...))
	}
}

// A labelled is a window with its label.
type labelled struct {
	ticket.Window
	label string
}

// recognised gives a window that is on the table already its label and its
// notice, and any other a new letter.
func (t *turn) recognised(w ticket.Window) labelled {
	if i := indexOf(t.c.Answers.Windows, w); i >= 0 {
		w.ProposedAt = t.c.Answers.Windows[i].ProposedAt
		return labelled{w, t.c.Labels[i]}
	}
	return labelled{w, t.letter()}
}

// lay sets the table anew.
func (t *turn) lay(windows []labelled) {
	t.c.Answers.Windows, t.c.Labels = nil, nil
	for _, w := range windows {
		t.put(w.Window, w.label)
	}
}

// good returns the windows on the table that were found feasible and free of
// doubt, and that are not in the way of those named now.
func (t *turn) good(named []ticket.Window) []labelled {
	var kept []labelled
	var taken []rules.Interval
	for _, w := range named {
		taken = append(taken, rules.Interval{Start: w.Start, End: w.End})
	}
	for i, w := range t.c.Answers.Windows {
		judged, ok := t.c.Window(t.c.Labels[i])
		span := rules.Interval{Start: w.Start, End: w.End}
		if !ok || !judged.Feasible || len(errorsIn(judged.Findings)) > 0 || slices.ContainsFunc(taken, span.Overlaps) {
			continue
		}
		kept = append(kept, labelled{w, t.c.Labels[i]})
		taken = append(taken, span)
	}
	return kept
}

// choose takes suggestions by their numbers. They keep their notice from when
// they were made, and are judged again like any window.
func (t *turn) choose(numbers []int, h *heard) {
	var chosen []labelled
	var windows []ticket.Window
	instead := false // of everything else: the engineers proposed it
	for _, n := range numbers {
		if n < 1 || n > len(t.c.Offers) {
			h.unknown = append(h.unknown, n)
			continue
		}
		o := &t.c.Offers[n-1]
		o.Taken = true
		instead = instead || o.By != ""
		w := ticket.Window{Start: o.Window.Start, End: o.Window.End, ProposedAt: o.Made}
		chosen, windows = append(chosen, labelled{w, strconv.Itoa(n)}), append(windows, w)
	}
	if len(chosen) == 0 {
		return
	}
	h.chosen = true
	h.change(ticket.AskWindows)
	if !instead {
		chosen = append(chosen, t.good(windows)...)
	}
	t.lay(chosen)
}

// offer numbers the suggestions of the verdict. One that was made before keeps
// its number and its notice.
func (t *turn) offer(by string, windows ...rules.Interval) {
	for i := range t.c.Offers {
		t.c.Offers[i].Open = false
	}
	for _, w := range windows {
		i := slices.IndexFunc(t.c.Offers, func(o Offer) bool { return sameSpan(o.Window, w) && !o.Taken })
		if i < 0 {
			i = len(t.c.Offers)
			t.c.Offers = append(t.c.Offers, Offer{Number: i + 1, Window: w, Made: t.now, By: by})
		}
		t.c.Offers[i].Open = true
	}
}

// missing returns the windows of a that b has not.
func missing(a, b []ticket.Window) []ticket.Window {
	var list []ticket.Window
	for _, w := range a {
		if !contains(b, w) {
			list = append(list, w)
		}
	}
	return list
}

func contains(list []ticket.Window, w ticket.Window) bool { return indexOf(list, w) >= 0 }

func indexOf(list []ticket.Window, w ticket.Window) int {
	return slices.IndexFunc(list, func(o ticket.Window) bool { return sameWindow(o, w) })
}

// sameWindow reports whether two readings are of one proposal. Words that count
// from the message's own date mean another instant when they are read again
// later, so there the words decide.
func sameWindow(a, b ticket.Window) bool {
	floats := func(d ticket.Doubt) bool {
		return d == ticket.RelativeDate || d == ticket.YearAssumed || d == ticket.AmbiguousDate
	}
	if a.Start.IsZero() || b.Start.IsZero() || slices.ContainsFunc(a.Doubts, floats) && slices.ContainsFunc(b.Doubts, floats) {
		return a.Written != "" && a.Written == b.Written
	}
	return a.Start.Equal(b.Start) && a.End.Equal(b.End)
}

func sameSpan(a, b rules.Interval) bool { return a.Start.Equal(b.Start) && a.End.Equal(b.End) }
