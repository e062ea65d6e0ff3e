package wording_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// requests are the cases that a first reply has to deal with.
var requests = []struct {
	name  string
	spoil func(*ticket.Answers)
}{
	{"clean", func(*ticket.Answers) {}},
	{"a holiday, a weekend, users not answered", func(a *ticket.Answers) {
		a.Windows = []ticket.Window{window("2024-10-31 02:00", 2), window("2024-10-12 02:00", 2)}
		a.Preserve = ticket.Preserve{}
	}},
	{"a holiday of two regions", func(a *ticket.Answers) {
		a.Windows = []ticket.Window{window("2025-01-01 10:00", 2), window("2025-01-02 10:00", 2)}
	}},
	{"outside hours", func(a *ticket.Answers) {
		a.Windows = []ticket.Window{window("2024-10-10 21:00", 2), window("2024-10-10 23:00", 2)}
	}},
	{"one good, one too early", func(a *ticket.Answers) {
		a.Windows = []ticket.Window{window("2024-10-10 02:00", 2), window("2024-10-08 02:00", 2)}
	}},
	{"three hours, another zone", func(a *ticket.Answers) {
		a.Windows = []ticket.Window{window("2024-10-10 02:00", 3), window("2024-10-10 08:00", 2, ticket.NotUTC)}
		a.Windows[1].Zone, a.Windows[1].Written = "SGT", "10 Oct 16:00-18:00 SGT"
	}},
	{"an ambiguous date and an unreadable one", func(a *ticket.Answers) {
		a.Windows = []ticket.Window{
			{Written: "09/10/2024 10:00-12:00", Doubts: []ticket.Doubt{ticket.AmbiguousDate}, ProposedAt: filed, Readings: []ticket.Reading{
				{Start: instant("2024-10-09 10:00"), End: instant("2024-10-09 12:00")},
				{Start: instant("2024-11-09 10:00"), End: instant("2024-11-09 12:00")},
			}},
			{Written: "sometime next week", Doubts: []ticket.Doubt{ticket.Unreadable}, ProposedAt: filed},
		}
	}},
	{"nothing but a wish", func(a *ticket.Answers) { *a = ticket.Answers{Kind: ticket.Standard} }},
	{"a foreign target", func(a *ticket.Answers) { a.Target = &ticket.Environment{Written: "WXYZ_prod"} }},
	{"a target that nobody has", func(a *ticket.Answers) { a.Target = &ticket.Environment{Written: "NOBO_prod"} }},
	{"source is target, users: maybe", func(a *ticket.Answers) {
		a.Source = &ticket.Environment{Written: "ABCD_test"}
		a.Preserve = ticket.Preserve{Answer: ticket.Neither, Written: "maybe"}
	}},
	{"users kept, other schema version", func(a *ticket.Answers) {
		a.Target = &ticket.Environment{Written: "ABCD_uat"}
		a.Preserve = ticket.Preserve{Answer: ticket.Yes, Written: "yes"}
	}},
	{"go-live, and flags wished", func(a *ticket.Answers) {
		a.Source, a.Target = a.Target, a.Source
		a.CopiesConfiguration = &ticket.Remark{Written: "please copy the config flags too"}
	}},
	{"point in time, too old", func(a *ticket.Answers) {
		a.Kind = ticket.PointInTime
		a.PointInTime = &ticket.Instant{At: instant("2024-09-30 12:00"), Written: "30 Sep 12:00"}
		a.Windows = []ticket.Window{window("2024-10-22 02:00", 2), window("2024-10-23 02:00", 2)}
	}},
	{"a schema update", func(a *ticket.Answers) {
		*a = ticket.Answers{Kind: ticket.SchemaUpdate, Environments: []ticket.Environment{{Written: "ABCD_test"}, {Written: "ABCD_uat"}}, Windows: a.Windows,
			VersionChosen: &ticket.Remark{Written: "to 24.2"}}
	}},
	{"the form contradicts the text", func(a *ticket.Answers) {
		a.Contradictions = []ticket.Contradiction{{Question: ticket.AskTarget, Field: "ABCD_test", Text: "ABCD_uat"}}
	}},
	{"assumptions", func(a *ticket.Answers) {
		a.Windows = []ticket.Window{
			window("2024-10-10 02:00", 2, ticket.ZoneAssumed, ticket.EndAssumed, ticket.YearAssumed),
			window("2024-10-11 02:00", 2, ticket.ZoneAssumed, ticket.RelativeDate),
		}
	}},
}

