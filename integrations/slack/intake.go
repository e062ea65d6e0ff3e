package slack

import (
	"context"
	"encoding/json"
	"time"

	"github.com/slack-go/slack"

	"github.com/refreshbot/refreshbot/bot"
)

// answerWithin is how long anything may take between Slack's call and our answer.
// Slack gives three seconds.
const answerWithin = 2500 * time.Millisecond

// An Intake takes in what Slack sends and puts it into an inbox. [Intake.Routes]
// does it over HTTP, [Intake.Listen] over Socket Mode; both mean the same by it.
type Intake struct {
	client *Client
	inbox  bot.Inbox
}

// Intake returns the client's intake into an inbox.
func (c *Client) Intake(inbox bot.Inbox) *Intake { return &Intake{client: c, inbox: inbox} }

// The three kinds of thing that Slack sends. Each returns what Slack is to be
// answered with, nil for a plain acknowledgement. An error of the kind Invalid is
// about what was sent: it will not get better. Any other error means that the
// event was not kept, and that nothing may be acknowledged.

// event takes in an Events API callback.
func (in *Intake) event(ctx context.Context, raw []byte) (any, error) {
	w, err := decode[eventWire]("read event", raw)
	if err != nil {
		return nil, err
	}
	if w.Type == "url_verification" {
		return map[string]string{"challenge": w.Challenge}, nil
	}
	inner, err := decode[struct {
		Type string `json:"type"`
	}]("read event", w.Event)
	if err != nil {
		return nil, err
	}
	switch inner.Type {
	case "app_mention":
		return nil, in.mention(ctx, w)
	case "app_home_opened":
		return nil, in.homeOpened(ctx, w.Event)
	case "subteam_members_changed", "subteam_updated":
		in.client.groups.forget()
	default:
		in.client.config.Log.Debug("slack: event of no interest", "type", inner.Type)
	}
	return nil, nil
}

// mention takes in what was said to the bot in a channel or a thread.
func (in *Intake) mention(ctx context.Context, callback eventWire) error {
	w, err := decode[mentionWire]("read mention", callback.Event)
	if err != nil {
		return err
	}
	if w.BotID != "" || w.User == "" {
		return nil // another bot, or an echo of our own words
	}
	said := parse(spoken(w.Text), in.client.config.Window)
	here := place{w.Channel, w.ThreadTS}
	if said.wantsTicket() && w.ThreadTS != "" {
		said.ticket = in.client.ticketOf(ctx, here)
	}
	said = said.complete()
	if said.problem != "" {
		in.client.tell(ctx, here, w.User, said.problem)
		return nil
	}
	if said.isQuestion() {
		in.client.show(ctx, here, w.User, in.answer(ctx, said.question, asker{w.User, w.Channel}))
		return nil
	}
	e, err := mentioned(callback.EventID, w, said)
	if err != nil {
		return err
	}
	return in.keep(ctx, e)
}

// slash takes in a slash command. It is always answered in words, also where it
// could not be kept: Slack shows no more than "failed" for an error.
func (in *Intake) slash(ctx context.Context, w slashWire) (any, error) {
	if w.SSLCheck != "" {
		return nil, nil
	}
	said := parse(w.Text, in.client.config.Window).complete()
	if said.problem != "" {
		return ephemeral(drawing{text: said.problem}), nil
	}
	if said.isQuestion() {
		return ephemeral(in.answer(ctx, said.question, asker{w.UserID, w.ChannelID})), nil
	}
	e, err := typed(w, said, in.client.config.Clock.Now())
	if err != nil {
		return nil, err
	}
	if err := in.keep(ctx, e); err != nil {
		in.client.config.Log.Error("slack: command not kept", "event", e.ID, "err", err)
		return ephemeral(drawing{text: wordNotKept}), nil
	}
	return ephemeral(drawing{text: escape(wordNoted(e.Ticket, *e.Command))}), nil
}

// interaction takes in a click or a submitted form.
func (in *Intake) interaction(ctx context.Context, raw []byte) (any, error) {
	w, err := decode[interactionWire]("read interaction", raw)
	if err != nil {
		return nil, err
	}
	switch w.Type {
	case "block_actions":
		for _, a := range w.Actions {
			if err := in.click(ctx, w, a); err != nil {
				return nil, err
			}
		}
		return nil, nil
	case "view_submission":
		return in.submission(ctx, w)
	}
	in.client.config.Log.Debug("slack: interaction of no interest", "type", w.Type)
	return nil, nil
}

// click takes in a click on a button: it opens the form for its reason, or keeps
// the command. A person whose click was lost is told so.
func (in *Intake) click(ctx context.Context, w interactionWire, a actionWire) error {
	if a.Type != "button" || a.Value == "" {
		if a.ActionID == actionRefresh {
			in.publish(ctx, w.User.ID, nil)
		}
		return nil // a link, or a control that decides nothing by itself
	}
	p, err := pointed(a.Value)
	if err != nil {
		in.client.tell(ctx, w.place(), w.User.ID, wordOldButton)
		return err
	}
	if p.needsForm() {
		return in.openForm(ctx, w, p)
	}
	e, err := clicked(w, a, p, in.client.config.Clock.Now())
	if err != nil {
		return err
	}
	if err := in.keep(ctx, e); err != nil {
		in.client.tell(ctx, w.place(), w.User.ID, wordNotKept)
		return err
	}
	if w.View.Type == homeTab {
		in.noted(ctx, w.User.ID, e)
	}
	return nil
}

// keep makes an event durable. One that came before is as good as kept.
func (in *Intake) keep(ctx context.Context, e bot.Event) error {
	fresh, err := in.inbox.Receive(ctx, e)
	if err != nil {
		return &bot.Error{Kind: bot.Unavailable, Op: "slack: keep " + e.ID, Err: err}
	}
	if !fresh {
		in.client.config.Log.Debug("slack: delivered again", "event", e.ID)
	}
	return nil
}

// tell shows a member a sentence that nobody else sees, as well as it can: it is
// said when something else went wrong, and nothing depends on it.
func (c *Client) tell(ctx context.Context, in place, member, text string) {
	c.show(ctx, in, member, drawing{text: text})
}

// show shows a member a drawing that nobody else sees, as well as it can. What was
// done outside every channel is answered in the desk's.
func (c *Client) show(ctx context.Context, in place, member string, d drawing) {
	if member == "" {
		return
	}
	if in.channel == "" {
		in.channel = c.config.Channel
	}
	// The time that was left may have gone with what failed.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
	defer cancel()
	options := d.options("")
	if in.ts != "" {
		options = append(options, slack.MsgOptionTS(in.ts))
	}
	if _, err := c.api.PostEphemeralContext(ctx, in.channel, member, options...); err != nil {
		c.config.Log.Warn("slack: answer not shown", "member", member, "err", err)
	}
}

// ticketOf returns the ticket of the card that a thread hangs on, read from the
// card's metadata; empty where that can't be told.
func (c *Client) ticketOf(ctx context.Context, thread place) bot.TicketKey {
	page, _, err := c.page(ctx, thread, "", "")
	if err != nil || len(page) == 0 || page[0].Metadata.EventType != eventType {
		return ""
	}
	key, _ := page[0].Metadata.EventPayload[eventKey].(string)
	return ticketOfKey(key)
}

// decode reads a payload; what is not JSON of the shape is Invalid.
func decode[T any](op string, raw []byte) (T, error) {
	var w T
	if err := json.Unmarshal(raw, &w); err != nil {
		return w, &bot.Error{Kind: bot.Invalid, Op: "slack: " + op, Err: err}
	}
	return w, nil
}
