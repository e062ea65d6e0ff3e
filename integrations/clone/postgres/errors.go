package postgres

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/refreshbot/refreshbot/bot"
)

// States that the driver itself has to know; appendix A of PostgreSQL's manual.
const (
	undefinedDatabase = "3D000"
	notPrivileged     = "42501"
	notInState        = "55000" // a materialised view without rows; a database that is shut
	inUse             = "55006"
	lockNotAvailable  = "55P03"
)

// wrap says what was done to which database, and what can be done about it.
// Neither the values of a row nor passwords are in the text: the server puts them
// into the details, which are left out.
func wrap(what, database string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*bot.Error](err); ok {
		return err
	}
	return bot.Errorf(kindOf(err), "postgres: "+what, "%s: %w", database, err)
}

// kindOf returns the kind of an error of the client's library.
func kindOf(err error) bot.Kind {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return kindOfState(e.Code)
	}
	if errors.Is(err, context.Canceled) {
		return bot.Internal
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	if connecting || network || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || pgconn.SafeToRetry(err) {
		return bot.Unavailable
	}
	return bot.Internal
}

// kindOfState returns the kind of what a server answered.
func kindOfState(state string) bot.Kind {
	switch state {
	case undefinedDatabase:
		return bot.NotFound
	case notPrivileged:
		return bot.Denied
	case inUse, lockNotAvailable:
		return bot.Unavailable
	}
	if len(state) < 2 {
		return bot.Internal
	}
	switch state[:2] {
	case "28": // no such role, wrong password, not in pg_hba.conf
		return bot.Denied
	case "08", "40", "53", "57", "58": // connection, serialization, disk and memory, shutdown, input and output
		return bot.Unavailable
	}
	return bot.Internal
}

// stateOf returns the state of what a server answered, or "".
func stateOf(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}
