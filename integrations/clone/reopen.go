package clone

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
)

func registerCustomer() Task {
	return Task{
		ID: "14-register-customer", Number: 14, Title: "Register customer in the directory", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			f, err := read[filled](j, copyTask)
			if err != nil {
				return Result{}, err
			}
			origin := Origin{Source: j.Source.Name, AsOf: f.AsOf}
			err = j.record(ctx, func(t *Tenant) { t.Origin = &origin })
			return Result{Detail: fmt.Sprintf("a copy of %s as of %s", origin.Source, stamp(origin.AsOf))}, err
		},
		Undo: func(ctx context.Context, j *Job) error {
			s, err := read[stock](j, stockTask)
			if err != nil {
				return err
			}
			return j.record(ctx, func(t *Tenant) { t.Origin = s.Tenant.Origin })
		},
	}
}

// replaceEnvironment binds the tenant to the new generation of its database, if
// it is still bound to the one that the run began with.
func replaceEnvironment() Task {
	return Task{
		ID: "15-replace-environment", Number: 15, Title: "Replace test environment in the directory", Class: Probed,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			s, err := read[stock](j, stockTask)
			if err != nil {
				return Result{}, err
			}
			t, err := j.Ports.Directory.Tenant(ctx, j.Target.Name)
			if err != nil {
				return Result{}, err
			}
			if t.Generation != s.Tenant.Generation {
				return Result{}, bot.Errorf(bot.Denied, "clone: replace generation",
					"%s is of generation %q, not of %q as at the start", j.Target.Name, t.Generation, s.Tenant.Generation)
			}
			t.Generation, t.Cluster = j.generation(), s.Tenant.Cluster
			err = j.Ports.Directory.Put(ctx, t)
			return Result{Detail: "generation " + t.Generation}, err
		},
		Probe: func(ctx context.Context, j *Job) (Finding, error) {
			t, err := j.Ports.Directory.Tenant(ctx, j.Target.Name)
			done := t.Generation == j.generation()
			return Finding{Done: done, Not: !done, Result: Result{Detail: "generation " + t.Generation}}, err
		},
		Undo: func(ctx context.Context, j *Job) error {
			s, err := read[stock](j, stockTask)
			if err != nil {
				return err
			}
			return j.record(ctx, func(t *Tenant) { t.Generation, t.Cluster = s.Tenant.Generation, oldCluster })
		},
	}
}

func recycleCustomer() Task {
	return Task{
		ID: "19-recycle-customer", Number: 19, Title: "Recycle customer", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			err := j.Ports.Apps.Recycle(ctx, j.Target.Name, j.generation())
			return Result{Detail: "every node was told to open the new database"}, err
		},
	}
}

// syncUsers tells the sign-in service who is a user of the target now. Accounts
// are known by their id, so a new name is not a new person.
func syncUsers() Task {
	return Task{
		ID: "23-sync-users", Number: 23, Title: "Sync customer users", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			u := j.Profile.Users
			if u == nil {
				return Result{Skipped: true, Detail: "the profile names no users"}, nil
			}
			q := Query{Table: u.Table, Columns: []string{u.ID, u.Key, u.Active}, Served: true}
			rows, err := j.DB.Rows(ctx, j.site(), q)
			if err != nil {
				return Result{}, err
			}
			accounts := make([]Account, len(rows))
			for i, r := range rows {
				accounts[i] = Account{ID: r[0], Login: r[1], Active: r[2] == "1"}
			}
			err = j.record(ctx, func(t *Tenant) { t.Users = accounts })
			return Result{Detail: fmt.Sprintf("%d accounts", len(accounts))}, err
		},
		Undo: func(ctx context.Context, j *Job) error {
			s, err := read[stock](j, stockTask)
			if err != nil {
				return err
			}
			return j.record(ctx, func(t *Tenant) { t.Users = s.Tenant.Users })
		},
	}
}

func setNormal() Task {
	return Task{
		ID: "24-set-normal", Number: 24, Title: "Set tenant state to: Normal", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			err := j.record(ctx, func(t *Tenant) { t.SignIn = Normal })
			return Result{Detail: "people can sign in"}, err
		},
		Undo: func(ctx context.Context, j *Job) error {
			return j.record(ctx, func(t *Tenant) { t.SignIn = InMigration })
		},
	}
}

