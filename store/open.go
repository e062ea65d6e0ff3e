package store

import (
	"context"
	"io"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// Options are what a store has to know beside its address.
type Options struct {
	Clock   bot.Clock // required
	Program string    // who opens it, for the error that a second process gets: "refreshbot serve"
}

// A Keeper is a bot.Store with what its operators want to know and to have of it.
type Keeper interface {
	bot.Store
	// Writable reports why the store can't be written; nil: it can. After a write
	// that failed it tries again.
	Writable(ctx context.Context) error
	// Snapshot writes the store as it stands at one moment, while work goes on. To
	// is told the size in bytes, before, and returns where they go.
	Snapshot(ctx context.Context, to func(size int64) io.Writer) error
	// Check looks at the store as it stands, at every row too if rows says so.
	// What is wrong is in the report.
	Check(ctx context.Context, rows bool) (boltstore.Report, error)
}

// LastBackup is the mark of when the last backup was taken of a store.
const LastBackup = "last backup"

// Open opens the store at an address of the form "bolt:PATH", and makes it where
// there is none. The error is of the kind Invalid where the address can't be
// used, Unavailable where another process holds the store.
func Open(address string, o Options) (Keeper, error) {
	path, err := Path(address)
	if err != nil {
		return nil, err
	}
	s, err := boltstore.Open(path, boltstore.Options{Clock: o.Clock, Program: o.Program})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Path returns the path of the file in which the store at an address is kept. The
// error is of the kind Invalid.
func Path(address string) (string, error) {
	path, ok := strings.CutPrefix(address, "bolt:")
	if !ok || path == "" {
		// The address may hold a password and is not repeated.
		return "", bot.Errorf(bot.Invalid, "store: open", "the address has to be of the form bolt:PATH")
	}
	return path, nil
}
