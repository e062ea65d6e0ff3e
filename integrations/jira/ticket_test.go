package jira_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/jira"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

func TestTicketIsReadWhole(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		b.clock.pass(time.Hour)
		b.sim.Fill(string(key), "Dana Reyes", "customfield_10071", "ABCD_prod")
		b.sim.Fill(string(key), "Dana Reyes", "customfield_10072", map[string]any{"id": "7", "value": "ABCD_test"})
		b.sim.Label(string(key), "Ivo Petrov", "no-bot")
		b.sim.Join(string(key), "Omar Haddad")

		got := b.ticket(key)
		require.Equal(t, key, got.Key)
		require.Equal(t, "HELP", got.Project)
		require.Equal(t, "Refresh ABCD_test", got.Summary)
		require.Equal(t, "Please copy ABCD_prod to ABCD_test.", got.Description)
		require.Equal(t, start, got.Created)
		require.Equal(t, start, got.DescribedAt)
		require.Equal(t, "dana@abcd.example", got.Reporter.Email)
		require.Equal(t, "Dana Reyes", got.Reporter.Name)
		require.NotEmpty(t, got.Reporter.Jira)
		require.Equal(t, []string{"ABCD Shipping"}, got.Organizations)
		require.Len(t, got.Participants, 1)
		require.Equal(t, "Omar Haddad", got.Participants[0].Name)
		require.Equal(t, "Waiting for support", got.Status)
		require.False(t, got.Closed)
		require.Equal(t, []string{"no-bot"}, got.Labels)
		require.Equal(t, map[string]string{"source": "ABCD_prod", "target": "ABCD_test"}, got.Fields)
	})
}

func TestDescribedAtIsTheLastEditOfTheDescription(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		for range 2 {
			b.clock.pass(time.Hour)
			b.sim.Edit(string(key), "Dana Reyes", "Please copy ABCD_prod to ABCD_uat.")
		}
		edited := b.clock.now
		for n := range 120 { // more than Cloud sends along, all of them later
			b.clock.pass(time.Minute)
			b.sim.Rename(string(key), "Ivo Petrov", fmt.Sprintf("Refresh, take %d", n))
		}
		require.Equal(t, edited, b.ticket(key).DescribedAt)
	})
}

func TestCommentsTellWhoMaySeeThemAndWhoWroteThem(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		b.clock.pass(time.Minute)
		said := b.sim.Comment(string(key), "Dana Reyes", "Tuesday is fine.")
		b.clock.pass(time.Minute)
		b.sim.Note(string(key), "Ivo Petrov", "/refresh hold")
		b.clock.pass(time.Minute)
		_, err := b.client.Note(t.Context(), key, "HELP-1/1/0", internal("Seen."))
		require.NoError(t, err)
		b.clock.pass(time.Minute)
		b.sim.EditComment(string(key), said, "Wednesday is fine.")

		got := b.ticket(key).Comments
		require.Len(t, got, 3)
		require.Equal(t, bot.Comment{
			ID: said, Author: got[0].Author, Body: "Wednesday is fine.",
			Created: start.Add(time.Minute), Edited: b.clock.now, Public: true,
		}, got[0])
		require.Equal(t, "Dana Reyes", got[0].Author.Name)
		require.False(t, got[1].Public)
		require.True(t, got[1].Insider, "an agent")
		require.Equal(t, got[1].Created, got[1].Edited)
		require.True(t, got[2].Own)
		require.False(t, got[2].Public)
		require.False(t, got[2].Insider)
	})
}

func TestAnEmployeeWhoTakesPartAsAClientIsNoInsider(t *testing.T) {
	b := newBench(t)
	key := b.file()
	b.sim.Comment(string(key), "Ivo Petrov", "I could do Tuesday.")
	require.True(t, b.ticket(key).Comments[0].Insider)
	b.sim.Join(string(key), "Ivo Petrov")
	require.False(t, b.ticket(key).Comments[0].Insider)
}

func TestManyCommentsComeInPages(t *testing.T) {
	small := func(o *jirasim.Options, _ *jira.Config) { o.PageSize = 7 }
	for name, dialect := range map[string]func(*jirasim.Options, *jira.Config){"cloud": small, "data center": dataCenter} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, dialect, small)
			key := b.file()
			for n := range 20 {
				b.sim.Comment(string(key), "Dana Reyes", fmt.Sprint(n))
			}
			got := b.ticket(key).Comments
			require.Len(t, got, 20)
			require.Equal(t, "0", got[0].Body)
			require.Equal(t, "19", got[19].Body)
		})
	}
}

func TestATicketSharedWithNobodyHasItsReportersOrganizations(t *testing.T) {
	b := newBench(t)
	key := b.file()
	b.sim.Unshare(string(key), "Dana Reyes")
	require.Equal(t, []string{"ABCD Shipping"}, b.ticket(key).Organizations)

	b.sim.Break(jirasim.ListOrganizations, jirasim.Fault{Status: 403})
	require.Empty(t, b.ticket(key).Organizations, "the bot may not ask")
}

// The vendor says "not found" too where the bot has lost its sight: that must not
// look as if everything had been deleted.
func TestABotThatLostItsSightIsDenied(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		b.ticket(key)
		b.sent.strip = true
		_, err := b.client.Ticket(t.Context(), key)
		require.Equal(t, bot.Denied, bot.KindOf(err), "taken for nobody: %v", err)
		b.sent.strip = false
		b.sim.Deny("BROWSE_PROJECTS")
		_, err = b.client.Ticket(t.Context(), key)
		require.Equal(t, bot.Denied, bot.KindOf(err), "lost the project: %v", err)
	})
}

func TestWhoClosedATicket(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		require.False(t, b.ticket(key).Shut, "it is open")
		require.NoError(t, b.client.Transition(t.Context(), key, "Start work"))
		require.False(t, b.ticket(key).Shut, "it is open")
		require.NoError(t, b.client.Transition(t.Context(), key, "Mark as done"))
		require.True(t, b.ticket(key).Shut)

		b.clock.pass(time.Minute)
		b.sim.Transition(string(key), "Ivo Petrov", "Reopen")
		b.clock.pass(time.Minute)
		b.sim.Close(string(key), "Ivo Petrov")
		require.True(t, b.ticket(key).Closed)
		require.False(t, b.ticket(key).Shut, "by somebody else, in the same status")
	})
}

func TestAClosedMovedOrDeletedTicket(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		b.sim.Close(string(key), "Dana Reyes")
		require.True(t, b.ticket(key).Closed)

		moved := b.sim.Move(string(key), "Ivo Petrov", "OPS")
		got := b.ticket(key)
		require.Equal(t, bot.TicketKey(moved), got.Key)
		require.Equal(t, "OPS", got.Project)

		b.sim.Delete(moved, "Ivo Petrov")
		_, err := b.client.Ticket(t.Context(), key)
		require.Equal(t, bot.NotFound, bot.KindOf(err))
		require.ErrorContains(t, err, "jira: read HELP-1: status 404: Issue does not exist")
	})
}
