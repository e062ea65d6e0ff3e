package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// A grant is what somebody may do with a table, a sequence or a schema.
type grant struct {
	What      string // "TABLE public.company"
	Privilege string // "SELECT", or "SELECT WITH GRANT OPTION"
	Who       string // "public" is everybody
}

// grantsHold looks whether everybody may do what they may do in the source, as
// far as the target's server knows them, and what they may do in the target. By
// whose grant does not count.
func (v *verifying) grantsHold(ctx context.Context) error {
	admin, err := v.driver.maintenance(ctx, v.place.target)
	if err != nil {
		return err
	}
	defer admin.close()
	who, err := readRoles(ctx, v.source, admin, v.place)
	if err != nil {
		return err
	}
	target, err := v.driver.openTarget(ctx, v.place, opening{readOnly: true})
	if err != nil {
		return err
	}
	defer target.close()
	var all []grant
	for _, s := range []*session{v.source, target} {
		given, err := list(ctx, s, pgx.RowToStructByPos[grant], givenQuery)
		if err != nil {
			return err
		}
		for _, g := range given {
			if g.Who == who.source {
				g.Who = who.target
			}
			if who.known[g.Who] || g.Who == everybody {
				all = append(all, g)
			}
		}
	}
	lost, err := v.fresh.lacking(ctx, all)
	for _, line := range lost {
		v.verdict.Differs("lost in the new database: %s", line)
	}
	v.verdict.Fact("%d grants of the source's and the target's hold", len(all)-len(lost))
	return err
}

// everybody is what the functions that look at privileges call PUBLIC.
const everybody = "public"

// givenQuery yields the grants in a database, but for owners'.
var givenQuery = fmt.Sprintf(`SELECT what, a.privilege_type || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END,
		CASE a.grantee WHEN 0 THEN '%s' ELSE pg_get_userbyid(a.grantee)::text END
	FROM (%s) g, aclexplode(g.acl) a WHERE a.grantee <> g.owner`, everybody, grantable)

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
			ELSE has_table_privilege(w.who, g.id, w.privilege) END`, what, privilege, who)
}
