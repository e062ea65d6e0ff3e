package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
)

func requestsListCommand() command {
	return command{
		name: "requests list", args: "[--state STATE]... [--format text|json] --config FILE", run: runRequestsList,
		summary: "the requests that are open, or in a state",
	}
}

func requestsShowCommand() command {
	return command{
		name: "requests show", args: "[--format text|json] --config FILE KEY", run: runRequestsShow,
		summary: "the whole story of a ticket: what was read, decided, said and done",
	}
}

// openStates are those in which something is still to come.
var openStates = []bot.State{
	bot.Collecting, bot.Proposed, bot.Confirmed, bot.Running, bot.Failed, bot.Lapsed, bot.HandedOver,
}

func runRequestsList(ctx context.Context, sys system, args []string) error {
	opts := recordOptions{name: "requests list"}
	fs := newFlags()
	var states []bot.State
	wordsFlag(fs, "state", &states, bot.States[:])
	d, _, err := opts.start(sys, fs, args)
	if err != nil {
		return err
	}
	defer d.close()
	if len(states) == 0 {
		states = openStates
	}
	list, err := d.Requests(ctx, states)
	if err != nil {
		return err
	}
	if opts.format == "json" {
		return writeJSON(sys.stdout, orNone(list))
	}
	return listRequests(sys.stdout, list)
}

func listRequests(to io.Writer, list []control.Request) error {
	if len(list) == 0 {
		fmt.Fprintln(to, "no requests")
		return nil
	}
	w := newTable(to, "KEY", "STATE", "TENANT", "WHAT", "WINDOW (UTC)", "NOW")
	for _, r := range list {
		w.row(string(r.Key), string(r.State), r.Tenant, what(r), window(r), r.Waits)
	}
	return w.flush()
}

// what says what a request asks for: "ABCD_prod → ABCD_test".
func what(r control.Request) string {
	if len(r.Environments) > 0 {
		return "schema of " + strings.Join(r.Environments, ", ")
	}
	return cmp.Or(r.Source, "?") + " → " + cmp.Or(r.Target, "?")
}

// window says which window is confirmed.
func window(r control.Request) string {
	if r.Window == nil {
		return ""
	}
	return r.Window.Start.UTC().Format("Mon 2 Jan 2006 15:04") + r.Window.End.UTC().Format("–15:04")
}

func runRequestsShow(ctx context.Context, sys system, args []string) error {
	opts := recordOptions{name: "requests show", arguments: []string{"KEY"}}
	d, rest, err := opts.start(sys, newFlags(), args)
	if err != nil {
		return err
	}
	defer d.close()
	key, err := ticketKey(rest[0])
	if err != nil {
		return err
	}
	story, err := d.Story(ctx, key)
	if err != nil {
		return err
	}
	if opts.format == "json" {
		return writeJSON(sys.stdout, story)
	}
	return tell(sys.stdout, story)
}

// keyForm is the form of a ticket's key.
var keyForm = regexp.MustCompile(`^[A-Z][A-Z0-9_]*-[0-9]+$`)

// ticketKey reads the key of a ticket, in either case.
func ticketKey(s string) (bot.TicketKey, error) {
	key := strings.ToUpper(s)
	if !keyForm.MatchString(key) {
		return "", usagef("%q is not the key of a ticket: want one such as HELP-7", s)
	}
	return bot.TicketKey(key), nil
}

// recordOptions are what the commands have in common that look things up.
type recordOptions struct {
	name      string
	arguments []string // what has to be given beside the flags, by their names
	format    string
	config    *config.Config
}

// start reads flags and arguments, and finds who has the store.
func (o *recordOptions) start(sys system, fs *flag.FlagSet, args []string) (*desk, []string, error) {
	file := fs.String("config", "", "")
	formatFlag(fs, &o.format)
	rest, err := parse(fs, args, len(o.arguments))
	if err != nil {
		return nil, nil, err
	}
	if len(rest) < len(o.arguments) {
		return nil, nil, usagef("%s is missing", o.arguments[len(rest)])
	}
	if err := required(fs, "config"); err != nil {
		return nil, nil, err
	}
	if o.config, err = config.LoadFor(config.Cloning, *file, sys.env); err != nil {
		return nil, nil, usageError{err}
	}
	d, err := openDesk(o.config, sys, "refreshbot "+o.name)
	return d, rest, err
}

// orNone makes a list that is written as [] where there is nothing in it.
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
