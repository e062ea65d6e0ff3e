package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
)

// Close implements clone.Swapper. The target stays shut until the swap, or until
// the new database is discarded.
func (d Driver) Close(ctx context.Context, s clone.Site) (clone.Proof, error) {
	_, g, err := d.guard(ctx, s)
	if err != nil {
		return clone.Proof{}, err
	}
	defer g.close()
	inside, err := g.shutOut(ctx)
	if err != nil {
		return clone.Proof{}, err
	}
	defer inside.close()
	proof, err := inside.proveAll(ctx)
	if err != nil {
		return clone.Proof{}, errors.Join(err, g.letIn(ctx))
	}
	return proof, nil
}

// Swap implements clone.Swapper.
//
//	            target       parked       sessions
//	before      old          -            come and go
//	shut        old          -            are kept out    a kill here: not done; the next try, or Restore, lets them in
//	commit      new          old          come and go     a kill here: done
//
// A commit whose answer got lost may land when the next engine is at work
// already. It finds the target to be what it should become, and is content.
func (d Driver) Swap(ctx context.Context, s clone.Site, w clone.Swap) error {
	p, g, err := d.guard(ctx, s)
	if err != nil {
		return err
	}
	defer func() { g.close() }()
	now, err := g.find(ctx, g.name)
	if err != nil {
		return err
	}
	switch now.identity() {
	case w.New:
		return g.letIn(ctx)
	case w.Old:
		return d.swap(ctx, g, p, w)
	}
	return bot.Errorf(bot.Denied, "postgres: swap", "%s is not the database that the run began with", g.name)
}

func (d Driver) swap(ctx context.Context, g *gate, p place, w clone.Swap) error {
	if err := d.settle(ctx, g, p, w); err != nil {
		return err
	}
	inside, err := g.shutOut(ctx)
	if err != nil {
		return err
	}
	err = inside.unchanged(ctx, w)
	inside.close()
	if err == nil {
		err = g.exchange(ctx, p, w.At)
	}
	if err != nil {
		return errors.Join(err, g.letIn(ctx))
	}
	return nil
}

// settle takes a last look at what is kept in the new database. Nobody is in it
// afterwards.
func (d Driver) settle(ctx context.Context, g *gate, p place, w clone.Swap) error {
	is, err := g.find(ctx, p.fresh)
	if err != nil {
		return err
	}
	if is.identity() != w.New {
		return bot.Errorf(bot.Denied, "postgres: swap", "%s is not the database that was verified", p.fresh)
	}
	fresh, err := d.open(ctx, p.target, opening{database: p.fresh, readOnly: true})
	if err != nil {
		return err
	}
	err = fresh.holds(ctx, w, true)
	fresh.close()
	if err != nil {
		return err
	}
	return g.empty(ctx, p.fresh, 0)
}

// unchanged looks whether the target's own rows are still what was captured.
func (s *session) unchanged(ctx context.Context, w clone.Swap) error {
	if err := s.holds(ctx, w, false); err != nil {
		return err
	}
	if w.Whole == nil {
		return nil
	}
	is, err := s.proveAll(ctx)
	if err == nil && is != *w.Whole {
		err = bot.Errorf(bot.Denied, "postgres: swap", "%s was written to since sessions were shut out", s.name)
	}
	return err
}

// holds looks whether the kept rows in a database are those of the proofs. In the
// new one people whom the target does not know are on the list too, as
// placeholders; they do not count.
func (s *session) holds(ctx context.Context, w clone.Swap, inNew bool) error {
	k := keeping{Keep: w.Keep}
	if inNew && w.Keep.Users != nil {
		known := relationOf(w.Keep.Users.Table).kept()
		k.known = &known
	}
	for _, want := range w.Kept {
		is, err := s.proveKept(ctx, want.Table, k)
		if err != nil {
			return err
		}
		if is != want {
			return bot.Errorf(bot.Denied, "postgres: swap", "%s: rows of %s are not those that were captured", s.name, want.Table)
		}
	}
	return nil
}

