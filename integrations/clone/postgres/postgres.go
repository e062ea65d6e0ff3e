package postgres

import (
	"context"
	"runtime"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
)

// Scheme is what the names of this kind of database begin with.
const Scheme = "postgres"

// A Driver is the driver. It is safe for concurrent use.
type Driver struct {
	// Passwords are those of the databases, by their names as configured. Where
	// there is none the server may want none, or finds it in the files and
	// variables that PostgreSQL's own programs read.
	Passwords map[string]bot.Secret
	// Wait is how long a lock or a session in the way is waited for; zero: five
	// seconds.
	Wait time.Duration
	// Workers is how many tables are copied, and indexes built, at once; zero:
	// one for each core of this machine, at least two and at most eight.
	Workers int
	// Piece is from how many bytes a table may be copied in pieces by several
	// workers; zero: 256 MiB.
	Piece int64
}

// A place is where the databases of a site are.
type place struct {
	source, target address
	fresh, parked  string // names on the target's server
	run            bot.RunID
}

// administer returns where the databases of a site are, with a session beside them
// on the target's server.
func (d Driver) administer(ctx context.Context, s clone.Site) (place, *session, error) {
	p, err := d.locate(s)
	if err != nil {
		return place{}, nil, err
	}
	admin, err := d.maintenance(ctx, p.target)
	return p, admin, err
}

// guard returns where the databases of a site are, with the gate of the target.
func (d Driver) guard(ctx context.Context, s clone.Site) (place, *gate, error) {
	p, err := d.locate(s)
	if err != nil {
		return place{}, nil, err
	}
	g, err := d.gateTo(ctx, p.target)
	return p, g, err
}

// locate returns where the databases of a site are.
func (d Driver) locate(s clone.Site) (place, error) {
	source, err := d.parse("source", s.Source)
	if err != nil {
		return place{}, err
	}
	target, err := d.parse("target", s.Target)
	if err != nil {
		return place{}, err
	}
	name := target.config.Database
	return place{
		source: source, target: target, run: s.Run,
		fresh: beside(name, "new", s.Run), parked: beside(name, "pre", s.Run),
	}, nil
}

// patience returns how long to wait for whoever is in the way.
func (d Driver) patience() time.Duration {
	if d.Wait == 0 {
		return 5 * time.Second
	}
	return d.Wait
}

// workers returns how many jobs are done at once.
func (d Driver) workers() int {
	const least, most = 2, 8
	if d.Workers > 0 {
		return d.Workers
	}
	return min(max(runtime.GOMAXPROCS(0), least), most)
}

// piece returns from which size a table may be copied in pieces.
func (d Driver) piece() int64 {
	if d.Piece == 0 {
		return 256 << 20
	}
	return d.Piece
}
