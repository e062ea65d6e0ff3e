package store

import (
	"strings"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// Options are what a store has to know beside its address.
type Options struct {
	Clock   bot.Clock // required
	Program string    // who opens it, for the error that a second process gets: "refreshbot serve"
}

// Open opens the store at an address of the form "bolt:PATH", and makes it where
// there is none. The error is of the kind Invalid where the address can't be
// used, Unavailable where another process holds the store.
func Open(address string, o Options) (bot.Store, error) {
	path, ok := strings.CutPrefix(address, "bolt:")
	if !ok || path == "" {
		// The address may hold a password and is not repeated.
		return nil, bot.Errorf(bot.Invalid, "store: open", "the address has to be of the form bolt:PATH")
	}
	s, err := boltstore.Open(path, boltstore.Options{Clock: o.Clock, Program: o.Program})
	if err != nil {
		return nil, err
	}
	return s, nil
}
