package wording_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// records are what inquiries are answered from.
type records struct {
	list  []bot.Conversation
	taken []bot.Booking
	down  error
}

func (r records) Conversation(_ context.Context, key bot.TicketKey) (bot.Conversation, error) {
	if i := slices.IndexFunc(r.list, func(c bot.Conversation) bool { return c.Key == key }); i >= 0 {
		return r.list[i], r.down
	}
	return bot.Conversation{Key: key}, r.down
}

func (r records) Conversations(_ context.Context, states ...bot.State) ([]bot.Conversation, error) {
	var list []bot.Conversation
	for _, c := range r.list {
		if slices.Contains(states, c.State) {
			list = append(list, c)
		}
	}
	return list, r.down
}

func (r records) History(context.Context, bot.TicketKey) ([]bot.Audit, error) {
	var story []bot.Audit
	for i := range 17 {
		story = append(story, bot.Audit{At: filed.Add(time.Duration(i) * time.Minute), Actor: "clock", What: fmt.Sprintf("decision %d", i+1)})
	}
	return story, r.down
}

func (r records) Taken(context.Context, time.Time, bot.TicketKey) ([]bot.Booking, uint64, error) {
	return r.taken, 1, r.down
}

func inquiries(t *testing.T, r records) wording.Inquiries {
	w := world(t)
	w.Tenant = nil
	return wording.Inquiries{Records: r, World: func() rules.World { return w }, House: func() bot.House { return house }}
}

// everyState is a request in every state, and the special cases of some.
func everyState(t *testing.T) []bot.Conversation {
	var list []bot.Conversation
	add := func(s bot.State, change func(*bot.Conversation)) {
		c := conversation(t, s)
		c.Key, c.Tenant = bot.TicketKey(fmt.Sprintf("HELP-%d", len(list)+1)), "ABCD"
		if change != nil {
			change(&c)
		}
		list = append(list, c)
	}
	for _, s := range bot.States {
		add(s, nil)
	}
	add(bot.Collecting, func(c *bot.Conversation) { c.Spoke = filed })
	add(bot.Confirmed, func(c *bot.Conversation) { c.Stopped = &bot.Stopped{At: filed, Missing: []string{"no room"}} })
	add(bot.Confirmed, func(c *bot.Conversation) { c.Booked.Begun = true })
	add(bot.Running, func(c *bot.Conversation) {
		c.Run.Tasks, c.Run.Finish, c.Run.Late = 12, instant("2024-10-10 04:05"), true
	})
	add(bot.Running, func(c *bot.Conversation) { c.Run.Question = "Was task 21 done?" })
	add(bot.Running, func(c *bot.Conversation) { c.Run.Wish = bot.WishRollBack })
	add(bot.Running, func(c *bot.Conversation) { c.Run.ID = "" })
	add(bot.Failed, func(c *bot.Conversation) { c.Run.Problem = "énough" })
	return list
}

func TestAnswers(t *testing.T) {
	q := inquiries(t, records{list: everyState(t)})
	var p page
	ask := func(title string, asked bot.Question) {
		text, err := q.Answer(t.Context(), asked, filed)
		require.NoError(t, err)
		p.add(title, text.Text.String())
	}
	ask("status", bot.Question{Topic: bot.AboutStatus})
	ask("list", bot.Question{Topic: bot.AboutList})
	for _, c := range everyState(t) {
		ask("status of "+string(c.Key)+", "+string(c.State), bot.Question{Topic: bot.AboutStatus, Ticket: c.Key})
	}
	ask("show a stopped one", bot.Question{Topic: bot.AboutRequest, Ticket: "HELP-13"})
	ask("windows", bot.Question{Topic: bot.AboutWindows})
	ask("windows of one", bot.Question{Topic: bot.AboutWindows, Ticket: "HELP-2"})
	ask("holidays", bot.Question{Topic: bot.AboutHolidays, Region: "SG", Year: 2026})
	p.compare(t, "answers")
}

func TestHomes(t *testing.T) {
	var p page
	viewer := bot.Standing{Approver: true, Person: bot.Person{Slack: "U1"}}
	add := func(title string, r records) {
		h, err := inquiries(t, r).Home(t.Context(), viewer, filed)
		require.NoError(t, err)
		p.add(title, homeText(h))
	}
	add("every state", records{list: everyState(t)})
	add("nothing open", records{})
	viewer = bot.Standing{Refusal: bot.NotListed}
	add("somebody who does not decide", records{list: everyState(t)})
	viewer = bot.Standing{Refusal: bot.CannotCheck}
	add("nobody knows who", records{list: everyState(t)})
	p.compare(t, "home")
}

func homeText(h bot.Home) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s\n%s\n%s\n", h.Title, h.Summary, strings.Join(h.Notes, "\n"))
	for _, section := range h.Sections {
		fmt.Fprintf(&s, "--- %s\n", section.Title)
		for _, e := range section.Entries {
			fmt.Fprintf(&s, "%s <%s> %d/%d\n   %s\n", e.Title, e.Link, e.Done, e.All, strings.Join(e.Lines, "\n   "))
			for _, b := range e.Buttons {
				fmt.Fprintf(&s, "   [%s]\n", b.Label)
			}
		}
		for _, l := range append(section.Lines, section.More) {
			fmt.Fprintf(&s, "%s\n", l)
		}
	}
	return s.String()
}

