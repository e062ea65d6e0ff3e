package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
)

func doctorCommand() command {
	return command{
		name: "doctor", args: "--config FILE", run: runDoctor,
		summary: "connect to everything and say what is missing, a line each",
	}
}

// runDoctor prints a line for every part that is as it should be, for every thing to
// be sure of and for every thing to mend, and fails if there is one of the last.
func runDoctor(ctx context.Context, sys system, args []string) error {
	file, err := configArgument(args)
	if err != nil {
		return err
	}
	c, err := config.LoadFor(config.Serving, file, sys.env)
	if err != nil {
		return usageError{err}
	}
	missing := 0
	for _, f := range wire.Doctor(ctx, c, wire.Options{
		Clock: sys.clock, Log: slog.New(slog.DiscardHandler), Program: "refreshbot doctor",
	}) {
		switch {
		case f.Missing != "":
			missing++
			fmt.Fprintf(sys.stdout, "missing  %s: %s (%s)\n", f.Part, oneLine(f.Missing), oneLine(f.About))
		case f.Beware != "":
			fmt.Fprintf(sys.stdout, "beware   %s: %s (%s)\n", f.Part, oneLine(f.Beware), oneLine(f.About))
		default:
			fmt.Fprintf(sys.stdout, "ok       %s: %s\n", f.Part, oneLine(f.About))
		}
	}
	if missing > 0 {
		return fmt.Errorf("to mend: %d", missing)
	}
	return nil
}
