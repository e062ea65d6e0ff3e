package boltstore

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/refreshbot/refreshbot/bot"
)

// guard runs f and turns a panic into an error. bbolt asserts what it reads from
// its pages, and reads them through a memory map, where a page that is not there
// is a fault: with a file that is damaged while it is open both are to be expected.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = damaged(fmt.Errorf("%v", p))
		}
	}()
	return f()
}

// A damage is what was found wrong with a file.
type damage struct{ err error }

func (d damage) Error() string { return d.err.Error() }
func (d damage) Unwrap() error { return d.err }

// damaged says what to do about a file that can't be relied on.
func damaged(err error) error {
	return refuse(bot.Internal, "the file can't be relied on: %w; put a backup in its place "+
		"(`refreshbot store restore FILE`; `refreshbot store check` tells more), or move it away to begin anew", damage{err})
}

func isDamage(err error) bool {
	_, is := errors.AsType[damage](err)
	return is
}
