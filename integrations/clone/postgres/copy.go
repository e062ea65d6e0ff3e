package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/mask"
)

// A copying is one copy under way.
type copying struct {
	driver Driver
	place  place
	recipe clone.Recipe
	masker *mask.Masker
	roles  *roles
	tables map[string]table  // of the source, by name
	full   map[relation]bool // the parts of them all
	bytes  int64             // of them all
	after  afterwards
	linked map[relation]int64 // see links

	mu     sync.Mutex
	built  map[relation]bool // with all that hangs on one table alone
	sums   map[string]*tally // of the tables that are copied
	masked int64
}

// Copy implements clone.Builder. A copy that was cut off leaves a new database
// that is marked as being filled; it is made anew.
func (d Driver) Copy(ctx context.Context, s clone.Site, r clone.Recipe) (clone.Copied, error) {
	p, err := d.locate(s)
	if err != nil {
		return clone.Copied{}, err
	}
	m, err := mask.New(r.Domain, r.Key)
	if err != nil {
		return clone.Copied{}, err
	}
	admin, err := d.maintenance(ctx, p.target)
	if err != nil {
		return clone.Copied{}, err
	}
	defer admin.close()
	source, err := d.open(ctx, p.source, opening{readOnly: true})
	if err != nil {
		return clone.Copied{}, err
	}
	defer source.close()
	c := &copying{driver: d, place: p, recipe: r, masker: m, built: map[relation]bool{}, sums: map[string]*tally{}}
	if err := c.begin(ctx, admin); err != nil {
		return clone.Copied{}, err
	}
	err = source.transaction(ctx, snapshot, func() error { return c.run(ctx, source, admin) })
	if err != nil {
		return clone.Copied{}, err
	}
	// With this everything before it is on the disk.
	err = admin.stamp(ctx, p.fresh, mark{Run: p.run, Stage: filled, Target: p.target.config.Database})
	return c.result(), err
}

// begin sees to a new database without anything in it.
func (c *copying) begin(ctx context.Context, admin *session) error {
	is, err := admin.find(ctx, c.place.fresh)
	if err != nil && bot.KindOf(err) != bot.NotFound {
		return err
	}
	if m, ok := readMark(is.Comment); !ok || m.Run != c.place.run || m.Stage != created {
		if err := c.driver.create(ctx, admin, c.place); err != nil {
			return err
		}
	}
	if err := admin.adopt(ctx, c.place); err != nil {
		return err
	}
	return admin.stamp(ctx, c.place.fresh, mark{Run: c.place.run, Stage: filling, Target: c.place.target.config.Database})
}

// run copies while the source's session holds the snapshot that all others read.
func (c *copying) run(ctx context.Context, source, admin *session) error {
	id, err := value[string](ctx, source, "SELECT pg_export_snapshot()")
	if err != nil {
		return err
	}
	if err := c.look(ctx, source, admin); err != nil {
		return err
	}
	script, err := c.read(ctx, source, admin, id)
	if err != nil {
		return err
	}
	fresh, err := c.openFresh(ctx)
	if err != nil {
		return err
	}
	defer fresh.close()
	if err := c.schema(ctx, source, fresh, script); err != nil {
		return err
	}
	workers, err := c.hire(ctx, id)
	if err != nil {
		return err
	}
	defer dismiss(workers)
	if err := run(ctx, workers, c.jobs()); err != nil {
		return err
	}
	return c.finish(ctx, source, fresh, workers)
}

// look holds the source's schema against the plan, which may be older.
func (c *copying) look(ctx context.Context, source, admin *session) error {
	all, err := source.tables(ctx)
	if err != nil {
		return err
	}
	c.tables, c.full = map[string]table{}, map[relation]bool{}
	for _, t := range all {
		c.tables[t.String()] = t
		c.bytes += t.bytes()
		for _, p := range t.parts {
			c.full[p.relation] = true
		}
	}
	for _, o := range c.recipe.Tables {
		t, ok := c.tables[o.Table]
		if !ok || !slices.Equal(t.names(), o.Columns) {
			return bot.Errorf(bot.Denied, "postgres: copy", "%s: table %s is not as it was planned with", source.name, o.Table)
		}
	}
	if len(all) != len(c.recipe.Tables) {
		return bot.Errorf(bot.Denied, "postgres: copy",
			"%s has %d tables, and %d were planned with", source.name, len(all), len(c.recipe.Tables))
	}
	c.roles, err = readRoles(ctx, source, admin, c.place)
	return err
}

