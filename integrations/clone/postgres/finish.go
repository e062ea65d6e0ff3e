package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// finish makes what has to wait for more than one table.
func (c *copying) finish(ctx context.Context, source, fresh *session, workers []*worker) error {
	if err := fresh.perform(ctx, c.after.middle); err != nil {
		return err
	}
	if err := run(ctx, workers, c.references()); err != nil {
		return err
	}
	if err := c.sequences(ctx, source, fresh); err != nil {
		return err
	}
	if err := c.views(ctx, source, fresh); err != nil {
		return err
	}
	if err := c.grants(ctx, fresh); err != nil {
		return err
	}
	return fresh.perform(ctx, c.after.last)
}

// references are the jobs of making the foreign keys that are left, and of looking
// at partitioned tables as a whole.
func (c *copying) references() []job {
	var jobs []job
	for _, l := range c.after.references {
		jobs = append(jobs, c.reference(l))
	}
	for _, t := range c.tables {
		if t.abroad || len(t.parts) == 1 && t.parts[0].relation == t.relation {
			continue
		}
		jobs = append(jobs, job{holds: []relation{t.relation}, do: func(ctx context.Context, w *worker) ([]job, error) {
			return nil, w.fresh.exec(ctx, "ANALYZE "+t.sql())
		}})
	}
	return jobs
}

// views fills the materialised views that are filled in the source, each with the
// rows that its owner may see. One may read others, which have to be filled
// before; which, the server says.
func (c *copying) views(ctx context.Context, source, fresh *session) error {
	left, err := list(ctx, source, toRelation, `SELECT n.nspname::text, c.relname::text
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind = 'm' AND c.relispopulated AND `+ours+` ORDER BY c.oid`)
	if err != nil {
		return err
	}
	if err := fresh.exec(ctx, "SET row_security = on"); err != nil {
		return err
	}
	for len(left) > 0 {
		var later []relation
		for _, v := range left {
			err = fresh.exec(ctx, "REFRESH MATERIALIZED VIEW "+v.sql())
			if stateOf(err) == notInState {
				later = append(later, v)
			} else if err != nil {
				return err
			}
		}
		if len(later) == len(left) {
			return err
		}
		left = later
	}
	return nil
}

// toPair reads a row of two texts.
func toPair(r pgx.CollectableRow) (v [2]string, err error) {
	err = r.Scan(&v[0], &v[1])
	return v, err
}

// toRelation reads a row of a schema and a name.
func toRelation(r pgx.CollectableRow) (v relation, err error) {
	err = r.Scan(&v.schema, &v.name)
	return v, err
}

// grants lets those use a table or a schema of the new database who may use the
// one of that name in the target.
func (c *copying) grants(ctx context.Context, fresh *session) error {
	target, err := c.driver.openTarget(ctx, c.place, opening{readOnly: true})
	if err != nil {
		return err
	}
	defer target.close()
	given, err := list(ctx, target, toPair, grantsQuery)
	if err != nil {
		return err
	}
	there, err := fresh.column(ctx, "SELECT DISTINCT what FROM ("+grantable+") g")
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, what := range there {
		known[what] = true
	}
	var statements []string
	for _, g := range given {
		if known[g[0]] {
			statements = append(statements, g[1])
		}
	}
	return fresh.exec(ctx, strings.Join(statements, ";\n"))
}

// grantable yields what somebody can be let use, with its owner, its grants and
// its number; of a column the table's, and which it is of its columns.
const grantable = `SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || format('%I.%I', n.nspname, c.relname) AS what,
		c.relowner AS owner, c.relacl AS acl, c.oid AS id, 0 AS number
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND ` + ours + `
	UNION ALL SELECT format('COLUMN %I.%I.%I', n.nspname, c.relname, a.attname), c.relowner, a.attacl, c.oid, a.attnum
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
	WHERE a.attnum > 0 AND NOT a.attisdropped AND ` + ours + `
	UNION ALL SELECT 'SCHEMA ' || quote_ident(nspname), nspowner, nspacl, n.oid, 0 FROM pg_namespace n WHERE ` + clients + `
	UNION ALL SELECT 'ROUTINE ' || p.oid::regprocedure, p.proowner, p.proacl, p.oid, 0
	FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ` + clients + `
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
	UNION ALL SELECT format('TYPE %I.%I', n.nspname, t.typname), t.typowner, t.typacl, t.oid, 0
	FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r') AND ` + clients + `
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')`

// grantsQuery yields the statements by which somebody was let use something.
const grantsQuery = `SELECT what, format('GRANT %s ON %s TO %s%s',
		CASE WHEN number > 0 THEN format('%s (%I)', a.privilege_type, attname) ELSE a.privilege_type END,
		CASE WHEN number > 0 THEN 'TABLE ' || id::regclass ELSE what END,
		CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
		CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
	FROM (` + grantable + `) g LEFT JOIN pg_attribute c ON (c.attrelid, c.attnum) = (g.id, g.number) AND g.number > 0,
		aclexplode(g.acl) a
	WHERE a.grantee <> g.owner`

// majorOf returns the major version of a session's server.
func majorOf(s *session) int {
	major := 0
	// Anything but digits is the end of it: "15.18 (Debian 15.18-0)", "17beta1".
	_, _ = fmt.Sscanf(s.PgConn().ParameterStatus("server_version"), "%d", &major)
	return major
}

// sameSpaces reports whether the target's server has every tablespace that the
// source uses.
func sameSpaces(ctx context.Context, source, admin *session) (bool, error) {
	used, err := source.column(ctx, `SELECT DISTINCT spcname::text FROM pg_class c JOIN pg_tablespace t ON t.oid = c.reltablespace
		WHERE spcname <> 'pg_global'`)
	if err != nil {
		return false, err
	}
	there, err := admin.column(ctx, "SELECT spcname::text FROM pg_tablespace")
	return len(without(used, there)) == 0, err
}
