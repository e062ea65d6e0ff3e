// Package tenants makes the demo's sample tenants: two clients with a production
// and a test environment each, as databases of about 50,000 rows on SQLite or
// PostgreSQL, and the side systems that they live on, in files.
//
//	<folder>/abcd_prod.db  abcd_test.db  hansa_prod.db  hansa_test.db
//	<folder>/systems/directory.json  mail.json  objects/…  apps/nodes/…
//
// Everything is made from the environment's name by arithmetic: two calls make
// the same rows. The addresses are of the kind that masking goes wrong with:
// underscores on either side of the "@", quoted parts, tags, letters beyond
// ASCII, columns full to the last character.
package tenants

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// A Place is where sample tenants are made.
type Place struct {
	Folder string // of the side systems and, without a server, of the databases
	Server Server // nil: the databases are SQLite's
	Small  bool   // of the larger tables a fiftieth of the rows: for who copies them hundreds of times
}

// A Server is a PostgreSQL server for sample tenants.
type Server interface {
	// Create makes a database anew and runs a script in it.
	Create(ctx context.Context, database, script string) error
	// URL returns the address of a database.
	URL(database string) string
}

// An Environment is one sample environment.
type Environment struct {
	Tenant   string
	Name     string // "ABCD_prod"
	Role     string // "production" or "test"
	Database string // as it is configured: "sqlite:PATH" or a URL
	Domain   string // of the client's mail

	base  string // name of the database: "abcd_prod"
	small bool
}

// Environments returns what Create makes in a place, production before test.
func Environments(at Place) []Environment {
	var all []Environment
	for _, tenant := range []struct{ name, prefix, domain string }{
		{"ABCD", "abcd", "abcd.example"},
		{"HANSA", "hansa", "hansa.example"},
	} {
		for _, e := range []struct{ suffix, role string }{{"prod", "production"}, {"test", "test"}} {
			base := tenant.prefix + "_" + e.suffix
			database := "sqlite:" + filepath.Join(at.Folder, base+".db")
			if at.Server != nil {
				database = at.Server.URL(base)
			}
			all = append(all, Environment{
				Tenant: tenant.name, Name: tenant.name + "_" + e.suffix, Role: e.role, Domain: tenant.domain,
				Database: database, base: base, small: at.Small,
			})
		}
	}
	return all
}

// Create makes the sample tenants in a place, with now as the present in their
// rows. A database that is there is made anew.
func Create(ctx context.Context, at Place, now time.Time) error {
	environments := Environments(at)
	for _, e := range environments {
		create := createFile
		if at.Server != nil {
			create = at.createOnServer
		}
		if err := create(ctx, e, now.UTC()); err != nil {
			return fmt.Errorf("create sample environment %s: %w", e.Name, err)
		}
	}
	if err := createSystems(filepath.Join(at.Folder, "systems"), environments); err != nil {
		return fmt.Errorf("create side systems: %w", err)
	}
	return nil
}
