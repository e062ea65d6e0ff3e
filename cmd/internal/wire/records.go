package wire

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
)

// Requests implements control.Handler.
func (o Office) Requests(ctx context.Context, states []bot.State) ([]control.Request, error) {
	list, err := o.Store.Conversations(ctx, states...)
	if err != nil {
		return nil, err
	}
	all := make([]control.Request, len(list))
	for i, c := range list {
		all[i] = request(c)
	}
	slices.SortFunc(all, func(a, b control.Request) int { return byKey(a.Key, b.Key) })
	return all, nil
}

// request says a conversation in a line.
func request(c bot.Conversation) control.Request {
	r := control.Request{
		Key: c.Key, State: c.State, Kind: string(c.Verdict.Kind), Tenant: c.Tenant,
		Reporter: cmp.Or(c.Reporter.Email, c.Reporter.Name, c.Reporter.Jira),
		Source:   c.Verdict.Source, Target: c.Verdict.Target, Environments: c.Verdict.Environments,
		Waits: wording.Render(c, bot.ShowCard{}, "", bot.House{}).Card.State,
	}
	if c.Booked != nil {
		r.Window = &c.Booked.Window
	}
	return r
}

// byKey compares keys as people count: HELP-9 comes before HELP-10.
func byKey(a, b bot.TicketKey) int {
	projectA, numberA, _ := strings.Cut(string(a), "-")
	projectB, numberB, _ := strings.Cut(string(b), "-")
	nA, _ := strconv.Atoi(numberA) // what is no number comes first
	nB, _ := strconv.Atoi(numberB)
	return cmp.Or(cmp.Compare(projectA, projectB), cmp.Compare(nA, nB), cmp.Compare(a, b))
}

// Story implements control.Handler.
func (o Office) Story(ctx context.Context, ticket bot.TicketKey) (s control.Story, err error) {
	if s.Conversation, err = o.Store.Conversation(ctx, ticket); err != nil {
		return s, err
	}
	if s.History, err = o.Store.History(ctx, ticket); err != nil {
		return s, err
	}
	if s.Conversation.Version == 0 && len(s.History) == 0 {
		return s, bot.Errorf(bot.NotFound, "tell of "+string(ticket), "nothing is known of that ticket")
	}
	s.Request = request(s.Conversation)
	if r := s.Conversation.Run; r != nil && r.ID != "" {
		s.Run = o.run(ctx, *r)
	}
	s.Messages, err = o.Store.Messages(ctx, ticket)
	return s, err
}

// run tells of a run task by task or, where the engine can't, what the
// conversation knows of it.
func (o Office) run(ctx context.Context, known bot.Progress) *bot.RunReport {
	report, err := o.Engine.Report(ctx, known.ID)
	if err != nil {
		return &bot.RunReport{Run: known.ID, State: known.State, Problem: "its journal can't be told: " + err.Error()}
	}
	return &report
}

// Messages implements control.Handler.
func (o Office) Messages(ctx context.Context, states []bot.DeliveryState) ([]bot.OutboxRow, error) {
	all, err := o.Store.Messages(ctx, "")
	all = slices.DeleteFunc(all, func(r bot.OutboxRow) bool {
		return len(states) > 0 && !slices.Contains(states, r.State)
	})
	for i := range all { // who wants to read them looks at the ticket's story
		m := &all[i].Message
		m.Public, m.Inside, m.Card, m.Plan = nil, nil, nil, nil
	}
	return all, err
}

// Resend implements control.Handler.
func (o Office) Resend(ctx context.Context, key bot.EffectKey) error {
	all, err := o.Store.Messages(ctx, key.Ticket())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(r bot.OutboxRow) bool { return r.Message.Key == key })
	switch op := "retry message " + string(key); {
	case i < 0:
		return bot.Errorf(bot.NotFound, op, "there is no such message")
	case all[i].State != bot.Dead:
		return bot.Errorf(bot.Conflict, op, "it is %s: only what was given up (%s) is tried again", all[i].State, bot.Dead)
	}
	if err := o.Store.Settle(ctx, key, bot.Outcome{State: bot.Waiting, At: o.Clock.Now()}); err != nil {
		return err
	}
	o.rouse()
	return nil
}
