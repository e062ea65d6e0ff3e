package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
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

// firstOwn is the first number of what is made after a database is (FirstNormalObjectId
// in PostgreSQL's source).
const firstOwn = 16384

// catalogues of what is told by its name alone.
var catalogues = []string{
	"pg_cast", "pg_collation", "pg_conversion", "pg_event_trigger", "pg_foreign_data_wrapper", "pg_foreign_server", "pg_language",
	"pg_opclass", "pg_operator", "pg_opfamily", "pg_publication", "pg_statistic_ext", "pg_transform",
	"pg_ts_config", "pg_ts_dict", "pg_ts_parser", "pg_ts_template",
}

// byName returns the query for what is in them.
func byName() string {
	var all []string
	for _, c := range catalogues {
		all = append(all, fmt.Sprintf("SELECT '%s'::regclass, oid FROM %[1]s", c))
	}
	return strings.Join(all, " UNION ALL ")
}

// inventoryQuery reads the catalogues. $1 says whether definitions are wanted.
var inventoryQuery = fmt.Sprintf(`WITH
	relation AS (SELECT c.*, format('%%I.%%I', n.nspname, c.relname) AS label
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE %[1]s),
	own AS (SELECT n.oid, n.nspname FROM pg_namespace n WHERE %[2]s),
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
UNION ALL SELECT format('settings of %%s %%s %%s', r.label, concat_ws(',', r.relpersistence, 'identity ' || r.relreplident::text,
		CASE WHEN r.relrowsecurity THEN 'row security' END, CASE WHEN r.relforcerowsecurity THEN 'forced' END), r.reloptions)
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
UNION ALL SELECT format('policy %%I on %%s %%s %%s%%s', p.polname, r.label, p.polcmd,
		CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END, CASE WHEN $1 THEN concat_ws(',',
			' using ' || pg_get_expr(p.polqual, p.polrelid), ' check ' || pg_get_expr(p.polwithcheck, p.polrelid)) ELSE '' END)
	FROM pg_policy p JOIN relation r ON r.oid = p.polrelid
UNION ALL SELECT format('sequence %%s %%s from %%s by %%s in %%s to %%s, %%s at a time%%s', r.label, format_type(q.seqtypid, NULL),
		q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, CASE WHEN q.seqcycle THEN ', in a circle' ELSE '' END)
	FROM pg_sequence q JOIN relation r ON r.oid = q.seqrelid
UNION ALL SELECT format('function %%I.%%I(%%s) %%s %%s', o.nspname, f.proname, pg_get_function_identity_arguments(f.oid),
		md5(COALESCE(f.prosrc, '')), CASE WHEN $1 AND f.prokind <> 'a' THEN md5(pg_get_functiondef(f.oid)) ELSE '' END)
	FROM pg_proc f JOIN own o ON o.oid = f.pronamespace
	WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = f.oid)
UNION ALL SELECT format('type %%I.%%I %%s %%s', o.nspname, t.typname, t.typtype,
		(SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
	FROM pg_type t JOIN own o ON o.oid = t.typnamespace
	WHERE t.typtype IN ('e', 'd', 'r') AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
UNION ALL SELECT format('domain %%I.%%I %%s %%s %%s', o.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
		CASE WHEN t.typnotnull THEN 'not null' ELSE '' END, t.typdefault)
	FROM pg_type t JOIN own o ON o.oid = t.typnamespace
	WHERE t.typtype = 'd' AND $1 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
UNION ALL SELECT format('constraint %%I on domain %%I.%%I%%s', c.conname, o.nspname, t.typname,
		CASE WHEN $1 THEN ' ' || pg_get_constraintdef(c.oid) ELSE '' END)
	FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid JOIN own o ON o.oid = t.typnamespace
	WHERE c.contype <> 'n' AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
UNION ALL SELECT format('extension %%I', extname) FROM pg_extension
UNION ALL SELECT format('%%s %%s', i.type, i.identity)
	FROM (%[3]s) x (class, oid), pg_identify_object(x.class, x.oid, 0) i
	WHERE x.oid >= %[4]d AND NOT EXISTS (SELECT FROM member m WHERE m.classid = x.class AND m.objid = x.oid)
UNION ALL SELECT format('comment on %%s %%s %%s', i.type, i.identity, md5(d.description))
	FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
	WHERE (d.objoid >= %[4]d OR d.classoid = 'pg_namespace'::regclass AND i.identity = 'public')
		AND d.classoid NOT IN ('pg_largeobject'::regclass, 'pg_extension'::regclass, 'pg_subscription'::regclass)
		AND COALESCE(i.schema, '') !~ '^(kept$|pg_)' AND (i.type, i.identity) <> ('schema', 'kept')
		AND NOT EXISTS (SELECT FROM member m WHERE (m.classid, m.objid) = (d.classoid, d.objoid))`,
	ours, clients, byName(), firstOwn)