func TestCheckReply(t *testing.T) {
	var p page
	for _, r := range requests {
		a := answers()
		r.spoil(&a)
		p.add(r.name, wording.CheckReply(rules.Judge(a, world(t), filed), filed).String())
	}
	onPremise := world(t)
	onPremise.Tenant = &onPremise.Registry.Tenants[2]
	p.add("on premise", wording.CheckReply(rules.Judge(answers(), onPremise, filed), filed).String())
	nobody := world(t)
	nobody.Tenant = nil
	p.add("no tenant", wording.CheckReply(rules.Judge(answers(), nobody, filed), filed).String())
	p.compare(t, "check")
}

func TestSilenceOnOtherTickets(t *testing.T) {
	require.Empty(t, wording.CheckReply(rules.Judge(ticket.Answers{Kind: ticket.Unknown}, world(t), filed), filed))
}

// TestTheFirstReplyIsTheCheckedOne holds check to what is said on the ticket.
func TestTheFirstReplyIsTheCheckedOne(t *testing.T) {
	for _, r := range requests {
		c := conversation(t, bot.Collecting, r.spoil)
		if o := c.Verdict.Outcome; o == rules.Ready || o == rules.Exception {
			c.State = bot.Proposed
		}
		require.Equal(t, wording.CheckReply(c.Verdict, filed).String(), render(c, bot.ShowStatus{}), r.name)
	}
}

// TestForeignReadsLikeMissing holds every public text about another tenant's
// environment to that about one that nobody has.
func TestForeignReadsLikeMissing(t *testing.T) {
	foreign := func(name string) bot.Conversation {
		c := conversation(t, bot.Collecting, func(a *ticket.Answers) {
			a.Source = &ticket.Environment{Written: name}
			a.Preserve = ticket.Preserve{Answer: ticket.Neither, Written: "maybe"}
		})
		if c.Verdict.ForeignEnvironment != "" {
			c.State = bot.Declined
		}
		return c
	}
	theirs, nobodys := foreign("WXYZ_prod"), foreign("WXYZ_prd")
	require.Equal(t, bot.Declined, theirs.State)
	for _, e := range []bot.Effect{
		bot.ShowStatus{},
		bot.TellClient{Topic: bot.ToldVerdict, Changed: []ticket.Question{ticket.AskSource}},
		bot.TellClient{Topic: bot.ToldNothing}, bot.TellClient{Topic: bot.ToldNudge}, bot.TellClient{Topic: bot.ToldStatus},
	} {
		again := render(nobodys, e)
		require.Contains(t, again, "WXYZ_prd")
		require.Equal(t, render(theirs, e), replaceAll(again, "WXYZ_prd", "WXYZ_prod"))
	}
}

