package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
)

// oldest is the first version that can drop a database in which somebody is.
const oldest = 13

// admit refuses what can't be a source or a target. What should be otherwise but
// stops nothing it returns as notes.
func admit(ctx context.Context, source, target *session) ([]string, error) {
	is, err := source.find(ctx, source.name)
	if err != nil {
		return nil, err
	}
	over, err := target.find(ctx, target.name)
	if err != nil {
		return nil, err
	}
	if is.Known == over.Known {
		return nil, refuse("source %s and target %s are the same database", source.name, target.name)
	}
	if err := admitVersions(ctx, source, target); err != nil {
		return nil, err
	}
	if err := admitSource(ctx, source); err != nil {
		return nil, err
	}
	if err := admitTarget(ctx, target, over.Owner); err != nil {
		return nil, err
	}
	if err := admitExtensions(ctx, source, target); err != nil {
		return nil, err
	}
	return notes(ctx, source)
}

func refuse(format string, args ...any) error {
	return bot.Errorf(bot.Denied, "postgres: survey", format, args...)
}

// admitVersions looks whether the schema of the one can be read into the other.
func admitVersions(ctx context.Context, source, target *session) error {
	from, to := majorOf(source), majorOf(target)
	if from < oldest || to < oldest {
		return refuse("source %s is on PostgreSQL %d and target %s on %d: %d is the first that will do",
			source.name, from, target.name, to, oldest)
	}
	if to < from {
		return refuse("source %s is on PostgreSQL %d, and target %s on the older %d", source.name, from, target.name, to)
	}
	_, err := findDump(ctx, from)
	return err
}

// admitSource looks whether every row of the source can be read.
func admitSource(ctx context.Context, source *session) error {
	unreadable, err := source.column(ctx, `SELECT format('%I.%I', n.nspname, c.relname)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'S') AND `+ours+` AND (NOT has_schema_privilege(n.oid, 'USAGE')
			OR NOT CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, 'SELECT') ELSE has_table_privilege(c.oid, 'SELECT') END)
		ORDER BY 1 LIMIT 3`)
	if err != nil {
		return err
	}
	if len(unreadable) > 0 {
		return refuse("%s may not read %s of source %s: let it have pg_read_all_data",
			source.user(), strings.Join(unreadable, ", "), source.name)
	}
	if err := admitRows(ctx, source); err != nil {
		return err
	}
	taken, err := value[bool](ctx, source, "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)", keptSchema)
	if err == nil && taken {
		err = refuse("source %s has a schema %s, which the engine needs for itself", source.name, keptSchema)
	}
	return err
}

// admitRows looks whether row security hides any row of the source.
func admitRows(ctx context.Context, source *session) error {
	hidden, err := source.column(ctx, `SELECT format('%I.%I', n.nspname, c.relname)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND `+ours+` AND c.relrowsecurity
			AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
			AND (c.relforcerowsecurity OR NOT pg_has_role(c.relowner, 'USAGE')) ORDER BY 1 LIMIT 3`)
	if err != nil {
		return err
	}
	if len(hidden) > 0 {
		return refuse("row security hides rows of %s of source %s from %s: let it have BYPASSRLS",
			strings.Join(hidden, ", "), source.name, source.user())
	}
	return nil
}

// admitTarget looks whether a database can be made beside the target and take its
// place.
func admitTarget(ctx context.Context, target *session, owner string) error {
	var super, creates, owns bool
	err := target.QueryRow(ctx, `SELECT rolsuper, rolcreatedb, pg_has_role(d.datdba, 'MEMBER')
		FROM pg_roles r, pg_database d WHERE rolname = current_user AND datname = current_database()`).Scan(&super, &creates, &owns)
	if err != nil {
		return wrap("look at rights", target.name, err)
	}
	switch {
	case super:
		return nil
	case !creates:
		return refuse("%s may not create databases beside target %s: let it have CREATEDB", target.user(), target.name)
	case !owns:
		return refuse("%s may not rename target %s: make it a member of %s, who owns it", target.user(), target.name, owner)
	}
	return nil
}

// admitExtensions looks whether the target's server has what the source uses.
func admitExtensions(ctx context.Context, source, target *session) error {
	used, err := source.column(ctx, "SELECT extname::text FROM pg_extension ORDER BY 1")
	if err != nil {
		return err
	}
	there, err := target.column(ctx, "SELECT name::text FROM pg_available_extensions")
	if err != nil {
		return err
	}
	if missing := without(used, there); len(missing) > 0 {
		return refuse("the server of target %s lacks extensions that source %s uses: %s",
			target.name, source.name, strings.Join(missing, ", "))
	}
	return nil
}

// notes says what should be otherwise.
func notes(ctx context.Context, source *session) ([]string, error) {
	writes, err := value[bool](ctx, source, `SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR EXISTS (
		SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind = 'r' AND `+ours+` AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))`)
	if err != nil || !writes {
		return nil, err
	}
	return []string{fmt.Sprintf("source %s is read as %s, who could write to it (the engine's sessions can't): "+
		"a role of its own with pg_read_all_data is safer", source.name, source.user())}, nil
}

// user returns as whom a session is.
func (s *session) user() string { return s.Config().User }
