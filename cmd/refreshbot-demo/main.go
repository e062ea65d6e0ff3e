// Refreshbot-demo plays the main job on embedded defaults. It is the product's
// own wiring over a help center and a Slack that live in memory, sample tenants
// in real databases, and a clock that jumps to whatever is due next.
//
// Two processes take part: this one holds the world, the clock and the stories;
// the other one is the bot, so that it can be killed. Three stories are told, and
// everything in them is looked at from outside: on the ticket, in the channel, in
// the databases. Then the pages stay open for whoever wants to click.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones must not depend on the machine

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/process"
	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/race"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run plays the demo, is a part in it, or measures, and returns the exit status:
// 0 done and every check held, 1 not, 2 asked wrongly.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		switch rest := args[1:]; args[0] {
		case process.Argument:
			return told(stderr, process.Run(ctx, rest, stderr))
		case killArgument:
			return runKill(ctx, rest, stdout, stderr)
		case loadArgument:
			return runLoad(ctx, rest, stdout, stderr)
		case raceArgument:
			return runRace(ctx, rest, stdout, stderr)
		case race.RefreshArgument:
			return told(stderr, race.Refresh(ctx, rest, stdout))
		}
	}
	fs := flag.NewFlagSet("refreshbot-demo", flag.ContinueOnError)
	fs.SetOutput(stderr)
	once := fs.Bool("once", false, "end after the stories, with status 0 only if every check held")
	onPostgres := fs.Bool("postgres", false, "keep the clients' databases on a PostgreSQL server, started for the demo alone")
	keep := fs.String("dir", "", "`folder` for everything that the demo makes; empty: a temporary one, removed at the end")
	if status, ok := parsed(fs, args); !ok {
		return status
	}
	s, err := newStage(ctx, stdout, *keep, *onPostgres)
	if err != nil {
		return told(stderr, fmt.Errorf("set the stage: %w", err))
	}
	return told(stderr, errors.Join(s.play(*once), s.close()))
}

// parsed reads the arguments. Where that is all there is to do it returns false,
// and the exit status.
func parsed(fs *flag.FlagSet, args []string) (status int, ok bool) {
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0, false
	case err != nil:
		return 2, false
	}
	return 0, true
}

// told tells of an error, if there is one, and returns the exit status.
func told(stderr io.Writer, err error) int {
	if err != nil {
		fmt.Fprintln(stderr, "refreshbot-demo:", err)
		return 1
	}
	return 0
}

// play tells the stories and, unless it is for once, keeps the pages open until
// the stage's context ends.
func (s *stage) play(once bool) error {
	for _, tell := range []func(*stage) error{storyHoliday, storyKilled, storyForeign} {
		if err := tell(s); err != nil {
			return errors.Join(err, s.lastWords())
		}
	}
	s.lookBack()
	if s.out.failed > 0 {
		return fmt.Errorf("%d of %d checks did not hold", s.out.failed, s.out.failed+s.out.held)
	}
	fmt.Fprintf(s.out.out, "\nAll %d checks held.\n", s.out.held)
	if once {
		return nil
	}
	return s.stayOpen(s.ctx)
}
