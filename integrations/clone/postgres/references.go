package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

// referencesLead looks whether references from and to tables that tasks filled
// lead somewhere: those rows came without being looked at.
func (v *verifying) referencesLead(ctx context.Context) error {
	all, err := v.fresh.references(ctx)
	if err != nil {
		return err
	}
	var looked int
	for _, r := range all {
		if v.untouched(r.from()) && v.untouched(r.to()) {
			continue // the server looked when it made the constraint
		}
		looked++
		dangling, err := value[bool](ctx, v.fresh, r.dangling())
		if err != nil {
			return err
		}
		if dangling {
			v.verdict.Differs("references from %s to %s lead nowhere (%s)", r.from(), r.to(), r.Name)
		}
	}
	v.verdict.Fact("%d references to and from rows of other origin lead somewhere", looked)
	return nil
}

// untouched reports whether no task puts rows into a table after the copy.
func (v *verifying) untouched(r relation) bool {
	o, ok := v.outcome(r.String())
	return !ok || o.Fate == clone.FateCopied || o.Fate == clone.FateMasked
}

// A reference is a reference as the server has it.
type reference struct {
	Name                   string
	FromSchema, From       string
	ToSchema, To           string
	FromColumns, ToColumns []string
	Operators              []string
}

func (r reference) from() relation { return relation{r.FromSchema, r.From} }
func (r reference) to() relation   { return relation{r.ToSchema, r.To} }

// references returns the foreign keys of a database, those of partitioned tables
// once.
func (s *session) references(ctx context.Context) ([]reference, error) {
	const columns = `ARRAY (SELECT a.attname::text FROM unnest(o.%s) WITH ORDINALITY k (num, pos)
		JOIN pg_attribute a ON a.attrelid = o.%s AND a.attnum = k.num ORDER BY k.pos)`
	return list(ctx, s, pgx.RowToStructByPos[reference], fmt.Sprintf(`SELECT o.conname::text, n.nspname::text, c.relname::text,
			tn.nspname::text, tc.relname::text, %s, %s,
			ARRAY (SELECT format('OPERATOR(%%I.%%s)', pn.nspname, p.oprname) FROM unnest(o.conpfeqop) WITH ORDINALITY k (id, pos)
				JOIN pg_operator p ON p.oid = k.id JOIN pg_namespace pn ON pn.oid = p.oprnamespace ORDER BY k.pos)
		FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_class tc ON tc.oid = o.confrelid JOIN pg_namespace tn ON tn.oid = tc.relnamespace
		WHERE o.contype = 'f' AND o.conparentid = 0 AND %s ORDER BY 2, 3, 1`,
		fmt.Sprintf(columns, "conkey", "conrelid"), fmt.Sprintf(columns, "confkey", "confrelid"), ours))
}

// dangling returns the query whether a row refers to one that is not there.
func (r reference) dangling() string {
	var given, equal []string
	for i, c := range r.FromColumns {
		given = append(given, fmt.Sprintf("f.%s IS NOT NULL", quote(c)))
		equal = append(equal, fmt.Sprintf("t.%s %s f.%s", quote(r.ToColumns[i]), r.Operators[i], quote(c)))
	}
	return fmt.Sprintf("SELECT EXISTS (SELECT FROM %s f WHERE %s AND NOT EXISTS (SELECT FROM %s t WHERE %s))",
		r.from().sql(), strings.Join(given, " AND "), r.to().sql(), strings.Join(equal, " AND "))
}
