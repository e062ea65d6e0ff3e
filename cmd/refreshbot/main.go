// Refreshbot reads database-refresh tickets, answers each of them once with
// everything that is missing or wrong, has the engineers approve a window in
// Slack, and runs the clone when the window comes.
//
// A command is a value in one flat table; [run] finds it, runs it and turns its
// error into an exit status: 0 done, 1 it went wrong, 2 it was asked wrongly. What
// exits with 2 has written nothing to the standard output.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones must not depend on the machine

	"github.com/refreshbot/refreshbot/bot/runner"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], system{
		env:    os.Getenv,
		stdin:  os.Stdin,
		stdout: os.Stdout,
		stderr: os.Stderr,
		clock:  runner.SystemClock{},
	})
	stop()
	os.Exit(code)
}
