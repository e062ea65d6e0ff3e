package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/mask"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// A copying is one copy under way: the session's main database is the new one,
// with the source attached as src and the captured rows as kept.
type copying struct {
	*session
	recipe clone.Recipe
	blanks map[string]string // by column of the users' table: what a placeholder has there
}

// Copy implements clone.Builder.
func (d Driver) Copy(ctx context.Context, s clone.Site, r clone.Recipe) (clone.Copied, error) {
	f, err := place(s)
	if err != nil {
		return clone.Copied{}, err
	}
	m, err := mask.New(r.Domain, r.Key)
	if err != nil {
		return clone.Copied{}, err
	}
	// What a copy that was cut off left behind is not worth a journal of its own.
	if err := errors.Join(d.create(ctx, f), adopt(f)); err != nil {
		return clone.Copied{}, err
	}
	session, err := d.connect(ctx, opening{
		path: f.fresh, masker: m, attach: map[string]string{"src": f.source, "kept": f.kept},
	})
	if err != nil {
		return clone.Copied{}, err
	}
	c := &copying{session: session, recipe: r}
	copied, err := c.run(ctx, m)
	session.close()
	if err != nil {
		return clone.Copied{}, err
	}
	return copied, syncFile(f.fresh)
}

// run copies in one transaction. There is no rollback journal: a copy that does
// not come to its end is thrown away whole.
func (c *copying) run(ctx context.Context, m *mask.Masker) (clone.Copied, error) {
	var copied clone.Copied
	// Without the name of a database the pragma would be for the source as well.
	if err := c.exec(ctx, "PRAGMA main.journal_mode = OFF", "PRAGMA main.synchronous = OFF", "BEGIN"); err != nil {
		return copied, err
	}
	if err := c.reserve(ctx, m); err != nil {
		return copied, err
	}
	if err := c.schema(ctx, "type = 'table'"); err != nil {
		return copied, err
	}
	if err := c.matchUsers(ctx); err != nil {
		return copied, err
	}
	for _, t := range c.recipe.Tables {
		n, err := c.fill(ctx, t)
		if err != nil {
			return copied, fmt.Errorf("copy table %s: %w", t.Table, err)
		}
		copied.Rows += n
	}
	copied.Masked = *c.masked
	if err := c.sequences(ctx); err != nil {
		return copied, err
	}
	if err := c.schema(ctx, "type <> 'table'"); err != nil {
		return copied, err
	}
	var err error
	if copied.Proofs, err = c.proofs(ctx); err != nil {
		return copied, err
	}
	return copied, c.exec(ctx, "COMMIT")
}

// reserve reads which addresses of the source are under the domain already, so
// that no other becomes equal to one of them.
func (c *copying) reserve(ctx context.Context, m *mask.Masker) error {
	for _, t := range c.recipe.Tables {
		for _, column := range t.Masks {
			name := quote(column.Column)
			query := fmt.Sprintf("SELECT %[1]s FROM src.%[2]s WHERE instr(lower(%[1]s), ?) > 0", name, quote(t.Table))
			texts, err := c.column(ctx, query, "@"+m.Domain())
			if err != nil {
				return err
			}
			for _, text := range texts {
				m.Reserve(text)
			}
		}
	}
	return nil
}

// schema makes what the source's schema holds of some types, in the order in
// which it was made there.
func (c *copying) schema(ctx context.Context, which string) error {
	statements, err := c.column(ctx, `SELECT sql FROM src.sqlite_schema
		WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND `+which+` ORDER BY rowid`)
	if err != nil {
		return err
	}
	return c.exec(ctx, statements...)
}

// fill fills one table and returns how many rows it got.
func (c *copying) fill(ctx context.Context, t clone.Outcome) (int64, error) {
	query := c.selection(t)
	if query == "" {
		return 0, nil
	}
	insert := fmt.Sprintf("INSERT INTO main.%s (%s) %s", quote(t.Table), quoteAll(t.Columns), query)
	result, err := c.ExecContext(ctx, insert)
	if err != nil {
		return 0, wrap("fill "+t.Table, c.path, err)
	}
	return result.RowsAffected()
}

// selection returns the query for the rows that a table gets, with the table's
// columns in their order, or "" where it gets none from the copy.
func (c *copying) selection(t clone.Outcome) string {
	switch t.Fate {
	case clone.FateCopied, clone.FateMasked:
		return c.masking(t)
	case clone.FateMerged:
		return c.merging(t)
	}
	return ""
}

// masking returns the query for the source's rows, masked. Over the users are
// laid what is kept of protected accounts.
func (c *copying) masking(t clone.Outcome) string {
	u := c.recipe.Users
	protect := u != nil && t.Table == u.Table && len(c.recipe.Protected) > 0
	var expressions []string
	for _, column := range t.Columns {
		e := "t." + quote(column)
		m, masked := maskOf(t, column)
		if masked {
			e = maskCall(e, m)
		}
		if protect && (masked || slices.Contains(u.Credentials, column)) {
			e = fmt.Sprintf("CASE WHEN k.%s IS NULL THEN %s ELSE k.%s END", quote(u.Key), e, quote(column))
		}
		expressions = append(expressions, e+" AS "+quote(column))
	}
	query := fmt.Sprintf("SELECT %s FROM src.%s t", strings.Join(expressions, ", "), quote(t.Table))
	if protect {
		query += fmt.Sprintf(" LEFT JOIN kept.%s k ON k.%s = t.%s", quote(u.Table), quote(u.Key), quote(u.Key))
	}
	return query
}

func maskOf(t clone.Outcome, column string) (clone.ColumnMask, bool) {
	for _, m := range t.Masks {
		if m.Column == column {
			return m, true
		}
	}
	return clone.ColumnMask{}, false
}

func maskCall(expression string, m clone.ColumnMask) string {
	kind := profile.Text
	if m.Kind == profile.Email {
		kind = profile.Email
	}
	return fmt.Sprintf("refresh_mask(%s, '%s', %d)", expression, kind, m.Length)
}

// sequences carries the counters of AUTOINCREMENT on, so that no number is given
// twice.
func (c *copying) sequences(ctx context.Context) error {
	n, err := value[int](ctx, c.session, "SELECT count(*) FROM src.sqlite_schema WHERE name = 'sqlite_sequence'")
	if err != nil || n == 0 {
		return err
	}
	return c.exec(ctx, "DELETE FROM main.sqlite_sequence",
		"INSERT INTO main.sqlite_sequence (name, seq) SELECT name, seq FROM src.sqlite_sequence")
}

// proofs proves what the copied tables have to hold. They are taken from the
// source, in the snapshot that the rows came from, and not from what was
// written.
func (c *copying) proofs(ctx context.Context) ([]clone.Proof, error) {
	var proofs []clone.Proof
	for _, t := range c.recipe.Tables {
		query := c.selection(t)
		if query == "" {
			continue
		}
		p, err := c.prove(ctx, t.Table, query, without(t.Columns, t.Set))
		if err != nil {
			return nil, err
		}
		proofs = append(proofs, p)
	}
	return proofs, nil
}

// syncFile makes a file's content durable.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("sync database: %w", err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", path, err)
	}
	return nil
}
