// Package profile says what the tables of a product's database are: which hold
// configuration flags, which the security list, where addresses and secrets
// stand. The clone engine knows no product; all it knows of one is its profile.
//
// A profile is a YAML file. Every section may be left out; what it would have
// named is then copied like any other table. [Example] is the demo's, and the
// place where the keys are explained.
package profile

import (
	"bytes"
	_ "embed" // for the example
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

//go:embed example.yaml
var example []byte

//go:embed example.sql
var schema string

//go:embed example_postgres.sql
var postgresSchema string

// A Profile describes the tables of a database by what they are for.
type Profile struct {
	Flags     []string `yaml:"flags"`     // configuration flags: never copied
	Messaging []string `yaml:"messaging"` // messaging configuration: never copied

	Users     *Users   `yaml:"users"`
	Protected []string `yaml:"protected"` // login keys that keep address and credentials

	Logins      []string `yaml:"logins"`       // logins of the database itself
	SystemUsers []string `yaml:"system_users"` // accounts of no person
	Licence     []string `yaml:"licence"`      // serial number and owner
	Company     *Company `yaml:"company"`
	Apps        *Apps    `yaml:"apps"`

	Jobs      *Jobs      `yaml:"jobs"`
	Mailboxes *Mailboxes `yaml:"mailboxes"`
	Plans     *Plans     `yaml:"plans"`
	Grants    *Grants    `yaml:"grants"`

	Empty   []string           `yaml:"empty"`   // source rows are left behind
	Objects map[string]Objects `yaml:"objects"` // by store: templates, packages, archive

	Addresses map[string]map[string]Kind `yaml:"addresses"` // table -> column
	Secrets   map[string][]string        `yaml:"secrets"`   // table -> columns
}

// A Kind says how addresses stand in a column.
type Kind string

// The kinds of address column.
const (
	Email  Kind = "email"  // the value is an address
	Text   Kind = "text"   // addresses stand inside
	Ignore Kind = "ignore" // what looks like an address is none
)

// Users is the security list.
type Users struct {
	Table       string   `yaml:"table"`
	ID          string   `yaml:"id"`          // surrogate key, which business rows refer to
	Key         string   `yaml:"key"`         // login key: the same person on both sides
	Active      string   `yaml:"active"`      // 0: may not sign in
	Names       []string `yaml:"names"`       // kept of people who are no users of the target
	Credentials []string `yaml:"credentials"` // go with a protected account
	Members     []Member `yaml:"members"`     // tables that belong to the list
}

// A Member is a table of the security list beside the users' own.
type Member struct {
	Table string `yaml:"table"`
	User  string `yaml:"user"` // column with the user's id
}

// Company is the table with the owner's name; Banner says what the database is
// a copy of.
type Company struct {
	Table  string `yaml:"table"`
	Banner string `yaml:"banner"`
}

// Apps is the table of the target's own app authorisations. The system user of
// each gets a new secret.
type Apps struct {
	Table  string `yaml:"table"`
	Name   string `yaml:"name"`
	Secret string `yaml:"secret"`
}

// Jobs is the table of scheduled tasks.
type Jobs struct {
	Table   string   `yaml:"table"`
	Name    string   `yaml:"name"`
	Enabled string   `yaml:"enabled"`
	Clear   []string `yaml:"clear"` // columns set to NULL with it
	Owner   string   `yaml:"owner"` // NULL: not running
	Lease   string   `yaml:"lease"` // RFC 3339; a job whose lease has ended is not running
}

// Mailboxes is the table of mailboxes that are read; one test mailbox is left.
type Mailboxes struct {
	Table   string `yaml:"table"`
	Address string `yaml:"address"`
	Name    string `yaml:"name"`
}

// Plans is the table that says which plan a user has.
type Plans struct {
	Table string `yaml:"table"`
	User  string `yaml:"user"`
	Plan  string `yaml:"plan"`
	Name  string `yaml:"name"` // of the plan for a copy
}

// Grants is the table of what database logins may do. Reader gets SELECT on
// everything that holds no secret.
type Grants struct {
	Table     string `yaml:"table"`
	Login     string `yaml:"login"`
	Object    string `yaml:"object"`
	Privilege string `yaml:"privilege"`
	Reader    string `yaml:"reader"`
}

// Objects says which column names the objects of a store.
type Objects struct {
	Table string `yaml:"table"`
	Key   string `yaml:"key"`
}

// Example returns the profile of the demo schema, which is used where none is
// configured.
func Example() (*Profile, error) { return Parse(bytes.NewReader(example)) }

// ExampleSchema returns the statements that make the demo schema, which the
// example describes, on SQLite.
func ExampleSchema() string { return schema }

// ExamplePostgres returns the statements that make it on PostgreSQL, with types
// of its own.
func ExamplePostgres() string { return postgresSchema }

// Parse reads a profile. An unknown key is an error, and so is a section that
// lacks a column it needs.
func Parse(r io.Reader) (*Profile, error) {
	decoder := yaml.NewDecoder(r)
	decoder.KnownFields(true)
	var p Profile
	err := decoder.Decode(&p)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read profile: %w", err)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("read profile: %w", err)
	}
	return &p, nil
}