// notifyApps tells partners' apps. That one can't be reached is written down and
// does not hold up the tenant.
func notifyApps() Task {
	return Task{
		ID: "29-notify-apps", Number: 29, Title: "Notify apps about changing state with BackupRestored", Class: Probed,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			d, err := j.Ports.Apps.Notify(ctx, j.event(BackupRestored))
			return Result{Detail: d.Status}, err
		},
		Probe: func(ctx context.Context, j *Job) (Finding, error) {
			d, ok, err := j.Ports.Apps.Delivery(ctx, j.event(BackupRestored).ID)
			done := ok && d.Acknowledged
			return Finding{Done: done, Not: !done, Result: Result{Detail: d.Status}}, err
		},
	}
}

// event returns the run's event of a kind; its id is the same at every call.
func (j *Job) event(kind EventKind) Event {
	return Event{
		ID:   fmt.Sprintf("%s/%s", j.Run.ID, kind),
		Kind: kind, Environment: j.Target.Name, At: j.now(),
	}
}

// tellRolledBack tells the apps that were told of the refresh that it was taken
// back.
func (j *Job) tellRolledBack(ctx context.Context) error {
	_, told, err := j.Ports.Apps.Delivery(ctx, j.event(BackupRestored).ID)
	if err != nil || !told {
		return err
	}
	_, err = j.Ports.Apps.Notify(ctx, j.event(RolledBack))
	return err
}

func enterRunning() Task {
	return Task{
		ID: "30-enter-running", Number: 30, Title: "Enter running mode", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			err := j.record(ctx, func(t *Tenant) { t.Mode = Running })
			return Result{Detail: j.Target.Name + " is running"}, err
		},
		Verify: func(ctx context.Context, j *Job) error {
			t, err := j.Ports.Directory.Tenant(ctx, j.Target.Name)
			if err == nil && (t.Mode != Running || t.SignIn != Normal) {
				err = fmt.Errorf("%s is %s, sign-in is %s", j.Target.Name, t.Mode, t.SignIn)
			}
			return err
		},
		Undo: func(ctx context.Context, j *Job) error {
			return j.record(ctx, func(t *Tenant) { t.Mode = Maintenance })
		},
	}
}

// awaitConfiguration waits for the nodes. One that is late gets a line in the
// report; the tenant runs on the others.
func awaitConfiguration() Task {
	return Task{
		ID: "31-await-configuration", Number: 31, Class: ReadOnly,
		Title: "Wait for the hosts' configuration operations to complete",
		Do: func(ctx context.Context, j *Job) (Result, error) {
			all, late, err := j.awaitNodes(ctx, j.generation())
			detail := fmt.Sprintf("%d of %d nodes have the new database open", all-len(late), all)
			if len(late) > 0 {
				detail += "; not yet " + strings.Join(late, ", ")
			}
			return Result{Detail: detail}, err
		},
	}
}

// recycle tells the nodes to open a generation, and waits for them.
func (j *Job) recycle(ctx context.Context, generation string) error {
	if err := j.Ports.Apps.Recycle(ctx, j.Target.Name, generation); err != nil {
		return err
	}
	_, _, err := j.awaitNodes(ctx, generation)
	return err
}

// awaitNodes waits until every node has a generation open, and returns how many
// nodes there are and the names of those that are late.
func (j *Job) awaitNodes(ctx context.Context, generation string) (all int, late []string, err error) {
	end := j.Ports.Clock.Now().Add(j.Config.Patience)
	for {
		nodes, err := j.Ports.Apps.Nodes(ctx, j.Target.Name)
		if err != nil {
			return 0, nil, err
		}
		late = nil
		for _, n := range nodes {
			if n.Applied != generation {
				late = append(late, n.Name)
			}
		}
		now := j.Ports.Clock.Now()
		if len(late) == 0 || !now.Before(end) {
			return len(nodes), late, nil
		}
		if err := j.Ports.Clock.Until(ctx, now.Add(poll)); err != nil {
			return 0, nil, err
		}
	}
}

// stores returns the names of the object stores in the profile, sorted.
func (j *Job) stores() []string {
	return slices.Sorted(maps.Keys(j.Profile.Objects))
}
