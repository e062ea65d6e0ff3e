package slack

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// The payloads, as far as they are used. Everything else in them is passed over
// undecoded: a message that is sent back with a click may hold blocks of any kind,
// and none of them may cost the click. Names and teams in them are not read,
// since nothing may rest on them.

// An eventWire is an Events API callback. What is in the event depends on its
// type: the same key holds a text in one and an object in another.
type eventWire struct {
	Type      string          `json:"type"`
	Challenge string          `json:"challenge"` // of url_verification
	EventID   string          `json:"event_id"`
	Event     json.RawMessage `json:"event"`
}

// A mentionWire is the event app_mention.
type mentionWire struct {
	User     string `json:"user"`
	BotID    string `json:"bot_id"`
	Text     string `json:"text"`
	TS       string `json:"ts"`
	ThreadTS string `json:"thread_ts"`
	Channel  string `json:"channel"`
}

// An interactionWire is a click or a submitted form.
type interactionWire struct {
	Type      string `json:"type"`
	TriggerID string `json:"trigger_id"`
	User      struct {
		ID string `json:"id"`
	} `json:"user"`
	Container struct {
		ChannelID string `json:"channel_id"`
		MessageTS string `json:"message_ts"`
	} `json:"container"`
	Actions []actionWire `json:"actions"`
	View    viewWire     `json:"view"`
}

// place is the channel in which something was done.
func (w interactionWire) place() place { return place{channel: w.Container.ChannelID} }

// An actionWire is what was done to one element.
type actionWire struct {
	Type     string `json:"type"`
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
	ActionTS string `json:"action_ts"`
}

// A homeWire is the event app_home_opened.
type homeWire struct {
	User string   `json:"user"`
	Tab  string   `json:"tab"`
	View viewWire `json:"view"` // that is shown; empty before the first
}

// A viewWire is a form with what was filled in, by block and action, or a home.
type viewWire struct {
	Type            string `json:"type"`
	Hash            string `json:"hash"`
	ID              string `json:"id"`
	CallbackID      string `json:"callback_id"`
	PrivateMetadata string `json:"private_metadata"`
	State           struct {
		Values map[string]map[string]struct {
			Value  string `json:"value"`
			Date   string `json:"selected_date"` // 2006-01-02
			Time   string `json:"selected_time"` // 15:04
			Option struct {
				Value string `json:"value"`
			} `json:"selected_option"`
		} `json:"values"`
	} `json:"state"`
}

// A slashWire is a slash command: a form over HTTP, JSON over Socket Mode.
type slashWire struct {
	UserID    string `json:"user_id"`
	ChannelID string `json:"channel_id"`
	Text      string `json:"text"`
	TriggerID string `json:"trigger_id"`
	SSLCheck  string `json:"ssl_check"` // Slack looks whether we are there
}

func slashOf(form url.Values) slashWire {
	return slashWire{
		UserID:    form.Get("user_id"),
		ChannelID: form.Get("channel_id"),
		Text:      form.Get("text"),
		TriggerID: form.Get("trigger_id"),
		SSLCheck:  form.Get("ssl_check"),
	}
}

// pointed reads a button's value or a form's private metadata.
func pointed(value string) (pointer, error) {
	p, err := decode[pointer]("read pointer", []byte(value))
	if err != nil {
		return pointer{}, err
	}
	if !bot.IsTicketKey(string(p.Ticket)) || !slices.Contains(bot.Verbs[:], p.Verb) {
		return pointer{}, bot.Errorf(bot.Invalid, "slack: read pointer", "%q of %q is no command", p.Verb, p.Ticket)
	}
	return p, nil
}

// clicked turns a click into an event. A second click is another event; a second
// delivery of one click is not.
func clicked(w interactionWire, a actionWire, p pointer, now time.Time) (bot.Event, error) {
	at, ok := instant(a.ActionTS)
	if !ok {
		at = now
	}
	id := strings.Join([]string{"slack/action", a.ActionTS, w.Container.MessageTS, w.User.ID}, "/")
	c := bot.Command{
		Verb: p.Verb, Choice: p.Choice, Token: p.Token,
		Surface: bot.SlackCard, Origin: w.Container.ChannelID,
	}
	return given(bot.Event{ID: id, Ticket: p.Ticket, At: at}, w.User.ID, c)
}

// submitted turns an accepted form into an event. A form is accepted once.
func submitted(w interactionWire, p pointer, c bot.Command, now time.Time) (bot.Event, error) {
	c.Surface, c.Origin = bot.SlackCard, p.Origin
	return given(bot.Event{ID: "slack/view/" + w.View.ID, Ticket: p.Ticket, At: now}, w.User.ID, c)
}

// typed turns a slash command into an event.
func typed(w slashWire, s saying, now time.Time) (bot.Event, error) {
	c := s.command
	c.Surface, c.Origin = bot.SlackCommand, w.ChannelID
	if w.TriggerID == "" {
		return bot.Event{}, bot.Errorf(bot.Invalid, "slack: read slash command", "no trigger id")
	}
	return given(bot.Event{ID: "slack/command/" + w.TriggerID, Ticket: s.ticket, At: now}, w.UserID, c)
}

// mentioned turns what was said to the bot into an event.
func mentioned(eventID string, w mentionWire, s saying) (bot.Event, error) {
	c := s.command
	c.Surface, c.Origin = bot.SlackThread, w.Channel
	at, ok := instant(w.TS)
	if !ok || eventID == "" {
		return bot.Event{}, bot.Errorf(bot.Invalid, "slack: read mention", "no event id or no time")
	}
	return given(bot.Event{ID: "slack/event/" + eventID, Ticket: s.ticket, At: at}, w.User, c)
}

// given completes an event of a member's command. Of the member only the id is
// taken.
func given(e bot.Event, member string, c bot.Command) (bot.Event, error) {
	if member == "" {
		return bot.Event{}, bot.Errorf(bot.Invalid, "slack: read command", "nobody gave it")
	}
	c.Actor = bot.Person{Slack: member}
	e.Kind, e.At, e.Command = bot.CommandGiven, e.At.UTC(), &c
	return e, nil
}
