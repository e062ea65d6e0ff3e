package slacksim

import (
	"slices"
	"strconv"
	"strings"
)

// history lists a channel's messages, newest first, without the replies in
// threads.
func (s *Server) history(c call) (fields, *refusal) {
	ch, no := s.readable(c.arg("channel"))
	if no != nil {
		return nil, no
	}
	var found []*post
	for _, p := range slices.Backward(ch.posts) {
		if p.thread == "" && p.visible() && within(c, p.ts) {
			found = append(found, p)
		}
	}
	return s.pageOf(c, found)
}

// replies lists a thread, its parent first; the parent is always there, however
// old.
func (s *Server) replies(c call) (fields, *refusal) {
	ch, no := s.readable(c.arg("channel"))
	if no != nil {
		return nil, no
	}
	parent := ch.find(c.arg("ts"))
	if parent == nil {
		return nil, &refusal{code: "thread_not_found", silent: true}
	}
	root := parent.ts
	if parent.thread != "" {
		root = parent.thread
	}
	var found []*post
	for _, p := range ch.posts {
		if p.visible() && (p.ts == root || p.thread == root && within(c, p.ts)) {
			found = append(found, p)
		}
	}
	return s.pageOf(c, found)
}

// visible reports whether everybody in the channel sees the message.
func (p *post) visible() bool { return p.only == "" && !p.deleted }

// readable returns the channel whose history the app may read.
func (s *Server) readable(id string) (*channel, *refusal) {
	ch := s.channel(id)
	if ch == nil {
		return nil, refuse("channel_not_found")
	}
	scope := "channels:history"
	if ch.private {
		scope = "groups:history"
	}
	if no := s.needs(scope); no != nil {
		return nil, no
	}
	if !ch.members[BotUser] {
		return nil, &refusal{code: "not_in_channel", silent: true}
	}
	return ch, nil
}

// within reports whether a timestamp is inside oldest and latest. Both have the
// same number of digits as ts, so they compare as texts.
func within(c call, ts string) bool {
	oldest, latest, inclusive := c.arg("oldest"), c.arg("latest"), c.arg("inclusive") == "1"
	if oldest != "" && (ts < oldest || ts == oldest && !inclusive) {
		return false
	}
	return latest == "" || ts < latest || ts == latest && inclusive
}

// pageOf cuts a list into pages. The cursor is how many came before.
func (s *Server) pageOf(c call, found []*post) (fields, *refusal) {
	start := 0
	if cursor := c.arg("cursor"); cursor != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(cursor, "after:"))
		if err != nil || n < 0 || n > len(found) {
			return nil, refuse("invalid_cursor")
		}
		start = n
	}
	limit, err := strconv.Atoi(c.arg("limit"))
	if err != nil || limit <= 0 {
		limit = 100
	}
	end := min(start+limit, len(found))
	messages := make([]fields, 0, end-start)
	for _, p := range found[start:end] {
		messages = append(messages, s.wire(p, c.arg("include_all_metadata") == "1"))
	}
	next := ""
	if end < len(found) {
		next = "after:" + strconv.Itoa(end)
	}
	return fields{
		"messages": messages, "has_more": next != "",
		"response_metadata": fields{"next_cursor": next},
	}, nil
}

// channelInfo describes a channel. A private one that the app is not in does not
// exist as far as the app can tell.
func (s *Server) channelInfo(c call) (fields, *refusal) {
	ch := s.channel(c.arg("channel"))
	if ch == nil || ch.private && !ch.members[BotUser] {
		return nil, &refusal{code: "channel_not_found", silent: true}
	}
	return fields{"channel": fields{
		"id": ch.id, "name": ch.name, "is_channel": !ch.private, "is_private": ch.private,
		"is_archived": ch.archived, "is_member": ch.members[BotUser],
	}}, nil
}
