package bot_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/rules"
)

const clean = `Source: ABCD_prod
Target: ABCD_test
Window 1: Thu 10 October 2024, 02:00-04:00 UTC
Window 2: Fri 11 October 2024, 02:00-04:00 UTC
Preserve users: no`

// A walk is one conversation on its way through the states.
type walk struct {
	t     testing.TB
	c     bot.Conversation
	now   time.Time
	facts bot.Facts
	wake  time.Time
	runs  map[bot.RunID]int
}

func newWalk(t testing.TB) *walk {
	filed := instant(t, "2024-10-07 02:00")
	return &walk{
		t: t, c: bot.Conversation{Key: key}, now: filed, runs: map[bot.RunID]int{},
		facts: bot.Facts{
			World:    world(t),
			Estimate: &bot.Estimate{Length: 50 * time.Minute},
			House:    bot.House{People: []bot.Person{{Slack: "U-ana", Email: "ana@abcd.example"}}},
			Ticket: &bot.Ticket{
				Key: key, Summary: "Refresh of our test database", Description: clean,
				Created: filed, DescribedAt: filed, Reporter: people["reporter"],
			},
		},
	}
}

// happens steps the walk, renders what comes of it and returns the decision.
func (w *walk) happens(e bot.Event) bot.Decision {
	e.Ticket, e.At = key, w.now
	f := w.facts
	if f.Drawn.IsZero() {
		f.Drawn = w.c.Changed // cards are drawn at once
	}
	if e.Kind != bot.CommandGiven {
		f.Standing = nil
	} else if f.Standing == nil {
		f.Standing = &bot.Standing{Person: e.Command.Actor, Approver: true}
	}
	d := step(w.t, w.c, e, f, w.now)
	for i, effect := range d.Effects {
		m := wording.Render(d.Next, effect, bot.KeyOf(key, d.Next.Version, i), f.House)
		require.NotEmpty(w.t, m.Kind)
	}
	if d.Order != nil {
		w.runs[d.Order.ID]++
		require.Equal(w.t, 1, w.runs[d.Order.ID], "run %s ordered again", d.Order.ID)
	}
	w.c, w.wake = d.Next, d.Wake
	return d
}

func (w *walk) touch() bot.Decision { return w.happens(bot.Event{Kind: bot.TicketTouched}) }

func (w *walk) command(v bot.Verb, choice string) bot.Decision {
	return w.happens(bot.Event{Kind: bot.CommandGiven, Command: &bot.Command{
		Verb: v, Actor: people["Mia"], Surface: bot.SlackThread, Choice: choice, Reason: "because",
		Window: rules.Interval{Start: instant(w.t, "2024-10-16 02:00"), End: instant(w.t, "2024-10-16 04:00")},
	}})
}

func (w *walk) ring() bot.Decision { return w.happens(bot.Event{Kind: bot.TimerRang}) }

func (w *walk) report(r bot.RunReport) bot.Decision {
	if w.c.Run != nil {
		r.Run, r.Seq = w.c.Run.ID, w.c.Run.Seq+1
	}
	return w.happens(bot.Event{Kind: bot.RunReported, Run: &r})
}

// sleep moves the clock to an instant and rings on the way.
func (w *walk) sleep(until time.Time) {
	for !w.wake.IsZero() && !w.wake.After(until) {
		w.now = maxTime(w.now, w.wake)
		w.ring()
	}
	w.now = maxTime(w.now, until)
}

// reach leads a conversation to a state.
func reach(t testing.TB, s bot.State) *walk {
	w := newWalk(t)
	if s == "" {
		return w
	}
	if s == bot.Collecting {
		w.facts.Ticket.Description = "Source: ABCD_prod\nTarget: ABCD_test"
	}
	if s == bot.Silent {
		w.facts.Ticket.Summary, w.facts.Ticket.Description = "Printer", "The printer is on fire."
	}
	w.touch()
	start := instant(t, "2024-10-10 02:00")
	switch s {
	case bot.Confirmed, bot.Running, bot.Done, bot.Failed, bot.Lapsed:
		w.command(bot.Approve, "A")
	case bot.Declined:
		w.command(bot.Reject, "")
	case bot.Cancelled:
		w.command(bot.CancelRequest, "")
	case bot.HandedOver:
		w.command(bot.Mute, "")
	}
	switch s {
	case bot.Running, bot.Done, bot.Failed:
		w.sleep(start)
	case bot.Lapsed:
		w.now = start.Add(time.Hour + 50*time.Minute) // the bot was down
		w.ring()
	}
	switch s {
	case bot.Done:
		w.report(bot.RunReport{State: bot.RunSucceeded})
	case bot.Failed:
		w.report(bot.RunReport{State: bot.RunFailed, Problem: "disk full"})
	}
	require.Equal(t, s, w.c.State)
	return w
}

