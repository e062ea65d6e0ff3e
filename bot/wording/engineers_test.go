package wording_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

func replaceAll(s, old, new string) string { return strings.ReplaceAll(s, old, new) }

func TestCards(t *testing.T) {
	var p page
	for _, s := range bot.States {
		if s != bot.Silent {
			p.add(string(s), render(conversation(t, s), bot.ShowCard{}))
		}
	}
	exception := conversation(t, bot.Proposed, func(a *ticket.Answers) {
		a.Source, a.Target = a.Target, a.Source
		a.Windows[0] = window("2024-10-10 21:00", 2)
	})
	exception.Reporter = bot.Person{Jira: "j-7", Name: "Somebody"}
	exception.Missing = []string{"a table that the profile does not know"}
	exception.Deeds = []bot.Deed{{At: filed, Who: "Mia", Verb: bot.Approve, Label: "A", Extra: true}}
	p.add("exception, go-live, reporter not known", render(exception, bot.ShowCard{}))

	stopped := conversation(t, bot.Confirmed)
	stopped.Stopped = &bot.Stopped{Missing: []string{"the source's disk is full"}, Findings: []rules.Finding{
		{Code: rules.WindowHoliday, Facts: rules.Facts{Date: "2024-10-10", Region: "SG", Holiday: "Day of Rest"}},
	}}
	p.add("confirmed, stopped", render(stopped, bot.ShowCard{}))
	byHand := conversation(t, bot.Confirmed)
	byHand.Booked.Begun = true
	p.add("confirmed, by hand", render(byHand, bot.ShowCard{}))
	foreign := conversation(t, bot.Declined, func(a *ticket.Answers) { a.Target = &ticket.Environment{Written: "WXYZ_prod"} })
	p.add("foreign environment", render(foreign, bot.ShowCard{}))
	p.compare(t, "card")
}

// topics are all that an engineer reads in a thread, with what usually comes
// with it.
var topics = []bot.TellEngineers{
	{Topic: bot.NewsApproved, By: "Mia", Label: "A"},
	{Topic: bot.NewsConfirmed, By: "Mia", Label: "A"},
	{Topic: bot.NewsRejected, By: "Mia", Text: "The storage is moved that week."},
	{Topic: bot.NewsAsked, By: "Mia", Text: "Who tests the copy?"},
	{Topic: bot.NewsProposed, By: "Mia", Label: "3"},
	{Topic: bot.NewsVoided}, {Topic: bot.NewsChanged}, {Topic: bot.NewsWaits}, {Topic: bot.NewsGone}, {Topic: bot.NewsHoldOver, Labels: []string{"A"}}, {Topic: bot.NewsHoldOver, Labels: []string{"A", "1"}},
	{Topic: bot.NewsHeld, By: "Mia"}, {Topic: bot.NewsReleased, By: "Mia"},
	{Topic: bot.NewsStopped}, {Topic: bot.NewsStopped, By: "Mia"}, {Topic: bot.NewsResumed, By: "Mia"},
	{Topic: bot.NewsByHand}, {Topic: bot.NewsStarted, By: "Mia"},
	{Topic: bot.NewsLate, At: instant("2024-10-10 04:40")}, {Topic: bot.NewsStopping}, {Topic: bot.NewsOvertime},
	{Topic: bot.NewsDone, More: []string{"41 tables copied, 3 kept", "no address outside the masked domain"}},
	{Topic: bot.NewsFailed, Text: "task 08: disk full"}, {Topic: bot.NewsQuestion, Text: "Task 21: was the swap made?"},
	{Topic: bot.NewsRetry, By: "Mia"}, {Topic: bot.NewsRollBack, By: "Mia"}, {Topic: bot.NewsRolledBack}, {Topic: bot.NewsNoWayBack, Text: "Its retention has ended."},
	{Topic: bot.NewsCancelled}, {Topic: bot.NewsCancelled, By: "Mia", Text: "Doubled."}, {Topic: bot.NewsClosed}, {Topic: bot.NewsLapsed},
	{Topic: bot.NewsShadow}, {Topic: bot.NewsTakenUp, By: "Mia"},
	{Topic: bot.NewsHandedOver, Text: bot.HandedByClient}, {Topic: bot.NewsHandedOver, Text: bot.HandedByLabel},
	{Topic: bot.NewsHandedOver, Text: bot.HandedByMute}, {Topic: bot.NewsHandedOver, Text: bot.HandedByStuck},
	{Topic: bot.NewsWords, By: "Ana", Text: "Could you do it earlier?\n<!channel> {code}"}, {Topic: bot.NewsCancelWish},
	{Topic: bot.NewsTenant}, {Topic: bot.NewsCapped}, {Topic: bot.NewsUnanswered},
}

func TestWhatEngineersRead(t *testing.T) {
	var p page
	c := conversation(t, bot.Running)
	for _, e := range topics {
		text := render(c, e)
		require.NotEmpty(t, text, e.Topic)
		p.add(string(e.Topic), text)
	}
	p.add("alert: foreign", render(c, bot.RaiseAlert{Topic: bot.AlertForeign, What: "WXYZ_prod", Who: "Ana"}))
	p.add("alert: refused", render(c, bot.RaiseAlert{Topic: bot.AlertRefused, What: "approve", Who: "Sam"}))
	p.add("alert: outside", render(c, bot.RaiseAlert{Topic: bot.AlertOutside, What: "webhook with a wrong signature", Who: "203.0.113.9"}))
	p.compare(t, "engineers")
}

