package slack

import (
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// Check connects to the workspace and returns what is missing there, a line each
// that names what to mend; none: everything is in place. An error means that the
// workspace could not be asked.
func (c *Client) Check(ctx context.Context) ([]string, error) {
	who, err := c.api.AuthTestContext(ctx)
	if err != nil {
		return nil, reading("slack: check bot token", err)
	}
	asked := &slack.GetConversationInfoInput{ChannelID: c.config.Channel}
	channel, err := c.api.GetConversationInfoContext(ctx, asked)
	if err != nil && code(err) == "" {
		return nil, reading("slack: check channel", err)
	}
	var missing []string
	if err != nil {
		missing = append(missing, reading("channel "+c.config.Channel, err).Error())
	} else {
		missing = append(missing, channelGaps(channel)...)
	}
	private := channel != nil && channel.IsPrivate
	missing = append(missing, c.scopeGaps(who.Header.Get("X-OAuth-Scopes"), private)...)
	missing = append(missing, c.approverGaps(ctx)...)
	if c.config.AppToken != "" {
		if _, _, err := c.api.StartSocketModeContext(ctx); err != nil {
			missing = append(missing, reading("app token: Socket Mode", err).Error())
		}
	}
	return missing, nil
}

func channelGaps(channel *slack.Channel) []string {
	switch {
	case channel.IsArchived:
		return []string{"channel " + channel.ID + ": is archived"}
	case !channel.IsMember:
		return []string{"channel " + channel.ID + ": the bot is not in it; invite it"}
	}
	return nil
}

// neededScopes are what the app has to be granted. The histories are read where it
// stayed in doubt whether a message was posted.
func neededScopes(private, groups bool) []string {
	kind := "channels"
	if private {
		kind = "groups"
	}
	needed := []string{
		"chat:write", "commands", "app_mentions:read", "users:read", "users:read.email",
		kind + ":history", kind + ":read",
	}
	if groups {
		needed = append(needed, "usergroups:read")
	}
	return needed
}

// scopeGaps compares what the app was granted with what is used.
func (c *Client) scopeGaps(granted string, private bool) []string {
	needed := neededScopes(private, len(c.config.Approvers.Groups) > 0)
	has := strings.FieldsFunc(granted, func(r rune) bool { return r == ',' || r == ' ' })
	var gaps []string
	for _, scope := range needed {
		if !slices.Contains(has, scope) {
			gaps = append(gaps, "scope "+scope+": add it to the app and install it again")
		}
	}
	return gaps
}

// approverGaps looks whether anybody at all could approve.
func (c *Client) approverGaps(ctx context.Context) []string {
	people := len(c.config.Approvers.Users)
	var gaps []string
	for _, group := range c.config.Approvers.Groups {
		members, err := c.members(ctx, group)
		if err != nil {
			gaps = append(gaps, err.Error())
		}
		people += len(members)
	}
	if people == 0 {
		gaps = append(gaps, "slack.approvers: nobody is listed, so no decision would count")
	}
	return gaps
}
