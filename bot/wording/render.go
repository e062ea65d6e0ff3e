package wording

import (
	"fmt"

	"github.com/refreshbot/refreshbot/bot"
)

// Render turns an effect of a decision into the message that waits in the
// outbox. C is the conversation as it is after the decision. In shadow mode what
// the client would read becomes an internal note.
func Render(c bot.Conversation, e bot.Effect, key bot.EffectKey, h bot.House) bot.Message {
	m := bot.Message{Key: key, Ticket: c.Key}
	switch e := e.(type) {
	case bot.ShowStatus:
		m.Living = bot.StatusReply
		public(&m, status(c), h)
	case bot.TellClient:
		m.NotAfter = e.Until
		public(&m, client(c, e), h)
	case bot.ShowCard:
		m.Kind, m.Living = bot.ChatCard, bot.RequestCard
		m.Card = card(c, h)
	case bot.ShowProgress:
		m.Kind, m.Living, m.Under = bot.ChatProgress, bot.ProgressOf(e.Report.Run), bot.RequestCard
		m.Plan = &e.Report
	case bot.TellEngineers:
		m.Kind, m.Under = bot.ChatThread, bot.RequestCard
		m.Inside = &bot.InternalText{Text: thread(c, e, h)}
	case bot.Whisper:
		m.Kind, m.To, m.Origin, m.NotAfter = bot.ChatWhisper, e.To, e.Origin, e.Until
		m.Inside = &bot.InternalText{Text: whisper(c, e)}
	case bot.NoteInside:
		m.Kind = bot.TicketInside
		m.Inside = &bot.InternalText{Text: whisper(c, e.Whisper)}
	case bot.RaiseAlert:
		m.Kind = bot.ChatAlert
		m.Inside = &bot.InternalText{Text: alert(c, e)}
	case bot.MoveTicket:
		m.Kind, m.Status = bot.TicketStatus, e.Transition
	default:
		panic(fmt.Sprintf("render an effect: %T is none of those that a decision makes", e))
	}
	return m
}

// public makes a message that the client may read or, in shadow mode, a note of
// what the client would have read. A note can't be redrawn, so it does not live.
func public(m *bot.Message, text bot.Text, h bot.House) {
	if !h.Shadow {
		m.Kind, m.Public = bot.TicketReply, &bot.PublicText{Text: text}
		return
	}
	m.Kind, m.Living = bot.TicketInside, ""
	note := append(bot.Text{para(says("Shadow mode: the client would have been told what follows."))}, text...)
	m.Inside = &bot.InternalText{Text: note}
}