func TestWhatClientsRead(t *testing.T) {
	var p page
	tell := func(name string, c bot.Conversation, e bot.TellClient) { p.add(name, render(c, e)) }
	weekend := func(a *ticket.Answers) { a.Windows[1] = window("2024-10-12 02:00", 2) }
	neither := func(a *ticket.Answers) {
		weekend(a)
		a.Windows = a.Windows[1:]
		a.Preserve = ticket.Preserve{Answer: ticket.Neither, Written: "hm"}
	}
	schema := func(a *ticket.Answers) {
		*a = ticket.Answers{Kind: ticket.SchemaUpdate, Environments: []ticket.Environment{{Written: "ABCD_test"}}, Windows: a.Windows}
	}
	keep := func(a *ticket.Answers) { a.Preserve.Answer = ticket.Yes }
	windows := []ticket.Question{ticket.AskWindows}

	tell("verdict: ready now", conversation(t, bot.Proposed), bot.TellClient{Topic: bot.ToldVerdict, Changed: windows})
	tell("verdict: one window of two", conversation(t, bot.Proposed, weekend), bot.TellClient{Topic: bot.ToldVerdict, Changed: windows})
	tell("verdict: still open", conversation(t, bot.Collecting, neither), bot.TellClient{Topic: bot.ToldVerdict, Changed: windows, Unknown: []int{7}})
	tell("verdict: voided", conversation(t, bot.Proposed), bot.TellClient{Topic: bot.ToldVerdict, Changed: []ticket.Question{ticket.AskPreserve}, Voided: true})
	tell("verdict: the confirmation stands", conversation(t, bot.Confirmed), bot.TellClient{Topic: bot.ToldVerdict})
	tell("status: waits for the client", conversation(t, bot.Collecting, neither), bot.TellClient{Topic: bot.ToldStatus})
	tell("status: waits for the engineers", conversation(t, bot.Proposed, weekend), bot.TellClient{Topic: bot.ToldStatus})
	tell("nothing read", conversation(t, bot.Collecting, neither), bot.TellClient{Topic: bot.ToldNothing})
	tell("confirmed", conversation(t, bot.Confirmed), bot.TellClient{Topic: bot.ToldConfirmed})
	tell("confirmed: users kept", conversation(t, bot.Confirmed, keep), bot.TellClient{Topic: bot.ToldConfirmed})
	tell("confirmed: schema", conversation(t, bot.Confirmed, schema), bot.TellClient{Topic: bot.ToldConfirmed})
	tell("reminder, a day", conversation(t, bot.Confirmed), bot.TellClient{Topic: bot.ToldReminder, Ahead: 24 * time.Hour})
	tell("reminder, an hour, schema", conversation(t, bot.Confirmed, schema), bot.TellClient{Topic: bot.ToldReminder, Ahead: time.Hour})
	tell("rejected", conversation(t, bot.Declined), bot.TellClient{Topic: bot.ToldRejected, Reason: "The storage is moved that week.\nPlease ask again in November."})
	tell("question", conversation(t, bot.Collecting), bot.TellClient{Topic: bot.ToldQuestion, Reason: "Who tests the copy on your side?"})
	tell("nudge", conversation(t, bot.Collecting, neither), bot.TellClient{Topic: bot.ToldNudge})
	tell("closed", conversation(t, bot.Cancelled), bot.TellClient{Topic: bot.ToldClosed})
	tell("handed over", conversation(t, bot.HandedOver), bot.TellClient{Topic: bot.ToldHandedOver})
	tell("handed over, confirmed", conversation(t, bot.Confirmed), bot.TellClient{Topic: bot.ToldHandedOver})
	tell("cancelled by the client", conversation(t, bot.Cancelled), bot.TellClient{Topic: bot.ToldCancelled})
	tell("cancelled by the engineers", conversation(t, bot.Cancelled), bot.TellClient{Topic: bot.ToldCancelled, By: "engineers", Reason: "Doubled, see HELP-6."})
	tell("cancelled while running", conversation(t, bot.Running), bot.TellClient{Topic: bot.ToldCancelled})
	tell("too late", conversation(t, bot.Running), bot.TellClient{Topic: bot.ToldTooLate})
	tell("delayed", conversation(t, bot.Confirmed), bot.TellClient{Topic: bot.ToldDelayed})
	overdue := conversation(t, bot.Running)
	overdue.Run.Finish = instant("2024-10-10 04:40")
	tell("late", overdue, bot.TellClient{Topic: bot.ToldLate})
	tell("done", conversation(t, bot.Done), bot.TellClient{Topic: bot.ToldDone})
	tell("done: users kept", conversation(t, bot.Done, keep), bot.TellClient{Topic: bot.ToldDone})
	tell("done: schema", conversation(t, bot.Done, schema), bot.TellClient{Topic: bot.ToldDone})
	tell("failed", conversation(t, bot.Failed), bot.TellClient{Topic: bot.ToldFailed})
	tell("rolled back", conversation(t, bot.Cancelled), bot.TellClient{Topic: bot.ToldRolledBack})
	lapsed := conversation(t, bot.Lapsed, weekend)
	tell("lapsed", lapsed, bot.TellClient{Topic: bot.ToldLapsed})
	tell("stopped at the window's end", lapsed, bot.TellClient{Topic: bot.ToldStopped})
	tell("nobody confirmed in time", conversation(t, bot.Collecting, weekend), bot.TellClient{Topic: bot.ToldLapsed})
	engineers := conversation(t, bot.Collecting)
	engineers.Offers = []bot.Offer{{Number: 3, Window: hours("2024-10-16 02:00", 2), Open: true, By: "Mia"}}
	tell("proposal", engineers, bot.TellClient{Topic: bot.ToldProposal, Number: 3, Reason: "Thursday's slot is taken by a storage move."})
	tell("proposal instead of what was confirmed", engineers, bot.TellClient{Topic: bot.ToldProposal, Number: 3, Voided: true})
	p.compare(t, "client")
}

