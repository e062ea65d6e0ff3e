package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/race"
)

// raceArgument makes this program race the clone engine against other tools.
const raceArgument = "race"

// runRace races, and fails where we are slower than we are to be.
func runRace(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	fs := flag.NewFlagSet("refreshbot-demo "+raceArgument, flag.ContinueOnError)
	fs.SetOutput(stderr)
	o := race.Options{Megabytes: 200}
	fs.Func("size", "of the database, as `200MB` or 2GB (default 200MB)", func(s string) (err error) {
		o.Megabytes, err = parseSize(s)
		return err
	})
	fs.IntVar(&o.Rounds, "rounds", 3, "how `often` everybody copies it")
	fs.StringVar(&o.Script, "script", "", "an SQL `file` that makes the database instead, as psql runs it")
	fs.BoolVar(&o.Masking, "masking", false, "look only at what masking adds: nobody else races")
	fs.StringVar(&o.Folder, "dir", "", "`folder` for the server's files; empty: the system's for temporary ones")
	if status, ok := parsed(fs, args); !ok {
		return status
	}
	if o.Rounds < 1 {
		fmt.Fprintln(stderr, "refreshbot-demo: --rounds has to be above zero")
		return 2
	}
	r, err := race.Run(ctx, stdout, o)
	if err != nil {
		return told(stderr, err)
	}
	missed := r.Missed()
	for _, line := range missed {
		fmt.Fprintln(stderr, "refreshbot-demo: not as it is to be:", line)
	}
	return min(len(missed), 1)
}

// parseSize reads a size such as "200MB" or "2GB", in megabytes.
func parseSize(s string) (int, error) {
	number, unit := strings.TrimSuffix(s, "MB"), 1
	if gigabytes, ok := strings.CutSuffix(s, "GB"); ok {
		number, unit = gigabytes, 1024
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 1<<20 {
		return 0, errors.New("want a whole number of MB or GB, such as 2GB")
	}
	return n * unit, nil
}
