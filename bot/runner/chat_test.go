package runner_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// A chat is a Slack in memory.
type chat struct {
	clock     bot.Clock
	approvers []string

	mu    sync.Mutex
	posts []post
}

// A post is a message in the chat.
type post struct {
	ID      bot.RemoteID
	Key     bot.EffectKey // with which it was posted
	Last    bot.EffectKey // with which it was redrawn last
	Thread  bot.RemoteID
	Message bot.Message
	At      time.Time
	Deleted bool
}

var _ bot.Chat = (*chat)(nil)

func (c *chat) Post(_ context.Context, m bot.Message, thread bot.RemoteID) (bot.RemoteID, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := bot.RemoteID(fmt.Sprint("p", len(c.posts)+1))
	c.posts = append(c.posts, post{ID: id, Key: m.Key, Last: m.Key, Thread: thread, Message: m, At: c.clock.Now()})
	return id, nil
}

func (c *chat) Redraw(_ context.Context, id bot.RemoteID, m bot.Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.posts {
		if p := &c.posts[i]; p.ID == id && !p.Deleted {
			p.Last, p.Message = m.Key, m
			return nil
		}
	}
	return bot.Errorf(bot.NotFound, "chat: redraw "+string(id), "no such message")
}

func (c *chat) Posted(_ context.Context, key bot.EffectKey, thread bot.RemoteID, since time.Time) (bot.RemoteID, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.posts {
		seen := p.Message.Kind != bot.ChatWhisper && !p.Deleted
		if seen && key.Finds(p.Last) && p.Thread == thread && !p.At.Before(since) {
			return p.ID, true, nil
		}
	}
	return "", false, nil
}

func (c *chat) Standing(_ context.Context, member string) (bot.Standing, error) {
	s := bot.Standing{Person: bot.Person{Slack: member, Name: member}, Refusal: bot.NotListed}
	if slices.Contains(c.approvers, member) {
		s.Approver, s.Refusal = true, ""
	}
	return s, nil
}

// posted returns a copy of what was posted.
func (c *chat) posted() []post {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.posts)
}

func (c *chat) remove(id bot.RemoteID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.posts {
		if c.posts[i].ID == id {
			c.posts[i].Deleted = true
		}
	}
}