// sections are the statements that make the schema.
type sections struct {
	before, after []string
}

// read reads the source's schema.
func (c *copying) read(ctx context.Context, source, admin *session, snapshotID string) (sections, error) {
	var s sections
	path, err := findDump(ctx, majorOf(source))
	if err != nil {
		return s, err
	}
	d := dumper{path: path, source: c.place.source, snapshot: snapshotID, wait: c.driver.patience()}
	if d.spaces, err = sameSpaces(ctx, source, admin); err != nil {
		return s, err
	}
	group, ctx := errgroup.WithContext(ctx)
	for part, to := range map[section]*[]string{before: &s.before, after: &s.after} {
		group.Go(func() error {
			script, err := d.dump(ctx, part)
			*to = c.roles.translate(split(script))
			return err
		})
	}
	return s, group.Wait()
}

// schema makes the tables, without anything that is better made when they are
// full, and fills those that keep the target's own rows.
func (c *copying) schema(ctx context.Context, source, fresh *session, script sections) error {
	public, err := value[bool](ctx, source, "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public')")
	if err != nil {
		return err
	}
	if !public { // the only one that a new database has
		script.before = append([]string{"DROP SCHEMA public"}, script.before...)
	}
	if err := fresh.perform(ctx, script.before); err != nil {
		return err
	}
	c.after = arrange(script.after, func(r relation) bool { return c.full[r] })
	if err := fresh.perform(ctx, c.after.first); err != nil {
		return err
	}
	return c.capture(ctx, fresh)
}

// perform runs statements of pg_dump's.
func (s *session) perform(ctx context.Context, statements []string) error {
	for _, q := range statements {
		if err := s.exec(ctx, q); err != nil {
			line, _, _ := strings.Cut(q, "\n")
			return fmt.Errorf("%s: %w", cut(line, 120), err)
		}
	}
	return nil
}

// openFresh opens the new database for filling it. Nothing that is written need
// be on the disk before all is; what is not sorted is built in memory if it can be; a
// session whose engine was killed notices, also in the middle of a statement.
func (c *copying) openFresh(ctx context.Context) (*session, error) {
	s, err := c.driver.open(ctx, c.place.target, opening{database: c.place.fresh, settings: map[string]string{
		"synchronous_commit":    "off",
		"maintenance_work_mem":  "512MB",
		"lock_timeout":          "0", // the only ones who could be in the way are we
		"check_function_bodies": "off",
	}})
	if err == nil && majorOf(s) >= 14 {
		err = s.exec(ctx, "SET client_connection_check_interval = '1s'", quickCompression)
	}
	return s, err
}

// quickCompression has large values packed by LZ4, where a column does not say how
// and the server was built with it: a table of documents is written in half the
// processor's time (1.9 s and 1.0 for 150 MB), and becomes larger by a hundredth.
const quickCompression = `SELECT pg_catalog.set_config(name, 'lz4', false)
	FROM pg_catalog.pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)`

// result returns what came of the copy.
func (c *copying) result() clone.Copied {
	copied := clone.Copied{Masked: c.masked}
	for _, o := range c.recipe.Tables {
		if sum, ok := c.sums[o.Table]; ok {
			p := sum.proof(o.Table)
			copied.Rows += p.Rows
			copied.Proofs = append(copied.Proofs, p)
		}
	}
	if sum, ok := c.sums[blobs]; ok {
		copied.Proofs = append(copied.Proofs, sum.proof(blobs))
	}
	return copied
}
