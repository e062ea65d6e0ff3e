package runner

import (
	"context"
	"log/slog"

	"github.com/refreshbot/refreshbot/bot"
)

// A place is where a message goes.
type place struct {
	key    bot.EffectKey // with which it goes out
	sought bot.EffectKey // by which it is looked for
	living bot.RemoteID  // the drawing to change in place; empty: none yet
	thread bot.RemoteID  // the message under which it goes; empty: none
}

// place finds where a message goes. It is not ready where the card that it
// belongs under is still to be sent.
func (r *Runner) place(ctx context.Context, row bot.OutboxRow) (p place, ready bool, err error) {
	m := row.Message
	p.key, p.sought = row.SentAs(), row.SoughtAs()
	if m.Living != "" {
		if p.living, _, err = r.Store.Living(ctx, m.Ticket, m.Living); err != nil {
			return p, false, err
		}
	}
	if m.Under == "" {
		return p, true, nil
	}
	thread, there, err := r.Store.Living(ctx, m.Ticket, m.Under)
	if err != nil || there {
		p.thread = thread
		return p, there, err
	}
	comes, err := r.cardComes(ctx, m)
	return p, !comes, err
}

// cardComes reports whether the card that a message belongs under will be sent
// before long. In its own lane it would have been sent before: there the message
// rather stands alone than waits for one that was given up.
func (r *Runner) cardComes(ctx context.Context, m bot.Message) (bool, error) {
	rows, err := r.Store.Messages(ctx, m.Ticket)
	for _, row := range rows {
		open := row.State == bot.Waiting || row.State == bot.Attempting || row.State == bot.Unsure
		if open && row.Message.Living == m.Under && row.Message.Kind.Lane() < m.Kind.Lane() {
			return true, err
		}
	}
	return false, err
}

// look looks for a message that may have been sent. A transition can't be looked
// for and need not be: making it twice is making it once.
func (r *Runner) look(ctx context.Context, row bot.OutboxRow, p place) (id bot.RemoteID, found bool, err error) {
	since := row.SoughtSince().Add(-skew)
	switch m := row.Message; {
	case m.Kind == bot.TicketStatus:
		return "", false, nil
	case m.Kind.OnTicket():
		id, found, err = r.Desk.Sent(ctx, m.Ticket, p.sought, since)
		r.heard(&r.count.deskSeen, err)
	default:
		id, found, err = r.Chat.Posted(ctx, p.sought, p.thread, since)
		r.heard(&r.count.chatSeen, err)
	}
	return id, found, err
}

// redrawn reports whether a message is drawn over what the store before a restored
// backup sent: then it is of no matter which drawing that was.
func redrawn(row bot.OutboxRow) bool { return row.Again && row.Message.Living != "" }

// deliver sends a message and returns where it is.
func (r *Runner) deliver(ctx context.Context, row bot.OutboxRow, p place) (id bot.RemoteID, err error) {
	if row.Message.Kind.OnTicket() {
		id, err = r.toDesk(ctx, row.Message, p)
		r.heard(&r.count.deskSeen, err)
		return id, err
	}
	m := row.Message
	m.Key = p.key
	id, err = r.toChat(ctx, m, p)
	r.heard(&r.count.chatSeen, err)
	return id, err
}

func (r *Runner) toDesk(ctx context.Context, m bot.Message, p place) (bot.RemoteID, error) {
	switch {
	case m.Kind == bot.TicketStatus:
		return "", r.Desk.Transition(ctx, m.Ticket, m.Status)
	case m.Kind == bot.TicketInside && m.Inside != nil:
		return r.Desk.Note(ctx, m.Ticket, p.key, *m.Inside)
	case m.Kind == bot.TicketReply && m.Public != nil:
		return r.reply(ctx, m, p)
	default:
		return "", bot.Errorf(bot.Invalid, "runner: send "+string(m.Key), "a message of kind %s without its text", m.Kind)
	}
}

// reply writes a public comment, or changes the living one in place. One that
// somebody deleted is written anew.
func (r *Runner) reply(ctx context.Context, m bot.Message, p place) (bot.RemoteID, error) {
	if p.living != "" {
		err := r.Desk.Rewrite(ctx, m.Ticket, p.living, p.key, *m.Public)
		if err == nil || bot.KindOf(err) != bot.NotFound {
			return p.living, err
		}
	}
	return r.Desk.Reply(ctx, m.Ticket, p.key, *m.Public)
}

func (r *Runner) toChat(ctx context.Context, m bot.Message, p place) (bot.RemoteID, error) {
	if p.living != "" {
		err := r.Chat.Redraw(ctx, p.living, m)
		if err == nil || bot.KindOf(err) != bot.NotFound {
			return p.living, err
		}
	}
	return r.Chat.Post(ctx, m, p.thread)
}

// auditDead writes into the audit trail that a message was given up.
func (r *Runner) auditDead(ctx context.Context, row bot.OutboxRow, o bot.Outcome) error {
	m := row.Message
	for {
		c, err := r.Store.Conversation(ctx, m.Ticket)
		if err != nil {
			return err
		}
		err = r.Store.Commit(ctx, bot.Commit{Was: c.Version, Next: c, Now: o.At, Audit: []bot.Audit{{
			Ticket: m.Ticket, Version: c.Version, At: o.At, Actor: "sender", Event: "message given up",
			Before: c.State, After: c.State, What: string(m.Kind) + " " + string(m.Key) + ": " + o.Cause,
		}}})
		if err == nil || bot.KindOf(err) != bot.Conflict {
			return err
		}
	}
}

func (r *Runner) logSend(ctx context.Context, level slog.Level, what string, row bot.OutboxRow, err error) {
	attrs := []slog.Attr{
		slog.String("ticket", string(row.Message.Ticket)), slog.String("key", string(row.SentAs())),
		slog.String("kind", string(row.Message.Kind)), slog.Int("attempts", row.Attempts),
	}
	if err != nil {
		attrs = append(attrs, slog.Any("error", err))
	}
	r.Log.LogAttrs(ctx, level, what, attrs...)
}
