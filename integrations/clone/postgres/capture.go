package postgres

import (
	"context"
	"fmt"
	"slices"
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
	target, err := d.openTarget(ctx, p, opening{readOnly: true})
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
	kept := slices.DeleteFunc(slices.Clone(c.recipe.Tables), func(o clone.Outcome) bool { return !c.keeps(o) })
	if len(kept) == 0 {
		return nil
	}
	target, err := c.driver.openTarget(ctx, c.place, opening{readOnly: true})
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
		for _, o := range kept {
			if err := c.carry(ctx, target, fresh, o); err != nil {
				return fmt.Errorf("keep rows of %s: %w", o.Table, err)
			}
		}
		return nil
	})
}

// keeps reports whether rows of a table are kept, all or some.
func (c *copying) keeps(o clone.Outcome) bool {
	return o.Fate == clone.FateKept || o.Fate == clone.FateMerged || c.protects(o)
}

// protects reports whether a table is the users' own, and some of them keep
// address and credentials.
func (c *copying) protects(o clone.Outcome) bool {
	u := c.recipe.Users
	return u != nil && o.Table == u.Table && len(c.recipe.Protected) > 0 && o.Fate != clone.FateMerged
}

// carry makes a table in schema kept, with the types of the new database, and
// fills it as text: a column may be of another type in the target.
func (c *copying) carry(ctx context.Context, target, fresh *session, o clone.Outcome) error {
	own := relationOf(o.Table)
	columns := quoteAll(o.Columns)
	err := fresh.exec(ctx, fmt.Sprintf("CREATE TABLE %s AS SELECT %s FROM %s WITH NO DATA", own.kept().sql(), columns, own.sql()))
	if err != nil {
		return err
	}
	query := fmt.Sprintf("SELECT %s FROM %s", columns, own.sql())
	if c.protects(o) {
		keys := make([]string, len(c.recipe.Protected))
		for i, k := range c.recipe.Protected {
			keys[i] = literal(k)
		}
		query += fmt.Sprintf(" WHERE %s::text IN (%s)", quote(c.recipe.Users.Key), strings.Join(keys, ", "))
	}
	into := fmt.Sprintf("COPY %s%s FROM STDIN", own.kept().sql(), columnList(o.Columns))
	r := relay{format: textFormat}
	err = r.run(ctx, reading{target, copyQuery(query, textFormat)}, reading{fresh, into})
	if err != nil || o.Fate != clone.FateKept {
		return err
	}
	// Tasks put them there again. But until then rows of other tables, which refer
	// to them, have to find them.
	return fresh.exec(ctx, fmt.Sprintf("INSERT INTO %s%s OVERRIDING SYSTEM VALUE SELECT %s FROM %s",
		own.sql(), columnList(o.Columns), columns, own.kept().sql()))
}
