package jira_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/jira"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

func TestVisibilityFollowsTheTypeOfTheText(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		id, err := b.client.Reply(t.Context(), key, "HELP-1/1/0", public("Thank you."))
		require.NoError(t, err)
		_, err = b.client.Note(t.Context(), key, "HELP-1/1/1", internal("Looks odd."))
		require.NoError(t, err)

		view := b.view(key)
		require.Len(t, view.Public(), 1)
		require.Equal(t, string(id), view.Public()[0].ID)
		require.Equal(t, "Thank you.", view.Public()[0].Body)
		require.JSONEq(t, `{"key":"HELP-1/1/0"}`, string(view.Public()[0].Properties["refreshbot.effect"]))
		require.Len(t, view.Internal(), 1)
		require.Equal(t, "Looks odd.", view.Internal()[0].Body)
	})
}

func TestATextThatIsTooLongIsCutAndNotLost(t *testing.T) {
	long := strings.Repeat("{words} ", 8000)
	for name, text := range map[string]bot.Text{
		"one line":   words(long),
		"two lines":  {{Kind: bot.Paragraph, Lines: []bot.Line{{plain(long)}, {plain(long)}}}},
		"one piece":  {{Kind: bot.Quote, Lines: []bot.Line{{strong(long), code(long)}}}},
		"many lines": {{Kind: bot.Bullets, Lines: slices.Repeat([]bot.Line{{plain("a window")}}, 9000)}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			key := b.file()
			text = append(append(words("It begins."), text...), words("It ends.")...)
			_, err := b.client.Reply(t.Context(), key, "HELP-1/1/0", bot.PublicText{Text: text})
			require.NoError(t, err)
			body := b.view(key).Comments[0].Body
			require.Greater(t, len(body), 8000)
			require.True(t, strings.HasPrefix(body, "It begins.\n\n"))
			require.True(t, strings.HasSuffix(body, "\n\nIt ends."))
			require.Contains(t, body, "…")
		})
	}
}

func TestRewriteChangesTheCommentInPlace(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		id, err := b.client.Reply(t.Context(), key, "HELP-1/1/0", public("Waiting."))
		require.NoError(t, err)
		require.NoError(t, b.client.Rewrite(t.Context(), key, id, "HELP-1/2/0", public("Confirmed.")))

		view := b.view(key)
		require.Len(t, view.Comments, 1)
		require.Equal(t, "Confirmed.", view.Comments[0].Body)
		require.True(t, view.Comments[0].Public)
		require.JSONEq(t, `{"key":"HELP-1/2/0"}`, string(view.Comments[0].Properties["refreshbot.effect"]))
	})
}

func TestRewriteOfADeletedCommentIsNotFound(t *testing.T) {
	for name, fault := range map[string]*jirasim.Fault{"answered 404": nil, "answered 400": {Status: 400}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			key := b.file()
			id, err := b.client.Reply(t.Context(), key, "HELP-1/1/0", public("Waiting."))
			require.NoError(t, err)
			b.sim.DeleteComment(string(key), string(id))
			if fault != nil {
				b.sim.Break(jirasim.ChangeComment, *fault)
			}
			err = b.client.Rewrite(t.Context(), key, id, "HELP-1/2/0", public("Confirmed."))
			require.Equal(t, bot.NotFound, bot.KindOf(err))
		})
	}
}

func TestSentFindsWhatAWriteWithoutAnAnswerDid(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		attempt := b.clock.now
		b.sim.Break(jirasim.AddComment, jirasim.Fault{Cut: true, Done: true})
		_, err := b.client.Reply(t.Context(), key, "HELP-1/1/0", public("Thank you."))
		require.Equal(t, bot.Ambiguous, bot.KindOf(err))

		id, found, err := b.client.Sent(t.Context(), key, "HELP-1/1/0", attempt)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, b.view(key).Comments[0].ID, string(id))
	})
}

func TestSentFindsNothingWhereNothingHappened(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		b.sim.Comment(string(key), "Dana Reyes", "HELP-1/1/0")
		b.sim.Break(jirasim.AddComment, jirasim.Fault{Cut: true})
		_, err := b.client.Reply(t.Context(), key, "HELP-1/1/0", public("Thank you."))
		require.Equal(t, bot.Ambiguous, bot.KindOf(err))
		_, found, err := b.client.Sent(t.Context(), key, "HELP-1/1/0", b.clock.now)
		require.NoError(t, err)
		require.False(t, found)
	})
}

// After a restored backup a living comment is found whichever drawing it shows.
func TestSentFindsAnyDrawing(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		row := func(version bot.Version) bot.OutboxRow {
			m := bot.Message{Key: bot.KeyOf(key, version, 0), Ticket: key, Living: bot.StatusReply}
			return bot.OutboxRow{Message: m, Epoch: "c0ffee", Again: true}
		}
		_, err := b.client.Reply(t.Context(), key, bot.KeyOf(key, 1, 1)+"/c0ffee", public("Not this one."))
		require.NoError(t, err)
		_, found, err := b.client.Sent(t.Context(), key, row(1).SoughtAs(), b.clock.now)
		require.NoError(t, err)
		require.False(t, found)
		id, err := b.client.Reply(t.Context(), key, row(1).SentAs(), public("Thank you."))
		require.NoError(t, err)
		require.NoError(t, b.client.Rewrite(t.Context(), key, id, row(7).SentAs(), public("Confirmed.")))
		got, found, err := b.client.Sent(t.Context(), key, row(2).SoughtAs(), b.clock.now)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, id, got)
	})
}

func TestSentKnowsAKeyFromBeforeTheInstantForAnother(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		id, err := b.client.Reply(t.Context(), key, "HELP-1/1/0", public("Thank you."))
		require.NoError(t, err)
		b.clock.pass(time.Hour)
		_, found, err := b.client.Sent(t.Context(), key, "HELP-1/1/0", b.clock.now)
		require.NoError(t, err)
		require.False(t, found, "written an hour before the attempt")

		require.NoError(t, b.client.Rewrite(t.Context(), key, id, "HELP-1/2/0", public("Confirmed.")))
		got, found, err := b.client.Sent(t.Context(), key, "HELP-1/2/0", b.clock.now)
		require.NoError(t, err)
		require.True(t, found, "changed since")
		require.Equal(t, id, got)
	})
}

func TestSentLooksThroughEveryPage(t *testing.T) {
	b := newBench(t, func(o *jirasim.Options, _ *jira.Config) { o.PageSize = 7 })
	key := b.file()
	for n := range 70 {
		_, err := b.client.Note(t.Context(), key, bot.KeyOf(key, bot.Version(n), 0), internal("…"))
		require.NoError(t, err)
	}
	_, found, err := b.client.Sent(t.Context(), key, bot.KeyOf(key, 69, 0), b.clock.now)
	require.NoError(t, err)
	require.True(t, found)
}
