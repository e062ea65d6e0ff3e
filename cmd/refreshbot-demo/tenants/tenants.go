// Package tenants makes the demo's sample tenants: two clients with a production
// and a test environment each, as SQLite databases of about 50,000 rows, and the
// side systems that they live on, in files.
//
//	<dir>/abcd_prod.db  abcd_test.db  hansa_prod.db  hansa_test.db
//	<dir>/systems/directory.json  mail.json  objects/…  apps/nodes/…
//
// Everything is made from the environment's name by arithmetic: two calls make
// the same rows. The addresses are of the kind that masking goes wrong with:
// underscores on either side of the "@", quoted parts, tags, letters beyond
// ASCII, columns full to the last character.
package tenants

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the databases' driver

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// An Environment is one sample environment.
type Environment struct {
	Tenant   string
	Name     string // "ABCD_prod"
	Role     string // "production" or "test"
	Database string // path of the file
	Domain   string // of the client's mail
}

// Environments returns what Create makes in a folder, production before test.
func Environments(dir string) []Environment {
	var all []Environment
	for _, tenant := range []struct{ name, prefix, domain string }{
		{"ABCD", "abcd", "abcd.example"},
		{"HANSA", "hansa", "hansa.example"},
	} {
		for _, e := range []struct{ suffix, role string }{{"prod", "production"}, {"test", "test"}} {
			all = append(all, Environment{
				Tenant: tenant.name, Name: tenant.name + "_" + e.suffix, Role: e.role, Domain: tenant.domain,
				Database: filepath.Join(dir, tenant.prefix+"_"+e.suffix+".db"),
			})
		}
	}
	return all
}

// Create makes the sample tenants in a folder, with now as the present in their
// rows. A database that is there is made anew.
func Create(ctx context.Context, dir string, now time.Time) error {
	environments := Environments(dir)
	for _, e := range environments {
		if err := createDatabase(ctx, e, now.UTC()); err != nil {
			return fmt.Errorf("create sample environment %s: %w", e.Name, err)
		}
	}
	if err := createSystems(filepath.Join(dir, "systems"), environments); err != nil {
		return fmt.Errorf("create side systems: %w", err)
	}
	return nil
}

func createDatabase(ctx context.Context, e Environment, now time.Time) error {
	if err := os.MkdirAll(filepath.Dir(e.Database), 0o755); err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(e.Database + suffix); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	db, err := sql.Open("sqlite", e.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fill(ctx, tx, e, now); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}

// fill makes schema and rows. Indexes come with the schema: at this size that
// costs less than a second pass would.
func fill(ctx context.Context, tx *sql.Tx, e Environment, now time.Time) error {
	if _, err := tx.ExecContext(ctx, profile.ExampleSchema()); err != nil {
		return err
	}
	w := &writer{ctx: ctx, tx: tx, env: e, now: now}
	w.own()
	w.people()
	w.business()
	return w.err
}
