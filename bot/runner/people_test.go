package runner_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// newRules returns the world that the simulation's requests are judged in.
func newRules(t testing.TB) rules.World {
	days, err := calendar.New(calendar.Config{})
	require.NoError(t, err)
	return rules.World{Policy: rules.DefaultPolicy(), Calendar: days, Registry: &rules.Registry{Tenants: []rules.Tenant{
		{Name: "ABCD", EmailDomains: []string{"abcd.example"}, Environments: []rules.Environment{
			{Name: "ABCD_prod", Role: ticket.Production}, {Name: "ABCD_test", Role: ticket.Test}, {Name: "ABCD_uat", Role: ticket.UAT},
		}},
		{Name: "WXYZ", EmailDomains: []string{"wxyz.example"}, Environments: []rules.Environment{
			{Name: "WXYZ_prod", Role: ticket.Production}, {Name: "WXYZ_test", Role: ticket.Test},
		}},
	}}}
}

// A request is a client with a wish, and how far the client is with it.
type request struct {
	key    bot.TicketKey
	client bot.Person
	asks   string // all but the windows
	text   string // as it is filed
	fickle bool   // may withdraw it

	filed, cancelled bool
	presses          int
	pressed          time.Time // when engineers last did
	answered         int       // the highest number of a window that was suggested when the client answered last
}

// newRequests draws who wants what: some want the same windows, some forget one.
func (s *simulation) newRequests() []*request {
	ann, zoe := bot.Person{Jira: "ann", Email: "ann@abcd.example"}, bot.Person{Jira: "zoe", Email: "zoe@wxyz.example"}
	s.rules.Policy.Capacity = 1 + s.random.IntN(2)
	wanted := []struct {
		client bot.Person
		source string
		target string
	}{{ann, "ABCD_prod", "ABCD_test"}, {zoe, "WXYZ_prod", "WXYZ_test"}, {ann, "ABCD_prod", "ABCD_uat"}}
	var all []*request
	for i, w := range wanted[:1+s.random.IntN(3)] {
		asks := fmt.Sprintf("Please refresh.\nSource: %s\nTarget: %s\nPreserve users: no\n", w.source, w.target)
		text := asks + "Window 1: Tue 12 May 2026, 09:00-11:00 UTC\n"
		if s.random.IntN(4) > 0 {
			text += "Window 2: Wed 13 May 2026, 09:00-11:00 UTC\n"
		}
		all = append(all, &request{
			key: bot.TicketKey(fmt.Sprint("HELP-", i+1)), client: w.client,
			asks: asks, text: text, fickle: s.random.IntN(6) == 0,
		})
	}
	return all
}

// somebody lets some of the people do what they would do now.
func (s *simulation) somebody() {
	for _, r := range s.requests {
		switch s.random.IntN(6) {
		case 0:
			s.client(r)
		case 1:
			s.engineers(r)
		}
	}
	s.collect()
}

// clients lets every client do so, and reports whether any had something to say.
func (s *simulation) clients() (spoke bool) {
	for _, r := range s.requests {
		spoke = s.client(r) || spoke
	}
	s.collect()
	return spoke
}

// client is what a client does who has read the bot's reply: takes the windows
// that it suggests, or withdraws the request.
func (s *simulation) client(r *request) (spoke bool) {
	if !r.filed {
		s.tell("%s files %s", r.client.Jira, r.key)
		s.world.file(r.key, r.client, r.text)
		r.filed = true
		return true
	}
	heard := slices.ContainsFunc(s.world.said(), func(u utterance) bool { return u.Ticket == r.key && u.Kind == bot.TicketReply })
	if !heard || r.cancelled {
		return false
	}
	if r.fickle && s.random.IntN(8) == 0 {
		r.cancelled = true
		s.tell("%s on %s: cancel", r.client.Jira, r.key)
		s.world.say(r.key, r.client, "cancel")
		return true
	}
	return s.answer(r)
}

// answer takes what was suggested last, once for each suggestion: one window by
// its number, or all of them by an edit of the ticket.
func (s *simulation) answer(r *request) (spoke bool) {
	c, err := s.disk.Conversation(s.t.Context(), r.key)
	require.NoError(s.t, err)
	offers := slices.DeleteFunc(slices.Clone(c.Offers), func(o bot.Offer) bool { return !o.Open || o.Number <= r.answered })
	if !c.Asking() || len(offers) == 0 {
		return false
	}
	r.answered = offers[len(offers)-1].Number
	if s.random.IntN(2) == 0 {
		text := fmt.Sprint("option ", offers[s.random.IntN(len(offers))].Number)
		s.tell("%s on %s: %s", r.client.Jira, r.key, text)
		s.world.say(r.key, r.client, text)
		return true
	}
	text := r.asks
	for i, o := range offers {
		text += fmt.Sprintf("Window %d: %s-%s UTC\n", i+1, o.Window.Start.Format("Mon 2 January 2006, 15:04"), o.Window.End.Format("15:04"))
	}
	s.tell("%s edits %s: %q", r.client.Jira, r.key, text)
	s.world.edit(r.key, text)
	return true
}

// engineers is what they do who see a card with the button: one of them presses
// it, or two at once.
func (s *simulation) engineers(r *request) {
	if s.watch.Now().Before(r.pressed.Add(time.Minute)) {
		return // who has pressed waits what comes of it
	}
	both := []bot.Person{{Slack: "U1"}, {Slack: "U2"}}
	for _, e := range both[s.random.IntN(2):] {
		if s.world.press(r.key, e, bot.Approve) {
			r.pressed = s.watch.Now()
			r.presses++
			s.tell("%s approves %s", e.Slack, r.key)
		}
	}
}
