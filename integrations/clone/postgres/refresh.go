package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// refreshViews fills the materialised views anew that show what is in some
// tables, those first that others show. One that is empty in the source stays so.
func (s *session) refreshViews(ctx context.Context, tables []table) error {
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.sql()
	}
	views, err := list(ctx, s, toView, showing, names)
	if err != nil {
		return err
	}
	for _, v := range views {
		if err := s.exec(ctx, "REFRESH MATERIALIZED VIEW "+v.sql()); err != nil {
			return err
		}
	}
	return nil
}

func toView(row pgx.CollectableRow) (r relation, err error) {
	err = row.Scan(&r.schema, &r.name)
	return r, err
}

// showing is the query for the materialised views that show tables, through other
// views or not. A view depends on what it shows by its rule. No chain of views is
// longer than the bound; without it, none that leads back to itself would end.
const showing = `WITH RECURSIVE shown AS (
		SELECT name::regclass::oid AS id, 0 AS depth FROM unnest($1::text[]) AS name
	UNION
		SELECT r.ev_class, s.depth + 1 FROM shown s
		JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = s.id AND d.classid = 'pg_rewrite'::regclass
		JOIN pg_rewrite r ON r.oid = d.objid WHERE r.ev_class <> s.id AND s.depth < 32)
	SELECT n.nspname::text, c.relname::text FROM shown s
	JOIN pg_class c ON c.oid = s.id JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE c.relkind = 'm' AND c.relispopulated GROUP BY n.nspname, c.relname ORDER BY max(s.depth), 1, 2`