// every calls f with a fresh conversation in each state.
func every(t *testing.T, f func(*testing.T, *walk)) {
	for _, s := range append([]bot.State{""}, bot.States[:]...) {
		t.Run("state="+string(s), func(t *testing.T) { f(t, reach(t, s)) })
	}
}

func TestEveryStateTakesEveryEvent(t *testing.T) {
	every(t, func(t *testing.T, w *walk) {
		for _, kind := range bot.EventKinds {
			again := *w
			again.runs = map[bot.RunID]int{}
			e := bot.Event{Kind: kind}
			switch kind {
			case bot.CommandGiven:
				continue // every verb, below
			case bot.RunReported:
				e.Run = &bot.RunReport{Run: "HELP-7-1", Seq: 99, State: bot.RunSucceeded}
			case bot.SecurityNoticed:
				e.Notice = &bot.Notice{What: "webhook with a wrong signature", Source: "203.0.113.9"}
			}
			d := again.happens(e)
			switch kind {
			case bot.RunReported:
				require.Equal(t, bot.RunID("HELP-7-1"), d.Settle, "a run's last report is dealt with in every state")
			case bot.SecurityNoticed:
				require.Contains(t, d.Effects, bot.RaiseAlert{Topic: bot.AlertOutside, What: "webhook with a wrong signature", Who: "203.0.113.9"})
			case bot.StoreRestored:
				request := w.c.State != "" && w.c.State != bot.Silent
				require.Equal(t, request, slices.Contains(d.Effects, bot.Effect(bot.ShowCard{})), "every request has a card")
				require.Equal(t, request, d.Next.Behind, "what its ticket says may have been answered")
				touched := again.happens(bot.Event{Kind: bot.TicketTouched})
				require.False(t, touched.Next.Behind, "it was read")
			case bot.TicketTouched:
				if w.c.State != "" {
					require.Empty(t, d.Effects, "an unchanged ticket")
				}
			}
		}
	})
}

// Where a verb is obeyed, what follows; everywhere else it is refused by name.
var obeyed = map[bot.State]map[bot.Verb]bot.State{
	"":             {},
	bot.Silent:     {}, // Release reads the ticket and finds nothing
	bot.Collecting: {bot.Release: bot.Collecting, bot.Reject: bot.Declined, bot.Propose: bot.Collecting, bot.Ask: bot.Collecting, bot.CancelRequest: bot.Cancelled, bot.Mute: bot.HandedOver},
	bot.Lapsed:     {bot.Reject: bot.Declined, bot.Propose: bot.Collecting, bot.Ask: bot.Lapsed, bot.CancelRequest: bot.Cancelled, bot.Mute: bot.HandedOver},
	bot.Declined:   {bot.Ask: bot.Declined, bot.CancelRequest: bot.Cancelled, bot.Mute: bot.HandedOver},
	bot.Proposed: {
		bot.Approve: bot.Confirmed, bot.Reject: bot.Declined, bot.Propose: bot.Collecting, bot.Ask: bot.Proposed,
		bot.Hold: bot.Proposed, bot.Release: bot.Proposed, bot.CancelRequest: bot.Cancelled, bot.Mute: bot.HandedOver,
	},
	bot.Confirmed: {
		bot.Propose: bot.Collecting, bot.Ask: bot.Confirmed, bot.Hold: bot.Confirmed, bot.CancelRequest: bot.Cancelled, bot.Mute: bot.HandedOver,
	},
	bot.Running:    {bot.CancelRequest: bot.Running, bot.Mute: bot.Running},
	bot.Done:       {bot.RollBack: bot.Running},
	bot.Failed:     {bot.Retry: bot.Running, bot.RollBack: bot.Running},
	bot.Cancelled:  {bot.Release: bot.Proposed},
	bot.HandedOver: {bot.Release: bot.Proposed, bot.CancelRequest: bot.Cancelled},
}

