package slacksim

import (
	"slices"
	"strconv"
	"time"
)

// Forget takes away the channel's messages from before an instant, threads
// included, as Slack does where a workspace keeps messages for so long: for those
// who watch memory for days.
func (c *Channel) Forget(before time.Time) {
	c.change(func(ch *channel) {
		ch.posts = slices.DeleteFunc(ch.posts, func(p *post) bool {
			seconds, _ := strconv.ParseFloat(p.ts, 64) // one of our own making
			return seconds < float64(before.Unix())
		})
	})
}
