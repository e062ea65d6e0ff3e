package slacksim

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// maxText is how long a message's text may be in chat.update and chat.postEphemeral;
// chat.postMessage cuts at cutText instead.
const (
	maxText = 4000
	cutText = 40000
)

// maxBlocks is how long the blocks of a message for everybody may be together, as
// JSON. Slack has the error and tells no figure; this is what others have measured
// (slackapi/bolt-js, issue 2509).
const maxBlocks = 13200

// A post is a message as it is kept.
type post struct {
	ts       string
	thread   string // the parent's ts; empty: not in a thread
	user     string
	text     string
	blocks   []Block
	raw      json.RawMessage // the blocks as they came
	metadata json.RawMessage
	edits    int
	only     string // the member who alone sees it
	deleted  bool
}

// A channel is a channel with its messages in order.
type channel struct {
	id, name string
	private  bool
	archived bool
	members  map[string]bool
	posts    []*post
}

// find returns the message of a timestamp that everybody sees, or nil.
func (c *channel) find(ts string) *post {
	for _, p := range c.posts {
		if p.ts == ts && p.only == "" && !p.deleted {
			return p
		}
	}
	return nil
}

// writable returns the channel where the app may write, or why it may not.
func (s *Server) writable(id string) (*channel, *refusal) {
	ch := s.channel(id)
	switch {
	case ch == nil, ch.private && !ch.members[BotUser]:
		return nil, refuse("channel_not_found")
	case ch.archived:
		return nil, &refusal{code: "is_archived", silent: true}
	case !ch.members[BotUser]:
		return nil, &refusal{code: "not_in_channel", silent: true}
	}
	return ch, nil
}

// channel returns a channel by its id, or nil. The lock is held.
func (s *Server) channel(id string) *channel {
	for _, c := range s.channels {
		if c.id == id {
			return c
		}
	}
	return nil
}

// content reads what a message is to show, into p.
func (s *Server) content(c call, p *post, limit int) *refusal {
	text, raw := c.arg("text"), c.arg("blocks")
	if text == "" && raw == "" {
		return refuse("no_text")
	}
	if limit > 0 && utf8.RuneCountInString(text) > limit {
		return refuse("msg_too_long")
	}
	if runes := []rune(text); len(runes) > cutText {
		text = string(runes[:cutText])
	}
	if raw != "" || text != "" { // a text without blocks takes the blocks away
		p.text, p.blocks, p.raw = text, nil, nil
	}
	if raw == "" {
		return nil
	}
	if p.only == "" && sizeOf(raw) > maxBlocks {
		return refuse("msg_blocks_too_long")
	}
	blocks, problems := parseBlocks(raw, 50, false)
	if len(problems) > 0 {
		return &refusal{code: "invalid_blocks", more: fields{
			"errors": problems, "response_metadata": fields{"messages": problems},
		}}
	}
	if s.options.NoPlans && hasPlan(blocks) {
		return &refusal{code: "invalid_blocks", silent: true}
	}
	p.blocks, p.raw = blocks, json.RawMessage(raw)
	return nil
}

// sizeOf returns how many characters blocks have, written as JSON without more
// escapes than it needs.
func sizeOf(raw string) int {
	var v any
	var plain bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false)
	if json.Unmarshal([]byte(raw), &v) != nil || e.Encode(v) != nil {
		return len(raw) // parseBlocks says what is wrong with it
	}
	return utf8.RuneCount(plain.Bytes())
}

// metadataOf reads a message's metadata; {} takes it away.
func metadataOf(raw string) (json.RawMessage, *refusal) {
	var m struct {
		EventType    string         `json:"event_type"`
		EventPayload map[string]any `json:"event_payload"`
	}
	if raw == "{}" {
		return nil, nil
	}
	if err := strict([]byte(raw), &m); err != nil {
		return nil, refuse("invalid_metadata_format")
	}
	if m.EventType == "" || m.EventPayload == nil {
		return nil, refuse("invalid_metadata_schema")
	}
	if len(raw) > 16000 {
		return nil, refuse("metadata_too_large")
	}
	return json.RawMessage(raw), nil
}

// postMessage posts to the channel or under a message. Slack has no idempotency
// argument for it: the same call twice is two messages.
func (s *Server) postMessage(c call) (fields, *refusal) {
	ch, no := s.writable(c.arg("channel"))
	if no != nil {
		return nil, no
	}
	p := &post{user: BotUser}
	if no := s.content(c, p, 0); no != nil {
		return nil, no
	}
	if raw := c.arg("metadata"); raw != "" {
		if p.metadata, no = metadataOf(raw); no != nil {
			return nil, no
		}
	}
	// A reply to a message that was deleted is posted to the channel.
	if parent := ch.find(c.arg("thread_ts")); parent != nil {
		p.thread = parent.ts
		if parent.thread != "" {
			p.thread = parent.thread
		}
	}
	p.ts = s.stamp()
	ch.posts = append(ch.posts, p)
	return fields{"channel": ch.id, "ts": p.ts, "message": s.wire(p, true)}, nil
}

// updateMessage changes a message of the app's own. What is left out stays, but a
// text without blocks takes the blocks away.
func (s *Server) updateMessage(c call) (fields, *refusal) {
	ch, no := s.writable(c.arg("channel"))
	if no != nil {
		return nil, no
	}
	p := ch.find(c.arg("ts"))
	if p == nil {
		return nil, &refusal{code: "message_not_found", silent: true}
	}
	if p.user != BotUser {
		return nil, refuse("cant_update_message")
	}
	changed := *p
	if no := s.content(c, &changed, maxText); no != nil {
		return nil, no
	}
	if raw := c.arg("metadata"); raw != "" { // left out: kept
		if changed.metadata, no = metadataOf(raw); no != nil {
			return nil, no
		}
	}
	changed.edits++
	*p = changed
	s.version++
	return fields{"channel": ch.id, "ts": p.ts, "text": p.text, "message": s.wire(p, true)}, nil
}

// postEphemeral shows a message to one member of the channel. It can be neither
// updated nor found again.
func (s *Server) postEphemeral(c call) (fields, *refusal) {
	ch, no := s.writable(c.arg("channel"))
	if no != nil {
		return nil, no
	}
	if !ch.members[c.arg("user")] {
		return nil, &refusal{code: "user_not_in_channel", silent: true}
	}
	if c.arg("metadata") != "" {
		s.stray("chat.postEphemeral: metadata is not kept on ephemeral messages")
	}
	p := &post{user: BotUser, only: c.arg("user"), thread: c.arg("thread_ts")}
	if no := s.content(c, p, maxText); no != nil {
		return nil, no
	}
	p.ts = s.stamp()
	ch.posts = append(ch.posts, p)
	return fields{"message_ts": p.ts}, nil
}

// wire is a message as the API shows it.
func (s *Server) wire(p *post, metadata bool) fields {
	m := fields{"type": "message", "user": p.user, "ts": p.ts, "text": p.text, "team": teamID}
	if p.user == BotUser {
		m["bot_id"], m["app_id"] = botID, appID
	}
	if p.raw != nil {
		m["blocks"] = p.raw
	}
	if p.thread != "" {
		m["thread_ts"] = p.thread
	}
	if metadata && p.metadata != nil {
		m["metadata"] = p.metadata
	}
	return m
}
