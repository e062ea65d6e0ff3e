package promise

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// A Window is a span of time in which a clone may be made, half-open, UTC.
type Window struct{ Start, End time.Time }

func (w Window) String() string {
	return w.Start.Format("Mon 2 Jan 2006, 15:04") + " to " + w.End.Format("15:04")
}

func (w Window) holds(t time.Time) bool { return !t.Before(w.Start) && t.Before(w.End) }

func (w Window) meets(o Window) bool { return w.Start.Before(o.End) && o.Start.Before(w.End) }

// Terms are what a client asks for.
type Terms struct {
	Source, Target string
	KeepUsers      bool
	// Windows are those that the client names; one that was approved and is no
	// longer among them must not be used. Nil: whatever was approved.
	Windows []Window
}

// A Deal is what an engineer agrees to: the terms, in one window, as the card
// showed them.
type Deal struct {
	Source, Target string
	KeepUsers      bool
	Window         Window
}

// within reports whether a deal is still what the client asks for.
func (d Deal) within(t Terms) bool {
	return d.Source == t.Source && d.Target == t.Target && d.KeepUsers == t.KeepUsers &&
		(t.Windows == nil || slices.Contains(t.Windows, d.Window))
}

// An Approval is an engineer's click on "approve".
type Approval struct {
	Who  string // a member, by Slack id
	At   time.Time
	Deal Deal
}

// A Book is what was asked of the bot. It is safe for concurrent use.
type Book struct {
	mu    sync.Mutex
	asked map[string]*request
	away  []Window // when no process was there for long
	lost  []Window // of which the store knows nothing any more
	twice []Window // that a clock has shown twice
}

// A request is what is known of one ticket.
type request struct {
	key       string
	client    string
	terms     []dated[Terms] // oldest first
	withdrawn time.Time      // zero: not
	acts      []time.Time    // of anybody, oldest first
	approvals []Approval
	retries   []time.Time
	clicks    map[string]int // by member
}

type dated[T any] struct {
	at   time.Time
	what T
}

// NewBook returns an empty book.
func NewBook() *Book { return &Book{asked: map[string]*request{}} }

// on calls f with the request of a key, under the lock.
func (b *Book) on(key string, at time.Time, f func(*request)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, ok := b.asked[key]
	if !ok {
		r = &request{key: key, clicks: map[string]int{}}
		b.asked[key] = r
	}
	r.acts = append(r.acts, at)
	f(r)
}

// File notes that a client asks for something in a ticket.
func (b *Book) File(key, client string, at time.Time, t Terms) {
	b.on(key, at, func(r *request) {
		r.client = client
		r.terms = append(r.terms, dated[Terms]{at, t})
	})
}

// Change notes that the client asks for something else from now on, or for what
// was withdrawn after all.
func (b *Book) Change(key string, at time.Time, t Terms) {
	b.on(key, at, func(r *request) {
		r.terms = append(r.terms, dated[Terms]{at, t})
		r.withdrawn = time.Time{}
	})
}

// Withdraw notes that the request is withdrawn: by the client's word, or because
// the ticket was closed or deleted.
func (b *Book) Withdraw(key string, at time.Time) {
	b.on(key, at, func(r *request) {
		if r.withdrawn.IsZero() {
			r.withdrawn = at
		}
	})
}

// Speak notes that somebody wrote something on the ticket that changes no terms.
func (b *Book) Speak(key string, at time.Time) { b.on(key, at, func(*request) {}) }

// Click notes that a member gives a command of any kind, by a click or in words.
func (b *Book) Click(key, member string, at time.Time) {
	b.on(key, at, func(r *request) { r.clicks[member]++ })
}

// Approve notes a click on "approve". It counts as a Click too.
func (b *Book) Approve(key string, a Approval) {
	b.on(key, a.At, func(r *request) {
		r.clicks[a.Who]++
		r.approvals = append(r.approvals, a)
	})
}

