package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/kill"
)

// killArgument makes this program kill the bot, again and again.
const killArgument = "kill"

// runKill kills the bot hundreds of times and tells where that has hit; it fails
// where a promise was broken.
func runKill(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	fs := flag.NewFlagSet("refreshbot-demo "+killArgument, flag.ContinueOnError)
	fs.SetOutput(stderr)
	o := kill.Options{}
	fs.IntVar(&o.Kills, "kills", 300, "how `often`")
	fs.IntVar(&o.Tickets, "tickets", 0, "`how many` are filed at most; 0: without end")
	fs.Uint64Var(&o.Seed, "seed", uint64(time.Now().UnixNano()), "chooses what people do, and the moments")
	fs.BoolVar(&o.Socket, "socket", false, "Slack over Socket Mode in the place of HTTP")
	fs.StringVar(&o.Dir, "dir", "", "`folder` for everything; empty: a temporary one, kept where something went wrong")
	if status, ok := parsed(fs, args); !ok {
		return status
	}
	if o.Kills < 1 {
		fmt.Fprintln(stderr, "refreshbot-demo: --kills has to be above zero")
		return 2
	}
	fmt.Fprintf(stdout, "Seed %d.\n", o.Seed)
	r, err := kill.Run(ctx, stdout, o)
	if err != nil {
		return told(stderr, err)
	}
	fmt.Fprintf(stdout, "\n%d kills in %.0f s; %d tickets, %d targets replaced. Kills by what they hit:\n\n", r.Kills, r.Took.Seconds(), r.Requests, r.Clones)
	for _, phase := range slices.Sorted(maps.Keys(r.Hits)) {
		fmt.Fprintf(stdout, "%6d  %s\n", r.Hits[phase], phase)
	}
	fmt.Fprintf(stdout, "\n%d of the %d tasks and parts of tasks of a clone were hit%s\n", r.Tasks-len(r.Spared), r.Tasks, but(r.Spared))
	for _, v := range r.Violations {
		fmt.Fprintln(stderr, "refreshbot-demo: broken:", v)
	}
	if len(r.Violations) == 0 {
		fmt.Fprintln(stdout, "\nNothing was lost, nothing done twice, nothing left half.")
	}
	return min(len(r.Violations), 1)
}

// but names what is left out; nothing is a full stop.
func but(names []string) string {
	if len(names) == 0 {
		return "."
	}
	return ", but for " + strings.Join(names, ", ") + "."
}
