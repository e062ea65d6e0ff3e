package jira

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
)

// transitionProperty is a property of the ticket.
const transitionProperty = "refreshbot.transition"

// Transition moves the ticket through the transition of that name or id. A
// ticket that the same transition brought where it still is, or that is in a
// status of that name, is left alone: a transition is no longer on offer once it
// was made, so the ticket itself keeps which one that was.
func (c *Client) Transition(ctx context.Context, ticket bot.TicketKey, transition string) error {
	there, err := c.isThere(ctx, ticket, transition)
	if err != nil || there {
		return err
	}
	doing := fmt.Sprintf("move %s by %q", ticket, transition)
	path := issuePath(ticket, "transitions")
	var offer struct {
		Transitions []wireTransition `json:"transitions"`
	}
	if err := c.get(ctx, doing, path, nil, &offer); err != nil {
		return err
	}
	i := slices.IndexFunc(offer.Transitions, func(t wireTransition) bool {
		return t.ID == transition || strings.EqualFold(t.Name, transition)
	})
	if i < 0 {
		return bot.Errorf(bot.Invalid, "jira: "+doing, "not possible from here; possible: %s", names(offer.Transitions))
	}
	chosen := offer.Transitions[i]
	return c.do(ctx, call{
		doing: doing, method: http.MethodPost, path: path, writes: true,
		body: wireMove{
			Transition: wireRef{ID: chosen.ID},
			Fields:     c.cfg.Screens[transition],
			Properties: []wireNewProperty{{
				Key:   transitionProperty,
				Value: wireMoved{Transition: transition, Status: chosen.To.ID},
			}},
		},
	})
}

// isThere reports whether the ticket is where the transition leads.
func (c *Client) isThere(ctx context.Context, ticket bot.TicketKey, transition string) (bool, error) {
	doing := fmt.Sprintf("read the status of %s", ticket)
	query := url.Values{"fields": {"status"}, "properties": {transitionProperty}}
	var issue wireIssue
	if err := c.get(ctx, doing, issuePath(ticket), query, &issue); err != nil {
		return false, err
	}
	var f wireFields
	if err := json.Unmarshal(issue.Fields, &f); err != nil {
		return false, &bot.Error{Kind: bot.Unavailable, Op: "jira: " + doing, Err: err}
	}
	last := issue.Properties.Transition
	moved := last != nil && last.Transition == transition && last.Status == f.Status.ID
	return moved || strings.EqualFold(f.Status.Name, transition), nil
}

// names lists transitions for people.
func names(transitions []wireTransition) string {
	var all []string
	for _, t := range transitions {
		all = append(all, fmt.Sprintf("%q (%s)", t.Name, t.ID))
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}
