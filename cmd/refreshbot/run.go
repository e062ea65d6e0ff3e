package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/nearest"
	"github.com/refreshbot/refreshbot/cmd/internal/terminal"
)

// A system is what a process has of the world around it, so that a test can give
// it another.
type system struct {
	env            func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer
	clock          bot.Clock
}

// A command is one thing that the program does.
type command struct {
	name    string // one word or more: "clone run"
	args    string // its flags and arguments, for people
	summary string // one line
	run     func(ctx context.Context, sys system, args []string) error
}

// commands returns every command, in the order in which they are listed.
func commands() []command {
	return []command{
		serveCommand(),
		checkCommand(),
		windowsCommand(),
		holidaysCommand(),
		configCheckCommand(),
		clonePlanCommand(),
		cloneRunCommand(),
		cloneResumeCommand(),
		cloneRollbackCommand(),
		cloneStatusCommand(),
		cloneProfileSuggestCommand(),
		requestsListCommand(),
		requestsShowCommand(),
		requestsApproveCommand(),
		requestsCancelCommand(),
		outboxListCommand(),
		outboxRetryCommand(),
		storeBackupCommand(),
		storeRestoreCommand(),
		storeCheckCommand(),
		storeCompactCommand(),
		doctorCommand(),
		versionCommand(),
		helpCommand(),
	}
}

// run performs the command that args name and returns the exit status. Whatever is
// printed goes past what others wrote: see package terminal.
func run(ctx context.Context, args []string, sys system) int {
	sys.stdout, sys.stderr = terminal.NewWriter(sys.stdout), terminal.NewWriter(sys.stderr)
	cmd, rest, err := find(args)
	if err == nil {
		err = cmd.run(ctx, sys, rest)
	}
	var mistakes config.Mistakes
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errHelp):
		describe(sys.stdout, cmd)
		return 0
	case errors.As(err, &mistakes): // lines of their own, as compilers write them
		fmt.Fprintln(sys.stderr, mistakes)
	default:
		fmt.Fprintln(sys.stderr, "refreshbot: "+err.Error())
	}
	if _, usage := errors.AsType[usageError](err); usage {
		return 2
	}
	return 1
}

// find returns the command that args begin with, and what follows it.
func find(args []string) (command, []string, error) {
	if len(args) == 0 {
		return command{}, nil, usagef("what is to be done? `refreshbot help` lists the commands")
	}
	if args[0] == "-h" || args[0] == "--help" {
		return helpCommand(), nil, nil
	}
	var words, behind []string
	for _, cmd := range commands() {
		name := strings.Fields(cmd.name)
		if len(args) >= len(name) && slices.Equal(args[:len(name)], name) {
			return cmd, args[len(name):], nil
		}
		if name[0] == args[0] {
			behind = append(behind, strings.Join(name[1:], " "))
		}
		words = append(words, name[0])
	}
	if len(behind) > 0 {
		return command{}, nil, usagef("%s goes with one of: %s", args[0], strings.Join(behind, ", "))
	}
	return command{}, nil, usagef("unknown command %q%s", args[0], nearest.Hint(args[0], slices.Compact(words)))
}

// A usageError is a command asked wrongly: unusable arguments or input.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }

func (e usageError) Unwrap() error { return e.err }

// usagef returns a usageError; format and args as for fmt.Errorf.
func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}
