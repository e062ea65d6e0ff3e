package runner_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// An outside is the world that the bot works for, as a simulation needs it: what
// the bot's clients talk to, what people do there, and everything that the bot
// ever wrote. It knows nothing of the bot's inside.
type outside interface {
	// desk and chat return a client for a process that starts.
	desk() bot.Desk
	chat() bot.Chat

	// file opens a ticket, edit changes its text, say comments on it.
	file(key bot.TicketKey, by bot.Person, text string)
	edit(key bot.TicketKey, text string)
	say(key bot.TicketKey, by bot.Person, text string)
	// press presses the first button of the ticket's card with the verb; false
	// where there is none.
	press(key bot.TicketKey, by bot.Person, verb bot.Verb) bool

	// hints returns what the vendors have for the bot since the last call: a
	// webhook for each change of a ticket, an action for each press. Whether and
	// how often they arrive is not the outside's matter.
	hints() []bot.Event
	// said returns everything that the bot wrote, in the order of its landing.
	said() []utterance
}

// An utterance is a message of the bot's that landed.
type utterance struct {
	Ticket bot.TicketKey
	Key    bot.EffectKey // with which it was made
	Last   bot.EffectKey // with which it was changed last
	Kind   bot.MessageKind
	Thread bot.RemoteID
	Text   string
}

// memory is an outside in memory.
type memory struct {
	help  *desk
	slack *chat
	sent  []bot.Event
	count int
}

func newMemory(c bot.Clock, approvers ...string) *memory {
	return &memory{help: newDesk(c), slack: &chat{clock: c, approvers: approvers}}
}

func (m *memory) desk() bot.Desk { return m.help }
func (m *memory) chat() bot.Chat { return m.slack }

func (m *memory) send(e bot.Event) {
	m.count++
	e.ID, e.At = fmt.Sprintf("%s/%d", e.Kind, m.count), m.help.clock.Now()
	m.sent = append(m.sent, e)
}

func (m *memory) file(key bot.TicketKey, by bot.Person, text string) {
	m.help.file(key, by, text)
	m.send(bot.Event{Kind: bot.TicketTouched, Ticket: key})
}

func (m *memory) edit(key bot.TicketKey, text string) {
	m.help.edit(key, text)
	m.send(bot.Event{Kind: bot.TicketTouched, Ticket: key})
}

func (m *memory) say(key bot.TicketKey, by bot.Person, text string) {
	m.help.say(key, by, text)
	m.send(bot.Event{Kind: bot.TicketTouched, Ticket: key})
}

func (m *memory) press(key bot.TicketKey, by bot.Person, verb bot.Verb) bool {
	card, _ := m.slack.card(key)
	i := slices.IndexFunc(card.Buttons, func(b bot.Button) bool { return b.Verb == verb })
	if i < 0 {
		return false
	}
	b := card.Buttons[i]
	m.send(bot.Event{Kind: bot.CommandGiven, Ticket: key, Command: &bot.Command{
		Verb: verb, Actor: by, Surface: bot.SlackCard, Token: b.Token, Choice: b.Choice, Reason: "because",
	}})
	return true
}

func (m *memory) hints() []bot.Event {
	sent := m.sent
	m.sent = nil
	return sent
}

func (m *memory) said() (all []utterance) {
	for _, c := range m.help.written() {
		kind := bot.TicketInside
		if c.Public {
			kind = bot.TicketReply
		}
		all = append(all, utterance{Ticket: c.Ticket, Key: c.Key, Last: c.Last, Kind: kind, Text: c.Text})
	}
	for _, p := range m.slack.posted() {
		m := p.Message
		u := utterance{Ticket: m.Ticket, Key: p.Key, Last: p.Last, Kind: m.Kind, Thread: p.Thread}
		if m.Inside != nil {
			u.Text = m.Inside.Text.String()
		}
		all = append(all, u)
	}
	return all
}

// longest is how late a write may land; see landing in the runner.
const longest = 29 * time.Second
