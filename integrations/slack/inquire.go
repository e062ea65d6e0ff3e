package slack

import (
	"context"

	"github.com/slack-go/slack"

	"github.com/refreshbot/refreshbot/bot"
)

// An asker is who asked something, and where.
type asker struct {
	member  string
	channel string
}

// answer answers a question from what is kept, at once: it decides nothing and
// does not go through the inbox.
func (in *Intake) answer(ctx context.Context, q bot.Question, who asker) drawing {
	c := in.client.config
	if c.Inquiries == nil {
		return drawing{text: wordNoInquiries}
	}
	if problem := in.mayNotAsk(ctx, q, who); problem != "" {
		return drawing{text: problem}
	}
	text, err := c.Inquiries.Answer(ctx, q, c.Clock.Now())
	if err != nil {
		c.Log.Error("slack: question not answered", "topic", q.Topic, "ticket", q.Ticket, "err", err)
		return drawing{text: wordNoAnswer}
	}
	return drawText(text.Text)
}

// mayNotAsk says why somebody is not told what they ask; empty: they are. Clients'
// requests are for approvers, and for the members of the channel in which the
// cards stand, who see them anyway.
func (in *Intake) mayNotAsk(ctx context.Context, q bot.Question, who asker) string {
	if !q.Private() {
		return ""
	}
	s, err := in.client.Standing(ctx, who.member)
	switch {
	case err != nil:
		return wordNoReader(bot.CannotCheck)
	case s.Approver, s.Refusal == bot.NotListed && who.channel == in.client.config.Channel:
		return ""
	case s.Refusal == bot.NotListed:
		return wordNotHere
	default:
		return wordNoReader(s.Refusal)
	}
}

// An ephemeralWire is the answer to a slash command, which the asker alone sees.
type ephemeralWire struct {
	Type   string        `json:"response_type"`
	Text   string        `json:"text"`
	Blocks []slack.Block `json:"blocks,omitempty"`
}

// ephemeral returns a drawing as the answer to a slash command.
func ephemeral(d drawing) any {
	return ephemeralWire{Type: slack.ResponseTypeEphemeral, Text: clip(d.text, maxText), Blocks: d.blocks}
}
