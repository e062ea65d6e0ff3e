package race

import (
	"context"
	_ "embed" // for the query
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// A holding is what a database holds: of each table the number of its rows and a
// sum over them that does not depend on their order, both by the server's own
// arithmetic and not by ours.
type holding map[string]string

//go:embed data/holding.sql
var holdingQuery string

// holding looks what a database holds, without some columns ("table.column").
func (t *track) holding(ctx context.Context, database string, without []string) (holding, error) {
	queries, err := values[string](ctx, t, database, holdingQuery, without)
	if err != nil {
		return nil, err
	}
	h := holding{}
	for _, query := range queries {
		line, err := value[string](ctx, t, database, query)
		if err != nil {
			return nil, err
		}
		table, sum, _ := strings.Cut(line, "\t")
		h[table] = sum
	}
	return h, nil
}

// differs says where another holding is not as this one.
func (h holding) differs(is holding) error {
	var wrong []string
	for _, table := range slices.Sorted(maps.Keys(h)) {
		if is[table] != h[table] {
			wrong = append(wrong, fmt.Sprintf("%s is %q and not %q", table, is[table], h[table]))
		}
	}
	if len(is) > len(h) {
		wrong = append(wrong, fmt.Sprintf("there are %d tables and not %d", len(is), len(h)))
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s", strings.Join(wrong, "; "))
	}
	return nil
}

// measure looks at a course's database once: all laps are held against it.
func (t *track) measure(ctx context.Context, c *course) (err error) {
	if c.bytes, err = value[int64](ctx, t, c.name, "SELECT pg_database_size(current_database())"); err != nil {
		return err
	}
	if c.is, err = t.holding(ctx, c.name, nil); err != nil {
		return err
	}
	if c.refreshed, err = t.holding(ctx, c.name, changed(c.roles)); err != nil {
		return err
	}
	for _, sum := range c.is {
		var n int64
		if _, err := fmt.Sscan(sum, &n); err != nil {
			return fmt.Errorf("read number of rows: %w", err)
		}
		c.rows += n
	}
	c.schema, err = t.schema(ctx, c.name)
	return err
}

// changed returns the columns that a refresh changes.
func changed(p *profile.Profile) (columns []string) {
	for table, masked := range p.Addresses {
		for column, kind := range masked {
			if kind != profile.Ignore {
				columns = append(columns, table+"."+column)
			}
		}
	}
	for _, r := range p.Roles() {
		for _, column := range p.Set(r.Table) {
			columns = append(columns, r.Table+"."+column)
		}
	}
	return columns
}

// random is what pg_dump makes anew each time.
var random = regexp.MustCompile(`(?m)^\\(un)?restrict .*$`)

// schema returns the text of a database's schema.
func (t *track) schema(ctx context.Context, database string) (string, error) {
	text, _, err := t.command(ctx, "pg_dump", "--schema-only", t.server.URL(database))
	return random.ReplaceAllString(text, ""), err
}

// checkDuplicate looks whether a copy is what the source is.
func checkDuplicate(ctx context.Context, t *track, c *course) error {
	is, err := t.holding(ctx, duplicate, nil)
	if err != nil {
		return err
	}
	return c.is.differs(is)
}

// checkRefreshed looks whether the target is what a refresh has to make of it:
// the source but for what is masked, the target's own, and the source's schema.
func checkRefreshed(ctx context.Context, t *track, c *course) error {
	is, err := t.holding(ctx, target, changed(c.roles))
	if err != nil {
		return err
	}
	want := maps.Clone(c.refreshed)
	for _, r := range c.roles.Roles() {
		switch {
		case r.Role.Own() || r.Role == profile.UserList:
			want[r.Table] = c.owned[r.Table]
		case r.Role == profile.Emptied:
			want[r.Table] = "0 rows, sum 0"
		}
	}
	if err := want.differs(is); err != nil {
		return err
	}
	schema, err := t.schema(ctx, target)
	if err != nil {
		return err
	}
	if line := firstDifference(c.schema, schema); line != "" {
		return fmt.Errorf("the schema differs: %s", line)
	}
	return nil
}

// firstDifference returns the first line of one text that is not the other's.
func firstDifference(want, is string) string {
	a, b := strings.Split(want, "\n"), strings.Split(is, "\n")
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return fmt.Sprintf("%q is too much", b[i])
		case i >= len(b):
			return fmt.Sprintf("%q is missing", a[i])
		case a[i] != b[i]:
			return fmt.Sprintf("%q stands for %q", b[i], a[i])
		}
	}
	return ""
}
