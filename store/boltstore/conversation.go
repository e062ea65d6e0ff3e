package boltstore

import (
	"context"
	"slices"

	"github.com/refreshbot/refreshbot/bot"
)

// Conversation returns a ticket's conversation; see bot.Conversations.
func (s *Store) Conversation(ctx context.Context, ticket bot.TicketKey) (c bot.Conversation, err error) {
	err = s.view(ctx, "read conversation "+string(ticket), func(t tx) error {
		c, err = t.conversation(ticket)
		return err
	})
	return c, err
}

func (t tx) conversation(ticket bot.TicketKey) (bot.Conversation, error) {
	c, ok, err := get[bot.Conversation](t.in(inConversations), named(ticket))
	if !ok {
		c.Key = ticket
	}
	return c, err
}

// Conversations returns those in the states; see bot.Conversations.
func (s *Store) Conversations(ctx context.Context, states ...bot.State) (all []bot.Conversation, err error) {
	err = s.view(ctx, "list conversations", func(t tx) error {
		all, err = list[bot.Conversation](t.in(inConversations), nil)
		return err
	})
	if len(states) > 0 {
		all = slices.DeleteFunc(all, func(c bot.Conversation) bool { return !slices.Contains(states, c.State) })
	}
	return all, err
}

// History returns a ticket's audit trail; see bot.Conversations.
func (s *Store) History(ctx context.Context, ticket bot.TicketKey) (trail []bot.Audit, err error) {
	err = s.view(ctx, "read history of "+string(ticket), func(t tx) error {
		trail, err = list[bot.Audit](t.in(inAudit), named(ticket))
		return err
	})
	return trail, err
}
