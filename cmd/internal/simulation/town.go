package simulation

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the tenants' databases

	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/promise"
	"github.com/refreshbot/refreshbot/cmd/internal/stage"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// start is when a play begins: a Monday, eight days before the first windows.
var start = time.Date(2026, time.May, 4, 8, 0, 0, 0, time.UTC)

// The people. Carol files requests for ABCD and is an approver at the desk, too.
const (
	ann, carol, zoe = "Ann Lee", "Carol Diaz", "Zoe Winter"
	agent           = "Ivo Agent"

	mia, tom, carolInSlack, guest = "U-mia", "U-tom", "U-carol", "U-guest"

	channel = "C-desk"
)

// configuration is the desk of the plays.
const configuration = `
jira:
  url: https://desk.example
  user: refreshbot@desk.example
  project: HELP
  transitions: {confirmed: Start work, done: Mark as done, declined: Decline}
slack:
  mode: http
  channel: C-desk
  approvers: {users: [U-mia, U-tom, U-carol]}
people:
  - {slack: U-carol, email: carol@abcd.example}
tenants:
  - name: ABCD
    email_domains: [abcd.example]
    environments:
      - {name: ABCD_prod, role: production, schema_version: "24.3", database: "sqlite:abcd_prod.db"}
      - {name: ABCD_test, role: test, schema_version: "24.3", database: "sqlite:abcd_test.db"}
      - {name: ABCD_uat, role: uat, schema_version: "24.3", database: "sqlite:abcd_uat.db"}
  - name: WXYZ
    email_domains: [wxyz.example]
    environments:
      - {name: WXYZ_prod, role: production, schema_version: "24.3", database: "sqlite:wxyz_prod.db"}
      - {name: WXYZ_test, role: test, schema_version: "24.3", database: "sqlite:wxyz_test.db"}
`

// environments of the configuration.
var environments = [...]string{"ABCD_prod", "ABCD_test", "ABCD_uat", "WXYZ_prod", "WXYZ_test"}

// layout is what the sample schema's tables are to somebody who knows them.
var layout = promise.Layout{
	Copied: []string{"company", "person", "ticket", "document", "document_template", "package"},
	Kept:   []string{"configuration_flag", "messaging_channel", "messaging_template", "licence", "database_login", "system_user"},
	Own:    []string{"company_info", "mailbox", "app_authorization", "webhook"},
	Users:  promise.Users{Table: "app_user", Login: "login", Active: "active"},
	Jobs:   promise.Jobs{Table: "scheduled_task", Enabled: "enabled"},
	Domain: "refresh.invalid",
	// The account that keeps its address whatever is asked.
	Protected: []string{"svc_integration"},
}

// A Town is what all plays have in common: the configuration and the tenants'
// databases, as they are at the start. Make one with NewTown. It is safe for
// concurrent use.
type Town struct {
	config *config.Config
	folder string
}

// NewTown builds a town in a folder of its own.
func NewTown(ctx context.Context, folder string) (*Town, error) {
	c, err := stage.Load(folder, configuration)
	if err != nil {
		return nil, err
	}
	t := &Town{config: c, folder: folder}
	for i, name := range environments {
		if err := build(ctx, t.database(folder, name), name, i); err != nil {
			return nil, fmt.Errorf("build %s: %w", name, err)
		}
	}
	return t, nil
}

// database returns the path of an environment's database in a folder.
func (t *Town) database(folder, name string) string {
	return filepath.Join(folder, strings.ToLower(name)+".db")
}

// settle puts a copy of the databases into a folder.
func (t *Town) settle(folder string) error {
	for _, name := range environments {
		raw, err := os.ReadFile(t.database(t.folder, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(t.database(folder, name), raw, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// configure returns the configuration for a play in a folder.
func (t *Town) configure(folder string, capacity int) *config.Config {
	c := *t.config
	c.Policy.Capacity = capacity
	c.Tenants = slices.Clone(c.Tenants)
	for i := range c.Tenants {
		c.Tenants[i].Environments = slices.Clone(c.Tenants[i].Environments)
		for j, e := range c.Tenants[i].Environments {
			c.Tenants[i].Environments[j].Database = config.Connection("sqlite:" + t.database(folder, e.Name))
		}
	}
	return &c
}

// build makes a database of the sample schema with a few rows of everything.
func build(ctx context.Context, path, name string, n int) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF"); err != nil {
		return err
	}
	domain := strings.ToLower(strings.ReplaceAll(name, "_", ".")) + ".example"
	own := strings.NewReplacer("$name", strings.ToLower(name), "$domain", domain, "$n", fmt.Sprint(n))
	_, err = db.ExecContext(ctx, profile.ExampleSchema()+own.Replace(rows))
	return err
}

// rows are an environment's: they differ by its name, its domain and its number.
const rows = `
INSERT INTO configuration_flag VALUES ('mode', '$name', NULL), ('payments', 'on', 'secret-of-$name-payments');
INSERT INTO messaging_channel VALUES (1, 'smtp', 'smtp.$name.internal:587', 'desk@$domain', 'password-of-$name-smtp');
INSERT INTO messaging_template VALUES (1, 'opened', 'Your ticket at $name was opened.');
INSERT INTO company_info VALUES (1, '$name', NULL);
INSERT INTO licence VALUES ('SN-$name', '$name', 50$n, '2030-12-31');
INSERT INTO scheduled_task VALUES (1, 'nightly', 1, NULL, NULL, '2026-05-05'), (2, 'weekly', 1, NULL, NULL, '2026-05-11');
INSERT INTO app_user VALUES
	($n1, 'svc_integration', 'Integration', 'svc_integration@$domain', 'hash-of-$name-svc', 'key-of-$name-svc', 1),
	($n2, 'admin', 'Admin', 'admin@$domain', 'hash-of-$name-admin', 'key-of-$name-admin', 1),
	($n3, 'only_$name', 'Own', 'own@$domain', 'hash-of-$name-own', 'key-of-$name-own', 1);
INSERT INTO user_role VALUES ($n1, 'agent'), ($n2, 'admin'), ($n3, 'reader');
INSERT INTO system_user VALUES ('importer', 'token-of-$name-importer');
INSERT INTO database_login VALUES ('$name_app', 'login-of-$name-app');
INSERT INTO database_grant VALUES ('$name_app', '*', 'ALL');
INSERT INTO app_authorization VALUES ('crm', 'token-of-$name-crm', '2026-01-01');
INSERT INTO webhook VALUES (1, 'https://hooks.example/$name', 'signing-key-of-$name');
INSERT INTO mailbox VALUES (1, 'desk@$domain', 'desk');
INSERT INTO company VALUES (1, 'Company of $name', 'office@$domain', 'Write to harbour@$domain.');
INSERT INTO person VALUES (1, 1, 'Ada $name', 'ada@$domain', NULL, NULL), (2, 1, 'Bob $name', 'bob_b@$domain', 'bob@$domain', 'Ask ada@$domain.');
INSERT INTO ticket VALUES (1, 1, $n2, 'ada@$domain', 'Voyage of $name', 'From bob_b@$domain', 1.5, '2026-04-01');
INSERT INTO document_template VALUES (1, 'Letter', 'letter.odt');
INSERT INTO document VALUES (1, 1, 'Statement of $name', 'For ada@$domain', x'01ff', NULL);
INSERT INTO package VALUES (1, 'routes', '3.$n', 'routes.pkg');
`
