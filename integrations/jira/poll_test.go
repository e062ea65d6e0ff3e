package jira_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/jira"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

func (b *bench) touched(since time.Time) []string {
	b.t.Helper()
	all, err := b.client.Touched(b.t.Context(), since)
	require.NoError(b.t, err)
	keys := []string{}
	for _, touch := range all {
		keys = append(keys, string(touch.Ticket))
	}
	return keys
}

func TestTouchedListsWhatChangedSince(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		b.file() // HELP-1
		b.clock.pass(time.Hour)
		since := b.clock.now
		b.file() // HELP-2
		b.clock.pass(30 * time.Second)
		b.file() // HELP-3
		b.clock.pass(90 * time.Second)
		b.sim.Comment("HELP-2", "Dana Reyes", "Any news?")
		b.clock.pass(30 * time.Second)

		require.Equal(t, []string{"HELP-3", "HELP-2"}, b.touched(since))
		require.Equal(t, []string{"HELP-1", "HELP-3", "HELP-2"}, b.touched(time.Time{}))
		b.clock.pass(2 * time.Minute)
		require.Empty(t, b.touched(b.clock.now))
	})
}

func TestTouchedGoesThroughEveryPage(t *testing.T) {
	small := func(o *jirasim.Options, _ *jira.Config) { o.PageSize = 3 }
	for name, dialect := range map[string]func(*jirasim.Options, *jira.Config){"cloud": small, "data center": dataCenter} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, dialect, small)
			for range 10 {
				b.file()
			}
			require.Len(t, b.touched(start), 10)
		})
	}
}

// A ticket that changes while Data Center's pages are read must not push another
// one over the boundary between two pages.
func TestAChangeBetweenTwoPagesHidesNoTicket(t *testing.T) {
	b := newBench(t, dataCenter, func(o *jirasim.Options, _ *jira.Config) { o.PageSize = 3 })
	for range 7 {
		b.file()
	}
	changed := false
	b.sent.before = func(asked string) {
		if strings.Contains(asked, "startAt=3") && !changed {
			changed = true
			b.clock.pass(time.Second)
			b.sim.Comment("HELP-1", "Dana Reyes", "Hello?")
		}
	}
	require.Len(t, b.touched(start), 7)
	require.True(t, changed)
}

func TestTouchedCanBeNarrowed(t *testing.T) {
	b := newBench(t, func(_ *jirasim.Options, c *jira.Config) { c.JQL = "labels = refresh" })
	b.file()
	b.file()
	b.sim.Label("HELP-2", "Ivo Petrov", "refresh")
	require.Equal(t, []string{"HELP-2"}, b.touched(start))
}

func TestALaggingSearchFindsItLater(t *testing.T) {
	b := newBench(t, func(o *jirasim.Options, _ *jira.Config) { o.SearchLag = time.Minute })
	b.file()
	require.Empty(t, b.touched(start))
	b.clock.pass(time.Minute)
	require.Equal(t, []string{"HELP-1"}, b.touched(start))
}

func TestNobodyIsNotTakenForNothing(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		b.file()
		require.NotEmpty(t, b.touched(start))
		b.sim.Revoke(true)
		_, err := b.client.Touched(t.Context(), start)
		require.Equal(t, bot.Denied, bot.KindOf(err))
	})
	// A server that lets anybody in answers a search with an empty list.
	b := newBench(t)
	b.file()
	b.touched(start)
	b.sent.before = nil
	b.sent.strip = true
	_, err := b.client.Touched(t.Context(), start)
	require.Equal(t, bot.Denied, bot.KindOf(err))
}