func TestShadowShowsOnTheHome(t *testing.T) {
	q := inquiries(t, records{})
	q.House = func() bot.House { return bot.House{TicketURL: house.TicketURL, Shadow: true} }
	h, err := q.Home(t.Context(), bot.Standing{Approver: true}, filed)
	require.NoError(t, err)
	require.Contains(t, h.Notes[0], "Shadow mode")
}

// What is offered satisfies every rule, also when the form was open for a while.
func TestChoicesCanBeProposed(t *testing.T) {
	busy := []bot.Booking{
		{ID: "X-1/A", Booking: rules.Booking{Interval: hours("2024-10-09 02:30", 6), Environments: []string{"ABCD_test"}}},
		{ID: "X-2/A", Held: true, Booking: rules.Booking{Interval: hours("2024-10-10 12:00", 2), Environments: []string{"else"}}},
	}
	for _, s := range []bot.State{bot.Collecting, bot.Proposed, bot.Confirmed} {
		c := conversation(t, s)
		c.Tenant = "ABCD"
		q := inquiries(t, records{list: []bot.Conversation{c}, taken: busy})
		choices, err := q.Choices(t.Context(), c.Key, filed)
		require.NoError(t, err)
		require.Len(t, choices.Windows, 6)
		require.Empty(t, choices.None)
		perDay := map[string]int{}
		for i, w := range choices.Windows {
			reasons, err := q.Against(t.Context(), c.Key, w.Window, filed.Add(15*time.Minute))
			require.NoError(t, err)
			require.Empty(t, reasons, "%s", w.When)
			require.Contains(t, w.Local, "in Singapore")
			perDay[w.Window.Start.Format(time.DateOnly)]++
			if i > 0 {
				require.True(t, w.Window.Start.After(choices.Windows[i-1].Window.Start), "in order of time")
			}
		}
		for day, n := range perDay {
			require.LessOrEqual(t, n, 2, day)
		}
	}
}

func TestWhatSpeaksAgainstAWindow(t *testing.T) {
	c := conversation(t, bot.Proposed)
	c.Tenant = "ABCD"
	q := inquiries(t, records{list: []bot.Conversation{c}})
	for start, want := range map[string]string{
		"2024-10-12 02:00": "at a weekend",
		"2024-10-31 02:00": "Deepavali",
		"2024-10-08 02:00": "business days",
		"2024-10-10 02:00": "",
		"2024-10-10 22:00": "", // an exception, which the engineers may make
	} {
		reasons, err := q.Against(t.Context(), c.Key, hours(start, 2), filed)
		require.NoError(t, err)
		if want == "" {
			require.Empty(t, reasons, start)
			continue
		}
		require.Contains(t, strings.Join(reasons, " "), want, start)
	}
}

func TestNoWindowAtAll(t *testing.T) {
	c := conversation(t, bot.Collecting)
	q := inquiries(t, records{list: []bot.Conversation{c}})
	w := world(t)
	w.Policy.Freezes = []rules.Freeze{{Interval: rules.Interval{Start: filed, End: filed.AddDate(1, 0, 0)}, Reason: "year's end"}}
	q.World = func() rules.World { return w }

	choices, err := q.Choices(t.Context(), c.Key, filed)
	require.NoError(t, err)
	require.Empty(t, choices.Windows)
	require.Contains(t, choices.None, "year's end")
	for _, key := range []bot.TicketKey{"", c.Key} {
		text, err := q.Answer(t.Context(), bot.Question{Topic: bot.AboutWindows, Ticket: key}, filed)
		require.NoError(t, err)
		require.Regexp(t, "Nothing is free|No window works", text.Text.String())
	}
}

func TestPointInTimeIsKeptInMind(t *testing.T) {
	c := conversation(t, bot.Collecting, func(a *ticket.Answers) {
		a.Kind = ticket.PointInTime
	})
	c.Tenant = "ABCD"
	choices, err := inquiries(t, records{list: []bot.Conversation{c}}).Choices(t.Context(), c.Key, filed)
	require.NoError(t, err)
	require.True(t, choices.Windows[0].Window.Start.After(filed.Add(336*time.Hour)), "14 days of notice")
}

func TestRecordsThatCantBeRead(t *testing.T) {
	away := errors.New("away")
	q := inquiries(t, records{list: everyState(t), down: away})
	for _, asked := range []bot.Question{
		{Topic: bot.AboutStatus}, {Topic: bot.AboutList}, {Topic: bot.AboutWindows},
		{Topic: bot.AboutRequest, Ticket: "HELP-2"}, {Topic: bot.AboutWindows, Ticket: "HELP-2"},
	} {
		_, err := q.Answer(t.Context(), asked, filed)
		require.ErrorIs(t, err, away, "%+v", asked)
	}
	_, err := q.Choices(t.Context(), "HELP-2", filed)
	require.ErrorIs(t, err, away)
	_, err = q.Against(t.Context(), "HELP-2", hours("2024-10-10 02:00", 2), filed)
	require.ErrorIs(t, err, away)
	_, err = q.Home(t.Context(), bot.Standing{Approver: true}, filed)
	require.ErrorIs(t, err, away)
}
