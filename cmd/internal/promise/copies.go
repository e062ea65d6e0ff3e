package promise

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"time"
)

// databases: every database is as it was at the start, or what the last clone that
// stands has made of it.
func (c *court) databases() error {
	for _, e := range c.world.Environments {
		is, err := c.read(e)
		if err != nil {
			return err
		}
		k, deal, agreed := c.lastCopy(e)
		switch {
		case agreed:
			err = c.copied(e, is, k, deal)
		case k != nil: // nobody knows what it should be; that is told elsewhere
		case is.digest() != c.before[e.Name]:
			p := Whole
			if e.GoLive {
				p = Untouched
			}
			c.broken(p, e.Name, "its rows are not those of the start, and no clone of it stands")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lastCopy returns the clone that made what an environment is now, if any, and the
// deal on which it was made.
func (c *court) lastCopy(e Environment) (last *clone, d Deal, agreed bool) {
	for _, k := range c.clones {
		if k.target.Name == e.Name && !k.swapped.IsZero() && k.undone.IsZero() && (last == nil || k.swapped.After(last.swapped)) {
			last = k
		}
	}
	if last == nil {
		return nil, Deal{}, false
	}
	for _, r := range c.requests {
		if r.key == last.key {
			if deals := c.dealsOf(r, last, time.Time{}); len(deals) > 0 {
				d, agreed = deals[0], true
			}
		}
	}
	return last, d, agreed
}

// copied looks whether a database is the whole copy that a deal is about.
func (c *court) copied(e Environment, is rowsOf, k *clone, d Deal) error {
	i := slices.IndexFunc(c.world.Environments, func(o Environment) bool { return o.Name == d.Source })
	if i < 0 {
		return nil
	}
	source := c.world.Environments[i]
	from, err := c.read(source)
	if err != nil {
		return err
	}
	layout := c.world.Layout
	for _, table := range layout.Copied {
		if !slices.Equal(blind(is[table]), blind(from[table])) {
			c.broken(Whole, e.Name, "run %s: %s is not that of %s", k.run, table, source.Name)
		}
	}
	own := slices.Concat(layout.Kept, layout.Own)
	if d.KeepUsers {
		own = append(own, layout.Users.Table)
	}
	for _, what := range layout.unmasked(is, own) {
		c.broken(Masked, e.Name, "run %s: %s", k.run, what)
	}
	if err := c.kept(e, is, k); err != nil {
		return err
	}
	return c.usersAndJobs(e, k, d, source)
}

// kept looks whether what is the target's own came over from the database that was
// parked; one that was swept tells nothing any more.
func (c *court) kept(e Environment, is rowsOf, k *clone) error {
	if _, err := os.Stat(k.parked().Database); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	old, err := c.read(k.parked())
	for _, table := range c.world.Layout.Kept {
		if err == nil && !slices.Equal(is[table], old[table]) {
			c.broken(Whole, e.Name, "run %s: %s is not the target's own", k.run, table)
		}
	}
	return err
}

// parked is the database of before, as an environment.
func (k *clone) parked() Environment {
	return Environment{Name: k.target.Name + " of before", Database: k.target.Database + ".parked-" + k.run}
}

// usersAndJobs looks whether those sign in who should, and nothing runs by itself.
func (c *court) usersAndJobs(e Environment, k *clone, d Deal, source Environment) error {
	layout := c.world.Layout
	from := source
	if d.KeepUsers {
		from = k.parked()
		if _, err := os.Stat(from.Database); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	want, err := c.of(from, layout.Users.Table, layout.Users.Login, layout.Users.Active)
	if err != nil {
		return err
	}
	is, err := c.of(e, layout.Users.Table, layout.Users.Login, layout.Users.Active)
	if err != nil {
		return err
	}
	if !slices.Equal(is, want) {
		c.broken(Whole, e.Name, "run %s: its users are not those of %s", k.run, from.Name)
	}
	on, err := c.of(e, layout.Jobs.Table, layout.Jobs.Enabled, layout.Jobs.Enabled)
	if len(on) > 0 {
		c.broken(Whole, e.Name, "run %s: a job of %s is on", k.run, layout.Jobs.Table)
	}
	return err
}
