package promise

import (
	"slices"
	"time"
)

// approved: every clone was made on a valid approval of its own, and in its
// window.
func (c *court) approved() {
	for _, r := range c.requests {
		used := time.Time{} // approvals up to here stand for clones before
		for _, k := range c.clonesOf(r.key) {
			deals := c.dealsOf(r, k, used)
			if len(deals) == 0 {
				c.broken(Approved, r.key, "run %s was at work on %s at %s%s", k.run, k.target.Name, clock(k.first), c.nearMiss(r, used))
			} else if !slices.ContainsFunc(deals, func(d Deal) bool { return c.inTime(k, d) }) && !r.retriedDuring(k) {
				c.broken(InWindow, r.key, "run %s swapped at %s, after %s", k.run, clock(k.swapped), deals[0].Window)
			}
			if !k.swapped.IsZero() || !c.book.forgets(k.first, c.now) {
				used = k.first
			}
		}
	}
	for _, k := range c.clones {
		if !slices.ContainsFunc(c.requests, func(r request) bool { return r.key == k.key }) {
			c.broken(Approved, k.key, "run %s was made and nobody asked for it", k.run)
		}
	}
}

// agreedTo: no client reads that a window is theirs before somebody approved it for
// what the client asked for, at the time or since.
func (c *court) agreedTo() {
	for _, k := range c.claims {
		_, by := c.book.around(k.from)
		for _, r := range c.requests {
			if r.key == k.key && !slices.ContainsFunc(r.approvals, func(a Approval) bool {
				return a.Deal.Window == k.window && !a.At.After(by) && c.holdsGood(r, a.Deal, a.At, by)
			}) {
				c.broken(Approved, k.key, "it was promised %s at %s, and nobody had approved what it asked for%s", k.window, clock(k.from), c.nearMiss(r, time.Time{}))
			}
		}
	}
}

// clonesOf returns the clones of a request, in the order of their beginning.
func (c *court) clonesOf(key string) []*clone {
	of := slices.DeleteFunc(slices.Clone(c.clones), func(k *clone) bool { return k.key != key })
	slices.SortStableFunc(of, func(a, b *clone) int { return a.first.Compare(b.first) })
	return of
}

// inTime reports whether a clone has not swapped, or before a deal's window ended.
func (c *court) inTime(k *clone, d Deal) bool {
	return k.swapped.IsZero() || !k.swapped.After(d.Window.End.Add(c.world.Delay))
}

// dealsOf returns the deals on which a clone could be begun when it was, from
// approvals that were given after an instant, the latest first.
func (c *court) dealsOf(r request, k *clone, after time.Time) (deals []Deal) {
	for _, a := range slices.Backward(r.approvals) {
		d, begun := a.Deal, k.first
		_, latest := c.book.around(begun)
		switch {
		case !a.At.After(after), a.At.After(latest), d.Target != k.target.Name:
		case !d.Window.holds(latest) && !d.Window.holds(begun.Add(-c.world.Delay)):
		case !c.orderedOn(r, k, d):
		case c.agreed(r, d, after, begun) < c.needed(k.target):
		default:
			deals = append(deals, d)
		}
	}
	return deals
}

// ordered returns when a clone was ordered, at the earliest and the latest: its files
// come a few tasks later, and by then the client may have said something new. The
// reply tells, to the minute; where it was not drawn in time that was anywhere from the
// window's start.
func (c *court) ordered(k *clone, d Deal) (from, until time.Time) {
	from, until = d.Window.Start, k.first
	for _, t := range c.begun[k.key] {
		if t.After(from) && !t.After(k.first) {
			from, until = t, t.Add(time.Minute)
		}
	}
	return from, until
}

// orderedOn reports whether a deal still held good when a clone was ordered.
func (c *court) orderedOn(r request, k *clone, d Deal) bool {
	from, until := c.ordered(k, d)
	return c.holdsGood(r, d, from, until)
}

// holdsGood reports whether a deal was what the client wanted at an instant, or at
// some time up to another. What was done in the last moments the bot can't know, nor
// what was changed and changed back.
func (c *court) holdsGood(r request, d Deal, from, until time.Time) bool {
	earliest, _ := c.book.around(from)
	known := earliest.Add(-c.world.Delay)
	return !r.withdrawnBy(known) && r.wanted(d, known, until)
}

