package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A grant is what somebody may do with a table, one of its columns, a sequence, a
// function, a type or a schema.
type grant struct {
	What      string // "TABLE public.company"
	Privilege string // "SELECT", or "SELECT WITH GRANT OPTION"
	Who       string // "public" is everybody
	Default   bool   // since nobody has said anything else
}

// grantsHold looks whether everybody may do what they may do in the source, as
// far as the target's server knows them, and what they were let do in the target; and
// no more than in either. By whose grant does not count.
func (v *verifying) grantsHold(ctx context.Context) error {
	target, err := v.driver.openTarget(ctx, v.place, opening{readOnly: true})
	if err != nil {
		return err
	}
	defer target.close()
	of, err := v.source.granted(ctx)
	if err != nil {
		return err
	}
	held, err := target.granted(ctx)
	if err != nil {
		return err
	}
	is, err := v.fresh.granted(ctx)
	if err != nil {
		return err
	}
	of = v.roles.grants(of)
	let := map[grant]bool{}
	for _, g := range slices.Concat(of, held) {
		let[g.plain()] = true
		g.Privilege = strings.TrimSuffix(g.Privilege, onwards)
		let[g.plain()] = true
	}
	for _, g := range is {
		if !let[g.plain()] {
			v.verdict.Differs("nobody lets do in the source or the target: %s on %s for %s", g.Privilege, g.What, g.Who)
		}
	}
	said := slices.DeleteFunc(held, func(g grant) bool { return g.Default })
	wanted := append(of, said...)
	lost, err := v.fresh.lacking(ctx, wanted)
	for _, line := range lost {
		v.verdict.Differs("lost in the new database: %s", line)
	}
	v.verdict.Fact("%d grants of the source's and the target's hold", len(wanted)-len(lost))
	return err
}

// plain returns the grant, wherever it comes from.
func (g grant) plain() grant {
	g.Default = false
	return g
}

// grants returns those of the source's grants that are made in the copy, each for whom
// it is made there.
func (r *roles) grants(of []grant) (made []grant) {
	for _, g := range of {
		same := true
		if g.Who != everybody {
			g.Who, same = r.holder(g.Who)
		}
		if same {
			made = append(made, g)
		}
	}
	return made
}

// granted returns the grants in a database.
func (s *session) granted(ctx context.Context) ([]grant, error) {
	return list(ctx, s, pgx.RowToStructByPos[grant], givenQuery)
}

// everybody is what the functions that look at privileges call PUBLIC, and onwards what
// they add to one that its holder may give to others.
const (
	everybody = "public"
	onwards   = " WITH GRANT OPTION"
)

// givenQuery yields the grants in a database, but for owners'. Of functions and types
// everybody has one by default.
var givenQuery = fmt.Sprintf(`SELECT what, a.privilege_type || CASE WHEN a.is_grantable THEN '%s' ELSE '' END,
		CASE a.grantee WHEN 0 THEN '%s' ELSE pg_get_userbyid(a.grantee)::text END, g.acl IS NULL
	FROM (%s) g, aclexplode(COALESCE(g.acl, CASE split_part(what, ' ', 1)
		WHEN 'ROUTINE' THEN acldefault('f', g.owner) WHEN 'TYPE' THEN acldefault('T', g.owner) END)) a
	WHERE a.grantee <> g.owner`, onwards, everybody, grantable)

// lacking returns those of the grants that nobody has. What is not there at all
// is not for this to say.
func (s *session) lacking(ctx context.Context, all []grant) ([]string, error) {
	var what, privilege, who []string
	for _, g := range all {
		what, privilege, who = append(what, g.What), append(privilege, g.Privilege), append(who, g.Who)
	}
	return s.column(ctx, `SELECT DISTINCT format('%s on %s for %s', w.privilege, w.what, w.who)
		FROM unnest($1::text[], $2::text[], $3::text[]) AS w (what, privilege, who) JOIN (`+grantable+`) g USING (what)
		WHERE NOT CASE split_part(w.what, ' ', 1)
			WHEN 'SCHEMA' THEN has_schema_privilege(w.who, g.id, w.privilege)
			WHEN 'SEQUENCE' THEN has_sequence_privilege(w.who, g.id, w.privilege)
			WHEN 'ROUTINE' THEN has_function_privilege(w.who, g.id, w.privilege)
			WHEN 'TYPE' THEN has_type_privilege(w.who, g.id, w.privilege)
			WHEN 'COLUMN' THEN has_column_privilege(w.who, g.id, g.number::smallint, w.privilege)
			ELSE has_table_privilege(w.who, g.id, w.privilege) END`, what, privilege, who)
}

// ownersAre looks whether what belonged to somebody in the source belongs to whom it has
// to in the copy; see roles. The schema that every database has from its making belongs
// to another in some versions.
func (v *verifying) ownersAre(ctx context.Context) error {
	is, err := v.fresh.owners(ctx)
	if err != nil {
		return err
	}
	of, err := v.source.owners(ctx)
	if err != nil {
		return err
	}
	for _, what := range slices.Sorted(maps.Keys(of)) {
		want, _ := v.roles.holder(of[what])
		if has, there := is[what]; there && has != want && (v.alike || what != "SCHEMA public") {
			v.verdict.Differs("%s belongs to %s, not to %s", what, has, want)
		}
	}
	return nil
}

// owners returns whose everything is.
func (s *session) owners(ctx context.Context) (map[string]string, error) {
	all, err := list(ctx, s, toPair, "SELECT what, pg_get_userbyid(owner)::text FROM ("+grantable+") g WHERE number = 0")
	of := map[string]string{}
	for _, pair := range all {
		of[pair[0]] = pair[1]
	}
	return of, err
}
