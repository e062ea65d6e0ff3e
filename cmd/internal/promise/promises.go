package promise

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A Promise is one of those that the product makes.
type Promise string

// The promises.
const (
	Answered  Promise = "every request is answered"
	Once      Promise = "nothing is said twice"
	Approved  Promise = "no clone is made, and none promised, without a valid approval"
	InWindow  Promise = "no clone is made outside its window"
	NotSold   Promise = "no slot is sold twice"
	Masked    Promise = "no real address stands in a copy"
	Whole     Promise = "a target is the old database or the whole new one"
	Shown     Promise = "both surfaces show how things stand"
	Correct   Promise = "vendors are asked in their own way"
	Untouched Promise = "a source is not changed"
)

// A Violation is a promise that was broken.
type Violation struct {
	Promise Promise
	About   string // a ticket's key, or an environment
	What    string
}

// String says what was broken, in a line.
func (v Violation) String() string { return fmt.Sprintf("%s: %s: %s", v.Promise, v.About, v.What) }

// Testify looks at everything, once all has come to rest, and returns what was
// broken, sorted. An error is that of a database that can't be read.
func (t *Witness) Testify(now time.Time) ([]Violation, error) {
	if err := t.Look(now); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	c := &court{Witness: t, now: now, requests: t.book.requests(), found: slices.Clone(t.found)}
	for _, promise := range []func(){c.answered, c.saidOnce, c.approved, c.agreedTo, c.sold, c.shown, c.correct} {
		promise()
	}
	err := c.databases()
	slices.SortFunc(c.found, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.About, b.About), cmp.Compare(a.Promise, b.Promise), cmp.Compare(a.What, b.What))
	})
	return slices.Compact(c.found), err
}

// A court gathers what was broken.
type court struct {
	*Witness
	now      time.Time
	requests []request
	found    []Violation
}

func (c *court) broken(p Promise, about, what string, args ...any) {
	c.found = append(c.found, Violation{p, about, fmt.Sprintf(what, args...)})
}

// answered: the bot has said something to each client.
func (c *court) answered() {
	for _, r := range c.requests {
		t, there := c.world.Desk.Ticket(r.key)
		if there && len(Replies(t)) == 0 {
			c.broken(Answered, r.key, "nothing was said on it")
		}
	}
}

// correct: the vendors' interfaces were used as they are described.
func (c *court) correct() {
	for _, what := range c.world.Desk.Strays() {
		c.broken(Correct, "help center", "%s", what)
	}
	for _, what := range c.world.Chat.Strays() {
		c.broken(Correct, "Slack", "%s", what)
	}
}
