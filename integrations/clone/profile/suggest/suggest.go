package suggest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// A Proposal is a profile with the reason for each of its lines.
type Proposal struct {
	Profile profile.Profile
	Open    []string // what could not be decided, a line each

	why map[string]string // by section and name: "flags.setting"
}

// Propose proposes a profile for tables.
func Propose(tables []Table) Proposal {
	d := &draft{tables: tables, taken: map[string]bool{}}
	d.why = map[string]string{}
	d.users()
	for _, t := range tables {
		d.place(t)
	}
	d.members()
	for _, name := range d.doubtful {
		if !d.taken[name] {
			d.unsure("%s: has passwords like a security list, but no column of login keys, or none that says who may sign in", name)
		}
	}
	for _, t := range tables {
		d.objects(t)
		d.addresses(t)
		d.secrets(t)
	}
	return d.Proposal
}

// Why returns the reason for a line of a section: Why("flags", "setting").
func (p Proposal) Why(section, name string) string { return p.why[section+"."+name] }

// A draft is a proposal under way.
type draft struct {
	Proposal
	tables   []Table
	taken    map[string]bool // tables that have a role
	doubtful []string        // tables that have passwords and might be the security list
}

// because writes down the reason for a line, and that its table has a role.
func (d *draft) because(section, table, format string, args ...any) {
	d.why[section+"."+table] = fmt.Sprintf(format, args...)
	d.taken[table] = true
}

func (d *draft) unsure(format string, args ...any) {
	d.Open = append(d.Open, fmt.Sprintf(format, args...))
}

// users looks for the security list: of the tables that could be it the one to
// which the most others refer.
func (d *draft) users() {
	var best *Table
	for i, t := range d.tables {
		if says(t.Name, "user", "app user", "account", "login", "usr", "operator") == "" || len(t.Key) != 1 {
			continue
		}
		u := usersOf(t)
		if u.Key == "" || u.Active == "" {
			if len(u.Credentials) > 0 {
				d.doubtful = append(d.doubtful, t.Name)
			}
			continue
		}
		if best == nil || d.referring(t.Name) > d.referring(best.Name) {
			best = &d.tables[i]
		}
	}
	if best == nil {
		return
	}
	d.Profile.Users = usersOf(*best)
	d.because("users", best.Name, "people by a login key, and %d tables refer to it", d.referring(best.Name))
	key, _ := best.column(d.Profile.Users.Key)
	d.Profile.Protected = slices.Clone(key.Service)
	for _, login := range key.Service {
		d.why["protected."+login] = "reads like an account of no person"
	}
}

// usersOf reads a table as a security list.
func usersOf(t Table) *profile.Users {
	u := &profile.Users{Table: t.Name}
	if len(t.Key) == 1 {
		u.ID = t.Key[0]
	}
	for _, c := range t.Columns {
		isLogin := says(c.Name, "login", "login name", "user name", "username", "account name", "email", "mail") != ""
		switch {
		case u.Key == "" && isLogin && c.Unique && c.textual():
			u.Key = c.Name
		case u.Active == "" && c.switching() && says(c.Name, "active", "enabled") != "":
			u.Active = c.Name
		case secret(c):
			u.Credentials = append(u.Credentials, c.Name)
		case c.textual() && says(c.Name, "name", "full name", "first name", "last name", "display name") != "":
			u.Names = append(u.Names, c.Name)
		}
	}
	return u
}

// referring returns how many tables refer to one.
func (d *draft) referring(table string) (n int) {
	for _, t := range d.tables {
		if t.refersTo(table) != "" {
			n++
		}
	}
	return n
}

