package slack_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// records are conversations in memory; while down is set they can't be read.
type records struct {
	mu    sync.Mutex
	list  []bot.Conversation
	taken []bot.Booking
	down  error
}

func (r *records) put(list ...bot.Conversation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range list {
		r.list = slices.DeleteFunc(r.list, func(o bot.Conversation) bool { return o.Key == c.Key })
		r.list = append(r.list, c)
	}
}

func (r *records) breakDown(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down = err
}

func (r *records) Conversation(_ context.Context, key bot.TicketKey) (bot.Conversation, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.list {
		if c.Key == key {
			return c, r.down
		}
	}
	return bot.Conversation{Key: key}, r.down
}

func (r *records) Conversations(_ context.Context, states ...bot.State) ([]bot.Conversation, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []bot.Conversation
	for _, c := range r.list {
		if len(states) == 0 || slices.Contains(states, c.State) {
			list = append(list, c)
		}
	}
	return list, r.down
}

func (r *records) History(_ context.Context, key bot.TicketKey) ([]bot.Audit, error) {
	return []bot.Audit{{Ticket: key, At: monday, Actor: "client", What: "judged: ready <!channel>"}}, nil
}

func (r *records) Taken(context.Context, time.Time, bot.TicketKey) ([]bot.Booking, uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.taken, 1, r.down
}

var errAway = errors.New("the store is away")

// monday is when every request of the tests came in; it is the clock's start.
var monday = time.Date(2024, 10, 7, 9, 0, 0, 0, time.UTC)

// days is the calendar of every test. It takes a while to make.
var days = sync.OnceValues(func() (*calendar.Calendar, error) { return calendar.New(calendar.Config{}) })

// world is one tenant's, in Singapore.
func world() (rules.World, error) {
	c, err := days()
	if err != nil {
		return rules.World{}, err
	}
	singapore, err := time.LoadLocation("Asia/Singapore")
	w := rules.World{Policy: rules.DefaultPolicy(), Calendar: c, Registry: &rules.Registry{Tenants: []rules.Tenant{{
		Name: "ABCD", Regions: []string{"SG"}, Zone: singapore,
		Environments: []rules.Environment{{Name: "ABCD_prod", Role: ticket.Production}, {Name: "ABCD_test", Role: ticket.Test}},
	}}}}
	return w, err
}

// window starts on a day of October 2024 and is two hours long.
func window(day, hour int) ticket.Window {
	start := time.Date(2024, 10, day, hour, 0, 0, 0, time.UTC)
	return ticket.Window{Start: start, End: start.Add(2 * time.Hour), ProposedAt: monday}
}

// request is a conversation in a state, about two windows.
func request(t *testing.T, key bot.TicketKey, s bot.State) bot.Conversation {
	t.Helper()
	w, err := world()
	require.NoError(t, err)
	w.Tenant = &w.Registry.Tenants[0]
	a := ticket.Answers{
		Kind:   ticket.Standard,
		Source: &ticket.Environment{Written: "ABCD_prod"}, Target: &ticket.Environment{Written: "ABCD_test"},
		Windows:  []ticket.Window{window(10, 2), window(11, 2)},
		Preserve: ticket.Preserve{Answer: ticket.No, Written: "no"},
	}
	c := bot.Conversation{
		Key: key, State: s, Version: 3, Card: 1, Tenant: "ABCD", Answers: a, Labels: []string{"A", "B"},
		Reporter: bot.Person{Jira: "j-mia", Name: "Mia <!channel>", Email: "mia@abcd.example"},
		Verdict:  rules.Judge(a, w, monday),
	}
	switch s {
	case bot.Confirmed, bot.Running, bot.Failed:
		c.Booked = &bot.Booked{Label: "A", Window: rules.Interval{Start: a.Windows[0].Start, End: a.Windows[0].End}}
	}
	switch s {
	case bot.Running, bot.Failed:
		c.Run = &bot.Progress{ID: bot.RunID(key) + "-1", State: bot.RunRunning, Tasks: 12, Finish: a.Windows[0].Start.Add(65 * time.Minute)}
	}
	if s == bot.Failed {
		c.Run.Problem = "task 10: no room on <disk>"
	}
	return c
}

// inquiries are the product's own, over the records.
func (r *records) inquiries(t *testing.T) bot.Inquiries {
	t.Helper()
	w, err := world()
	require.NoError(t, err)
	return wording.Inquiries{
		Records: r, World: func() rules.World { return w },
		House: func() bot.House { return bot.House{TicketURL: "https://desk.example/browse/"} },
	}
}
