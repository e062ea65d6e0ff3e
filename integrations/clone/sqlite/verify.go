package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/mask"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// A verifying is one verification under way: the session's main database is the
// new one, with the captured rows attached as kept and the source as src.
type verifying struct {
	*session
	expect  clone.Expectation
	verdict clone.Verdict
}

// Verify implements clone.Editor.
func (d Driver) Verify(ctx context.Context, s clone.Site, e clone.Expectation) (clone.Verdict, error) {
	f, err := place(s)
	if err != nil {
		return clone.Verdict{}, err
	}
	m, err := mask.New(e.Recipe.Domain, e.Recipe.Key)
	if err != nil {
		return clone.Verdict{}, err
	}
	session, err := d.connect(ctx, opening{
		path: f.fresh, readOnly: true, masker: m, attach: map[string]string{"kept": f.kept, "src": f.source},
	})
	if err != nil {
		return clone.Verdict{}, err
	}
	defer session.close()
	v := &verifying{session: session, expect: e}
	if v.verdict.Identity, err = identify(f.fresh); err != nil {
		return clone.Verdict{}, err
	}
	checks := []func(context.Context) error{
		v.tablesAre, v.copiedRows, v.keptRows, v.madeRows, v.pragmaChecks, v.sequencesGoOn, v.secretsAreOut, v.addressesAreMasked,
	}
	for _, check := range checks {
		if err := check(ctx); err != nil {
			return clone.Verdict{}, err
		}
	}
	return v.verdict, nil
}

// tablesAre looks whether the tables are those of the plan.
func (v *verifying) tablesAre(ctx context.Context) error {
	is, err := v.tables(ctx, "main")
	if err != nil {
		return err
	}
	var want []string
	for _, t := range v.expect.Recipe.Tables {
		want = append(want, t.Table)
	}
	slices.Sort(want)
	if !slices.Equal(is, want) {
		v.verdict.Differs("the tables are %v, not %v", is, want)
	}
	v.verdict.Fact("%d tables, as planned", len(is))
	return nil
}

// copiedRows holds the copied tables against the source's snapshot.
func (v *verifying) copiedRows(ctx context.Context) error {
	var rows int64
	for _, want := range v.expect.Copied {
		t, ok := v.outcome(want.Table)
		if !ok {
			v.verdict.Differs("table %s was copied and not planned", want.Table)
			continue
		}
		columns := without(t.Columns, t.Set)
		query := fmt.Sprintf("SELECT %s FROM main.%s", quoteAll(columns), quote(t.Table))
		is, err := v.prove(ctx, t.Table, query, columns)
		if err != nil {
			return err
		}
		v.compare(is, want, "the source's")
		rows += is.Rows
	}
	v.verdict.Fact("%d rows of %d tables equal the source's by checksum, masked columns by rule", rows, len(v.expect.Copied))
	return nil
}

// keptRows holds the target's own rows against what was captured.
func (v *verifying) keptRows(ctx context.Context) error {
	keep := keepOf(v.expect.Recipe)
	var rows int64
	for _, want := range v.expect.Kept {
		is, err := v.proveKept(ctx, "main", "kept", want.Table, keep)
		if err != nil {
			return err
		}
		v.compare(is, want, "the target's own")
		rows += is.Rows
	}
	v.verdict.Fact("%d rows of %d tables are the target's own, by checksum", rows, len(v.expect.Kept))
	return nil
}

func (v *verifying) compare(is, want clone.Proof, whose string) {
	switch {
	case is.Rows != want.Rows:
		v.verdict.Differs("table %s has %d rows, not %d as %s", is.Table, is.Rows, want.Rows, whose)
	case is.Sum != want.Sum:
		v.verdict.Differs("rows of table %s are not %s", is.Table, whose)
	}
}

// keepOf returns the keep that a recipe implies, for proofs.
func keepOf(r clone.Recipe) clone.Keep {
	k := clone.Keep{Except: map[string][]string{}}
	for _, t := range r.Tables {
		if t.Fate == clone.FateMerged {
			k.Users = r.Users
		}
		k.Except[t.Table] = t.Set
	}
	return k
}

// madeRows looks whether tables that are left empty hold what tasks made, and no
// more.
func (v *verifying) madeRows(ctx context.Context) error {
	for _, t := range v.expect.Recipe.Tables {
		if t.Fate != clone.FateEmptied {
			continue
		}
		n, err := value[int64](ctx, v.session, "SELECT count(*) FROM main."+quote(t.Table))
		if err != nil {
			return err
		}
		if want := v.expect.Made[t.Table]; n != want {
			v.verdict.Differs("table %s has %d rows, not %d", t.Table, n, want)
		}
		if t.Role == profile.Emptied {
			v.verdict.Fact("table %s is empty", t.Table)
		}
	}
	return nil
}

// pragmaChecks lets SQLite look at pages, indexes, constraints and references.
func (v *verifying) pragmaChecks(ctx context.Context) error {
	lines, err := v.column(ctx, "PRAGMA main.integrity_check")
	if err != nil {
		return err
	}
	if !slices.Equal(lines, []string{"ok"}) {
		v.verdict.Differs("integrity check: %s", strings.Join(lines, ", "))
	}
	broken, err := v.dangling(ctx, "main")
	if err != nil {
		return err
	}
	// What leads nowhere in the source too is the source's business.
	was, err := v.dangling(ctx, "src")
	if err != nil {
		return err
	}
	for _, b := range without(broken, was) {
		v.verdict.Differs("references from %s lead nowhere", b)
	}
	v.verdict.Fact("pages, indexes, constraints and references are sound")
	return nil
}

// dangling returns which tables of a schema have references to which that lead
// nowhere.
func (v *verifying) dangling(ctx context.Context, schema string) ([]string, error) {
	rows, err := v.QueryContext(ctx, "PRAGMA "+quote(schema)+".foreign_key_check")
	if err != nil {
		return nil, wrap("check references", v.path, err)
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var table, parent string
		var row, key sql.NullInt64
		if err := rows.Scan(&table, &row, &parent, &key); err != nil {
			return nil, wrap("check references", v.path, err)
		}
		if pair := table + " to " + parent; !slices.Contains(found, pair) {
			found = append(found, pair)
		}
	}
	return found, wrap("check references", v.path, rows.Err())
}

// sequencesGoOn looks whether the next number of every table is a new one.
func (v *verifying) sequencesGoOn(ctx context.Context) error {
	n, err := value[int](ctx, v.session, "SELECT count(*) FROM main.sqlite_schema WHERE name = 'sqlite_sequence'")
	if err != nil || n == 0 {
		return err
	}
	names, err := v.column(ctx, "SELECT name FROM main.sqlite_sequence ORDER BY name")
	if err != nil {
		return err
	}
	for _, name := range names {
		query := fmt.Sprintf(`SELECT COALESCE(max(rowid), 0) > (SELECT seq FROM main.sqlite_sequence WHERE name = ?)
			FROM main.%s`, quote(name))
		behind, err := value[bool](ctx, v.session, query, name)
		if err != nil {
			return err
		}
		if behind {
			v.verdict.Differs("the sequence of table %s is behind its rows", name)
		}
	}
	v.verdict.Fact("%d sequences go on", len(names))
	return nil
}

func (v *verifying) outcome(table string) (clone.Outcome, bool) {
	for _, t := range v.expect.Recipe.Tables {
		if t.Table == table {
			return t, true
		}
	}
	return clone.Outcome{}, false
}