func (p *Profile) check() error {
	var errs []error
	for _, r := range p.required() {
		if r.value == "" {
			errs = append(errs, fmt.Errorf("%s is missing", r.path))
		}
	}
	for table, columns := range p.Addresses {
		for column, kind := range columns {
			if kind != Email && kind != Text && kind != Ignore {
				errs = append(errs, fmt.Errorf("addresses.%s.%s: %q is none of email, text, ignore", table, column, kind))
			}
		}
	}
	seen := map[string]string{}
	for _, r := range p.Roles() {
		if was, ok := seen[r.Table]; ok {
			errs = append(errs, fmt.Errorf("table %s is %s and %s", r.Table, was, r.Role))
		}
		seen[r.Table] = string(r.Role)
	}
	return errors.Join(errs...)
}

// A field is a value that a section needs.
type field struct{ path, value string }

func (p *Profile) required() []field {
	var f []field
	if u := p.Users; u != nil {
		f = append(f, field{"users.table", u.Table}, field{"users.id", u.ID},
			field{"users.key", u.Key}, field{"users.active", u.Active})
		for _, m := range u.Members {
			f = append(f, field{"users.members.table", m.Table}, field{"users.members.user", m.User})
		}
	}
	if c := p.Company; c != nil {
		f = append(f, field{"company.table", c.Table}, field{"company.banner", c.Banner})
	}
	if a := p.Apps; a != nil {
		f = append(f, field{"apps.table", a.Table}, field{"apps.name", a.Name}, field{"apps.secret", a.Secret})
	}
	if j := p.Jobs; j != nil {
		f = append(f, field{"jobs.table", j.Table}, field{"jobs.name", j.Name}, field{"jobs.enabled", j.Enabled})
	}
	return append(f, p.requiredOfMade()...)
}

// requiredOfMade is required for the tables that are made anew.
func (p *Profile) requiredOfMade() []field {
	var f []field
	if m := p.Mailboxes; m != nil {
		f = append(f, field{"mailboxes.table", m.Table}, field{"mailboxes.address", m.Address})
	}
	if n := p.Plans; n != nil {
		f = append(f, field{"plans.table", n.Table}, field{"plans.user", n.User},
			field{"plans.plan", n.Plan}, field{"plans.name", n.Name})
	}
	if g := p.Grants; g != nil {
		f = append(f, field{"grants.table", g.Table}, field{"grants.login", g.Login},
			field{"grants.object", g.Object}, field{"grants.privilege", g.Privilege}, field{"grants.reader", g.Reader})
	}
	return f
}