func TestTheLivingReply(t *testing.T) {
	var p page
	for _, s := range bot.States {
		if s == bot.Silent {
			continue
		}
		c := conversation(t, s)
		p.add(string(s), render(c, bot.ShowStatus{}))
	}
	p.compare(t, "status")
}

// Why it is not known whether a day is a holiday.
func TestCalendarUnknown(t *testing.T) {
	for want, facts := range map[string]rules.Facts{
		"I don't know the public holidays in Singapore on Thu 31 Oct 2024, so the engineers have to agree to it.":               {Date: "2024-10-31"},
		"I could not read the calendar of holidays in Singapore yet, so the engineers have to agree to it.":                     {Stale: true},
		"I could not refresh the calendar of holidays in Singapore since Sun 6 Oct 2024, so the engineers have to agree to it.": {Stale: true, Since: instant("2024-10-06 10:00")},
	} {
		facts.Region = "SG"
		require.Equal(t, want, wording.Finding(rules.Finding{Code: rules.WindowCalendarUnknown, Facts: facts}))
	}
}

func TestFindings(t *testing.T) {
	require.Equal(t, "Sat 9 Aug 2025 is a public holiday in Singapore: National Day.",
		wording.Finding(rules.Finding{Code: rules.WindowHoliday, Facts: rules.Facts{Date: "2025-08-09", Region: "SG", Holiday: "National Day"}}))
	var p page
	for _, code := range rules.Codes() {
		for _, severity := range []rules.Severity{rules.Error, rules.Info} {
			text := wording.Finding(rules.Finding{Code: code, Severity: severity, Facts: rules.Facts{
				Written: "their words", Names: []string{"ABCD_prod", "ABCD_test"}, Earliest: filed, Latest: filed.Add(48 * time.Hour),
				Window: hours("2024-10-10 23:00", 2), Other: hours("2024-10-11 00:00", 2), Zone: "IST", Hours: "01:00-20:30",
				Holiday: "Deepavali", Region: "SG", Date: "2024-10-31", Estimated: true, Reason: "year-end closing", Notice: "2bd",
				Needed: 2, Found: 1, Versions: [2]string{"24.3", "24.1"}, Length: 2 * time.Hour, Question: ticket.AskTarget, Field: "ABCD_uat",
				Readings: []ticket.Reading{
					{Start: instant("2024-10-09 10:00"), End: instant("2024-10-09 12:00"), Zone: "India"},
					{Start: instant("2024-10-09 14:00"), End: instant("2024-10-09 16:00"), Zone: "Israel"},
				},
			}})
			require.NotEqual(t, string(code), text, "no words for a code")
			p.add(string(code)+", "+string(severity), text)
		}
	}
	p.compare(t, "findings")
}
