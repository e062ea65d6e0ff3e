package sqlite

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

// window is the least length of a secret that is looked for. What is shorter
// would be found by chance.
const window = 8

// canaries are secrets of the source, none of which may stand in the new
// database, by their first bytes.
type canaries map[string][]canary

// A canary is one secret, and the column of the source that it is from.
type canary struct {
	secret string
	column string
}

func (c canaries) add(secret, column string) {
	if len(secret) >= window {
		head := secret[:window]
		c[head] = append(c[head], canary{secret, column})
	}
}

func (c canaries) drop(secret string) {
	if len(secret) >= window {
		head := secret[:window]
		c[head] = slices.DeleteFunc(c[head], func(s canary) bool { return s.secret == secret })
	}
}

// find returns the column that a secret in the text is from, or "".
func (c canaries) find(text string) string {
	for i := 0; i+window <= len(text); i++ {
		for _, s := range c[text[i:i+window]] {
			if strings.HasPrefix(text[i:], s.secret) {
				return s.column
			}
		}
	}
	return ""
}

// secretsAreOut looks for the source's secrets in every table. What the target
// holds itself is no secret of the source's. The secret is never printed.
func (v *verifying) secretsAreOut(ctx context.Context) error {
	all := canaries{}
	if err := v.secrets(ctx, "src", all.add); err != nil {
		return err
	}
	if err := v.secrets(ctx, "kept", func(s, _ string) { all.drop(s) }); err != nil {
		return err
	}
	if len(all) == 0 {
		return nil
	}
	for _, t := range v.expect.Recipe.Tables {
		if err := v.searchTable(ctx, t, all); err != nil {
			return err
		}
	}
	v.verdict.Fact("no secret of the source's is in it")
	return nil
}

// secrets calls f with every secret in a schema. A table that is not there holds
// none.
func (v *verifying) secrets(ctx context.Context, schema string, f func(secret, column string)) error {
	there, err := v.tables(ctx, schema)
	if err != nil {
		return err
	}
	for _, table := range slices.Sorted(maps.Keys(v.expect.Secrets)) {
		if !slices.Contains(there, table) {
			continue
		}
		for _, c := range v.expect.Secrets[table] {
			values, err := v.column(ctx, fmt.Sprintf("SELECT CAST(%[1]s AS TEXT) FROM %s.%s WHERE %[1]s IS NOT NULL",
				quote(c), quote(schema), quote(table)))
			if err != nil {
				return err
			}
			for _, secret := range values {
				f(secret, table+"."+c)
			}
		}
	}
	return nil
}

// searchTable looks for secrets in the texts and blobs of a table.
func (v *verifying) searchTable(ctx context.Context, t clone.Outcome, all canaries) error {
	for _, c := range t.Columns {
		from, err := v.searchColumn(ctx, t.Table, c, all)
		if err != nil {
			return wrap("search "+t.Table, v.path, err)
		}
		if from != "" {
			v.verdict.Differs("%s.%s holds a secret of the source's %s", t.Table, c, from)
		}
	}
	return nil
}

// searchColumn returns where the first secret that a column holds comes from.
func (v *verifying) searchColumn(ctx context.Context, table, column string, all canaries) (from string, err error) {
	rows, err := v.QueryContext(ctx, fmt.Sprintf(
		"SELECT CAST(%[1]s AS TEXT) FROM main.%[2]s WHERE typeof(%[1]s) IN ('text', 'blob') AND length(%[1]s) >= %[3]d",
		quote(column), quote(table), window))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return "", err
		}
		if from := all.find(text); from != "" {
			return from, nil
		}
	}
	return "", rows.Err()
}
