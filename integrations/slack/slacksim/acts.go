package slacksim

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Click clicks the button with a label as a member, on the message as it was
// looked at, and returns how the bot answered. A question before it is answered
// with yes.
func (m Message) Click(user, label string) (Ack, error) {
	for _, b := range m.Blocks {
		for _, e := range b.Buttons {
			if e.Text.Text == label {
				return m.s.click(m, user, b.BlockID, e)
			}
		}
	}
	return Ack{}, fmt.Errorf("slacksim: no button %q on the message; there are %q", label, m.Buttons())
}

// click sends the payload of a click. It carries the value of the button that was
// looked at, even if the message was drawn again since, as a slow screen would.
func (s *Server) click(m Message, user, block string, e Button) (Ack, error) {
	s.mu.Lock()
	payload := s.pressed(user, block, e)
	payload["container"] = fields{
		"type": "message", "message_ts": m.TS, "channel_id": m.Channel, "is_ephemeral": m.Only != "",
	}
	payload["channel"] = fields{"id": m.Channel, "name": "channel"}
	payload["message"] = s.echo(m)
	payload["response_url"] = "https://hooks.slack.example/actions/" + s.name("R")
	s.mu.Unlock()
	return s.deliver(&delivery{kind: "interactive", payload: marshal(payload)})
}

// pressed is the part of a click's payload that says what was clicked. The lock is
// held.
func (s *Server) pressed(user, block string, e Button) fields {
	payload := s.actor(user)
	payload["type"] = "block_actions"
	payload["state"] = fields{"values": fields{}}
	payload["actions"] = []fields{{
		"type": "button", "action_id": e.ActionID, "block_id": block, "text": e.Text,
		"value": e.Value, "style": e.Style, "action_ts": s.stamp(),
	}}
	return payload
}

// echo is the message that a click's payload brings back.
func (s *Server) echo(m Message) fields {
	if ch := s.channel(m.Channel); ch != nil {
		if p := ch.find(m.TS); p != nil {
			return s.wire(p, true)
		}
	}
	return fields{"type": "message", "ts": m.TS}
}

// actor is the part of a payload that says who acted. The lock is held.
func (s *Server) actor(user string) fields {
	u := s.users[user]
	return fields{
		"user":       fields{"id": user, "username": u.Name, "name": u.Name, "team_id": teamID},
		"api_app_id": appID, "token": "deprecated", "trigger_id": s.newTrigger(user),
		"team": fields{"id": teamID, "domain": "sim"}, "enterprise": nil, "is_enterprise_install": false,
	}
}

// Forms returns the forms that a member has open, oldest first.
func (s *Server) Forms(user string) []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	var open []View
	for _, v := range s.views {
		if v.User == user && !v.Home {
			open = append(open, *v)
		}
	}
	return open
}

