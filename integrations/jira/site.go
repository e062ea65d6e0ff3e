package jira

import (
	"context"
	"errors"
	"net/url"

	"github.com/refreshbot/refreshbot/bot"
)

// A site is what is known of the server and of the bot's account on it. It is
// asked for once; the account is checked again at every poll.
type site struct {
	cloud bool
	self  string // the bot's own account

	organizations string // id of the field that holds the ticket's organizations; empty: there is none
	participants  string // id of the field that holds the request's participants; empty: there is none
}

// The types of the service desk's own fields.
const (
	organizationsType = "com.atlassian.servicedesk:sd-customer-organizations"
	participantsType  = "com.atlassian.servicedesk:sd-request-participants"
)

// where returns the site, asking the server the first time.
func (c *Client) where(ctx context.Context) (site, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.site != nil {
		return *c.site, nil
	}
	s, err := c.ask(ctx)
	if e, ok := errors.AsType[*bot.Error](err); ok && e.Kind == bot.NotFound {
		e.Kind = bot.Unavailable // it is the server that is not there, and not what the caller is after
	}
	if err != nil {
		return site{}, err
	}
	c.site = &s
	return s, nil
}

// ask puts together the answers of three calls, each of which any account may make.
func (c *Client) ask(ctx context.Context) (site, error) {
	var info wireServerInfo
	if err := c.get(ctx, "ask what the server is", "rest/api/2/serverInfo", nil, &info); err != nil {
		return site{}, err
	}
	self, err := c.whoami(ctx)
	if err != nil {
		return site{}, err
	}
	var fields []wireField
	if err := c.get(ctx, "list the fields", "rest/api/2/field", nil, &fields); err != nil {
		return site{}, err
	}
	return site{
		cloud:         info.DeploymentType == "Cloud",
		self:          self,
		organizations: fieldOfType(fields, organizationsType),
		participants:  fieldOfType(fields, participantsType),
	}, nil
}

// whoami returns the bot's own account. It is Denied where the server takes the
// bot for nobody: a search would then answer 200 and an empty list, which is not
// the same as nothing having changed.
func (c *Client) whoami(ctx context.Context) (string, error) {
	const doing = "ask who the bot is"
	var me wireUser
	if err := c.get(ctx, doing, "rest/api/2/myself", nil, &me); err != nil {
		return "", err
	}
	if me.id() == "" {
		return "", bot.Errorf(bot.Denied, "jira: "+doing, "the server sees nobody")
	}
	return me.id(), nil
}

// gone judges a ticket that was not found. The vendor answers so too where the
// bot is taken for nobody or has lost the whole project from sight, and then the
// ticket may be well: that is Denied, so that nobody cancels everything.
func (c *Client) gone(ctx context.Context, notFound error) error {
	if _, err := c.whoami(ctx); err != nil {
		return err
	}
	const doing = "look at the project"
	err := c.get(ctx, doing, "rest/api/2/project/"+url.PathEscape(c.cfg.Project), nil, nil)
	switch {
	case err == nil:
		return notFound
	case bot.KindOf(err) == bot.NotFound:
		return &bot.Error{Kind: bot.Denied, Op: "jira: " + doing, Err: err}
	}
	return err
}

// fieldOfType returns the id of the field of a type: ids differ from site to site,
// types do not.
func fieldOfType(fields []wireField, custom string) string {
	for _, f := range fields {
		if f.Schema.Custom == custom {
			return f.ID
		}
	}
	return ""
}
