package postgres

import (
	"context"
	"errors"
	"hash/fnv"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// A gate is the way into a database: a session beside it that lets others in and
// keeps them out. While one engine has a gate no other gets it, not even one that
// was killed and whose last statement still runs.
type gate struct {
	*session // of the maintenance database
	driver   Driver
	at       address
	name     string // of the database
}

// gateTo returns the gate of a database.
func (d Driver) gateTo(ctx context.Context, a address) (*gate, error) {
	s, err := d.maintenance(ctx, a)
	if err != nil {
		return nil, err
	}
	g := &gate{session: s, driver: d, at: a, name: a.config.Database}
	h := fnv.New64a()
	h.Write([]byte("refreshbot/gate/" + g.name))
	if _, err := s.Conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(h.Sum64())); err != nil { //nolint:gosec // any number will do
		s.close()
		return nil, wrap("wait for another engine at", g.name, err)
	}
	return g, nil
}

// shut keeps sessions out from now on and ends those that are inside, all but
// ours. What they have not committed is lost.
func (g *gate) shut(ctx context.Context, ours *session) error {
	if err := g.exec(ctx, "ALTER DATABASE "+quote(g.name)+" ALLOW_CONNECTIONS false"); err != nil {
		return err
	}
	but := uint32(0)
	if ours != nil {
		but = ours.PgConn().PID()
	}
	return g.empty(ctx, g.name, but)
}

// open lets sessions in.
func (g *gate) open(ctx context.Context) error {
	return g.exec(ctx, "ALTER DATABASE "+quote(g.name)+" ALLOW_CONNECTIONS true")
}

// isOpen reports whether sessions are let in.
func (g *gate) isOpen(ctx context.Context) (bool, error) {
	return value[bool](ctx, g.session, "SELECT datallowconn FROM pg_database WHERE datname = $1", g.name)
}

// enter opens a session inside, through a gate that is shut as well: for that
// moment it is open.
func (g *gate) enter(ctx context.Context, o opening) (*session, error) {
	open, err := g.isOpen(ctx)
	if err != nil {
		return nil, err
	}
	if open {
		return g.driver.open(ctx, g.at, o)
	}
	if err := g.open(ctx); err != nil {
		return nil, err
	}
	s, err := g.driver.open(ctx, g.at, o)
	if again := g.shut(context.WithoutCancel(ctx), s); again != nil {
		if s != nil {
			s.close()
		}
		return nil, errors.Join(err, again)
	}
	return s, err
}

// openTarget opens the target, also while it is shut.
func (d Driver) openTarget(ctx context.Context, p place, o opening) (*session, error) {
	s, err := d.open(ctx, p.target, o)
	if stateOf(err) != notInState {
		return s, err
	}
	g, err := d.gateTo(ctx, p.target)
	if err != nil {
		return nil, err
	}
	defer g.close()
	return g.enter(ctx, o)
}

// shutOut enters and keeps everybody else out. An error leaves the gate open.
func (g *gate) shutOut(ctx context.Context) (*session, error) {
	inside, err := g.enter(ctx, opening{})
	if err != nil {
		return nil, err
	}
	if err := g.shut(ctx, inside); err != nil {
		inside.close()
		return nil, errors.Join(err, g.letIn(ctx))
	}
	return inside, nil
}

// letIn opens the gate for good, whatever became of the session: nobody else
// would. The context may have ended.
func (g *gate) letIn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), g.driver.patience())
	defer cancel()
	if err := g.open(ctx); err == nil {
		return nil
	}
	g.close()
	again, err := g.driver.gateTo(ctx, g.at)
	if err != nil {
		return err
	}
	defer again.close()
	return again.open(ctx)
}

// empty ends the sessions in a database but for one, and waits until they are
// gone. Autovacuum is the server's own and makes way by itself.
func (g *gate) empty(ctx context.Context, database string, but uint32) error {
	const others = ` FROM pg_stat_activity
		WHERE datname = $1 AND pid <> $2 AND backend_type IS DISTINCT FROM 'autovacuum worker'`
	ctx, cancel := context.WithTimeout(ctx, g.driver.patience())
	defer cancel()
	if _, err := g.Conn.Exec(ctx, "SELECT pg_terminate_backend(pid)"+others, database, int64(but)); err != nil {
		return wrap("end sessions in", database, err)
	}
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	for {
		left, err := value[int](ctx, g.session, "SELECT count(*)"+others, database, int64(but))
		if ctx.Err() == nil && (err != nil || left == 0) {
			return err
		}
		select {
		case <-ctx.Done():
			return bot.Errorf(bot.Unavailable, "postgres: end sessions", "somebody is inside %s and does not leave", database)
		case <-again.C:
		}
	}
}
