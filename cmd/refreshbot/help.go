package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
)

func helpCommand() command {
	return command{name: "help", args: "[COMMAND]", summary: "this page, or one about a command", run: runHelp}
}

func runHelp(_ context.Context, sys system, args []string) error {
	if len(args) == 0 {
		printUsage(sys.stdout)
		return nil
	}
	asked := strings.Join(args, " ")
	about := slices.DeleteFunc(commands(), func(cmd command) bool {
		return cmd.name != asked && !strings.HasPrefix(cmd.name, asked+" ")
	})
	if len(about) == 0 {
		return usagef("there is no command %q; `refreshbot help` lists them", asked)
	}
	for i, cmd := range about {
		if i > 0 {
			fmt.Fprintln(sys.stdout)
		}
		describe(sys.stdout, cmd)
	}
	return nil
}

func printUsage(w io.Writer) {
	fmt.Fprint(w, `refreshbot reads database-refresh tickets, answers each once with everything that
is missing or wrong, and clones the database when the engineers have approved a window.

Usage: refreshbot COMMAND [flags]

`)
	for _, cmd := range commands() {
		fmt.Fprintf(w, "  %-15s  %s\n", cmd.name, cmd.summary)
	}
	fmt.Fprint(w, `
`+"`refreshbot help COMMAND`"+` tells a command's flags. Times are RFC 3339, regions ISO 3166.
Exit status: 0 done, 1 it went wrong, 2 it was asked wrongly.

Try:  echo "Please refresh ABCD_test from ABCD_prod on 3 March 2027 10:00 UTC" | refreshbot check
`)
}

// describe tells how a command is used.
func describe(w io.Writer, cmd command) {
	fmt.Fprintf(w, "%s: %s\n\nUsage: refreshbot %s\n", cmd.name, cmd.summary, strings.TrimSpace(cmd.name+" "+cmd.args))
}
