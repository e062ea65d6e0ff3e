package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/load"
)

// loadArgument makes this program measure the bot.
const loadArgument = "load"

// The figures that are to be reached.
const (
	wantP50 = 50 * time.Millisecond
	wantP99 = 250 * time.Millisecond
)

// runLoad measures how fast tickets are answered, and fails where that is slower
// than it is to be.
func runLoad(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	fs := flag.NewFlagSet("refreshbot-demo "+loadArgument, flag.ContinueOnError)
	fs.SetOutput(stderr)
	o := load.Options{}
	fs.Float64Var(&o.Rate, "rate", 20, "tickets and comments a `second`")
	fs.DurationVar(&o.For, "for", time.Minute, "for how `long`")
	fs.IntVar(&o.Open, "open", 1000, "`tickets` that are open before")
	fs.BoolVar(&o.Ramp, "ramp", false, "raise the rate afterwards until replies fall behind")
	fs.BoolVar(&o.Limited, "limited", false, "have Slack limit the bot as the real one would")
	day := load.Simulation{}
	fs.DurationVar(&day.For, "simulate", 0, "watch the memory for so `long` by a clock that jumps, instead")
	fs.IntVar(&day.Tickets, "tickets", 5000, "`how many` a simulated day")
	fs.StringVar(&o.Dir, "dir", "", "`folder` for the store; empty: a temporary one")
	if status, ok := parsed(fs, args); !ok {
		return status
	}
	if o.Rate <= 0 || o.For <= 0 || o.Open < 0 {
		fmt.Fprintln(stderr, "refreshbot-demo: --rate and --for have to be above zero, --open not below")
		return 2
	}
	if day.For > 0 {
		day.Dir = o.Dir
		return simulate(ctx, day, stdout, stderr)
	}
	r, err := load.Run(ctx, stdout, o)
	if err != nil {
		return told(stderr, err)
	}
	if l := r.Steady; l.Unanswered > 0 || l.P50 >= wantP50 || l.P99 >= wantP99 {
		fmt.Fprintf(stderr, "refreshbot-demo: slower than it is to be: p50 below %s, p99 below %s, none unanswered\n", wantP50, wantP99)
		return 1
	}
	return 0
}

// simulate watches the memory, and fails where it grows.
func simulate(ctx context.Context, day load.Simulation, stdout, stderr io.Writer) int {
	if day.For < load.Shortest*time.Hour || day.Tickets < 24 {
		fmt.Fprintf(stderr, "refreshbot-demo: --simulate has to be %dh at least, --tickets 24\n", load.Shortest)
		return 2
	}
	c, err := load.Simulate(ctx, stdout, day)
	if err != nil {
		return told(stderr, err)
	}
	if !load.Tell(stdout, c.Trends(day.Tickets/24)) {
		fmt.Fprintln(stderr, "refreshbot-demo: it is not flat")
		return 1
	}
	fmt.Fprintln(stdout, "\nFlat.")
	return 0
}
