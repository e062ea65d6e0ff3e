package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/refreshbot/refreshbot/bot/runner"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
)

func serveCommand() command {
	return command{
		name:    "serve",
		args:    "--config FILE",
		summary: "the daemon: watch the help center and Slack, and run what was approved",
		run:     runServe,
	}
}

// runServe serves until ctx ends, which a SIGTERM makes it do. A SIGHUP makes it
// read the configuration again.
func runServe(ctx context.Context, sys system, args []string) (err error) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	file, err := configArgument(args)
	if err != nil {
		return err
	}
	read := func() (*config.Config, error) { return config.LoadFor(config.Serving, file, sys.env) }
	c, err := read()
	if err != nil {
		return usageError{err}
	}
	app, err := wire.Build(c, wire.Options{
		Clock:   runner.SystemClock{},
		Log:     slog.New(slog.NewTextHandler(sys.stderr, nil)),
		Program: "refreshbot serve",
		Hangup:  hangup,
		Read:    read,
	})
	if _, amiss := errors.AsType[config.Mistakes](err); amiss {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.Close()) }()
	return app.Run(ctx)
}
