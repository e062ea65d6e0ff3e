package main

import (
	"context"
	"fmt"
	"io"

	"github.com/refreshbot/refreshbot/cmd/internal/control"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

func storeCheckCommand() command {
	return command{
		name: "store check", args: "[--format text|json] {--config FILE | STORE-OR-BACKUP}", run: runStoreCheck,
		summary: "look at every page and every row of the store, or of a backup",
	}
}

// runStoreCheck tells what is wrong, a line each, and fails if anything is.
func runStoreCheck(ctx context.Context, sys system, args []string) error {
	fs, format := newFlags(), ""
	file := fs.String("config", "", "")
	formatFlag(fs, &format)
	rest, err := parse(fs, args, 1)
	if err != nil {
		return err
	}
	if (*file == "") == (len(rest) == 0) {
		return usagef("what is to be checked? Either --config, for the store, or the name of a file")
	}
	var state control.StoreState
	if *file != "" {
		state, err = checkStore(ctx, sys, *file)
	} else {
		state.Report, err = boltstore.CheckFile(ctx, rest[0])
	}
	if err != nil {
		return err
	}
	if format == "json" {
		err = writeJSON(sys.stdout, state)
	} else {
		tellState(sys.stdout, state)
	}
	if err == nil && !state.Sound() {
		err = fmt.Errorf("%s: to mend: %d; `refreshbot store restore` puts a backup in its place",
			state.Path, len(state.Wrong)+state.Beyond)
	}
	return err
}

// checkStore asks the daemon, or looks at the file where none runs.
func checkStore(ctx context.Context, sys system, file string) (s control.StoreState, err error) {
	k, err := findStore(sys, file)
	if err != nil {
		return s, err
	}
	client, running, err := k.daemon()
	if err != nil {
		return s, err
	}
	if running {
		defer client.Close()
		return client.CheckStore(ctx, true)
	}
	s.Report, err = boltstore.CheckFile(ctx, k.path)
	return s, err
}

func tellState(to io.Writer, s control.StoreState) {
	for _, wrong := range s.Wrong {
		fmt.Fprintf(to, "wrong  %s\n", oneLine(wrong))
	}
	if s.Beyond > 0 {
		fmt.Fprintf(to, "wrong  and %d more\n", s.Beyond)
	}
	if s.Sound() {
		fmt.Fprintf(to, "ok     %s: requests: %d, rows: %d, bytes: %d in %d pages, %d more are free, schema %d\n",
			s.Path, s.Conversations, total(s.Rows), s.Bytes, s.Pages, s.Free, s.Schema)
	}
	tellTimes(to, s)
}

// tellTimes tells when a backup was taken, of the store or as it.
func tellTimes(to io.Writer, s control.StoreState) {
	switch {
	case s.Taken.IsZero():
	case s.Backup != nil:
		fmt.Fprintf(to, "       a backup of %s UTC, byte by byte\n", minute(s.Taken))
	default:
		fmt.Fprintf(to, "       a backup of %s UTC without its last line, as one that was restored is until it is opened\n", minute(s.Taken))
	}
	if !s.LastBackup.IsZero() {
		fmt.Fprintf(to, "       last backup: %s UTC\n", minute(s.LastBackup))
	}
	if !s.Restored.IsZero() {
		fmt.Fprintf(to, "       restored: %s UTC, from a backup of %s UTC\n", minute(s.Restored), minute(s.Behind))
	}
}

func total(rows map[string]int) (n int) {
	for _, of := range rows {
		n += of
	}
	return n
}
