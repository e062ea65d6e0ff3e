package boltstore

import (
	"fmt"
	"runtime/debug"

	"github.com/refreshbot/refreshbot/bot"
)

// guard runs f and turns a panic into an error. bbolt asserts what it reads from
// its pages, and reads them through a memory map, where a page that is not there
// is a fault: with a damaged file both are to be expected. A transaction that
// panics is rolled back by bbolt before the panic gets here.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = damaged(fmt.Errorf("%v", p))
		}
	}()
	return f()
}

func damaged(err error) error {
	return refuse(bot.Internal, "the file is damaged or no store: restore it from a backup, or move it away to begin anew: %w", err)
}
