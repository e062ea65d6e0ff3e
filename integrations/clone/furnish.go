package clone

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// made is how many rows a task made in a table.
type made struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
}

// The tasks that make rows.
const (
	mailTask  TaskID = "17-provision-mail"
	grantTask TaskID = "18-set-query-permissions"
	planTask  TaskID = "22-assign-plans"
)

func cloneTemplates() Task {
	return objectsTask("16-clone-templates", 16, "Clone templates from the archive server", "templates")
}

func clonePackages() Task {
	return objectsTask("27-clone-packages", 27, "Clone packages", "packages")
}

func cloneArchive() Task {
	return objectsTask("28-clone-archive", 28, "Clone packages from the file archive", "archive")
}

// objectsTask is a task that copies the objects which rows of the new database
// name. They are staged and change places after the swap.
func objectsTask(id TaskID, number int, title, store string) Task {
	return Task{
		ID: id, Number: number, Title: title, Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			named, ok := j.Profile.Objects[store]
			if !ok {
				return Result{Skipped: true, Detail: "the profile names no " + store}, nil
			}
			rows, err := j.DB.Rows(ctx, j.site(), Query{Table: named.Table, Columns: []string{named.Key}})
			if err != nil {
				return Result{}, err
			}
			staged, err := j.Ports.Objects.Stage(ctx, j.store(store), keys(rows))
			if err != nil {
				return Result{}, err
			}
			detail := fmt.Sprintf("%d objects, %d bytes", staged.Count, staged.Bytes)
			if n := len(staged.Missing); n > 0 {
				detail += fmt.Sprintf("; %s lacks %d that rows name, such as %s", j.Source.Name, n, staged.Missing[0])
			}
			return Result{Detail: detail, Data: staged}, nil
		},
		Undo: func(ctx context.Context, j *Job) error { return j.Ports.Objects.Restore(ctx, j.store(store)) },
	}
}

// keys returns the first column without what is empty.
func keys(rows [][]string) []string {
	var keys []string
	for _, r := range rows {
		if r[0] != "" {
			keys = append(keys, r[0])
		}
	}
	return keys
}

func provisionMail() Task {
	return Task{
		ID: mailTask, Number: 17, Title: "Verify or provision mail service", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			s, err := read[stock](j, stockTask)
			if err != nil {
				return Result{}, err
			}
			box := Mailbox{Address: strings.ToLower(j.Target.Name) + "@" + j.Config.MailDomain, Test: true}
			setup := MailSetup{Mailboxes: []Mailbox{box}}
			for _, r := range s.Mail.Routes {
				setup.Routes = append(setup.Routes, Route{Pattern: r.Pattern, To: box.Address})
			}
			if err := j.Ports.Mail.Replace(ctx, j.Target.Name, setup); err != nil {
				return Result{}, err
			}
			m, err := j.makeMailbox(ctx, box)
			return Result{Detail: "one test mailbox: " + box.Address, Data: m}, err
		},
		Undo: restoreMail,
	}
}

// makeMailbox leaves one mailbox in the new database.
func (j *Job) makeMailbox(ctx context.Context, box Mailbox) (made, error) {
	p := j.Profile.Mailboxes
	if p == nil {
		return made{}, nil
	}
	columns, values, args := quote(p.Address), "?", []any{box.Address}
	if p.Name != "" {
		columns, values, args = columns+", "+quote(p.Name), "?, ?", append(args, "test mailbox")
	}
	insert := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", quote(p.Table), columns, values)
	return j.remake(ctx, p.Table, Statement{SQL: insert, Args: args})
}

// remake empties a table and fills it by statements.
func (j *Job) remake(ctx context.Context, table string, fill ...Statement) (made, error) {
	statements := append([]Statement{{SQL: "DELETE FROM " + quote(table)}}, fill...)
	counts, err := j.DB.Apply(ctx, j.site(), statements)
	if err != nil {
		return made{}, err
	}
	m := made{Table: table}
	for _, n := range counts[1:] {
		m.Rows += n
	}
	return m, nil
}

