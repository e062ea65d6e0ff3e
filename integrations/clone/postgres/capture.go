package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

// snapshot begins a transaction that reads one instant and writes nothing.
const snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

// Capture implements clone.Builder. What is captured are the proofs. The rows
// themselves stay where they are until the copy carries them into schema kept of
// the new database, which is not there before: types of the client's own can't be
// made twice. Rows that change until then are found out by the verification, and
// those that change later by the swap.
func (d Driver) Capture(ctx context.Context, s clone.Site, k clone.Keep) ([]clone.Proof, error) {
	p, err := d.locate(s)
	if err != nil {
		return nil, err
	}
	target, err := d.open(ctx, p.target, opening{readOnly: true})
	if err != nil {
		return nil, err
	}
	defer target.close()
	var proofs []clone.Proof
	err = target.transaction(ctx, snapshot, func() error {
		for _, t := range k.Tables {
			proof, err := target.proveKept(ctx, t, keeping{Keep: k})
			if err != nil {
				return err
			}
			proofs = append(proofs, proof)
		}
		return nil
	})
	return proofs, err
}

// capture carries the rows that the target keeps, all as of one instant, into
// schema kept of the new database.
func (c *copying) capture(ctx context.Context, fresh *session) error {
	target, err := c.driver.open(ctx, c.place.target, opening{readOnly: true})
	if err != nil {
		return err
	}
	defer target.close()
	m := mark{Run: c.place.run, Stage: filling, Target: c.place.target.config.Database}
	err = fresh.exec(ctx, "CREATE SCHEMA "+quote(keptSchema),
		fmt.Sprintf("COMMENT ON SCHEMA %s IS %s", quote(keptSchema), literal(m.String())))
	if err != nil {
		return err
	}
	return target.transaction(ctx, snapshot, func() error {
		for _, t := range c.recipe.Tables {
			where, kept := c.keeps(t)
			if !kept {
				continue
			}
			if err := carry(ctx, target, fresh, t, where); err != nil {
				return fmt.Errorf("keep rows of %s: %w", t.Table, err)
			}
		}
		return nil
	})
}

// keeps reports whether rows of a table are kept, and the condition for which.
func (c *copying) keeps(t clone.Outcome) (where string, kept bool) {
	if t.Fate == clone.FateKept || t.Fate == clone.FateMerged {
		return "", true
	}
	if !c.protects(t) {
		return "", false
	}
	keys := make([]string, len(c.recipe.Protected))
	for i, k := range c.recipe.Protected {
		keys[i] = literal(k)
	}
	return fmt.Sprintf(" WHERE %s::text IN (%s)", quote(c.recipe.Users.Key), strings.Join(keys, ", ")), true
}

// protects reports whether a table is the users' own, and some of them keep
// address and credentials.
func (c *copying) protects(t clone.Outcome) bool {
	u := c.recipe.Users
	return u != nil && t.Table == u.Table && len(c.recipe.Protected) > 0 && t.Fate != clone.FateMerged
}

// carry makes a table in schema kept, with the types of the new database, and
// fills it as text: a column may be of another type in the target.
func carry(ctx context.Context, target, fresh *session, t clone.Outcome, where string) error {
	own := relationOf(t.Table)
	columns := quoteAll(t.Columns)
	err := fresh.exec(ctx, fmt.Sprintf("CREATE TABLE %s AS SELECT %s FROM %s WITH NO DATA", own.kept().sql(), columns, own.sql()))
	if err != nil {
		return err
	}
	query := fmt.Sprintf("SELECT %s FROM %s%s", columns, own.sql(), where)
	into := fmt.Sprintf("COPY %s%s FROM STDIN", own.kept().sql(), columnList(t.Columns))
	r := relay{format: textFormat}
	if err := r.run(ctx, reading{target, copyQuery(query, textFormat)}, reading{fresh, into}); err != nil || t.Fate != clone.FateKept {
		return err
	}
	// Tasks put them there again. But until then rows of other tables, which refer
	// to them, have to find them.
	return fresh.exec(ctx, fmt.Sprintf("INSERT INTO %s%s OVERRIDING SYSTEM VALUE SELECT %s FROM %s",
		own.sql(), columnList(t.Columns), columns, own.kept().sql()))
}
