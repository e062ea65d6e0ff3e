package sqlite

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// The security list of a target that keeps its users is made of three kinds of
// people, told by the login key:
//
//	on both sides   the target's row, under the source's id: business rows of the
//	                source refer to it
//	target only     the target's row, under an id that nobody had
//	source only     a placeholder, which can't sign in: history keeps its authors
//
// temp.refresh_user leads from the target's ids to the new ones.

// matchUsers makes temp.refresh_user where users are kept.
func (c *copying) matchUsers(ctx context.Context) error {
	u := c.recipe.Users
	if u == nil || !c.merges(u.Table) {
		return nil
	}
	if err := c.readBlanks(ctx, u.Table); err != nil {
		return err
	}
	id, key, table := quote(u.ID), quote(u.Key), quote(u.Table)
	return c.exec(ctx, fmt.Sprintf(`CREATE TEMP TABLE refresh_user AS
		SELECT k.%[1]s AS old, COALESCE(s.%[1]s,
			(SELECT max(COALESCE(max(%[1]s), 0), (SELECT COALESCE(max(%[1]s), 0) FROM kept.%[3]s)) FROM src.%[3]s)
			+ row_number() OVER (PARTITION BY s.%[1]s IS NULL ORDER BY k.%[2]s)) AS new
		FROM kept.%[3]s k LEFT JOIN src.%[3]s s ON s.%[2]s = k.%[2]s`, id, key, table))
}

// readBlanks finds out what a column of a table holds that holds nothing: NULL
// where it may, else its default, else the zero of its kind.
func (c *copying) readBlanks(ctx context.Context, table string) error {
	names, err := c.columns(ctx, "src", table)
	if err != nil {
		return err
	}
	blanks, err := c.column(ctx, `SELECT CASE WHEN NOT "notnull" THEN 'NULL' WHEN dflt_value IS NOT NULL THEN dflt_value
		WHEN type LIKE '%INT%' THEN '0' ELSE quote('') END
		FROM pragma_table_xinfo(?, 'src') WHERE hidden = 0 ORDER BY cid`, table)
	if err != nil {
		return err
	}
	c.blanks = map[string]string{}
	for i, name := range names {
		c.blanks[name] = blanks[i]
	}
	return nil
}

// merges reports whether a table's fate is to be merged.
func (c *copying) merges(table string) bool {
	for _, t := range c.recipe.Tables {
		if t.Table == table {
			return t.Fate == clone.FateMerged
		}
	}
	return false
}

// merging returns the query for the rows of a table of the security list.
func (c *copying) merging(t clone.Outcome) string {
	u := c.recipe.Users
	id := u.ID
	if user, ok := memberColumn(u, t.Table); ok {
		id = user
	}
	var kept []string
	for _, column := range t.Columns {
		if column == id {
			kept = append(kept, "r.new AS "+quote(column))
			continue
		}
		kept = append(kept, "k."+quote(column)+" AS "+quote(column))
	}
	query := fmt.Sprintf("SELECT %s FROM kept.%s k JOIN temp.refresh_user r ON r.old = k.%s",
		strings.Join(kept, ", "), quote(t.Table), quote(id))
	if t.Table != u.Table {
		return query
	}
	return query + " UNION ALL " + c.placeholders(t, u)
}

// placeholders returns the query for people whom only the source knows. Of them
// no more than id, login key, name and a masked address is kept.
func (c *copying) placeholders(t clone.Outcome, u *profile.Users) string {
	var expressions []string
	for _, column := range t.Columns {
		e := c.blanks[column]
		m, masked := maskOf(t, column)
		switch {
		case column == u.Active:
			e = "0"
		case masked:
			e = maskCall("s."+quote(column), m)
		case column == u.ID, column == u.Key, slices.Contains(u.Names, column):
			e = "s." + quote(column)
		}
		expressions = append(expressions, e+" AS "+quote(column))
	}
	return fmt.Sprintf("SELECT %s FROM src.%[2]s s WHERE s.%[3]s NOT IN (SELECT %[3]s FROM kept.%[2]s)",
		strings.Join(expressions, ", "), quote(t.Table), quote(u.Key))
}
