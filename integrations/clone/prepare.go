package clone

import (
	"context"
	"fmt"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

func prepareDatabase() Task {
	return carryTask("09-prepare-database", 9, "Prepare cloned database for target customer",
		profile.Flags, profile.Messaging)
}

func recreateLogin() Task {
	return carryTask("10-recreate-login", 10, "Create SQL login", profile.Logins)
}

func fixSystemUsers() Task {
	return carryTask("12-fix-system-users", 12, "Fix system users", profile.SystemUsers)
}

// carryTask is a task that puts the target's own rows of some roles into the new
// database. The source's never came there.
func carryTask(id TaskID, number int, title string, roles ...profile.Role) Task {
	return Task{
		ID: id, Number: number, Title: title, Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) { return j.carry(ctx, roles...) },
	}
}

// carry puts the kept rows of the roles into the new database, with more
// statements behind that in the same transaction.
func (j *Job) carry(ctx context.Context, roles ...profile.Role) (Result, error) {
	statements, err := j.carrying(roles...)
	if err != nil || len(statements) == 0 {
		return Result{Skipped: true, Detail: "the profile names no such table"}, err
	}
	counts, err := j.DB.Apply(ctx, j.site(), statements)
	if err != nil {
		return Result{}, err
	}
	var n int64
	for i := 1; i < len(counts); i += 2 { // of each pair the insertion
		n += counts[i]
	}
	return Result{Detail: fmt.Sprintf("%d rows of %s's own", n, j.Target.Name)}, nil
}

// carrying returns the statements for carry: for each table a deletion and an
// insertion, so that doing it twice is doing it once.
func (j *Job) carrying(roles ...profile.Role) ([]Statement, error) {
	s, err := read[stock](j, stockTask)
	if err != nil {
		return nil, err
	}
	var statements []Statement
	for _, role := range roles {
		for _, t := range s.Tables {
			if t.Role != role {
				continue
			}
			var names []string
			for _, c := range t.Columns {
				names = append(names, quote(c))
			}
			list := strings.Join(names, ", ")
			statements = append(statements,
				Statement{SQL: "DELETE FROM " + quote(t.Table)},
				Statement{SQL: fmt.Sprintf("INSERT INTO %[1]s (%[2]s) SELECT %[2]s FROM kept.%[1]s", quote(t.Table), list)})
		}
	}
	return statements, nil
}

func disableJobs() Task {
	return Task{
		ID: "11-disable-jobs", Number: 11, Title: "Disable scheduled tasks", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			jobs := j.Profile.Jobs
			if jobs == nil {
				return Result{Skipped: true, Detail: "the profile names no scheduled tasks"}, nil
			}
			set := []string{quote(jobs.Enabled) + " = ?"}
			for _, c := range jobs.Clear {
				set = append(set, quote(c)+" = NULL")
			}
			counts, err := j.DB.Apply(ctx, j.site(), []Statement{
				{SQL: fmt.Sprintf("UPDATE %s SET %s", quote(jobs.Table), strings.Join(set, ", ")), Args: []any{0}},
			})
			if err != nil {
				return Result{}, err
			}
			return Result{Detail: fmt.Sprintf("%d tasks are off", counts[0])}, nil
		},
		Verify: func(ctx context.Context, j *Job) error {
			jobs := j.Profile.Jobs
			if jobs == nil {
				return nil
			}
			on, err := j.DB.Rows(ctx, j.site(), Query{Table: jobs.Table, Columns: []string{jobs.Name}, Where: jobs.Enabled})
			if err == nil && len(on) > 0 {
				err = fmt.Errorf("task %s is on", on[0][0])
			}
			return err
		},
	}
}

// replaceDomains tells what the copy did: it masked addresses on their way, so that
// none of them was ever written. The verification looks whether one came through,
// when it reads the new database anyway; that must not be mended but found out
// about.
func replaceDomains() Task {
	return Task{
		ID: "13-replace-mail-domains", Number: 13, Title: "Replacing all personal email domains", Class: ReadOnly,
		Do: func(_ context.Context, j *Job) (Result, error) {
			f, err := read[filled](j, copyTask)
			detail := fmt.Sprintf("%d values were masked by the copy; the verification looks whether all are under %s", f.Masked, j.Config.MailDomain)
			return Result{Detail: detail}, err
		},
	}
}

// quote makes a name safe as an identifier.
func quote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
