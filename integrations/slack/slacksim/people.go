package slacksim

import (
	"cmp"
	"slices"
	"strings"
)

// A Channel is a channel as people see it.
type Channel struct {
	s  *Server
	id string
}

// Channel returns the channel with an id.
func (s *Server) Channel(id string) *Channel { return &Channel{s, id} }

// A Message is a message as it stood when it was looked at.
type Message struct {
	s        *Server
	Channel  string
	TS       string
	Thread   string // the parent's TS
	User     string
	Text     string // for notifications
	Blocks   []Block
	Metadata string // JSON
	Edits    int
	Only     string // the member who alone sees it
}

func (s *Server) messageOf(ch *channel, p *post) Message {
	return Message{
		s: s, Channel: ch.id, TS: p.ts, Thread: p.thread, User: p.user, Text: p.text,
		Blocks: p.blocks, Metadata: string(p.metadata), Edits: p.edits, Only: p.only,
	}
}

// list returns the channel's messages that are wanted, oldest first.
func (c *Channel) list(want func(*post) bool) []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	ch := c.s.channel(c.id)
	if ch == nil {
		return nil
	}
	var list []Message
	for _, p := range ch.posts {
		if !p.deleted && want(p) {
			list = append(list, c.s.messageOf(ch, p))
		}
	}
	return list
}

// All returns everything that stands in the channel, in threads, and before single
// members, in the order in which it came.
func (c *Channel) All() []Message { return c.list(func(*post) bool { return true }) }

// Messages returns what stands in the channel, without threads.
func (c *Channel) Messages() []Message {
	return c.list(func(p *post) bool { return p.thread == "" && p.only == "" })
}

// Replies returns what stands in a message's thread.
func (c *Channel) Replies(parent string) []Message {
	return c.list(func(p *post) bool { return p.thread == parent && p.only == "" })
}

// Whispers returns what a member alone was shown.
func (c *Channel) Whispers(user string) []Message {
	return c.list(func(p *post) bool { return p.only == user })
}

// A T is the part of testing.T that an expectation needs.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
}

// ExpectCard returns the newest message of the channel whose header holds the
// words.
func (c *Channel) ExpectCard(t T, words string) Message {
	t.Helper()
	messages := c.Messages()
	for _, m := range slices.Backward(messages) {
		if strings.Contains(m.Header(), words) {
			return m
		}
	}
	t.Fatalf("no card with %q among the %d messages of %s", words, len(messages), c.id)
	return Message{}
}

// Invite puts a member, or the bot, into the channel; Kick puts one out.
func (c *Channel) Invite(user string) { c.change(func(ch *channel) { ch.members[user] = true }) }

// Kick puts a member, or the bot, out of the channel.
func (c *Channel) Kick(user string) { c.change(func(ch *channel) { delete(ch.members, user) }) }

// Archive archives the channel.
func (c *Channel) Archive() { c.change(func(ch *channel) { ch.archived = true }) }

func (c *Channel) change(how func(*channel)) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if ch := c.s.channel(c.id); ch != nil {
		how(ch)
		c.s.version++
	}
}

// Header returns the text of the message's header, or "".
func (m Message) Header() string {
	for _, b := range m.Blocks {
		if b.Type == "header" {
			return b.Text.Text
		}
	}
	return ""
}

// Buttons returns the labels of the message's buttons, in order.
func (m Message) Buttons() []string {
	var labels []string
	for _, b := range m.Blocks {
		for _, e := range b.Buttons {
			labels = append(labels, e.Text.Text)
		}
	}
	return labels
}

// Words returns everything that the message shows, block by block, as it was sent.
func (m Message) Words() string {
	if len(m.Blocks) == 0 {
		return m.Text
	}
	return wordsOf(m.Blocks)
}

// wordsOf returns everything that blocks show, a line each.
func wordsOf(blocks []Block) string {
	var lines []string
	add := func(s string) {
		if s != "" {
			lines = append(lines, s)
		}
	}
	for _, b := range blocks {
		add(textOf(b.Text))
		add(textOf(b.Label))
		for _, f := range b.Fields {
			add(f.Text)
		}
		add(b.Title)
		for _, t := range b.Tasks {
			add(cmp.Or(t.Status, "pending") + " " + t.Title + " " + richText(t.Output))
		}
		for _, c := range b.Context {
			add(c.Text)
		}
		for _, e := range b.Buttons {
			add("[" + e.Text.Text + "]")
		}
		if b.Element != nil {
			for _, o := range b.Element.Options {
				add(strings.TrimSpace("( ) " + o.Text.Text + "  " + textOf(o.Description)))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// Delete deletes the message, as a member with the right to do so would.
func (m Message) Delete() {
	m.s.Channel(m.Channel).change(func(ch *channel) {
		if p := ch.find(m.TS); p != nil {
			p.deleted = true
		}
	})
}
