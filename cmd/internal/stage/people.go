package stage

import (
	"fmt"

	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// Press presses a button of a message as a member, on the message as it was looked
// at. Where a form comes up it is filled in, by block, and submitted.
func (s *Stage) Press(member string, m slacksim.Message, label string, fill map[string]string) (slacksim.Ack, error) {
	before := len(s.Chat.Forms(member))
	ack, err := m.Click(member, label)
	forms := s.Chat.Forms(member)
	if err != nil || len(forms) == before {
		return ack, err
	}
	return s.Chat.Submit(member, forms[len(forms)-1].ID, fill)
}

// Tell says something to the bot as a member: in the thread of the ticket's card,
// which knows its ticket, or in the channel, where the words have to name it.
func (s *Stage) Tell(member, ticket, words string) (slacksim.Ack, error) {
	card, _ := s.Card(ticket)
	return s.Chat.Say(member, s.config.Slack.Channel, card.TS, fmt.Sprintf("@%s %s", slacksim.BotName, words))
}
