package promise

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// A saying is something that the bot wrote and that is there to be read.
type saying struct {
	place   string // where: on the ticket, inside or in public, or in the thread
	mark    string // what the bot hung on it, to recognise it; empty: nothing
	words   string
	at      time.Time
	redrawn bool // in place, so that its words may be those of another
}

// saidOnce: no mark is there twice in one place, no words are there twice with
// nobody having acted between, no request has two cards, and no click is answered
// twice.
func (c *court) saidOnce() {
	cards := map[string]int{}
	for _, k := range c.world.cards() {
		if cards[k.Key]++; cards[k.Key] == 2 {
			c.broken(Once, k.Key, "it has two cards")
		}
	}
	for _, r := range c.requests {
		said := c.sayings(r.key)
		for i, s := range said {
			c.again(r, s, said[:i])
		}
		c.tally(r, said)
	}
	c.whispered()
}

// again looks whether something was said before. Who acts twice may get the same
// answer twice.
func (c *court) again(r request, s saying, before []saying) {
	for _, b := range before {
		switch {
		case b.place != s.place:
		case s.mark != "" && s.mark == b.mark:
			c.broken(Once, r.key, "%s: %q is there twice", s.place, s.mark)
		case s.words != b.words, s.redrawn, b.redrawn, c.acted(r, b.at, s.at) > 0:
		case c.acted(r, c.book.heard(b.at), s.at) < 2:
			c.broken(Once, r.key, "%s: said twice: %.60q, at %s and at %s", s.place, s.words, clock(b.at), clock(s.at))
		}
	}
}

// acted counts what anybody may have done on a request between two instants.
func (c *court) acted(r request, after, until time.Time) int {
	after, _ = c.book.around(after)
	_, until = c.book.around(until.Add(time.Millisecond)) // vendors leave off what is less
	return r.acted(after, until)
}

// sayings returns what the bot wrote about a request, place by place.
func (c *court) sayings(key string) (all []saying) {
	t, _ := c.world.Desk.Ticket(key)
	public := 0
	for _, k := range t.Comments {
		if !k.ByBot {
			continue
		}
		s := saying{place: "a note", mark: markOf(k), words: k.Body, at: k.Created}
		if k.Public {
			s.place = "a reply"
			s.redrawn = public == 0 // the living one
			public++
		}
		all = append(all, s)
	}
	for _, card := range c.world.cards() {
		if card.Key != key {
			continue
		}
		for _, m := range c.world.Chat.Channel(c.world.Channel).Replies(card.Message.TS) {
			if m.User == slacksim.BotUser {
				all = append(all, saying{place: "the thread", mark: m.Metadata, words: m.Words(), at: posted(m), redrawn: isProgress(m)})
			}
		}
	}
	return all
}

// markOf returns the property by which the bot recognises its comment.
func markOf(k jirasim.Comment) string {
	for name, value := range k.Properties {
		if name != "sd.public.comment" {
			return name + " " + compact(value)
		}
	}
	return ""
}

func compact(raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	text, _ := json.Marshal(v) // what was decoded can be encoded
	return string(text)
}

// isProgress reports whether a message shows a run's tasks.
func isProgress(m slacksim.Message) bool {
	return slices.ContainsFunc(m.Blocks, func(b slacksim.Block) bool { return b.Type == "plan" })
}

// posted returns when a message was posted, which its name says.
func posted(m slacksim.Message) time.Time {
	seconds, _ := strconv.ParseFloat(m.TS, 64) // one of Slack's own making
	return time.UnixMicro(int64(seconds * 1e6)).UTC()
}

// whispered: a command is answered at most once to whoever gave it. A whisper
// names no request, so they are counted by member. That something was not kept is
// no answer.
func (c *court) whispered() {
	clicks := map[string]int{}
	for _, r := range c.requests {
		for member, n := range r.clicks {
			clicks[member] += n
		}
	}
	for member, given := range clicks {
		var answers []string
		for _, m := range c.world.Chat.Channel(c.world.Channel).Whispers(member) {
			if !isAtTheDoor(m.Text) {
				answers = append(answers, m.Text)
			}
		}
		if n := len(answers); n > given {
			c.broken(Once, member, "%d commands were answered %d times: %.60q", given, n, answers)
		}
	}
}

// atTheDoor are what answers begin with that only say whether a command got in. They
// are given without a look at what became of it, which nobody may know: a form of
// which Slack said that it did not open can stand open. Words that name no request
// are kept nowhere, and answered each time that Slack brings them.
var atTheDoor = []string{"I could not keep that", "The form could not be opened", "Noted: ", "Which request? "}

func isAtTheDoor(text string) bool {
	return slices.ContainsFunc(atTheDoor, func(begins string) bool { return strings.HasPrefix(text, begins) })
}
