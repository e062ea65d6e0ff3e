package slacksim

import (
	"slices"
	"time"
)

// Calls a minute of Slack's tiers (docs.slack.dev/apis/web-api/rate-limits).
const (
	tier2 = 20
	tier3 = 50
	tier4 = 100
	tier5 = 600 // "several hundred"; messages have a limit of their own
)

// methods is what the workspace knows, with the arguments that Slack's reference
// lists for each.
func methods() map[string]method {
	words := []string{"text", "blocks", "attachments", "metadata", "parse", "link_names", "as_user"}
	post := append(slices.Clone(words), "thread_ts", "mrkdwn", "unfurl_links", "unfurl_media", "reply_broadcast", "username", "icon_emoji", "icon_url")
	update := append(slices.Clone(words), "reply_broadcast", "file_ids")
	ephemeral := append(slices.Clone(words), "thread_ts", "username", "icon_emoji", "icon_url")
	page := []string{"cursor", "limit", "oldest", "latest", "inclusive", "include_all_metadata"}
	history := []string{"channels:history", "groups:history"}
	seeing := []string{"channels:read", "groups:read"}
	writing := []string{"chat:write"}
	locale := []string{"include_locale", "include_num_members"}
	return map[string]method{
		"auth.test":             {perMin: tier5, do: (*Server).authTest},
		"apps.connections.open": {perMin: tier3, do: (*Server).openLink, app: true},
		"chat.postMessage": {perMin: tier5, do: (*Server).postMessage,
			scope: writing, required: []string{"channel"}, optional: post},
		"chat.update": {perMin: tier3, do: (*Server).updateMessage,
			scope: writing, required: []string{"channel", "ts"}, optional: update},
		"chat.postEphemeral": {perMin: tier4, do: (*Server).postEphemeral,
			scope: writing, required: []string{"channel", "user"}, optional: ephemeral},
		"conversations.history": {perMin: tier3, do: (*Server).history,
			scope: history, required: []string{"channel"}, optional: page},
		"conversations.replies": {perMin: tier3, do: (*Server).replies,
			scope: history, required: []string{"channel", "ts"}, optional: page},
		"conversations.info": {perMin: tier3, do: (*Server).channelInfo,
			scope: seeing, required: []string{"channel"}, optional: locale},
		"users.info": {perMin: tier4, do: (*Server).userInfo,
			scope: []string{"users:read"}, required: []string{"user"}, optional: locale[:1]},
		"usergroups.users.list": {perMin: tier2, do: (*Server).groupMembers,
			scope: []string{"usergroups:read"}, required: []string{"usergroup"},
			optional: []string{"include_disabled", "team_id"}},
		"views.open": {perMin: tier4, do: (*Server).openView, required: []string{"view", "trigger_id"}},
		"views.update": {perMin: tier4, do: (*Server).updateView,
			required: []string{"view"}, optional: []string{"view_id", "external_id", "hash"}},
		"views.publish": {perMin: tier4, do: (*Server).publishView,
			required: []string{"view", "user_id"}, optional: []string{"hash"}},
	}
}

// limited returns how long a call has to wait under Slack's limits, or zero. A
// channel takes a message a second.
func (s *Server) limited(c call) time.Duration {
	m, known := s.methods[c.method]
	if !s.options.Limits || !known {
		return 0
	}
	key, most, span := c.method, m.perMin, time.Minute
	if c.method == "chat.postMessage" {
		key, most, span = key+" "+c.arg("channel"), 1, time.Second
	}
	now := s.options.Now()
	var inside []time.Time
	for _, t := range s.recent[key] {
		if now.Sub(t) < span {
			inside = append(inside, t)
		}
	}
	if len(inside) >= most {
		s.recent[key] = inside
		return span - now.Sub(inside[0])
	}
	s.recent[key] = append(inside, now)
	return 0
}

// authTest tells the app who it is.
func (s *Server) authTest(call) (fields, *refusal) {
	return fields{
		"url": "https://sim.slack.example/", "team": "Sim", "team_id": teamID,
		"user": BotName, "user_id": BotUser, "bot_id": botID, "is_enterprise_install": false,
	}, nil
}
