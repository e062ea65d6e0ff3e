package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
	"github.com/refreshbot/refreshbot/cmd/internal/nearest"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
)

func requestsApproveCommand() command {
	return command{
		name: "requests approve", args: "[--as EMAIL] --config FILE KEY CHOICE", run: runRequestsApprove,
		summary: "approve a window of a request, as the card's button would",
	}
}

func requestsCancelCommand() command {
	return command{
		name: "requests cancel", args: "[--as EMAIL] --reason TEXT --config FILE KEY", run: runRequestsCancel,
		summary: "withdraw a request; the client reads the reason",
	}
}

func runRequestsApprove(ctx context.Context, sys system, args []string) error {
	o := decideOptions{name: "requests approve", arguments: []string{"KEY", "CHOICE"}}
	rest, err := o.read(sys, args)
	if err != nil {
		return err
	}
	return o.decide(ctx, sys, bot.Command{Verb: bot.Approve, Choice: rest[1]})
}

func runRequestsCancel(ctx context.Context, sys system, args []string) error {
	o := decideOptions{name: "requests cancel", arguments: []string{"KEY"}, reasoned: true}
	if _, err := o.read(sys, args); err != nil {
		return err
	}
	return o.decide(ctx, sys, bot.Command{Verb: bot.CancelRequest, Reason: o.reason})
}

// decideOptions are what a deciding command is told.
type decideOptions struct {
	name      string
	arguments []string
	reasoned  bool // of no use without a reason

	file, as, reason string
	key              bot.TicketKey
	actor            bot.Person
	config           *config.Config
}

// read reads flags and arguments, and finds out whose decision it is.
func (o *decideOptions) read(sys system, args []string) (rest []string, err error) {
	fs := newFlags()
	fs.StringVar(&o.file, "config", "", "")
	fs.StringVar(&o.as, "as", "", "")
	needed := []string{"config"}
	if o.reasoned {
		fs.StringVar(&o.reason, "reason", "", "")
		needed = append(needed, "reason")
	}
	if rest, err = parse(fs, args, len(o.arguments)); err != nil {
		return nil, err
	}
	if len(rest) < len(o.arguments) {
		return nil, usagef("%s is missing", o.arguments[len(rest)])
	}
	if err := required(fs, needed...); err != nil {
		return nil, err
	}
	if o.reasoned && strings.TrimSpace(o.reason) == "" {
		return nil, usagef("--reason is empty: the client is going to read it")
	}
	if o.key, err = ticketKey(rest[0]); err != nil {
		return nil, err
	}
	if o.config, err = config.LoadFor(config.Cloning, o.file, sys.env); err != nil {
		return nil, usageError{err}
	}
	o.actor, err = actor(o.config.People, o.as, user(sys))
	return rest, err
}

// actor finds the one who decides among the people of the configuration: by
// e-mail address or, where none is given, by the system's name for the caller,
// which has to be what exactly one address begins with. Whether their decision
// counts is not decided here.
func actor(people []config.Person, email, user string) (bot.Person, error) {
	var found []config.Person
	var known []string
	for _, p := range people {
		name, _, _ := strings.Cut(p.Email, "@")
		if email != "" && strings.EqualFold(p.Email, email) || email == "" && name != "" && strings.EqualFold(name, user) {
			found = append(found, p)
		}
		known = append(known, p.Email)
	}
	switch {
	case len(found) == 1:
		return bot.Person{Slack: found[0].Slack, Jira: found[0].Jira, Email: found[0].Email}, nil
	case email != "":
		return bot.Person{}, usagef("%q is nobody's address in `people` of the configuration%s", email, nearest.Hint(email, known))
	default:
		return bot.Person{}, usagef("who decides? %q joins nobody in `people` of the configuration, or several: say --as EMAIL", user)
	}
}

// decide gives a command and says what came of it. An error says why nothing did.
func (o *decideOptions) decide(ctx context.Context, sys system, cmd bot.Command) error {
	d, err := o.open(sys)
	if err != nil {
		return err
	}
	defer d.close()
	cmd.Actor, cmd.Surface = o.actor, bot.CommandLine
	now := sys.clock.Now()
	e := bot.Event{
		ID: "cli/" + user(sys) + "/" + now.UTC().Format(time.RFC3339Nano), Kind: bot.CommandGiven,
		Ticket: o.key, At: now, Command: &cmd,
	}
	if err := d.Command(ctx, e); err != nil {
		return err
	}
	lines, story, err := d.await(ctx, sys, e)
	if err != nil {
		return err
	}
	return o.report(sys, d, lines, story)
}

// open finds the daemon or, where none runs, puts the whole product together:
// deciding takes the ticket as it is now, and what Slack says of the actor.
func (o *decideOptions) open(sys system) (*desk, error) {
	client, running, err := control.Dial(wire.SocketOf(o.config))
	if err != nil {
		return nil, err
	}
	if running {
		return &desk{Handler: client, close: client.Close}, nil
	}
	if err := o.config.For(config.Serving); err != nil {
		return nil, usageError{err}
	}
	log := slog.New(slog.NewTextHandler(sys.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	app, err := wire.Build(o.config, wire.Options{Clock: sys.clock, Log: log, Program: "refreshbot " + o.name})
	if err != nil {
		return nil, err
	}
	office := app.Office()
	return &desk{Handler: office, office: &office, app: app, close: func() { _ = app.Close() }}, nil
}

// await waits until an event has been dealt with, and returns the lines of the
// audit trail that it led to. Without a daemon this process deals with it.
func (d *desk) await(ctx context.Context, sys system, e bot.Event) ([]bot.Audit, control.Story, error) {
	late := sys.clock.Now().Add(patience)
	for {
		if d.app != nil {
			if err := d.app.Decide(ctx); err != nil {
				return nil, control.Story{}, err
			}
		}
		story, err := d.Story(ctx, e.Ticket)
		if err != nil && bot.KindOf(err) != bot.NotFound {
			return nil, story, err
		}
		if lines := wire.Outcome(story.History, e.ID); len(lines) > 0 {
			return lines, story, nil
		}
		if d.app != nil || sys.clock.Now().After(late) {
			return nil, story, fmt.Errorf("%s: not decided yet: the help center, or the daemon, does not answer; "+
				"the command is kept and dealt with once it does, `refreshbot requests show %s` tells", e.Ticket, e.Ticket)
		}
		if err := sys.clock.Until(ctx, sys.clock.Now().Add(pace)); err != nil {
			return nil, story, err
		}
	}
}

// report says what was decided, or why nothing was.
func (o *decideOptions) report(sys system, d *desk, lines []bot.Audit, s control.Story) error {
	if i := slices.IndexFunc(lines, func(a bot.Audit) bool { return a.Refused != nil }); i >= 0 {
		m := wording.Render(s.Conversation, *lines[i].Refused, "", bot.House{})
		words := strings.Join(strings.Fields(m.Inside.Text.String()), " ")
		return errors.New(string(o.key) + ": refused: " + words)
	}
	for _, a := range lines {
		line := string(o.key) + ": " + oneLine(a.What)
		if a.Hash != "" {
			line += ", of " + short(a.Hash)
		}
		fmt.Fprintln(sys.stdout, line)
	}
	fmt.Fprintf(sys.stdout, "%s: %s (as %s)\n", o.key, oneLine(s.Request.Waits), o.actor.Email)
	if d.app != nil {
		fmt.Fprintln(sys.stdout, "no daemon runs: what is to be said about it is sent at the next `refreshbot serve`")
	}
	return nil
}