func setQueryPermissions() Task {
	return Task{
		ID: grantTask, Number: 18, Title: "Set database permissions for customer query", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			g := j.Profile.Grants
			if g == nil {
				return Result{Skipped: true, Detail: "the profile names no table of grants"}, nil
			}
			s, err := read[stock](j, stockTask)
			if err != nil {
				return Result{}, err
			}
			insert := fmt.Sprintf("INSERT INTO %s (%s, %s, %s) VALUES (?, ?, 'SELECT')",
				quote(g.Table), quote(g.Login), quote(g.Object), quote(g.Privilege))
			var grants []Statement
			for _, t := range s.Tables {
				if len(j.Profile.Secrets[t.Table]) == 0 && t.Table != g.Table {
					grants = append(grants, Statement{SQL: insert, Args: []any{g.Reader, t.Table}})
				}
			}
			m, err := j.remake(ctx, g.Table, grants...)
			return Result{Detail: fmt.Sprintf("%s may read %d tables", g.Reader, m.Rows), Data: m}, err
		},
	}
}

func changeSerialNumber() Task {
	return carryTask("20-change-serial-number", 20, "Change serial number to that of the target", profile.Licence)
}

func assignPlans() Task {
	return Task{
		ID: planTask, Number: 22, Title: "Assign user plans", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			p, u := j.Profile.Plans, j.Profile.Users
			if p == nil || u == nil {
				return Result{Skipped: true, Detail: "the profile names no users with plans"}, nil
			}
			m, err := j.remake(ctx, p.Table, Statement{
				SQL: fmt.Sprintf("INSERT INTO %s (%s, %s) SELECT %s, ? FROM %s WHERE %s = ?", quote(p.Table),
					quote(p.User), quote(p.Plan), quote(u.ID), quote(u.Table), quote(u.Active)),
				Args: []any{p.Name, 1},
			})
			return Result{Detail: fmt.Sprintf("%d users have the plan %s", m.Rows, p.Name), Data: m}, err
		},
	}
}

// createAppUsers gives the system user of each of the target's apps a secret of
// its own. The source's authorisations never came there.
func createAppUsers() Task {
	return Task{
		ID: "25-create-app-users", Number: 25, Class: Repeatable,
		Title: "Create partner system users from app authorizations in customer database",
		Do: func(ctx context.Context, j *Job) (Result, error) {
			a := j.Profile.Apps
			if a == nil {
				return Result{Skipped: true, Detail: "the profile names no app authorisations"}, nil
			}
			if _, err := j.carry(ctx, profile.AppGrants); err != nil {
				return Result{}, err
			}
			apps, err := j.DB.Rows(ctx, j.site(), Query{Table: a.Table, Columns: []string{a.Name}})
			if err != nil {
				return Result{}, err
			}
			mint := fmt.Sprintf("UPDATE %s SET %s = ? WHERE %s = ?", quote(a.Table), quote(a.Secret), quote(a.Name))
			var statements []Statement
			for _, app := range apps {
				statements = append(statements, Statement{SQL: mint, Args: []any{rand.Text(), app[0]}})
			}
			_, err = j.DB.Apply(ctx, j.site(), statements)
			return Result{Detail: fmt.Sprintf("%d apps have a new secret", len(apps))}, err
		},
	}
}

func updateCompany() Task {
	return Task{
		ID: "26-update-company", Number: 26, Title: "Update company info and license", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			c := j.Profile.Company
			if c == nil {
				return Result{Skipped: true, Detail: "the profile names no table of the company"}, nil
			}
			f, err := read[filled](j, copyTask)
			if err != nil {
				return Result{}, err
			}
			if _, err := j.carry(ctx, profile.CompanyInfo); err != nil {
				return Result{}, err
			}
			banner := fmt.Sprintf("copy of %s as of %s", j.Source.Name, stamp(f.AsOf))
			_, err = j.DB.Apply(ctx, j.site(), []Statement{{
				SQL:  fmt.Sprintf("UPDATE %s SET %s = ?", quote(c.Table), quote(c.Banner)),
				Args: []any{banner},
			}})
			return Result{Detail: banner}, err
		},
	}
}
