package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
)

// Create implements clone.Builder.
func (d Driver) Create(ctx context.Context, s clone.Site) error {
	p, admin, err := d.administer(ctx, s)
	if err != nil {
		return err
	}
	defer admin.close()
	return d.create(ctx, admin, p)
}

// create makes the new database, with the encoding and the collation of the
// source: an index is sorted by them, and rows that are different under one can be
// the same under another.
func (d Driver) create(ctx context.Context, admin *session, p place) error {
	source, err := d.open(ctx, p.source, opening{readOnly: true})
	if err != nil {
		return err
	}
	defer source.close()
	shape, err := source.shape(ctx)
	if err != nil {
		return err
	}
	if err := d.clear(ctx, admin, p); err != nil {
		return err
	}
	space, err := value[string](ctx, admin, `SELECT t.spcname FROM pg_database d
		JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = $1`, p.target.config.Database)
	if err != nil {
		return err
	}
	if space != "pg_default" { // which nobody has to be let use
		shape += " TABLESPACE " + quote(space)
	}
	fresh := quote(p.fresh)
	if err := admin.exec(ctx, fmt.Sprintf("CREATE DATABASE %s TEMPLATE template0 %s", fresh, shape)); err != nil {
		return err
	}
	if err := admin.stamp(ctx, p.fresh, mark{Run: p.run, Stage: created, Target: p.target.config.Database}); err != nil {
		return err
	}
	return admin.exec(ctx, "REVOKE ALL ON DATABASE "+fresh+" FROM PUBLIC")
}

// shape returns the options with which a database is made like this one. Which
// there are depends on the version.
func (s *session) shape(ctx context.Context) (string, error) {
	const query = `SELECT pg_encoding_to_char(encoding)::text, datcollate::text, datctype::text,
		COALESCE(to_jsonb(d) ->> 'datlocprovider', 'c'),
		COALESCE(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', ''), COALESCE(to_jsonb(d) ->> 'daticurules', '')
		FROM pg_database d WHERE datname = current_database()`
	var encoding, collate, ctype, provider, locale, rules string
	err := s.QueryRow(ctx, query).Scan(&encoding, &collate, &ctype, &provider, &locale, &rules)
	if err != nil {
		return "", wrap("look at database", s.name, err)
	}
	shape := fmt.Sprintf("ENCODING %s LC_COLLATE %s LC_CTYPE %s", literal(encoding), literal(collate), literal(ctype))
	switch provider {
	case "i":
		shape += " LOCALE_PROVIDER icu ICU_LOCALE " + literal(locale)
	case "b":
		shape += " LOCALE_PROVIDER builtin BUILTIN_LOCALE " + literal(locale)
	}
	if rules != "" {
		shape += " ICU_RULES " + literal(rules)
	}
	return shape, nil
}

// clear removes the new database of this run, if there is one. A database of that
// name that is not this run's is left alone, unless it is what a kill between its
// making and its marking left: empty and without a comment.
func (d Driver) clear(ctx context.Context, admin *session, p place) error {
	is, err := admin.find(ctx, p.fresh)
	if bot.KindOf(err) == bot.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	m, marked := readMark(is.Comment)
	if marked && m.Run != p.run || !marked && is.Comment != "" {
		return bot.Errorf(bot.Denied, "postgres: create database", "there is a database %s that is not this run's", p.fresh)
	}
	if !marked {
		if err := d.mustBeEmpty(ctx, p); err != nil {
			return err
		}
	}
	return admin.drop(ctx, p.fresh)
}

func (d Driver) mustBeEmpty(ctx context.Context, p place) error {
	fresh, err := d.open(ctx, p.target, opening{database: p.fresh, readOnly: true})
	if err != nil {
		return err
	}
	defer fresh.close()
	tables, err := fresh.tables(ctx)
	if err == nil && len(tables) > 0 {
		err = bot.Errorf(bot.Denied, "postgres: create database", "there is a database %s that is not the engine's", p.fresh)
	}
	return err
}

