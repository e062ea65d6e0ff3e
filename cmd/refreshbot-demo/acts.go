package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// What people do on the stage, and what they see of it.

// file files a ticket.
func (s *stage) file(who, summary, text string) (key string) {
	s.clock.Stir()
	key = s.desk.File(who, summary, text)
	s.out.line(first(who), "files %s “%s”", key, summary)
	s.out.words(text)
	return key
}

// answers writes a comment on a ticket.
func (s *stage) answers(who, key, text string) {
	s.clock.Stir()
	s.desk.Comment(key, who, text)
	s.out.line(first(who), "answers on %s", key)
	s.out.words(text)
}

// reads waits until the bot has written so many comments on the ticket, tells
// them, and returns the last one as the client reads it.
func (s *stage) reads(key string, n int) (string, error) {
	err := s.await(fmt.Sprintf("reply %d on %s", n, key), func() bool { return len(s.replies(key)) >= n })
	if err != nil {
		return "", err
	}
	s.tell(key)
	return s.replies(key)[n-1].text, nil
}

// tell tells what the bot has written about a request since it was last told.
func (s *stage) tell(key string) {
	for _, u := range s.news(key) {
		if !s.told[u.id] {
			s.out.lineAt(u.at, "refreshbot", "%s", u.where)
			s.out.words(u.text)
			s.told[u.id] = true
		}
	}
}

// card waits until the request's card carries a button, and tells the card.
func (s *stage) card(key, button string) (m slacksim.Message, err error) {
	err = s.await(fmt.Sprintf("a card of %s with %q", key, button), func() bool {
		m = s.cardOf(key)
		return slices.Contains(m.Buttons(), button)
	})
	if err != nil {
		return m, err
	}
	s.out.line("refreshbot", "shows the engineers a card")
	s.out.words(unmarkedSlack(m.Words()))
	return m, nil
}

// cardOf returns the request's card as it is now.
func (s *stage) cardOf(key string) (card slacksim.Message) {
	for _, m := range s.chat.Channel(channel).Messages() {
		if strings.Contains(m.Header(), key) {
			card = m
		}
	}
	return card
}

// thread returns what stands below a request's card.
func (s *stage) thread(key string) []slacksim.Message {
	card := s.cardOf(key)
	if card.TS == "" {
		return nil
	}
	return s.chat.Channel(channel).Replies(card.TS)
}

// clicks clicks a button of a card.
func (s *stage) clicks(user, name string, m slacksim.Message, label string) error {
	s.clock.Stir()
	s.out.line(name, "clicks [%s]", label)
	ack, err := m.Click(user, label)
	if err == nil && !ack.OK {
		err = fmt.Errorf("%s's click on %q was not acknowledged", name, label)
	}
	return err
}

// An utterance is something that the bot wrote, wherever.
type utterance struct {
	id          string // the comment's, or the message's
	at          time.Time
	where, text string
}

// news returns what the bot wrote about a request, on the ticket and in the
// card's thread, in the order of the clock.
func (s *stage) news(key string) []utterance {
	all := s.replies(key)
	for _, m := range s.thread(key) {
		if len(m.Blocks) > 0 && m.Blocks[0].Type == "plan" {
			continue // the tasks are told when they are done
		}
		all = append(all, utterance{m.TS, posted(m), "in the card's thread", unmarkedSlack(m.Words())})
	}
	slices.SortStableFunc(all, func(a, b utterance) int { return a.at.Compare(b.at) })
	return all
}

// replies returns the bot's public comments on a ticket, oldest first. The first
// is the living one: it is told as it was when it was first seen.
func (s *stage) replies(key string) (all []utterance) {
	t, _ := s.desk.Ticket(key)
	for _, c := range t.Public() {
		if c.ByBot {
			all = append(all, utterance{c.ID, c.Created, "replies on " + key, unmarked(c.Body)})
		}
	}
	return all
}

// posted returns when a message was posted, which its name says.
func posted(m slacksim.Message) time.Time {
	seconds, _ := strconv.ParseFloat(m.TS, 64) // one of Slack's own making
	return time.UnixMicro(int64(seconds * 1e6)).UTC()
}

// first returns somebody's first name.
func first(name string) string {
	name, _, _ = strings.Cut(name, " ")
	return name
}

// unmarked turns the bot's wiki markup into plain text.
func unmarked(wiki string) string {
	var text strings.Builder
	for l := range strings.Lines(wiki) {
		switch {
		case strings.HasPrefix(l, "* "):
			l = "- " + l[2:]
		case strings.HasPrefix(l, "h4. "):
			l = l[4:]
		}
		text.WriteString(plainMarks.Replace(l))
	}
	return text.String()
}

var plainMarks = strings.NewReplacer("{{", "", "}}", "", "*", "", `\`, "")

// unmarkedSlack turns Slack's markup into plain text, a field to a line.
func unmarkedSlack(mrkdwn string) string {
	mrkdwn = slackField.ReplaceAllString(mrkdwn, "$1: ")
	return plainMrkdwn.Replace(slackLink.ReplaceAllString(mrkdwn, "$1"))
}

var (
	slackField  = regexp.MustCompile(`(?m)^\*([^*\n]+)\*\n`)
	slackLink   = regexp.MustCompile(`<[^|>]*\|([^>]*)>`)
	plainMrkdwn = strings.NewReplacer("*", "", "`", "", "&amp;", "&", "&lt;", "<", "&gt;", ">")
)
