package jira_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/jira"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

func TestTransitionByNameOrNumber(t *testing.T) {
	for _, by := range []string{"Start work", "start work", "11", "In progress"} {
		t.Run(by, func(t *testing.T) {
			eachDialect(t, func(t *testing.T, b *bench) {
				key := b.file()
				if by == "In progress" { // a status: where the ticket is already
					b.sim.Transition(string(key), "Ivo Petrov", "Start work")
				}
				require.NoError(t, b.client.Transition(t.Context(), key, by))
				require.Equal(t, "In progress", b.view(key).Status)
			})
		})
	}
}

func TestATransitionIsMadeOnce(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		b.sim.Break(jirasim.DoTransition, jirasim.Fault{Cut: true, Done: true})
		err := b.client.Transition(t.Context(), key, "Mark as done")
		require.Equal(t, bot.Ambiguous, bot.KindOf(err))
		require.True(t, b.view(key).Closed)
		require.NoError(t, b.client.Transition(t.Context(), key, "Mark as done"), "it is there already")

		b.sim.Transition(string(key), "Ivo Petrov", "Reopen")
		require.NoError(t, b.client.Transition(t.Context(), key, "Mark as done"))
		require.True(t, b.view(key).Closed, "moved again after somebody reopened it")
	})
}

// A screen that asks for a field gets what is configured for it; without that the
// error names the field.
func TestATransitionFillsItsScreen(t *testing.T) {
	const field = "customfield_10200"
	for name, screens := range map[string]map[string]map[string]any{
		"filled": {"Mark as done": {field: map[string]any{"value": "Refreshed"}}}, "empty": nil,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(o *jirasim.Options, c *jira.Config) {
				o.Fields, o.Screens = map[string]string{field: "Outcome"}, map[string]string{"21": field}
				c.Screens = screens
			})
			key := b.file()
			err := b.client.Transition(t.Context(), key, "Mark as done")
			if screens == nil {
				require.Equal(t, bot.Invalid, bot.KindOf(err))
				require.ErrorContains(t, err, "Outcome is required")
				require.False(t, b.view(key).Closed)
				return
			}
			require.NoError(t, err)
			require.True(t, b.view(key).Closed)
		})
	}
}

func TestATransitionThatIsNotPossibleNamesThoseThatAre(t *testing.T) {
	b := newBench(t)
	err := b.client.Transition(t.Context(), b.file(), "Reopen")
	require.Equal(t, bot.Invalid, bot.KindOf(err))
	require.ErrorContains(t, err, `possible: "Start work" (11), "Mark as done" (21), "Decline" (31)`)

	b.sim.Deny("TRANSITION_ISSUES")
	err = b.client.Transition(t.Context(), "HELP-1", "Start work")
	require.ErrorContains(t, err, "possible: none")
}

func TestATransitionThatSomebodyElseMadeMeanwhileIsAConflict(t *testing.T) {
	b := newBench(t)
	key := b.file()
	b.sim.Break(jirasim.DoTransition, jirasim.Fault{Status: 409})
	require.Equal(t, bot.Conflict, bot.KindOf(b.client.Transition(t.Context(), key, "Start work")))
}

func TestDoctorNamesWhatIsMissing(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		require.Empty(t, b.client.Doctor(t.Context()))
		b.sim.Deny("ADD_COMMENTS", "TRANSITION_ISSUES")
		require.Equal(t, []string{
			"jira: permission ADD_COMMENTS in project HELP, to answer",
			"jira: permission TRANSITION_ISSUES in project HELP, to move tickets",
		}, b.client.Doctor(t.Context()))
		b.sim.Deny("BROWSE_PROJECTS")
		require.Equal(t, []string{"jira: project HELP, or the permission to see it"}, b.client.Doctor(t.Context()))
	})
}

func TestDoctorNamesAFieldThatIsNotThere(t *testing.T) {
	b := newBench(t, func(_ *jirasim.Options, c *jira.Config) { c.Fields = map[string]string{"source": "customfield_99"} })
	require.Equal(t, []string{`jira: field customfield_99, configured for the answer "source"`}, b.client.Doctor(t.Context()))
}

func TestDoctorSaysThatTheTokenIsNotTaken(t *testing.T) {
	b := newBench(t)
	b.sim.Revoke(true)
	missing := b.client.Doctor(t.Context())
	require.Len(t, missing, 1)
	require.Contains(t, missing[0], "status 401")
}
