package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set by the linker (see the Makefile) and by nothing else.
var version string

func versionCommand() command {
	return command{name: "version", summary: "which version this is", run: runVersion}
}

func runVersion(_ context.Context, sys system, args []string) error {
	if _, err := parse(newFlags(), args, 0); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "refreshbot %s (%s %s/%s)\n", built(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// built returns the version, or else what the go command stamped into the program,
// which names the commit.
func built() string {
	stamped := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		stamped = info.Main.Version
	}
	return cmp.Or(version, stamped, "of unknown version")
}
