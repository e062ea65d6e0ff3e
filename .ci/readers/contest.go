package main

import (
	"slices"
	"syscall"
	"time"

	dateparser "github.com/markusmobius/go-dateparser"
	"github.com/olebedev/when"
	"github.com/olebedev/when/rules/common"
	"github.com/olebedev/when/rules/en"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// An answer is one reading of a text; a zero end means that only a point in
// time was read.
type answer struct {
	start, end time.Time
}

// A contestant reads texts. Asked says that it would ask rather than act on what
// it read.
type contestant struct {
	name string
	read func(text string, at time.Time) (found []answer, asked bool)
}

// contestants returns our reader first, then the libraries.
func contestants() []contestant {
	parser := when.New(nil)
	parser.Add(en.All...)
	parser.Add(common.All...)
	return []contestant{
		{"rules/ticket", readTicket},
		{"go-dateparser", readDateparser},
		{"when", func(text string, at time.Time) ([]answer, bool) { return readWhen(parser, text, at) }},
	}
}

// readTicket reads the text as the windows of a request.
func readTicket(text string, at time.Time) (found []answer, asked bool) {
	for _, w := range ticket.Read("refresh A_test from A_prod\n"+text, at).Windows {
		end := w.End
		if slices.Contains(w.Doubts, ticket.EndAssumed) {
			end = time.Time{}
		}
		if !w.Start.IsZero() {
			found = append(found, answer{w.Start, end})
		}
		for _, r := range w.Readings {
			if slices.Contains(w.Doubts, ticket.EndAssumed) {
				r.End = time.Time{}
			}
			found = append(found, answer{r.Start, r.End})
		}
		asked = asked || w.Start.IsZero()
	}
	return found, asked
}

// readDateparser takes the text as one date, or else searches it for dates.
func readDateparser(text string, at time.Time) ([]answer, bool) {
	cfg := &dateparser.Configuration{Languages: []string{"en"}, DateOrder: dateparser.DMY, CurrentTime: at, PreferredDateSource: dateparser.Future}
	if d, err := dateparser.Parse(cfg, text); err == nil && !d.IsZero() {
		return []answer{{start: d.Time}}, false
	}
	_, results, err := dateparser.Search(cfg, text)
	if err != nil {
		return nil, false
	}
	var found []answer
	for _, r := range results {
		found = append(found, answer{start: r.Date.Time})
	}
	return joined(found), false
}

// readWhen takes one date after the other off the text.
func readWhen(parser *when.Parser, text string, at time.Time) ([]answer, bool) {
	var found []answer
	for text != "" {
		r, err := parser.Parse(text, at)
		if err != nil || r == nil || r.Index+len(r.Text) <= 0 || r.Index+len(r.Text) > len(text) {
			break
		}
		found = append(found, answer{start: r.Time})
		text = text[r.Index+len(r.Text):]
	}
	return joined(found), false
}

// joined adds to the points the range that two of them make.
func joined(points []answer) []answer {
	if len(points) == 2 {
		return append(points, answer{points[0].start, points[1].start})
	}
	return points
}

// A score is what a reader got right, and how long it took for a text.
type score struct {
	name                  string
	ranges, points, wrong int
	each                  time.Duration
}

// judge lets a contestant read every case, and measures it on all of them.
func judge(c contestant, cases []example) score {
	s := score{name: c.name}
	for _, x := range cases {
		found, asked := c.read(x.text, x.at)
		if x.start.IsZero() {
			continue
		}
		exact, near := x.compare(found)
		switch {
		case exact && x.end != nil:
			s.ranges++
		case exact:
			s.points++
		case len(found) > 0 && !asked && !near:
			s.wrong++
		}
	}
	s.each = measure(c, cases)
	return s
}

// compare tells whether one of the answers is right, and whether at least a
// start is.
func (x *example) compare(found []answer) (exact, near bool) {
	for _, a := range found {
		if !a.start.Equal(x.start) {
			continue
		}
		near = true
		exact = exact || x.end == nil && a.end.IsZero() || x.end != nil && a.end.Equal(*x.end)
	}
	return exact, near
}

// measure returns the time of one text: the processor's, since a busy machine
// says nothing about a reader, the best of three rounds of a fifth of a second.
func measure(c contestant, cases []example) time.Duration {
	best := time.Hour
	for range 3 {
		n, start := 0, processorTime()
		for processorTime()-start < 200*time.Millisecond {
			for _, x := range cases {
				c.read(x.text, x.at)
			}
			n += len(cases)
		}
		best = min(best, (processorTime()-start)/time.Duration(n))
	}
	return best
}

// processorTime returns what the process has used so far, collecting garbage
// included.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // cannot happen with these arguments
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
