package promise

import "strings"

// tally looks whether words are there more often than what they answer was done,
// over the whole time: what a restored store says about the time that it forgot was
// said before.
func (c *court) tally(r request, said []saying) {
	times := map[[2]string]int{}
	for _, s := range said {
		if s.redrawn {
			continue
		}
		key := [2]string{s.place, s.words}
		times[key]++
		if most, known := r.causes(s.words); known && times[key] == most+1 {
			c.broken(Once, r.key, "%s: more often than the %d times that there was a cause: %.60q", s.place, most, s.words)
		}
	}
}

// causes counts what may have made the bot say something; false: what did is not in
// the book.
func (r request) causes(words string) (n int, known bool) {
	window, hasWindow := ReadWindow(words)
	approves := func(a Approval) bool { return a.Deal.Window == window }
	switch by, rest, _ := strings.Cut(words, " "); {
	case strings.HasPrefix(words, "The client changed "), strings.HasPrefix(words, "This changes "):
		return r.spoke() - 1, true // but for the filing
	case strings.HasPrefix(words, "Thank you, "):
		return r.spoke(), true
	case hasWindow && (strings.HasPrefix(words, "*Confirmed:*") || strings.HasPrefix(words, "A reminder: ")):
		return count(r.approvals, approves), true
	case hasWindow && strings.HasPrefix(rest, "approved "):
		return count(r.approvals, func(a Approval) bool { return a.Who == by && approves(a) }), r.clicks[by] > 0
	case r.clicks[by] > 0:
		return r.clicks[by], true
	}
	return 0, false
}

func count[T any](all []T, counts func(T) bool) (n int) {
	for _, one := range all {
		if counts(one) {
			n++
		}
	}
	return n
}
