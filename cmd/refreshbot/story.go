package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
	"github.com/refreshbot/refreshbot/integrations/clone"
)

// tell writes the story of a ticket for people: how things stand, what was read,
// every decision, every message, and the run. Times are UTC.
func tell(w io.Writer, s control.Story) error {
	card := wording.Render(s.Conversation, bot.ShowCard{}, "", bot.House{}).Card
	fmt.Fprintf(w, "%s\n%s (%s, decision %d)\n", oneLine(card.Title), oneLine(card.State), s.Conversation.State, s.Conversation.Version)
	parts := []func(io.Writer) error{
		func(w io.Writer) error { return tellRead(w, *card) },
		func(w io.Writer) error { return tellApprovals(w, s.Conversation.Approvals) },
		func(w io.Writer) error { return tellHistory(w, s.History) },
		func(w io.Writer) error { return tellMessages(w, s.Messages) },
		func(w io.Writer) error { return tellRun(w, s.Run) },
	}
	for _, part := range parts {
		if err := part(w); err != nil {
			return err
		}
	}
	return nil
}

// tellRead tells what was asked for, as it was read and judged.
func tellRead(w io.Writer, card bot.Card) error {
	fmt.Fprintln(w, "\nRead")
	t := newTable(w)
	for _, f := range card.Facts {
		t.row("  "+f.Name, f.Value)
	}
	for _, win := range card.Windows {
		t.row("  Window "+win.Label, win.When+", "+win.Verdict)
		for _, why := range win.Reasons {
			t.row("   ", why)
		}
	}
	for _, n := range card.Notes {
		t.row("  To mind", n)
	}
	return t.flush()
}

// tellApprovals tells who said yes to what.
func tellApprovals(w io.Writer, all []bot.Approval) error {
	if len(all) == 0 {
		return nil
	}
	fmt.Fprintln(w, "\nApprovals that stand")
	t := newTable(w)
	for _, a := range all {
		kind := "window " + a.Label
		if a.Extra {
			kind += ", as an exception"
		}
		t.row("  "+minute(a.At), who(a.By), kind, "of "+short(a.Hash))
	}
	return t.flush()
}

// who names a person in full.
func who(p bot.Person) string {
	names := []string{}
	for _, s := range []string{p.Name, p.Email, p.Slack} {
		if s != "" {
			names = append(names, s)
		}
	}
	return strings.Join(names, ", ")
}

// tellHistory tells every decision: when, who, what and why, what it made of the
// state, and the hash of what was approved.
func tellHistory(w io.Writer, history []bot.Audit) error {
	fmt.Fprintln(w, "\nDecided")
	t := newTable(w)
	for _, a := range history {
		what := a.What
		if a.Hash != "" {
			what += ", of " + short(a.Hash)
		}
		t.row("  "+minute(a.At), a.Actor, move(a.Before, a.After), what)
	}
	return t.flush()
}

func move(before, after bot.State) string {
	switch before {
	case after:
		return string(after)
	case "":
		return "→ " + string(after)
	default:
		return string(before) + " → " + string(after)
	}
}

// short is enough of a hash to compare it by eye; the JSON has all of it.
func short(hash string) string { return hash[:min(len(hash), 12)] }

// tellMessages tells every message with what became of it, but for drawings that a
// newer one took the place of: nobody ever saw them, and a run has dozens.
func tellMessages(w io.Writer, rows []bot.OutboxRow) error {
	if len(rows) == 0 {
		return nil
	}
	fmt.Fprintln(w, "\nSaid")
	t := newTable(w)
	for _, r := range rows {
		if r.State == bot.Superseded {
			continue
		}
		t.row("  "+minute(r.Queued), string(r.Message.Key), string(r.Message.Kind), fate(r), opening(r.Message))
	}
	return t.flush()
}

// fate says what became of a message.
func fate(r bot.OutboxRow) string {
	s := string(r.State)
	if r.Attempts > 1 {
		s += fmt.Sprintf(" after %d attempts", r.Attempts)
	}
	if r.State != bot.Delivered && r.Cause != "" {
		s += ": " + r.Cause
	}
	return s
}

// opening returns how a message begins, for whoever looks for it.
func opening(m bot.Message) string {
	var text string
	switch {
	case m.Public != nil:
		text = m.Public.Text.String()
	case m.Inside != nil:
		text = m.Inside.Text.String()
	case m.Card != nil:
		text = m.Card.Title + ": " + m.Card.State
	case m.Status != "":
		text = m.Status
	}
	const most = 60
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// tellRun tells how far the clone is, task by task.
func tellRun(w io.Writer, r *bot.RunReport) error {
	if r == nil {
		return nil
	}
	fmt.Fprintln(w)
	if err := clone.StatusOf(*r).WriteText(w); err != nil {
		return err
	}
	for _, line := range append([]string{r.Problem, r.Question}, r.Facts...) {
		if line != "" {
			fmt.Fprintf(w, "  %s\n", oneLine(line))
		}
	}
	return nil
}
