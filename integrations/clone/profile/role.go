package profile

import "slices"

// A Role is what a table is for.
type Role string

// The roles. A table without one is business data.
const (
	Business    Role = ""
	Flags       Role = "flags"
	Messaging   Role = "messaging"
	UserList    Role = "users"
	Logins      Role = "logins"
	SystemUsers Role = "system_users"
	Licence     Role = "licence"
	CompanyInfo Role = "company"
	AppGrants   Role = "apps"
	JobList     Role = "jobs"
	MailboxList Role = "mailboxes"
	PlanList    Role = "plans"
	GrantList   Role = "grants"
	Emptied     Role = "empty"
)

// Own reports whether the rows of tables of the role are always the target's
// own and the source's never land.
func (r Role) Own() bool {
	return slices.Contains([]Role{Flags, Messaging, Logins, SystemUsers, Licence, CompanyInfo, AppGrants}, r)
}

// Made reports whether the rows are made by the engine.
func (r Role) Made() bool {
	return slices.Contains([]Role{MailboxList, PlanList, GrantList}, r)
}

// A TableRole is a table with its role.
type TableRole struct {
	Table string
	Role  Role
}

// Roles returns every table that has a role, in the profile's order.
func (p *Profile) Roles() []TableRole {
	var roles []TableRole
	add := func(r Role, tables ...string) {
		for _, t := range tables {
			roles = append(roles, TableRole{t, r})
		}
	}
	add(Flags, p.Flags...)
	add(Messaging, p.Messaging...)
	add(UserList, p.userTables()...)
	add(Logins, p.Logins...)
	add(SystemUsers, p.SystemUsers...)
	add(Licence, p.Licence...)
	if p.Company != nil {
		add(CompanyInfo, p.Company.Table)
	}
	if p.Apps != nil {
		add(AppGrants, p.Apps.Table)
	}
	if p.Jobs != nil {
		add(JobList, p.Jobs.Table)
	}
	if p.Mailboxes != nil {
		add(MailboxList, p.Mailboxes.Table)
	}
	if p.Plans != nil {
		add(PlanList, p.Plans.Table)
	}
	if p.Grants != nil {
		add(GrantList, p.Grants.Table)
	}
	add(Emptied, p.Empty...)
	return roles
}

func (p *Profile) userTables() []string {
	if p.Users == nil {
		return nil
	}
	tables := []string{p.Users.Table}
	for _, m := range p.Users.Members {
		tables = append(tables, m.Table)
	}
	return tables
}

// Role returns the role of a table.
func (p *Profile) Role(table string) Role {
	for _, r := range p.Roles() {
		if r.Table == table {
			return r.Role
		}
	}
	return Business
}

// Tables returns the tables of a role, in the profile's order.
func (p *Profile) Tables(r Role) []string {
	var tables []string
	for _, t := range p.Roles() {
		if t.Role == r {
			tables = append(tables, t.Table)
		}
	}
	return tables
}

// Set returns the columns of a table that tasks change after the copy, so that
// they can't be held against the source.
func (p *Profile) Set(table string) []string {
	switch p.Role(table) {
	case JobList:
		return append([]string{p.Jobs.Enabled}, p.Jobs.Clear...)
	case CompanyInfo:
		return []string{p.Company.Banner}
	case AppGrants:
		return []string{p.Apps.Secret}
	}
	return nil
}
