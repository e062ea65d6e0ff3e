package slack

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

const (
	// homeKept is how long a home that was opened is kept up to date.
	homeKept = time.Hour
	// homesEvery is how often homes are drawn again at most. Slack takes a
	// hundred of them a minute.
	homesEvery = 5 * time.Second
	// standingKept is how long it is believed, for a home, who somebody is. At a
	// click it is asked anew.
	standingKept = 10 * time.Minute
)

// homes are those that members have opened. It is safe for concurrent use.
type homes struct {
	mu   sync.Mutex
	of   map[string]openHome // by member
	bell chan struct{}       // of one: something that homes show has changed
}

// An openHome is what is known of a member's home.
type openHome struct {
	hash     string    // of what was published last
	seen     time.Time // when the member looked at it, or clicked on it
	standing bot.Standing
	checked  time.Time // when the standing was asked
}

func newHomes() *homes { return &homes{of: map[string]openHome{}, bell: make(chan struct{}, 1)} }

// stir says that something has changed which homes may show.
func (h *homes) stir() {
	select {
	case h.bell <- struct{}{}:
	default: // it is known already
	}
}

// change changes what is known of a member's home.
func (h *homes) change(member string, how func(*openHome)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	o := h.of[member]
	how(&o)
	h.of[member] = o
}

// opened notes the hash of the home that Slack says is shown; empty: none was
// published yet.
func (h *homes) opened(member, hash string) {
	h.change(member, func(o *openHome) { o.hash = hash })
}

// looked notes that a member looks at the home, and who that is.
func (h *homes) looked(s bot.Standing, now time.Time) {
	h.change(s.Person.Slack, func(o *openHome) { o.standing, o.checked, o.seen = s, now, now })
}

func (h *homes) published(member, hash string) {
	h.change(member, func(o *openHome) { o.hash = hash })
}

func (h *homes) hash(member string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.of[member].hash
}

// members returns who looked at their home within the last hour, and forgets the
// others.
func (h *homes) members(now time.Time) map[string]openHome {
	h.mu.Lock()
	defer h.mu.Unlock()
	kept := map[string]openHome{}
	for member, o := range h.of {
		if now.Sub(o.seen) < homeKept {
			kept[member] = o
		} else {
			delete(h.of, member)
		}
	}
	return kept
}

// KeepHomes draws homes that were opened within the last hour again whenever a
// card or a run's progress was drawn, until ctx ends. It returns nil. Without it
// a home is as old as the last look at it, or click on it.
func (in *Intake) KeepHomes(ctx context.Context) error {
	c := in.client
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.homes.bell:
		}
		rest := c.republish(ctx)
		if c.config.Clock.Until(ctx, c.config.Clock.Now().Add(rest)) != nil {
			return nil
		}
	}
}

// republish draws every open home again and returns how long to leave them alone
// then.
func (c *Client) republish(ctx context.Context) time.Duration {
	open := c.homes.members(c.config.Clock.Now())
	for _, member := range slices.Sorted(maps.Keys(open)) {
		err := c.again(ctx, open[member])
		if e, ok := errors.AsType[*bot.Error](err); ok && e.Kind == bot.RateLimited {
			c.homes.stir() // the others' turn comes then
			return max(e.After, homesEvery)
		}
		if err != nil && ctx.Err() == nil {
			c.config.Log.Warn("slack: home not published", "member", member, "err", err)
		}
	}
	return homesEvery
}

// again draws a home again, for who the member was found to be a while ago.
func (c *Client) again(ctx context.Context, o openHome) error {
	now := c.config.Clock.Now()
	if now.Sub(o.checked) >= standingKept {
		s, err := c.Standing(ctx, o.standing.Person.Slack)
		if err != nil {
			return err
		}
		c.homes.change(s.Person.Slack, func(o *openHome) { o.standing, o.checked = s, now })
		o.standing = s
	}
	return c.publish(ctx, o.standing, nil)
}
