package control

import (
	"context"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
)

// Records is the part of a Handler that looks things up for operators, and takes
// up again what was given up.
type Records interface {
	// Requests returns the requests that are in one of the states, or all where
	// none are given, sorted by key.
	Requests(ctx context.Context, states []bot.State) ([]Request, error)
	// Story returns everything that is kept about a ticket. NotFound: nothing is.
	Story(ctx context.Context, ticket bot.TicketKey) (Story, error)
	// Messages returns the messages that are in one of the states, or all where
	// none are given, oldest first and without their words.
	Messages(ctx context.Context, states []bot.DeliveryState) ([]bot.OutboxRow, error)
	// Resend has a message tried again that was given up. Conflict: it was not;
	// NotFound: there is none of that key.
	Resend(ctx context.Context, key bot.EffectKey) error
}

// A Request is a request in a line. Its JSON is what `refreshbot requests list`
// prints: fields are added, never renamed.
type Request struct {
	Key          bot.TicketKey   `json:"key"`
	State        bot.State       `json:"state"`
	Kind         string          `json:"kind"` // a ticket.Kind
	Tenant       string          `json:"tenant"`
	Reporter     string          `json:"reporter"`
	Source       string          `json:"source"` // empty where not read, and of a schema update
	Target       string          `json:"target"`
	Environments []string        `json:"environments"` // of a schema update
	Window       *rules.Interval `json:"window"`       // confirmed; null: none is
	Waits        string          `json:"waits"`        // what stands in its way or comes next, for people
}

// A Story is everything that is kept about one ticket. Its JSON is what
// `refreshbot requests show` prints.
type Story struct {
	Request      Request          `json:"request"`
	Conversation bot.Conversation `json:"conversation"` // as stores keep it
	History      []bot.Audit      `json:"history"`      // the audit trail, oldest first
	Messages     []bot.OutboxRow  `json:"messages"`     // oldest first
	Run          *bot.RunReport   `json:"run"`          // null: none was ordered
}

// The calls of Records.
const (
	callRequests = "/requests"
	callStory    = "/story"
	callMessages = "/messages"
	callResend   = "/resend"
)

// Requests is Records'.
func (c *Client) Requests(ctx context.Context, states []bot.State) (all []Request, err error) {
	err = c.call(ctx, callRequests, states, &all)
	return all, err
}

// Story is Records'.
func (c *Client) Story(ctx context.Context, ticket bot.TicketKey) (s Story, err error) {
	err = c.call(ctx, callStory, ticket, &s)
	return s, err
}

// Messages is Records'.
func (c *Client) Messages(ctx context.Context, states []bot.DeliveryState) (all []bot.OutboxRow, err error) {
	err = c.call(ctx, callMessages, states, &all)
	return all, err
}

// Resend is Records'.
func (c *Client) Resend(ctx context.Context, key bot.EffectKey) error {
	return c.call(ctx, callResend, key, &nothing{})
}
