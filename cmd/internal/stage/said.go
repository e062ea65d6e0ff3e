package stage

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// A Place is where the bot said something.
type Place string

// The places.
const (
	Reply   Place = "reply"   // a public comment
	Note    Place = "note"    // an internal one
	Status  Place = "status"  // the ticket's status
	Channel Place = "channel" // a message of its own
	Thread  Place = "thread"  // one below another
	Whisper Place = "whisper" // before one member alone
)

// A Saying is something that the bot said, as people see it now.
type Saying struct {
	Place  Place
	Ticket string // on which; empty in Slack
	To     string // the member whom a whisper is for
	ID     string // the comment's, or the message's; empty for a status
	Again  bool   // it was there before, and was changed in place
	Text   string // on a ticket: a comment's words, or the status

	Message slacksim.Message // in Slack
}

// seen is what of the world was looked at before, by the name of each thing: how it
// stood then.
type seen struct{ now map[string]string }

// changed notes how a thing stands, and reports whether that is new, and whether the
// thing was there before.
func (s *seen) changed(name, stands string) (changed, again bool) {
	if s.now == nil {
		s.now = map[string]string{}
	}
	was, again := s.now[name]
	s.now[name] = stands
	return !again || was != stands, again
}

// Said returns what the bot has said since the last call, tickets first, each in the
// order of its places. A comment or message that was written anew in the same words
// is among it.
func (s *Stage) Said() []Saying {
	return append(s.onTickets(), s.inSlack()...)
}

func (s *Stage) onTickets() (all []Saying) {
	for _, t := range slices.Backward(s.Desk.Tickets()) {
		for _, c := range t.Comments {
			changed, again := s.seen.changed("comment "+c.ID, versionOf(c))
			if !c.ByBot || !changed {
				continue
			}
			place := Note
			if c.Public {
				place = Reply
			}
			all = append(all, Saying{Place: place, Ticket: t.Key, ID: c.ID, Again: again, Text: jirasim.Plain(c.Body)})
		}
		for n, m := range t.Moves {
			if changed, _ := s.seen.changed(fmt.Sprint("move ", n, " of ", t.Key), m.To); changed && m.ByBot {
				all = append(all, Saying{Place: Status, Ticket: t.Key, Again: true, Text: m.To})
			}
		}
	}
	return all
}

// versionOf tells one writing of a comment from the next: each leaves the key of its
// own effect on it.
func versionOf(c jirasim.Comment) string {
	properties, _ := json.Marshal(c.Properties) // raw JSON can always be written
	return string(properties) + c.Body
}

func (s *Stage) inSlack() (all []Saying) {
	for _, m := range s.Chat.Channel(s.config.Slack.Channel).All() {
		changed, again := s.seen.changed("message "+m.TS, fmt.Sprint(m.Edits))
		if m.User != slacksim.BotUser || !changed {
			continue
		}
		place := Channel
		switch {
		case m.Only != "":
			place = Whisper
		case m.Thread != "":
			place = Thread
		}
		all = append(all, Saying{Place: place, To: m.Only, ID: m.TS, Again: again, Message: m})
	}
	return all
}

// Card returns the card of a ticket as it is now; false: there is none.
func (s *Stage) Card(ticket string) (slacksim.Message, bool) {
	for _, m := range slices.Backward(s.Chat.Channel(s.config.Slack.Channel).Messages()) {
		if h := m.Header(); h == ticket || strings.HasPrefix(h, ticket+":") {
			return m, true
		}
	}
	return slacksim.Message{}, false
}

// Strays returns what the bot asked of the vendors that a correct client would not
// have.
func (s *Stage) Strays() []string { return append(s.Desk.Strays(), s.Chat.Strays()...) }
