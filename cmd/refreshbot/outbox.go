package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/refreshbot/refreshbot/bot"
)

func outboxListCommand() command {
	return command{
		name: "outbox list", args: "[--state STATE]... [--format text|json] --config FILE", run: runOutboxList,
		summary: "the messages that have not arrived: what waits, and what was given up",
	}
}

func outboxRetryCommand() command {
	return command{
		name: "outbox retry", args: "--config FILE KEY", run: runOutboxRetry,
		summary: "send a message that was given up after all",
	}
}

// deliveryStates are all states of delivery.
var deliveryStates = []bot.DeliveryState{
	bot.Waiting, bot.Attempting, bot.Unsure, bot.Delivered, bot.Superseded, bot.Expired, bot.Dead,
}

// unsent are those of messages that somebody may be waiting for.
var unsent = []bot.DeliveryState{bot.Waiting, bot.Attempting, bot.Unsure, bot.Dead}

// A letter is a message as `refreshbot outbox list` prints it in JSON.
type letter struct {
	Key      bot.EffectKey     `json:"key"`
	Ticket   bot.TicketKey     `json:"ticket"`
	Kind     bot.MessageKind   `json:"kind"`
	State    bot.DeliveryState `json:"state"`
	Queued   string            `json:"queued"` // RFC 3339
	Attempts int               `json:"attempts"`
	Due      string            `json:"due"`   // empty: at once, or never
	Cause    string            `json:"cause"` // of the last failure
}

func runOutboxList(ctx context.Context, sys system, args []string) error {
	opts := recordOptions{name: "outbox list"}
	fs := newFlags()
	var states []bot.DeliveryState
	wordsFlag(fs, "state", &states, deliveryStates)
	d, _, err := opts.start(sys, fs, args)
	if err != nil {
		return err
	}
	defer d.close()
	if len(states) == 0 {
		states = unsent
	}
	rows, err := d.Messages(ctx, states)
	if err != nil {
		return err
	}
	if opts.format == "json" {
		return writeJSON(sys.stdout, letters(rows))
	}
	return listOutbox(sys.stdout, rows)
}

func letters(rows []bot.OutboxRow) []letter {
	all := make([]letter, len(rows))
	for i, r := range rows {
		all[i] = letter{
			Key: r.Message.Key, Ticket: r.Message.Ticket, Kind: r.Message.Kind, State: r.State,
			Queued: stamp(r.Queued), Attempts: r.Attempts, Due: stamp(r.Due), Cause: r.Cause,
		}
	}
	return all
}

func listOutbox(to io.Writer, rows []bot.OutboxRow) error {
	if len(rows) == 0 {
		fmt.Fprintln(to, "no messages")
		return nil
	}
	t := newTable(to, "KEY", "KIND", "STATE", "QUEUED (UTC)", "ATTEMPTS", "DUE (UTC)", "CAUSE")
	for _, r := range rows {
		t.row(string(r.Message.Key), string(r.Message.Kind), string(r.State),
			minute(r.Queued), fmt.Sprint(r.Attempts), minute(r.Due), r.Cause)
	}
	if err := t.flush(); err != nil {
		return err
	}
	dead := func(r bot.OutboxRow) bool { return r.State == bot.Dead }
	if slices.ContainsFunc(rows, dead) {
		fmt.Fprintln(to, "\nWhat is dead is not tried again by itself: `refreshbot outbox retry KEY`, once the cause is mended.")
	}
	return nil
}

func runOutboxRetry(ctx context.Context, sys system, args []string) error {
	opts := recordOptions{name: "outbox retry", arguments: []string{"KEY"}}
	d, rest, err := opts.start(sys, newFlags(), args)
	if err != nil {
		return err
	}
	defer d.close()
	key := bot.EffectKey(rest[0])
	if err := d.Resend(ctx, key); err != nil {
		return err
	}
	if d.office != nil {
		fmt.Fprintf(sys.stdout, "message %s waits again; no daemon runs, so it is sent at the next start\n", key)
		return nil
	}
	fmt.Fprintf(sys.stdout, "message %s is being sent again\n", key)
	return nil
}
