package race

import (
	"context"
	"fmt"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// play makes a course of a database that a script makes. Nothing is known of its
// tables; whatever looks like addresses is masked as text, where there is room.
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
	if _, err := t.command(ctx, "psql", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", full, t.server.URL(c.name)); err != nil {
		return nil, fmt.Errorf("play %s: %w", path, err)
	}
	if err := t.server.Run(ctx, c.name, "VACUUM (FREEZE, ANALYZE)"); err != nil {
		return nil, err
	}
	text, err := yaml.Marshal(profile.Profile{})
	if err != nil {
		return nil, err
	}
	return c, t.keepProfile(c, text)
}