func TestWhispers(t *testing.T) {
	var p page
	c := conversation(t, bot.Proposed)
	c.Renewed = bot.RenewedByClient
	for _, w := range []bot.Whisper{
		{Why: bot.WhyNotApprover, By: string(bot.NotListed)}, {Why: bot.WhyNotApprover, By: string(bot.IsGuest)},
		{Why: bot.WhyNotApprover, By: string(bot.IsBot)}, {Why: bot.WhyNotApprover, By: string(bot.IsDeleted)},
		{Why: bot.WhyNotApprover, By: string(bot.CannotCheck)},
		{Why: bot.WhyRequester}, {Why: bot.WhyOldCard}, {Why: bot.WhyAlready, By: "Tom", At: filed, Verb: bot.Approve, Label: "A"},
		{Why: bot.WhyTwice, Label: "A"}, {Why: bot.WhyState, Verb: bot.StartNow}, {Why: bot.WhyNoWindow, Label: "Z"}, {Why: bot.WhyNoWindow},
		{Why: bot.WhyNotFeasible, Label: "A", Findings: []rules.Finding{{Code: rules.WindowUnavailable, Facts: rules.Facts{Window: hours("2024-10-10 02:00", 2)}}}},
		{Why: bot.WhyNoTime}, {Why: bot.WhyForeign}, {Why: bot.WhyNoReason}, {Why: bot.WhyNotNow}, {Why: bot.WhyNoDriver}, {Why: bot.WhyMissing},
		{Why: bot.WhyShadow}, {Why: bot.WhyUnknown}, {Why: bot.WhySwapped}, {Why: bot.WhyTicketGone}, {Why: bot.WhyNothingToSay},
		{Why: bot.WhyNoRequest}, {Why: bot.WhyNoVerb, Verb: "dance"},
	} {
		text := render(c, w)
		require.NotEmpty(t, text, w.Why)
		p.add(string(w.Why), text)
	}
	p.compare(t, "whispers")
}

func TestEnvelopes(t *testing.T) {
	c := conversation(t, bot.Running)
	at := filed.Add(time.Hour)
	for name, want := range map[string]struct {
		effect bot.Effect
		kind   bot.MessageKind
		living bot.LivingName
		under  bot.LivingName
	}{
		"status":      {bot.ShowStatus{}, bot.TicketReply, bot.StatusReply, ""},
		"reply":       {bot.TellClient{Topic: bot.ToldTooLate}, bot.TicketReply, "", ""},
		"card":        {bot.ShowCard{}, bot.ChatCard, bot.RequestCard, ""},
		"progress":    {bot.ShowProgress{Report: bot.RunReport{Run: "HELP-7-1"}}, bot.ChatProgress, bot.ProgressOf("HELP-7-1"), bot.RequestCard},
		"thread":      {bot.TellEngineers{Topic: bot.NewsDone}, bot.ChatThread, "", bot.RequestCard},
		"whisper":     {bot.Whisper{Why: bot.WhyState, To: "U1", Origin: "C1", Until: at, Verb: bot.Retry}, bot.ChatWhisper, "", ""},
		"note":        {bot.NoteInside{Whisper: bot.Whisper{Why: bot.WhyRequester}}, bot.TicketInside, "", ""},
		"alert":       {bot.RaiseAlert{Topic: bot.AlertRefused, What: "approve"}, bot.ChatAlert, "", ""},
		"status move": {bot.MoveTicket{Transition: "Resolve"}, bot.TicketStatus, "", ""},
	} {
		m := wording.Render(c, want.effect, "HELP-7/3/1", house)
		require.Equal(t, bot.EffectKey("HELP-7/3/1"), m.Key, name)
		require.Equal(t, bot.TicketKey("HELP-7"), m.Ticket, name)
		require.Equal(t, want.kind, m.Kind, name)
		require.Equal(t, want.living, m.Living, name)
		require.Equal(t, want.under, m.Under, name)
	}
}

// TestShadow: nothing that a client could read leaves in shadow mode.
func TestShadow(t *testing.T) {
	shadow := bot.House{Shadow: true}
	for _, e := range []bot.Effect{bot.ShowStatus{}, bot.TellClient{Topic: bot.ToldConfirmed}} {
		m := wording.Render(conversation(t, bot.Confirmed), e, "k", shadow)
		require.Equal(t, bot.TicketInside, m.Kind)
		require.Nil(t, m.Public)
		require.Empty(t, m.Living)
		require.Contains(t, m.Inside.Text.String(), "Shadow mode")
	}
}

// TestClientsWordsStayApart: what a client wrote is a piece of its own, in whole.
func TestClientsWordsStayApart(t *testing.T) {
	const nasty = "<!channel> *bold* {macro} [link|http://x.example] %s"
	c := conversation(t, bot.Collecting, func(a *ticket.Answers) { a.Preserve = ticket.Preserve{Answer: ticket.Neither, Written: nasty} })
	m := wording.Render(c, bot.ShowStatus{}, "k", house)
	found := false
	for _, b := range m.Public.Text {
		for _, l := range b.Lines {
			for _, piece := range l {
				found = found || piece.Text == "“"+nasty+"”"
			}
		}
	}
	require.True(t, found)
}