func TestEveryStateTakesEveryVerb(t *testing.T) {
	every(t, func(t *testing.T, w *walk) {
		for _, verb := range append(bot.Verbs[:], "dance") {
			again := *w
			again.runs = map[bot.RunID]int{}
			d := again.command(verb, "A")
			next, ok := obeyed[w.c.State][verb]
			if ok {
				require.Equal(t, next, d.Next.State, "%s", verb)
				require.False(t, refused(d), "%s is obeyed", verb)
				require.NotEmpty(t, d.Audit, "%s leaves no trace", verb)
				continue
			}
			require.Equal(t, w.c.State, d.Next.State, "%s", verb)
			require.True(t, refused(d), "%s is refused by name", verb)
		}
	})
}

// refused reports whether the actor alone is told something.
func refused(d bot.Decision) bool {
	return slices.ContainsFunc(d.Effects, func(e bot.Effect) bool { _, ok := e.(bot.Whisper); return ok })
}

func TestNobodyElseDecides(t *testing.T) {
	for refusal, alerted := range map[bot.Refusal]bool{
		bot.NotListed: true, bot.IsGuest: true, bot.IsBot: true, bot.IsDeleted: true, bot.CannotCheck: false,
	} {
		w := reach(t, bot.Proposed)
		w.facts.Standing = &bot.Standing{Person: people["Sam"], Refusal: refusal}
		d := w.command(bot.Approve, "A")
		require.Equal(t, bot.Proposed, d.Next.State, refusal)
		require.True(t, refused(d), refusal)
		require.Equal(t, alerted, slices.ContainsFunc(d.Effects, func(e bot.Effect) bool { _, ok := e.(bot.RaiseAlert); return ok }), refusal)
	}
}

func TestTheRequesterNeverApproves(t *testing.T) {
	for name, me := range map[string]bot.Person{
		"by Jira":              {Slack: "U1", Jira: "j-ana"},
		"by e-mail":            {Slack: "U1", Email: "ANA@abcd.example"},
		"by the people's list": {Slack: "U-ana"},
	} {
		w := reach(t, bot.Proposed)
		w.facts.Standing = &bot.Standing{Person: me, Approver: true}
		d := w.happens(bot.Event{Kind: bot.CommandGiven, Command: &bot.Command{Verb: bot.Approve, Choice: "A", Actor: me, Surface: bot.SlackCard, Token: w.c.Token()}})
		require.Equal(t, bot.Proposed, d.Next.State, name)
		require.True(t, refused(d), name)
	}
}

// A window is approved in words only once the card shows what the client wants now:
// who spoke before may have meant something else.
func TestWordsBeforeTheCard(t *testing.T) {
	for _, c := range []struct {
		surface bot.Surface
		drawn   time.Duration // after the words; negative: before
		counts  bool
	}{
		{bot.SlackThread, -time.Second, true},
		{bot.SlackThread, 0, true},
		{bot.SlackThread, time.Second, false},
		{bot.SlackCommand, time.Second, false},
		{bot.CommandLine, time.Second, true}, // who types there reads the store
	} {
		w := reach(t, bot.Proposed)
		require.False(t, w.c.Changed.IsZero())
		w.now = w.now.Add(time.Minute)
		w.facts.Drawn = w.now.Add(c.drawn)
		d := w.happens(bot.Event{Kind: bot.CommandGiven, Command: &bot.Command{Verb: bot.Approve, Choice: "A", Actor: people["Mia"], Surface: c.surface}})
		require.Equal(t, c.counts, d.Next.State == bot.Confirmed, c)
		require.Equal(t, !c.counts, refused(d), c)
	}
}

