package race

import (
	"context"
	"embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/sync/errgroup"

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// A course is a database that is copied.
type course struct {
	name        string // of the database
	open        bool   // to everybody, not only to our usual run
	alone       bool   // but to nobody else's
	bytes, rows int64

	roles   *profile.Profile // what the tables are
	profile string           // path of that
	plain   string           // path of the same with nothing masked; empty: there is nothing to mask
	own     []string         // scripts that make the target

	is        holding // what the database holds
	refreshed holding // the same without what a refresh changes
	owned     holding // what the target holds, likewise
	schema    string  // as pg_dump writes it
}

//go:embed data
var data embed.FS

// script returns one of the scripts that make a database.
func script(name string) (string, error) {
	text, err := data.ReadFile("data/" + name)
	return string(text), err
}

// lay makes the databases to race on.
func (t *track) lay(ctx context.Context, out io.Writer, o Options) (courses []*course, err error) {
	began := time.Now()
	if o.Script != "" {
		c, err := t.play(ctx, o.Script)
		if err != nil {
			return nil, err
		}
		courses = append(courses, c)
	} else if courses, err = t.generate(ctx, o.sizes()); err != nil {
		return nil, err
	}
	for _, c := range courses {
		if err := t.measure(ctx, c); err != nil {
			return nil, fmt.Errorf("measure %s: %w", c.name, err)
		}
		fmt.Fprintf(out, "%s: %s, %d rows\n", c.name, megabytes(c.bytes), c.rows)
	}
	last := courses[len(courses)-1]
	last.open, last.alone = true, o.Masking
	_, err = fmt.Fprintf(out, "made in %s\n\n", time.Since(began).Round(time.Second/10))
	return courses, err
}

// generate makes databases by arithmetic.
func (t *track) generate(ctx context.Context, sizes []int) (courses []*course, err error) {
	text, err := script("profile.yaml")
	if err != nil {
		return nil, err
	}
	for _, size := range sizes {
		c := &course{name: fmt.Sprintf("prod_%d", size), own: []string{"schema.sql", "own.sql"}}
		t.courses = append(t.courses, c.name)
		if err := t.fill(ctx, c.name, size); err != nil {
			return nil, fmt.Errorf("make %s: %w", c.name, err)
		}
		if err := t.keepProfile(c, []byte(text)); err != nil {
			return nil, err
		}
		courses = append(courses, c)
	}
	return courses, nil
}

// fill makes one database: the large tables by several sessions at once.
func (t *track) fill(ctx context.Context, name string, size int) error {
	if err := t.server.Create(ctx, name, ""); err != nil {
		return err
	}
	for _, steps := range [][]string{
		{"schema.sql", "own.sql"}, {"purchases.sql", "accounts.sql", "documents.sql"}, {"references.sql"},
	} {
		g, ctx := errgroup.WithContext(ctx)
		if len(steps) < 3 {
			g.SetLimit(1) // one after the other
		}
		for _, step := range steps {
			g.Go(func() error { return t.run(ctx, name, step, size) })
		}
		if err := g.Wait(); err != nil {
			return err
		}
	}
	// Rows are seen to be old and their pages to be full of them, once and for all.
	return t.server.Run(ctx, name, "VACUUM (FREEZE, ANALYZE)")
}

// run runs one of the scripts.
func (t *track) run(ctx context.Context, database, name string, size int) error {
	text, err := script(name)
	if err != nil {
		return err
	}
	size += size / 20 // a large database comes out a little smaller than its rows are reckoned
	settings := fmt.Sprintf("SET race.megabytes = %d; SET maintenance_work_mem = '256MB';\n", size)
	if err := t.server.Run(ctx, database, settings+text); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// keepProfile writes a course's profile down, as it is and with nothing masked.
func (t *track) keepProfile(c *course, text []byte) (err error) {
	if err := yaml.Unmarshal(text, &c.roles); err != nil {
		return fmt.Errorf("read profile: %w", err)
	}
	c.profile = filepath.Join(t.folder, c.name+".yaml")
	if err := os.WriteFile(c.profile, text, 0o600); err != nil {
		return err
	}
	var plain profile.Profile
	if err := yaml.Unmarshal(text, &plain); err != nil {
		return fmt.Errorf("read profile: %w", err)
	}
	for _, columns := range plain.Addresses {
		for column := range columns {
			columns[column] = profile.Ignore
		}
	}
	if len(plain.Addresses) == 0 {
		return nil
	}
	if text, err = yaml.Marshal(plain); err != nil {
		return fmt.Errorf("write profile: %w", err)
	}
	c.plain = filepath.Join(t.folder, c.name+"-plain.yaml")
	return os.WriteFile(c.plain, text, 0o600)
}

// makeTarget makes the database that is to be replaced.
func makeTarget(ctx context.Context, t *track, c *course) error {
	if err := t.server.Create(ctx, target, ""); err != nil {
		return err
	}
	for _, name := range c.own {
		if err := t.run(ctx, target, name, 0); err != nil {
			return err
		}
	}
	var err error
	c.owned, err = t.holding(ctx, target, changed(c.roles))
	return err
}
