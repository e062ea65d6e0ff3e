package slack

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/refreshbot/refreshbot/bot"
)

// groupsKept is how long the members of a user group are believed. Slack allows
// twenty look-ups of groups a minute.
const groupsKept = time.Minute

// slackbot is Slack's own bot, which does not call itself one.
const slackbot = "USLACKBOT"

// Approvers are those whose decisions count.
type Approvers struct {
	Users  []string // member ids
	Groups []string // user group ids
}

// Standing implements [bot.Chat]. Nothing that a payload says about its sender is
// believed but the id: who it is comes from users.info, whether they count from
// the list and the groups. Where Slack does not tell, the answer is CannotCheck
// and no error; the only error is the end of ctx.
func (c *Client) Standing(ctx context.Context, member string) (bot.Standing, error) {
	s := bot.Standing{Person: bot.Person{Slack: member}, Refusal: bot.CannotCheck}
	user, err := c.api.GetUserInfoContext(ctx, member)
	if ended(ctx, err) {
		return s, reading("slack: look up member "+member, err)
	}
	if err != nil {
		c.config.Log.Warn("slack: member could not be looked up", "member", member, "err", err)
		return s, nil
	}
	s.Person.Email, s.Person.Name = user.Profile.Email, user.RealName
	if s.Refusal = refusalOf(user, member); s.Refusal != "" {
		return s, nil
	}
	s.Approver, s.Refusal = c.approver(ctx, member)
	if s.Refusal == bot.CannotCheck && ctx.Err() != nil {
		return s, reading("slack: look up approvers", ctx.Err())
	}
	return s, nil
}

// refusalOf says why an account can't decide anything, whoever lists it.
func refusalOf(u *slack.User, asked string) bot.Refusal {
	switch {
	case u.ID != asked:
		return bot.CannotCheck
	case u.Deleted:
		return bot.IsDeleted
	case u.IsBot, u.IsConnectorBot, u.IsWorkflowBot, u.ID == slackbot:
		return bot.IsBot
	case u.IsRestricted, u.IsUltraRestricted, u.IsStranger, u.IsInvitedUser:
		return bot.IsGuest
	}
	return ""
}

// approver reports whether a member is listed, or in a listed group. A group that
// can't be read is a doubt unless another one settles the matter.
func (c *Client) approver(ctx context.Context, member string) (bool, bot.Refusal) {
	if slices.Contains(c.config.Approvers.Users, member) {
		return true, ""
	}
	refusal := bot.NotListed
	for _, group := range c.config.Approvers.Groups {
		members, err := c.members(ctx, group)
		if err != nil {
			c.config.Log.Warn("slack: user group could not be read", "group", group, "err", err)
			refusal = bot.CannotCheck
			continue
		}
		if slices.Contains(members, member) {
			return true, ""
		}
	}
	return false, refusal
}

// A groupCache keeps the members of user groups for a while.
type groupCache struct {
	mu    sync.Mutex
	known map[string]cachedGroup
}

type cachedGroup struct {
	members []string
	until   time.Time
}

// members returns who is in a group, at most groupsKept old. What is older is not
// used even when Slack does not answer.
func (c *Client) members(ctx context.Context, group string) ([]string, error) {
	c.groups.mu.Lock()
	defer c.groups.mu.Unlock()
	now := c.config.Clock.Now()
	if g, ok := c.groups.known[group]; ok && now.Before(g.until) {
		return g.members, nil
	}
	members, err := c.api.GetUserGroupMembersContext(ctx, group)
	if err != nil {
		return nil, reading("slack: read user group "+group, err)
	}
	if c.groups.known == nil {
		c.groups.known = make(map[string]cachedGroup)
	}
	c.groups.known[group] = cachedGroup{members, now.Add(groupsKept)}
	return members, nil
}

// forget drops what is known of the groups: one of them changed.
func (g *groupCache) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.known = nil
}
