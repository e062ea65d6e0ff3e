package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
	"github.com/refreshbot/refreshbot/store"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

func storeBackupCommand() command {
	return command{
		name: "store backup", args: "[--force] [--format text|json] --config FILE BACKUP", run: runStoreBackup,
		summary: "copy the store into a file, also while the daemon runs",
	}
}

func storeRestoreCommand() command {
	return command{
		name: "store restore", args: "--config FILE BACKUP", run: runStoreRestore,
		summary: "put a backup in the place of the store, which is kept beside",
	}
}

func storeCompactCommand() command {
	return command{
		name: "store compact", args: "--config FILE", run: runStoreCompact,
		summary: "write the store anew without the room that it does not need",
	}
}

// A keptStore is the store that a configuration names.
type keptStore struct {
	config *config.Config
	path   string
}

// findStore reads the configuration for where the store is, and for no secrets.
func findStore(sys system, file string) (k keptStore, err error) {
	if k.config, err = config.Load(file, sys.env); err != nil {
		return k, usageError{err}
	}
	if k.path, err = store.Path(string(k.config.Store)); err != nil {
		return k, usageError{err}
	}
	return k, nil
}

// daemon returns the daemon, if it runs.
func (k keptStore) daemon() (client *control.Client, running bool, err error) {
	return control.Dial(wire.SocketOf(k.config))
}

// not complains of a path that is the store's own.
func (k keptStore) not(path string) error {
	is, err1 := os.Stat(path)
	own, err2 := os.Stat(k.path)
	if err1 == nil && err2 == nil && os.SameFile(is, own) {
		return usagef("%s is the store itself: name another file", path)
	}
	return nil
}

// open finds the daemon, or opens the store for a command.
func (k keptStore) open(sys system, program string) (keep control.Keep, done func(), err error) {
	client, running, err := k.daemon()
	if err != nil {
		return nil, nil, err
	}
	if running {
		return client, client.Close, nil
	}
	office, err := wire.OpenKeeper(k.config, wire.Options{
		Clock: sys.clock, Log: slog.New(slog.DiscardHandler), Program: program,
	})
	if err != nil {
		return nil, nil, err
	}
	return office, func() { _ = office.Close() }, nil
}

// alone complains where a daemon has the store open.
func (k keptStore) alone(why string) error {
	client, running, err := k.daemon()
	if running {
		client.Close()
		return fmt.Errorf("the daemon has %s open: stop it first; %s", k.path, why)
	}
	return err
}

func runStoreBackup(ctx context.Context, sys system, args []string) error {
	fs, format := newFlags(), ""
	file := fs.String("config", "", "")
	force := fs.Bool("force", false, "")
	formatFlag(fs, &format)
	path, err := oneArgument(fs, args, "BACKUP")
	if err != nil {
		return err
	}
	k, err := findStore(sys, *file)
	if err != nil {
		return err
	}
	if err := k.not(path); err != nil {
		return err
	}
	keep, done, err := k.open(sys, "refreshbot store backup")
	if err != nil {
		return err
	}
	defer done()
	saved, err := boltstore.SaveBackup(path, *force, sys.clock.Now(), func(to io.Writer) error {
		return keep.Snapshot(ctx, func(int64) io.Writer { return to })
	})
	if err != nil {
		return err
	}
	if err := keep.Saved(ctx, saved.Taken); err != nil {
		fmt.Fprintf(sys.stderr, "the backup is good, but the store could not note that it was taken: %v\n", err)
	}
	return tellBackup(sys.stdout, format, path, saved)
}

// A savedBackup is what `refreshbot store backup` prints in JSON.
type savedBackup struct {
	Path string `json:"path"`
	boltstore.Backup
}

func tellBackup(to io.Writer, format, path string, b boltstore.Backup) error {
	if format == "json" {
		return writeJSON(to, savedBackup{path, b})
	}
	fmt.Fprintf(to, "%s: requests: %d, bytes: %d, schema %d, as of %s\n",
		path, b.Conversations, b.Bytes, b.Schema, minute(b.Taken)+" UTC")
	return nil
}

func runStoreRestore(ctx context.Context, sys system, args []string) error {
	fs := newFlags()
	file := fs.String("config", "", "")
	path, err := oneArgument(fs, args, "BACKUP")
	if err != nil {
		return err
	}
	k, err := findStore(sys, *file)
	if err != nil {
		return err
	}
	if err := k.not(path); err != nil {
		return err
	}
	if err := k.alone("nothing was restored"); err != nil {
		return err
	}
	r, err := boltstore.Restore(ctx, k.path, path, boltstore.Options{Clock: sys.clock})
	if err != nil {
		return err
	}
	tellRestored(sys, k.path, path, r)
	return nil
}

func tellRestored(sys system, path, from string, r boltstore.Restored) {
	as := "of an unknown time"
	if !r.Taken.IsZero() {
		as = fmt.Sprintf("as of %s UTC, %s ago", minute(r.Taken), sys.clock.Now().Sub(r.Taken).Round(time.Minute))
	}
	fmt.Fprintf(sys.stdout, "%s: restored from %s, requests: %d, %s\n", path, from, r.Conversations, as)
	if !r.Sealed {
		fmt.Fprintln(sys.stdout, "It is a copy and no backup: every page and every row was looked at, but not every byte.")
	}
	if r.Aside != "" {
		fmt.Fprintf(sys.stdout, "The store of before is kept as %s\n", r.Aside)
	}
	fmt.Fprint(sys.stdout, `
What was decided since then is not in it. After the next start
- every ticket that changed since is read again; nothing is said that is found to be said;
- what is open is shown as it is, on the ticket and in Slack; what was approved since has to be approved again;
- a ticket that was filed and closed since is not read: its card, if it has one, stays as it was;
- runs that were at work then are stopped and undone; look at their targets first, if they ended since.
`)
}

func runStoreCompact(_ context.Context, sys system, args []string) error {
	file, err := configArgument(args)
	if err != nil {
		return err
	}
	k, err := findStore(sys, file)
	if err != nil {
		return err
	}
	if err := k.alone("while it runs, it uses the room again that became free"); err != nil {
		return err
	}
	before, after, err := boltstore.Compact(k.path, boltstore.Options{Clock: sys.clock, Program: "refreshbot store compact"})
	if err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "%s: bytes: %d, before: %d\n", k.path, after, before)
	return nil
}