// Who changes a request and then cancels it, before either is read, has cancelled
// it; also where an engineer had done so before.
func TestCancelledInTheSameTurn(t *testing.T) {
	for _, state := range []bot.State{bot.Proposed, bot.Confirmed, bot.Cancelled} {
		w := reach(t, state)
		changed := *w.facts.Ticket
		changed.Description = strings.Replace(clean, "Preserve users: no", "Preserve users: yes", 1)
		require.NotEqual(t, clean, changed.Description)
		changed.Comments = append(slices.Clone(changed.Comments), bot.Comment{
			ID: "99", Author: people["reporter"], Body: "please cancel this request", Created: w.now, Edited: w.now, Public: true,
		})
		w.facts.Ticket = &changed
		d := w.touch()
		require.Equal(t, bot.Cancelled, d.Next.State, state)
		require.Contains(t, d.Effects, bot.Effect(bot.TellClient{Topic: bot.ToldCancelled}), state)
	}
}

// What was released when its start was stopped is not taken up again when its client
// has cancelled it since.
func TestReleaseBeforeTheCard(t *testing.T) {
	for drawn, counts := range map[time.Duration]bool{-time.Second: true, time.Second: false} {
		w := reach(t, bot.Confirmed)
		changed := *w.facts.Ticket
		changed.Comments = append(slices.Clone(changed.Comments), bot.Comment{
			ID: "99", Author: people["reporter"], Body: "please cancel this request", Created: w.now, Edited: w.now, Public: true,
		})
		w.facts.Ticket = &changed
		require.Equal(t, bot.Cancelled, w.touch().Next.State)
		w.now = w.now.Add(time.Minute)
		w.facts.Drawn = w.now.Add(drawn)
		d := w.command(bot.Release, "")
		require.Equal(t, !counts, refused(d), drawn)
		require.Equal(t, !counts, d.Next.State == bot.Cancelled, drawn)
	}
}

// A click on a card of which nothing is known, since a backup was restored, has it
// drawn as things stand.
func TestUnknownCardIsDrawnOver(t *testing.T) {
	w := reach(t, bot.Collecting)
	require.False(t, w.c.Carded)
	d := w.happens(bot.Event{Kind: bot.CommandGiven, Command: &bot.Command{
		Verb: bot.Approve, Choice: "A", Actor: people["Mia"], Surface: bot.SlackCard, Token: "of another card",
	}})
	require.True(t, refused(d))
	require.True(t, d.Next.Carded)
	require.Contains(t, d.Effects, bot.ShowCard{})
}

// What a restored backup does not know and what is closed by now is drawn over as
// that; more is heard of what is open.
func TestUnknownRequestIsDrawnOver(t *testing.T) {
	for closed, want := range map[bool]bot.State{true: bot.Cancelled, false: ""} {
		w := newWalk(t)
		w.facts.Ticket.Closed = closed
		d := w.happens(bot.Event{Kind: bot.CommandGiven, Command: &bot.Command{
			Verb: bot.Approve, Choice: "A", Actor: people["Mia"], Surface: bot.SlackCard, Token: "of another card",
		}})
		require.True(t, refused(d))
		require.Equal(t, want, d.Next.State)
		require.Equal(t, closed, slices.Contains(d.Effects, bot.Effect(bot.ShowCard{})))
		require.Equal(t, closed, slices.Contains(d.Effects, bot.Effect(bot.ShowStatus{})))
	}
}

// On the command line the audit trail is the answer: it says which event it came
// from and why nothing was done, in full.
func TestRefusedOnTheCommandLine(t *testing.T) {
	w := reach(t, bot.Proposed)
	command := func(choice string) bot.Decision {
		return w.happens(bot.Event{ID: "cli/1", Kind: bot.CommandGiven, Command: &bot.Command{
			Verb: bot.Approve, Choice: choice, Actor: people["Mia"], Surface: bot.CommandLine,
		}})
	}
	d := command("Q")
	require.Empty(t, d.Effects)
	require.Equal(t, "cli/1", d.Audit[0].Source)
	require.Equal(t, bot.WhyNoWindow, d.Audit[0].Refused.Why)
	require.Equal(t, "Q", d.Audit[0].Refused.Label)

	d = command("A")
	require.Equal(t, bot.Confirmed, d.Next.State)
	for _, a := range d.Audit {
		require.Equal(t, "cli/1", a.Source)
		require.Nil(t, a.Refused)
	}
}

