package postgres

import (
	"context"
	"fmt"
	"slices"
)

// inventory returns what a schema consists of, a line each, sorted. Between
// servers of one version the lines have definitions in them; of another version's
// only names and kinds can be compared, since servers write definitions each in
// its own words.
//
// What is left out is left out of a copy on purpose: what belongs to the engine,
// to an extension or to the system, and what leads out of the copy into the world.
func (s *session) inventory(ctx context.Context, definitions bool) ([]string, error) {
	lines, err := s.column(ctx, inventoryQuery, definitions)
	slices.Sort(lines)
	return lines, err
}

// version returns the major version of a server, such as 15.
func (s *session) version(ctx context.Context) (int, error) {
	return value[int](ctx, s, "SELECT current_setting('server_version_num')::int / 10000")
}

// inventoryQuery reads the catalogues. $1 says whether definitions are wanted.
var inventoryQuery = fmt.Sprintf(`WITH
	relation AS (SELECT c.*, format('%%I.%%I', n.nspname, c.relname) AS label
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE %s),
	own AS (SELECT n.oid, n.nspname FROM pg_namespace n
		WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'kept')),
	member AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e')
SELECT format('column %%s.%%I %%s%%s%%s%%s', r.label, a.attname, format_type(a.atttypid, a.atttypmod),
		CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
		CASE WHEN a.attidentity <> '' THEN ' identity ' || a.attidentity::text ELSE '' END,
		CASE WHEN $1 THEN ' ' || a.attgenerated::text || COALESCE(pg_get_expr(d.adbin, d.adrelid), '') ELSE '' END)
	FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
	WHERE r.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT format('relation %%s %%s %%s', r.label, r.relkind,
		CASE WHEN r.relkind = 'm' THEN r.relispopulated::text ELSE '' END)
	FROM relation r WHERE r.relkind NOT IN ('i', 'I', 't')
UNION ALL SELECT format('constraint %%I on %%s %%s%%s', o.conname, r.label, o.contype,
		CASE WHEN $1 THEN ' ' || pg_get_constraintdef(o.oid) ELSE '' END)
	FROM pg_constraint o JOIN relation r ON r.oid = o.conrelid WHERE o.contype <> 'n'
UNION ALL SELECT format('index %%s%%s%%s', r.label, CASE WHEN i.indisunique THEN ' unique' ELSE '' END,
		CASE WHEN $1 THEN ' ' || pg_get_indexdef(r.oid) ELSE '' END)
	FROM pg_index i JOIN relation r ON r.oid = i.indexrelid
UNION ALL SELECT format('trigger %%I on %%s %%s%%s', t.tgname, r.label, t.tgenabled,
		CASE WHEN $1 THEN ' ' || pg_get_triggerdef(t.oid) ELSE '' END)
	FROM pg_trigger t JOIN relation r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL SELECT format('view %%s %%s', r.label, md5(pg_get_viewdef(r.oid)))
	FROM relation r WHERE r.relkind IN ('v', 'm') AND $1
UNION ALL SELECT format('rule %%I on %%s', u.rulename, r.label)
	FROM pg_rewrite u JOIN relation r ON r.oid = u.ev_class WHERE u.rulename <> '_RETURN'
UNION ALL SELECT format('policy %%I on %%s %%s', p.polname, r.label, p.polcmd)
	FROM pg_policy p JOIN relation r ON r.oid = p.polrelid
UNION ALL SELECT format('function %%I.%%I(%%s) %%s', o.nspname, f.proname, pg_get_function_identity_arguments(f.oid),
		md5(COALESCE(f.prosrc, '')))
	FROM pg_proc f JOIN own o ON o.oid = f.pronamespace
	WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = f.oid)
UNION ALL SELECT format('type %%I.%%I %%s %%s', o.nspname, t.typname, t.typtype,
		(SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
	FROM pg_type t JOIN own o ON o.oid = t.typnamespace
	WHERE t.typtype IN ('e', 'd', 'r') AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
UNION ALL SELECT format('extension %%I', extname) FROM pg_extension`, ours)