// agreed counts the different people whose approval of a deal counts.
func (c *court) agreed(r request, d Deal, after, until time.Time) int {
	people := map[string]bool{}
	for _, a := range r.approvals {
		if c.counts(r, a) && a.Deal == d && a.At.After(after) && !a.At.After(until) {
			people[a.Who] = true
		}
	}
	return len(people)
}

// counts reports whether an approval is one of somebody who may approve the request.
func (c *court) counts(r request, a Approval) bool {
	return slices.Contains(c.world.Approvers, a.Who) && a.Who != c.world.SameAs[r.client]
}

func (c *court) needed(e Environment) int {
	if e.GoLive {
		return 2
	}
	return 1
}

func (r request) retriedDuring(k *clone) bool {
	return slices.ContainsFunc(r.retries, func(t time.Time) bool { return !t.Before(k.first) })
}

// nearMiss says what is known of the approvals that there are, for whoever has to
// find out.
func (c *court) nearMiss(r request, used time.Time) string {
	what := "; approvals:"
	for _, a := range r.approvals {
		what += " " + a.Who + " at " + clock(a.At) + " " + a.Deal.Source + "→" + a.Deal.Target + " " + a.Deal.Window.String() + ";"
	}
	if !r.withdrawn.IsZero() {
		what += " withdrawn at " + clock(r.withdrawn) + ";"
	}
	if !used.IsZero() {
		what += " those up to " + clock(used) + " are used up"
	}
	return what
}

// sold: never more clones at work at once than there is capacity for, none of them
// on an environment of another; and no more windows promised.
func (c *court) sold() {
	for i, k := range c.clones {
		together := 1
		for _, o := range c.clones[:i] {
			if !k.meets(o) {
				continue
			}
			together++
			if c.sameEnvironment(k, o) {
				c.broken(NotSold, k.key, "%s and %s were at work on %s at once", k.run, o.run, k.target.Name)
			}
		}
		if together > c.world.Capacity {
			c.broken(NotSold, k.key, "%d clones at once at %s", together, clock(k.first))
		}
	}
	c.soldOnPaper()
}

func (k *clone) meets(o *clone) bool {
	return (o.end.IsZero() || k.first.Before(o.end)) && (k.end.IsZero() || o.first.Before(k.end))
}

func (c *court) sameEnvironment(a, b *clone) bool {
	return a.run != b.run && a.target.Name == b.target.Name
}

// soldOnPaper looks at what clients could read at the same time. A claim counts
// until somebody does anything with its request but approve of it, or a backup is
// restored that does not know of it: from then on its words may be behind.
func (c *court) soldOnPaper() {
	for i, a := range c.claims {
		together := 1
		for j, b := range c.claims {
			if i == j || a.key == b.key || !a.window.meets(b.window) || !c.standsAt(b, a.from) || b.from.After(a.from) || b.from.Equal(a.from) && j > i {
				continue
			}
			together++
			if shares(a.environment, b.environment) {
				c.broken(NotSold, a.key, "it was promised %s, and %s was promised %s with the same environment", a.window, b.key, b.window)
			}
		}
		if together > c.world.Capacity {
			c.broken(NotSold, a.key, "%d requests were promised a window at %s", together, clock(a.window.Start))
		}
	}
}

func shares(a, b [2]string) bool {
	return slices.ContainsFunc(a[:], func(e string) bool { return e != "" && slices.Contains(b[:], e) })
}

// standsAt reports whether a claim was there to be read and meant at an instant.
func (c *court) standsAt(k *claim, at time.Time) bool {
	if k.from.After(at) || c.book.forgets(k.from, at) || !k.until.IsZero() && !k.until.After(at) || !k.window.End.After(at) {
		return false
	}
	i := slices.IndexFunc(c.requests, func(r request) bool { return r.key == k.key })
	if i < 0 {
		return false
	}
	r, since := c.requests[i], k.from
	for _, a := range r.approvals {
		if a.Deal.Window == k.window && !a.At.After(k.from) && c.counts(r, a) && c.holdsGood(r, a.Deal, a.At, k.from) {
			since = a.At
		}
	}
	since, _ = c.book.around(since)
	_, at = c.book.around(at)
	return !r.withdrawnBy(at) && r.acted(since, at) == r.approved(since, at)
}

func clock(t time.Time) string { return t.UTC().Format("Mon 2 Jan 15:04:05") }