// drop removes a database and whoever is in it, such as what is left on the
// server of an engine that was killed.
func (s *session) drop(ctx context.Context, name string) error {
	return s.exec(ctx, "DROP DATABASE IF EXISTS "+quote(name)+" WITH (FORCE)")
}

// Discard implements clone.Builder. After the swap there is no new database any
// more; what was kept aside then stands in the target. Before it, whoever was
// shut out of the target is let in again.
func (d Driver) Discard(ctx context.Context, s clone.Site) error {
	p, g, err := d.guard(ctx, s)
	if err != nil {
		return err
	}
	defer g.close()
	if err := g.open(ctx); err != nil {
		return err
	}
	if err := d.clear(ctx, g.session, p); err != nil {
		return err
	}
	return d.dropKept(ctx, p)
}

// dropKept removes what was kept aside from the target, where it came by the
// swap.
func (d Driver) dropKept(ctx context.Context, p place) error {
	// Neither a trigger of the client's for such statements nor one in the way of
	// a lock has a say in this.
	target, err := d.open(ctx, p.target, opening{})
	if err != nil {
		return err
	}
	defer target.close()
	comment, err := value[string](ctx, target,
		"SELECT COALESCE(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = $1", keptSchema)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if m, ok := readMark(comment); !ok || m.Run != p.run {
		return nil
	}
	return target.exec(ctx, "DROP SCHEMA "+quote(keptSchema)+" CASCADE")
}

// Adopt implements clone.Builder. Owner, grants and settings are those of the
// target as a database; those of the things in it come with the copy.
func (d Driver) Adopt(ctx context.Context, s clone.Site) error {
	p, admin, err := d.administer(ctx, s)
	if err != nil {
		return err
	}
	defer admin.close()
	return admin.adopt(ctx, p)
}

func (s *session) adopt(ctx context.Context, p place) error {
	target, err := s.find(ctx, p.target.config.Database)
	if err != nil {
		return err
	}
	fresh := quote(p.fresh)
	statements := []string{
		fmt.Sprintf("ALTER DATABASE %s OWNER TO %s", fresh, quote(target.Owner)),
		fmt.Sprintf("REVOKE ALL ON DATABASE %s FROM PUBLIC, %s", fresh, quote(target.Owner)),
	}
	for _, query := range []string{databaseGrants, databaseSettings, databaseLimit} {
		more, err := s.column(ctx, query, p.target.config.Database)
		if err != nil {
			return err
		}
		statements = append(statements, more...)
	}
	for i, statement := range statements {
		statements[i] = strings.ReplaceAll(statement, "$database$", fresh)
	}
	return s.exec(ctx, statements...)
}

// Queries for the statements that give a database what another has.
const (
	databaseGrants = `SELECT format('GRANT %s ON DATABASE $database$ TO %s%s', a.privilege_type,
			CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
			CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
		FROM pg_database d, aclexplode(COALESCE(d.datacl, acldefault('d', d.datdba))) a WHERE d.datname = $1`
	// What holds a list of names stands in the catalogue with the quotes that it needs.
	databaseSettings = `SELECT CASE s.setrole WHEN 0 THEN 'ALTER DATABASE $database$'
				ELSE format('ALTER ROLE %I IN DATABASE $database$', pg_get_userbyid(s.setrole)) END
			|| format(' SET %s TO ', split_part(c, '=', 1))
			|| CASE WHEN split_part(c, '=', 1) IN ('search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries')
				THEN substr(c, strpos(c, '=') + 1) ELSE quote_literal(substr(c, strpos(c, '=') + 1)) END
		FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c WHERE d.datname = $1`
	databaseLimit = `SELECT format('ALTER DATABASE $database$ CONNECTION LIMIT %s', datconnlimit)
		FROM pg_database WHERE datname = $1 AND datconnlimit <> -1`
)
