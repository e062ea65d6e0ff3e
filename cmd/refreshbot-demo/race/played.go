package race

import (
	"context"
	"fmt"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/postgres"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// play makes a course of a database that a script makes.
func (t *track) play(ctx context.Context, path string) (*course, error) {
	c := &course{name: "played"}
	t.courses = append(t.courses, c.name)
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := t.server.Create(ctx, c.name, ""); err != nil {
		return nil, err
	}
	if _, _, err := t.command(ctx, "psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", full, t.server.URL(c.name)); err != nil {
		return nil, fmt.Errorf("play %s: %w", path, err)
	}
	if err := t.server.Run(ctx, c.name, "VACUUM (FREEZE, ANALYZE)"); err != nil {
		return nil, err
	}
	p, err := t.unknown(ctx, c)
	if err != nil {
		return nil, err
	}
	text, err := yaml.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("write profile: %w", err)
	}
	return c, t.keepProfile(c, text)
}

// unknown returns a profile of a database of whose tables nothing is known.
// Whatever looks like addresses is masked as a text of any kind, unless it has no
// room for a masked one.
func (t *track) unknown(ctx context.Context, c *course) (profile.Profile, error) {
	const room = 40 // for a suffix and the usual domain
	p := profile.Profile{Addresses: map[string]map[string]profile.Kind{}}
	s, err := postgres.Driver{}.Survey(ctx, clone.Site{Run: "look", Source: t.server.URL(c.name), Target: t.server.URL("postgres")})
	if err != nil {
		return p, err
	}
	for _, table := range s.Source.Tables {
		columns := map[string]profile.Kind{}
		for _, column := range table.Columns {
			switch {
			case !column.Addresses:
			case column.Length > 0 && column.Length < room:
				columns[column.Name] = profile.Ignore
			default:
				columns[column.Name] = profile.Text
			}
		}
		if len(columns) > 0 {
			p.Addresses[table.Name] = columns
		}
	}
	return p, nil
}
