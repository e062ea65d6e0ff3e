package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

func windowsCommand() command {
	return command{
		name:    "windows",
		args:    "[--config FILE] [--at RFC3339] [--kind KIND] [--region CODE]... [--pit RFC3339] [-n 5] [--format text|json]",
		summary: "the next windows that satisfy every rule",
		run:     runWindows,
	}
}

// mostWindows bounds -n.
const mostWindows = 1000

type windowsOptions struct {
	file    string
	at, pit time.Time
	kind    string
	regions []string
	n       int
	format  string
}

func runWindows(_ context.Context, sys system, args []string) error {
	opts, err := parseWindows(sys, args)
	if err != nil {
		return err
	}
	world, err := loadWorld(opts.file, sys)
	if err != nil {
		return err
	}
	if world.Regions, err = regionCodes(opts.regions); err != nil {
		return err
	}
	next := rules.Next(world, ticket.Kind(opts.kind), opts.pit, opts.at, opts.n)
	if opts.format == "json" {
		return writeJSON(sys.stdout, intervals(next))
	}
	if len(next) == 0 {
		fmt.Fprintf(sys.stdout, "no window up to %s satisfies every rule\n", when(opts.at.Add(world.Policy.Suggest.Horizon)))
	}
	for _, w := range next {
		fmt.Fprintln(sys.stdout, span(w))
	}
	return nil
}

func parseWindows(sys system, args []string) (windowsOptions, error) {
	opts := windowsOptions{at: sys.clock.Now().UTC()}
	fs := newFlags()
	fs.StringVar(&opts.file, "config", "", "")
	fs.IntVar(&opts.n, "n", 5, "")
	instantFlag(fs, "at", &opts.at)
	instantFlag(fs, "pit", &opts.pit)
	listFlag(fs, "region", &opts.regions)
	choiceFlag(fs, "kind", &opts.kind, string(ticket.Standard), string(ticket.PointInTime), string(ticket.SchemaUpdate))
	formatFlag(fs, &opts.format)
	if _, err := parse(fs, args, 0); err != nil {
		return opts, err
	}
	if opts.n < 1 || opts.n > mostWindows {
		return opts, usagef("-n is %d: want 1 to %d", opts.n, mostWindows)
	}
	return opts, opts.settleKind(fs)
}

// settleKind takes an instant for the wish for a point in time.
func (o *windowsOptions) settleKind(fs *flag.FlagSet) error {
	if o.pit.IsZero() {
		return nil
	}
	if required(fs, "kind") == nil && o.kind != string(ticket.PointInTime) {
		return usagef("--pit goes with --kind %s", ticket.PointInTime)
	}
	o.kind = string(ticket.PointInTime)
	return nil
}
