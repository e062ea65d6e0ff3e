package postgres

import (
	"context"
	"regexp"
	"strings"
)

// roles says who is who on the target's server. What belongs to the owner of the
// source belongs in the copy to the owner of the target; so does what belongs to
// somebody whom that server does not know. Grants for strangers are left out.
type roles struct {
	known          map[string]bool // on the target's server
	source, target string          // who own the databases
}

// readRoles reads who is who.
func readRoles(ctx context.Context, source, admin *session, p place) (*roles, error) {
	names, err := admin.column(ctx, "SELECT rolname::text FROM pg_roles")
	if err != nil {
		return nil, err
	}
	r := &roles{known: map[string]bool{}}
	for _, n := range names {
		r.known[n] = true
	}
	const owner = "SELECT rolname::text, rolsuper FROM pg_database d JOIN pg_roles r ON r.oid = datdba WHERE datname = $1"
	var name string
	var super bool
	if err := source.QueryRow(ctx, owner, p.source.config.Database).Scan(&name, &super); err != nil {
		return nil, wrap("look for owner", source.name, err)
	}
	r.source = name
	if err := admin.QueryRow(ctx, owner, p.target.config.Database).Scan(&name, &super); err != nil {
		return nil, wrap("look for owner", admin.name, err)
	}
	r.target = name
	if super && r.known[r.source] {
		r.source = r.target // nothing becomes a superuser's by being copied
	}
	return r, nil
}

// role returns who has a role in the copy, as it is written in a statement, and
// whether that is the same person.
func (r *roles) role(written string) (string, bool) {
	name := written
	if strings.HasPrefix(written, `"`) {
		name, _ = firstPart(written)
	}
	if written == "PUBLIC" {
		return written, true
	}
	holder, same := r.holder(name)
	if holder == name {
		return written, same
	}
	return quote(holder), same
}

// holder returns who has a role in the copy, and whether that is the same person.
func (r *roles) holder(name string) (string, bool) {
	switch {
	case name == r.source:
		return r.target, true
	case r.known[name]:
		return name, true
	}
	return r.target, false
}

// A role as pg_dump writes it, and the statements in which it writes one.
const roleName = `("(?:[^"]|"")+"|[a-z_][a-z0-9_]*|PUBLIC)`

var (
	owning   = regexp.MustCompile(`(?s)^(ALTER .* OWNER TO )` + roleName + `$`)
	granting = regexp.MustCompile(`(?s)^((?:GRANT|REVOKE) .* (?:TO|FROM) )` + roleName + `((?: WITH GRANT OPTION)?(?: CASCADE)?)$`)
	defaults = regexp.MustCompile(`(?s)^(ALTER DEFAULT PRIVILEGES FOR ROLE )` + roleName +
		`( .* (?:TO|FROM) )` + roleName + `((?: WITH GRANT OPTION)?)$`)
	becoming = regexp.MustCompile(`(?s)^(SET SESSION AUTHORIZATION )` + roleName + `$`)
	policies = regexp.MustCompile(`(?s)^(CREATE POLICY .*? TO )(` + roleName + `(?:, ` + roleName + `)*)((?: USING | WITH CHECK ).*)?$`)
)

var oneRole = regexp.MustCompile(roleName)

// translate returns the statements of a script with the roles of the target's
// server.
func (r *roles) translate(statements []string) []string {
	var all []string
	stranger := false // somebody has become one whom the server does not know
	for _, s := range statements {
		if m := becoming.FindStringSubmatch(s); m != nil {
			role, same := r.role(m[2])
			stranger = !same
			s = m[1] + role
		}
		if s = r.statement(s); s != "" && !stranger {
			all = append(all, s)
		}
		if s == "RESET SESSION AUTHORIZATION" {
			stranger = false
		}
	}
	return all
}

// statement returns a statement with other roles, or "" where it is for
// strangers. Addresses and passwords of other servers are never copied: what is
// behind them is not a copy.
func (r *roles) statement(s string) string {
	switch {
	case strings.HasPrefix(s, "CREATE USER MAPPING "):
		return ""
	case strings.HasPrefix(s, "ALTER DEFAULT PRIVILEGES "):
		return r.defaults(s)
	case strings.HasPrefix(s, "ALTER "):
		if m := owning.FindStringSubmatch(s); m != nil {
			role, _ := r.role(m[2])
			return m[1] + role
		}
	case strings.HasPrefix(s, "GRANT "), strings.HasPrefix(s, "REVOKE "):
		return r.grant(s)
	case strings.HasPrefix(s, "CREATE POLICY "):
		return r.policy(s)
	}
	return s
}

func (r *roles) grant(s string) string {
	m := granting.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	role, same := r.role(m[2])
	if !same {
		return ""
	}
	return m[1] + role + m[3]
}

func (r *roles) defaults(s string) string {
	m := defaults.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	by, same1 := r.role(m[2])
	to, same2 := r.role(m[4])
	if !same1 || !same2 {
		return ""
	}
	return m[1] + by + m[3] + to + m[5]
}

// policy lets a policy be for those who are known. One for strangers alone is for
// nobody, which is the owner of the copy: a policy for all would open the table.
func (r *roles) policy(s string) string {
	m := policies.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	var names []string
	for _, name := range oneRole.FindAllString(m[2], -1) {
		if role, same := r.role(name); same {
			names = append(names, role)
		}
	}
	if len(names) == 0 {
		names = []string{quote(r.target)}
	}
	return m[1] + strings.Join(names, ", ") + m[len(m)-1]
}