// Retry notes that a member sends a run that stands still back to work, which may
// then outlast its window. It counts as a Click too.
func (b *Book) Retry(key, member string, at time.Time) {
	b.on(key, at, func(r *request) {
		r.clicks[member]++
		r.retries = append(r.retries, at)
	})
}

// Away notes that no process was there for a while: what people did before and in
// that time is answered after it.
func (b *Book) Away(from, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.away = append(b.away, Window{from, until})
}

// Restored notes that a backup of the store was put in place: what the bot did since
// it was taken it does not know any more.
func (b *Book) Restored(taken, restored time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lost = append(b.lost, Window{taken, restored})
}

// forgets reports whether, by then, the store knows nothing any more of an instant,
// which a clock that was set back may have shown before.
func (b *Book) forgets(at, then time.Time) bool {
	_, latest := b.around(at)
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.lost, func(w Window) bool { return (w.holds(at) || w.holds(latest)) && !w.End.After(then) })
}

// SetBack notes that the clock was set back.
func (b *Book) SetBack(from, to time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.twice = append(b.twice, Window{Start: to, End: from})
}

// around returns the earliest and the latest instant that one may have been, of a
// clock that was set back, perhaps again and again: what it shows then it showed
// before.
func (b *Book) around(at time.Time) (from, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	from, until = at, at
	for more := true; more; {
		more = false
		for _, w := range b.twice {
			if w.Start.After(until) || w.End.Before(from) {
				continue
			}
			if w.Start.Before(from) {
				from, more = w.Start, true
			}
			if w.End.After(until) {
				until, more = w.End, true
			}
		}
	}
	return from, until
}

// heard returns since when what people did may be answered at an instant.
func (b *Book) heard(at time.Time) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	since := at.Add(-behind)
	for _, w := range slices.Backward(b.away) {
		if !w.Start.After(at) && w.End.After(since) && w.Start.Add(-behind).Before(since) {
			since = w.Start.Add(-behind)
		}
	}
	return since
}

// behind is how much later than what it answers a message may come while a process
// is there.
const behind = 6 * time.Hour

// requests returns copies of all requests that were filed, by key.
func (b *Book) requests() []request {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []request
	for _, r := range b.asked {
		if len(r.terms) == 0 {
			continue
		}
		c := *r
		c.acts = slices.Clone(r.acts)
		slices.SortFunc(c.acts, time.Time.Compare)
		c.approvals = slices.Clone(r.approvals)
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b request) int { return cmp.Compare(a.key, b.key) })
	return all
}

// acted counts what anybody did on the request after one instant and up to another.
func (r request) acted(after, until time.Time) int {
	return count(r.acts, func(t time.Time) bool { return t.After(after) && !t.After(until) })
}

// spoke counts what was said or done on the ticket: every act but the commands.
func (r request) spoke() int {
	n := len(r.acts)
	for _, given := range r.clicks {
		n -= given
	}
	return n
}

// approved counts the approvals among that.
func (r request) approved(after, until time.Time) int {
	return count(r.approvals, func(a Approval) bool { return a.At.After(after) && !a.At.After(until) })
}

// wanted reports whether a deal was what the client asked for at an instant, or at
// some time up to another.
func (r request) wanted(d Deal, from, until time.Time) bool {
	return d.within(r.termsAt(from)) || slices.ContainsFunc(r.terms, func(t dated[Terms]) bool {
		return !t.at.Before(from) && !t.at.After(until) && d.within(t.what)
	})
}

// withdrawnBy reports whether the request was withdrawn by then, and stayed so.
func (r request) withdrawnBy(t time.Time) bool { return !r.withdrawn.IsZero() && !r.withdrawn.After(t) }

// termsAt returns what the client asked for at an instant.
func (r request) termsAt(t time.Time) Terms {
	now := r.terms[0].what
	for _, d := range r.terms {
		if !d.at.After(t) {
			now = d.what
		}
	}
	return now
}
