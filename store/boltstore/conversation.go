package boltstore

import (
	"bytes"
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
		if len(states) == 0 {
			all, err = list[bot.Conversation](t.in(inConversations), nil)
		} else {
			all, err = t.conversationsIn(states)
		}
		return err
	})
	return all, err
}

// conversationsIn returns the conversations in the states. After some years most of
// what is there are tombstones, which would take seconds to decode: a row in which
// none of the states stands, as it is written, is passed over.
func (t tx) conversationsIn(states []bot.State) (all []bot.Conversation, err error) {
	var written [][]byte
	for _, s := range states {
		written = append(written, []byte(`"state":"`+string(s)+`"`))
	}
	c := t.in(inConversations).Cursor()
	for k, data := c.First(); k != nil; k, data = c.Next() {
		if !slices.ContainsFunc(written, func(w []byte) bool { return bytes.Contains(data, w) }) {
			continue
		}
		var one bot.Conversation
		if err := decode(data, &one); err != nil {
			return nil, err
		}
		if slices.Contains(states, one.State) {
			all = append(all, one)
		}
	}
	return all, nil
}

// History returns a ticket's audit trail; see bot.Conversations.
func (s *Store) History(ctx context.Context, ticket bot.TicketKey) (trail []bot.Audit, err error) {
	err = s.view(ctx, "read history of "+string(ticket), func(t tx) error {
		trail, err = list[bot.Audit](t.in(inAudit), named(ticket))
		return err
	})
	return trail, err
}
