package bot_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/wording"
)

const (
	theirs  = "WXYZ_prod" // another tenant's
	nobodys = "WXYZ_prud" // nobody's
)

// TestForeignWalksLikeMissing leads two conversations through the same days, one
// with the name of another tenant's environment and one with a name that nobody
// has: whatever is said, in public they can't be told apart.
func TestForeignWalksLikeMissing(t *testing.T) {
	for seed := range uint64(12) {
		foreign, missing := watch(t, seed, theirs), watch(t, seed, nobodys)
		require.NotEmpty(t, foreign)
		require.Equal(t, foreign, strings.ReplaceAll(missing, nobodys, theirs), "seed %d", seed)
	}
}

// watch plays a client who does not see what is wrong, and returns all that can
// be seen on the ticket.
func watch(t *testing.T, seed uint64, name string) string {
	w := newWalk(t)
	w.facts.House.Transitions = map[string]string{"declined": "Decline", "confirmed": "Scheduled"}
	k := *w.facts.Ticket
	k.Description = strings.ReplaceAll(clean, "ABCD_prod", name)
	w.facts.Ticket = &k
	var seen strings.Builder
	see := func(d bot.Decision) {
		for i, e := range d.Effects {
			m := wording.Render(d.Next, e, bot.KeyOf(key, d.Next.Version, i), w.facts.House)
			if m.Public != nil {
				seen.WriteString(m.Public.Text.String() + "\n")
			}
			seen.WriteString(m.Status)
		}
	}
	see(w.touch())
	r := rand.New(rand.NewPCG(seed, 7))
	sayings := []string{
		"7", "A is fine", "status", "what is wrong with it?", "Source: " + name, "Source: QQQQ_prod", "Source: " + name,
		"Sat 19 October 2024 02:00-04:00 UTC", "Preserve users: yes", "cancel", "Source: ABCD_test",
	}
	for range 6 {
		w.now = w.now.Add(time.Duration(1+r.IntN(30)) * time.Hour)
		if !w.wake.IsZero() && !w.wake.After(w.now) {
			see(w.ring())
		}
		words := sayings[r.IntN(len(sayings))]
		see(w.hear(words))
	}
	return seen.String()
}