// exchange parks the target and gives its name to the new database, in one
// transaction, and lets sessions in with it. The parked one stays shut.
func (g *gate) exchange(ctx context.Context, p place, at time.Time) error {
	old, err := g.find(ctx, g.name)
	if err != nil {
		return err
	}
	if err := g.empty(ctx, g.name, 0); err != nil {
		return err
	}
	m := mark{Run: p.run, Stage: parked, Target: g.name, At: at.UTC(), Comment: old.Comment}
	return g.transaction(ctx, "BEGIN", func() error {
		return g.exec(ctx,
			"SET LOCAL synchronous_commit = on",
			rename(g.name, p.parked), rename(p.fresh, g.name),
			comment(p.parked, m.String()), comment(g.name, old.Comment),
			"ALTER DATABASE "+quote(g.name)+" ALLOW_CONNECTIONS true")
	})
}

func rename(from, to string) string {
	return "ALTER DATABASE " + quote(from) + " RENAME TO " + quote(to)
}

// comment describes a database; without a text it loses its description.
func comment(database, text string) string {
	return "COMMENT ON DATABASE " + quote(database) + " IS " + literal(text)
}

// Restore implements clone.Swapper.
func (d Driver) Restore(ctx context.Context, s clone.Site, old clone.Identity) error {
	p, g, err := d.guard(ctx, s)
	if err != nil {
		return err
	}
	defer func() { g.close() }()
	now, err := g.find(ctx, g.name)
	if err != nil {
		return err
	}
	if now.identity() == old {
		return g.letIn(ctx)
	}
	was, err := g.find(ctx, p.parked)
	if err != nil {
		return err
	}
	if was.identity() != old {
		return bot.Errorf(bot.Denied, "postgres: restore", "%s is not the database that was parked", p.parked)
	}
	if err := g.shut(ctx, nil); err != nil {
		return errors.Join(err, g.letIn(ctx))
	}
	if err := g.bringBack(ctx, p, was); err != nil {
		return errors.Join(err, g.letIn(ctx))
	}
	return nil
}

// bringBack gives the target's name back to the parked database, in one
// transaction. The one that had it becomes the new one again, to be discarded.
func (g *gate) bringBack(ctx context.Context, p place, was database) error {
	m, _ := readMark(was.Comment)
	again := mark{Run: p.run, Stage: filled, Target: g.name}
	return g.transaction(ctx, "BEGIN", func() error {
		return g.exec(ctx,
			"SET LOCAL synchronous_commit = on",
			rename(g.name, p.fresh), rename(p.parked, g.name),
			comment(p.fresh, again.String()), comment(g.name, m.Comment),
			"ALTER DATABASE "+quote(p.fresh)+" ALLOW_CONNECTIONS true",
			"ALTER DATABASE "+quote(g.name)+" ALLOW_CONNECTIONS true")
	})
}

// Parked implements clone.Swapper.
func (d Driver) Parked(ctx context.Context, s clone.Site, old clone.Identity) (bool, error) {
	p, m, err := d.administer(ctx, s)
	if err != nil {
		return false, err
	}
	defer m.close()
	for _, name := range []string{p.target.config.Database, p.parked} {
		is, err := m.find(ctx, name)
		if bot.KindOf(err) == bot.NotFound {
			continue
		}
		if err != nil || is.identity() == old {
			return err == nil, err
		}
	}
	return false, nil
}

// Sweep implements clone.Swapper. What somebody renamed is theirs to keep.
func (d Driver) Sweep(ctx context.Context, target string, before time.Time) ([]string, error) {
	a, err := d.parse("target", target)
	if err != nil {
		return nil, err
	}
	g, err := d.gateTo(ctx, a)
	if err != nil {
		return nil, err
	}
	defer g.close()
	all, err := list(ctx, g.session, pgx.RowToStructByName[database], databases+" ORDER BY d.datname")
	if err != nil {
		return nil, err
	}
	var swept []string
	for _, db := range all {
		m, ours := readMark(db.Comment)
		if !ours || m.Stage != parked || m.Target != g.name || db.Name != beside(g.name, "pre", m.Run) || !m.At.Before(before) {
			continue
		}
		if err := g.exec(ctx, "DROP DATABASE "+quote(db.Name)+" WITH (FORCE)"); err != nil {
			return swept, err
		}
		swept = append(swept, db.Name)
	}
	return swept, nil
}