// members looks for the tables that belong to the security list: those that give
// its people roles and groups, and hold nothing else.
func (d *draft) members() {
	u := d.Profile.Users
	if u == nil {
		return
	}
	for _, t := range d.tables {
		user := t.refersTo(u.Table)
		word := says(t.Name, "role", "group", "permission", "privilege", "grant", "member", "membership", "team")
		if user == "" || word == "" || d.taken[t.Name] || !slices.Contains(t.Key, user) {
			continue
		}
		u.Members = append(u.Members, profile.Member{Table: t.Name, User: user})
		d.because("users", t.Name, "a %s for each of %s, by %s", word, u.Table, user)
	}
}

// objects looks for columns that name objects in a store outside.
func (d *draft) objects(t Table) {
	c, ok := t.column("blob_key", "object_key", "storage_key", "file_key", "s3_key", "content_key")
	if !ok {
		return
	}
	stores := []struct {
		name  string
		words []string
	}{
		{"templates", []string{"template"}},
		{"packages", []string{"package", "bundle", "plugin"}},
		{"archive", []string{"document", "attachment", "file", "archive"}},
	}
	for _, s := range stores {
		word := says(t.Name, s.words...)
		if word == "" {
			continue
		}
		if was, ok := d.Profile.Objects[s.name]; ok {
			d.unsure("%s.%s names objects too, as %s.%s does", t.Name, c.Name, was.Table, was.Key)
			return
		}
		if d.Profile.Objects == nil {
			d.Profile.Objects = map[string]profile.Objects{}
		}
		d.Profile.Objects[s.name] = profile.Objects{Table: t.Name, Key: c.Name}
		d.why["objects."+s.name] = fmt.Sprintf("a %s each, by the key of an object", word)
		return
	}
	d.unsure("%s.%s names objects: of which store?", t.Name, c.Name)
}

// addresses looks for columns with e-mail addresses.
func (d *draft) addresses(t Table) {
	for _, c := range t.Columns {
		kind, why := addressKind(c)
		if kind == "" {
			continue
		}
		if d.Profile.Addresses == nil {
			d.Profile.Addresses = map[string]map[string]profile.Kind{}
		}
		if d.Profile.Addresses[t.Name] == nil {
			d.Profile.Addresses[t.Name] = map[string]profile.Kind{}
		}
		d.Profile.Addresses[t.Name][c.Name] = kind
		d.why["addresses."+t.Name+"."+c.Name] = why
	}
}

// addressKind says how addresses stand in a column, and why; "" where none do.
func addressKind(c Column) (profile.Kind, string) {
	named := says(c.Name, "email", "e mail", "mail", "mail address", "email address") != "" && c.textual() &&
		says(c.Name, "template", "subject", "body", "mailbox", "server", "host", "key", "blob key") == ""
	seen := fmt.Sprintf("%d of %d values", c.Holding, c.Sampled)
	switch {
	case c.Holding > 0 && says(c.Name, "message id", "in reply to") != "":
		return profile.Ignore, seen + " hold what looks like an address: ids of messages have that form"
	case c.Holding > 0 && c.Holding == c.Whole && c.Whole == c.Sampled:
		return profile.Email, seen + " are an address"
	case c.Holding > 0 && named:
		return profile.Email, seen + " hold an address, and its name says so"
	case c.Holding > 0:
		return profile.Text, seen + " hold an address"
	case named:
		return profile.Email, "its name says so; no address was seen"
	}
	return "", ""
}

// secrets looks for columns whose values open something.
func (d *draft) secrets(t Table) {
	for _, c := range t.Columns {
		if !secret(c) && (d.why["messaging."+t.Name] == "" || !strings.EqualFold(c.Name, "endpoint")) {
			continue
		}
		if d.Profile.Secrets == nil {
			d.Profile.Secrets = map[string][]string{}
		}
		d.Profile.Secrets[t.Name] = append(d.Profile.Secrets[t.Name], c.Name)
	}
}

// secret reports whether a column's name says that its values open something.
func secret(c Column) bool {
	return c.textual() && says(c.Name, "password", "passwd", "pwd", "passphrase", "secret", "token", "credential",
		"api key", "private key", "signing key", "access key", "encryption key", "hash password") != ""
}