// Submit submits a form as a member, with values by block. A form that is sent
// back stays open with the errors; one that is accepted closes.
func (s *Server) Submit(user, view string, values map[string]string) (Ack, error) {
	s.mu.Lock()
	v := s.view(view)
	if v == nil || v.User != user || v.Home {
		s.mu.Unlock()
		return Ack{}, fmt.Errorf("slacksim: %s has no form %s open", user, view)
	}
	payload := s.actor(user)
	payload["type"] = "view_submission"
	wire := s.viewWire(v)
	wire["state"] = fields{"values": filledIn(v, values)}
	payload["view"] = wire
	payload["response_urls"] = []string{}
	s.mu.Unlock()
	ack, err := s.deliver(&delivery{kind: "interactive", payload: marshal(payload)})
	if err != nil || !ack.OK {
		return ack, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	if v.Errors = ack.Errors(); len(v.Errors) == 0 {
		s.views = slices.DeleteFunc(s.views, func(o *View) bool { return o == v })
	}
	return ack, nil
}

// filledIn is a form's state: null where nothing was typed.
func filledIn(v *View, values map[string]string) fields {
	state := fields{}
	for _, b := range v.Blocks {
		if b.Type != "input" {
			continue
		}
		e := *b.Element
		state[b.BlockID] = fields{e.ActionID: fields{"type": e.Type, e.key(): e.filled(values[b.BlockID])}}
	}
	return state
}

// Dismiss closes a form without submitting it.
func (s *Server) Dismiss(view string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	s.views = slices.DeleteFunc(s.views, func(v *View) bool { return v.ID == view })
}

// Slash types a slash command in the first channel, and shows its answer to the
// member alone.
func (s *Server) Slash(user, line string) (Ack, error) {
	s.mu.Lock()
	if len(s.channels) == 0 {
		s.mu.Unlock()
		return Ack{}, fmt.Errorf("slacksim: there is no channel to type %q in", line)
	}
	channel := s.channels[0].id
	s.mu.Unlock()
	return s.SlashIn(channel, user, line)
}

// SlashIn types a slash command in a channel.
func (s *Server) SlashIn(channel, user, line string) (Ack, error) {
	command, text, _ := strings.Cut(strings.TrimSpace(line), " ")
	s.mu.Lock()
	form := url.Values{
		"token": {"deprecated"}, "team_id": {teamID}, "team_domain": {"sim"},
		"channel_id": {channel}, "channel_name": {"channel"},
		"user_id": {user}, "user_name": {s.users[user].Name},
		"command": {command}, "text": {strings.TrimSpace(text)}, "api_app_id": {appID},
		"is_enterprise_install": {"false"}, "trigger_id": {s.newTrigger(user)},
		"response_url": {"https://hooks.slack.example/commands/" + s.name("R")},
	}
	s.mu.Unlock()
	object := map[string]string{}
	for k := range form {
		object[k] = form.Get(k)
	}
	ack, err := s.deliver(&delivery{kind: "slash_commands", payload: marshal(object), form: form})
	if err == nil && ack.Text() != "" {
		s.show(channel, user, ack)
	}
	return ack, err
}

// show puts the answer to a command in front of one member. Blocks that Slack
// would not take count as strays.
func (s *Server) show(in, user string, ack Ack) {
	p := &post{user: BotUser, only: user, text: ack.Text()}
	var problems []string
	if raw := ack.blocks(); raw != nil {
		p.blocks, problems = parseBlocks(string(raw), 50, false)
	}
	s.Channel(in).change(func(ch *channel) {
		for _, what := range problems {
			s.stray("answer to a command: " + what)
		}
		p.ts = s.stamp()
		ch.posts = append(ch.posts, p)
	})
}

// Say says something in a channel, or in the thread of a message. Where the bot is
// mentioned, as @refreshbot, it is told.
func (s *Server) Say(user, channel, thread, words string) (Ack, error) {
	s.mu.Lock()
	ch := s.channel(channel)
	if ch == nil {
		s.mu.Unlock()
		return Ack{}, fmt.Errorf("slacksim: there is no channel %s", channel)
	}
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(words)
	text = strings.ReplaceAll(text, "@"+BotName, "<@"+BotUser+">")
	p := &post{ts: s.stamp(), user: user, thread: thread, text: text}
	ch.posts = append(ch.posts, p)
	mentioned := strings.Contains(text, "<@"+BotUser+">") && ch.members[BotUser]
	event := fields{
		"type": "app_mention", "user": user, "text": text, "channel": channel, "team": teamID,
		"ts": p.ts, "event_ts": p.ts,
	}
	if thread != "" {
		event["thread_ts"] = thread
	}
	s.mu.Unlock()
	if !mentioned {
		return Ack{OK: true}, nil
	}
	return s.Event(event)
}

// Event delivers an event of any content through the Events API.
func (s *Server) Event(event map[string]any) (Ack, error) {
	s.mu.Lock()
	payload := fields{
		"token": "deprecated", "team_id": teamID, "api_app_id": appID, "type": "event_callback",
		"event_id": s.name("Ev"), "event_time": time.Now().Unix(), "event": event,
		"authorizations": []fields{{"team_id": teamID, "user_id": BotUser, "is_bot": true}},
	}
	s.mu.Unlock()
	return s.deliver(&delivery{kind: "events_api", payload: marshal(payload)})
}