// TestRandomWalks lets anything happen in any order: nothing panics, and what
// step checks holds all the way.
func TestRandomWalks(t *testing.T) {
	const walks, steps = 16, 40
	for seed := range uint64(walks) {
		w := newWalk(t)
		r := rand.New(rand.NewPCG(seed, 1))
		for range steps {
			w.random(r)
		}
	}
}

// random lets one thing happen.
func (w *walk) random(r *rand.Rand) {
	switch r.IntN(10) {
	case 0, 1:
		w.say(r)
	case 2, 3, 4:
		verb := bot.Verbs[r.IntN(len(bot.Verbs))]
		labels := append([]string{"", "A", "1", "Z"}, w.c.Labels...)
		w.command(verb, labels[r.IntN(len(labels))])
	case 5, 6:
		w.sleep(w.now.Add(time.Duration(r.IntN(3000)) * time.Minute))
	case 7:
		w.now = w.now.Add(time.Duration(r.IntN(600)) * time.Minute) // down meanwhile
		w.ring()
	case 8:
		states := []bot.RunState{bot.RunPending, bot.RunRunning, bot.RunSucceeded, bot.RunFailed, bot.RunRolledBack}
		w.report(bot.RunReport{Run: "HELP-7-1", Seq: r.IntN(5), State: states[r.IntN(len(states))], Swapped: r.IntN(3) == 0, Finish: w.now.Add(time.Hour)})
	default:
		w.facts.House.Shadow = r.IntN(8) == 0
		w.facts.House.Manual = r.IntN(4) == 0
		w.touch()
	}
}

// The bot closes what is rejected, and goes on if its client answers; where somebody
// else was there before it, that is the end of it.
func TestWhoClosesWhatWasRejected(t *testing.T) {
	for _, c := range []struct {
		name  string
		shuts []bool // whether the bot or somebody else does it, one after the other
		want  bot.State
	}{
		{"the bot", []bool{true}, bot.Proposed},
		{"the bot, and a rule of the help center moves it on", []bool{true, false}, bot.Proposed},
		{"an agent", []bool{false}, bot.Cancelled},
		{"an agent, and then the bot as well", []bool{false, true}, bot.Cancelled},
	} {
		w := reach(t, bot.Proposed)
		w.facts.House.Transitions = map[string]string{"declined": "Decline"}
		w.command(bot.Reject, "")
		w.hear("Thu 17 October 2024 02:00-04:00 UTC or Fri 18 October 2024 02:00-04:00 UTC")
		require.Equal(t, bot.Proposed, w.c.State, c.name)
		for _, shut := range c.shuts {
			k := *w.facts.Ticket
			k.Closed, k.Shut = true, shut
			w.facts.Ticket = &k
			w.touch()
		}
		require.Equal(t, c.want, w.c.State, c.name)
	}
}

// say has somebody write on the ticket, or change it.
func (w *walk) say(r *rand.Rand) {
	sayings := []string{
		"1", "2", "17", "yes", "no", "cancel", "status", "human", "thanks", "maybe we could meet at 5?",
		"Thu 17 October 2024 02:00-04:00 UTC", "Sat 19 October 2024 02:00-04:00 UTC", "Target: WXYZ_prod", "Target: ABCD_test",
		"tomorrow 10:00", "Source: ABCD_test\nTarget: ABCD_prod", "Preserve users: yes", "09/11/2024 10:00-12:00",
	}
	words := sayings[r.IntN(len(sayings))]
	k := *w.facts.Ticket
	switch r.IntN(12) {
	case 0:
		k.Description, k.DescribedAt = clean+"\n"+words, w.now
	case 1:
		k.Closed, k.Shut = !k.Closed, r.IntN(2) == 0
	case 2:
		w.facts.Ticket = nil
		w.touch()
	default:
		w.hear(words)
		return
	}
	w.facts.Ticket = &k
	w.touch()
}

// hear has the reporter write a comment.
func (w *walk) hear(words string) bot.Decision {
	k := *w.facts.Ticket
	k.Comments = append(slices.Clone(k.Comments), bot.Comment{
		ID: fmt.Sprint(len(k.Comments)), Author: people["reporter"], Body: words, Created: w.now, Edited: w.now, Public: true,
	})
	w.facts.Ticket = &k
	return w.touch()
}
