package clone

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// poll is how often a task looks that waits for others.
const poll = 2 * time.Second

// stock is what the world was like before the run changed anything. Undoing a
// task means going back to it.
type stock struct {
	Old    Identity  `json:"old"` // of the target
	Bytes  int64     `json:"bytes"`
	Rate   int64     `json:"rate"` // see Survey
	Tables []Outcome `json:"tables"`
	Loose  []Outcome `json:"loose,omitempty"` // see Recipe
	Tenant Tenant    `json:"tenant"`
	Mail   MailSetup `json:"mail"`
}

func takeStock() Task {
	return Task{
		ID: stockTask, Number: 1, Title: "Take stock of source and target", Class: ReadOnly,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			f, survey, err := j.forecast(ctx)
			if err != nil {
				return Result{}, err
			}
			if len(f.Missing) > 0 {
				return Result{}, bot.Errorf(bot.Denied, "clone: plan", "%s", strings.Join(f.Missing, "; "))
			}
			s := stock{Old: survey.Target.Identity, Bytes: survey.Source.Bytes, Rate: survey.Rate, Tables: f.Tables, Loose: f.Loose}
			if s.Tenant, err = j.Ports.Directory.Tenant(ctx, j.Target.Name); err != nil {
				return Result{}, err
			}
			if s.Tenant.Generation == j.generation() { // a backup of the journal was restored
				return Result{}, bot.Errorf(bot.Denied, "clone: plan", "%s was made by run %s before, of which the journal knows nothing", j.Target.Name, j.Run.ID)
			}
			if s.Mail, err = j.Ports.Mail.Setup(ctx, j.Target.Name); err != nil {
				return Result{}, err
			}
			return Result{Detail: fmt.Sprintf("%d tables", len(s.Tables)), Data: s}, nil
		},
	}
}

func enterMaintenance() Task {
	return Task{
		ID: "01-enter-maintenance", Number: 1, Class: Repeatable,
		Title: "Wait for customer tasks to complete and enter offline maintenance mode",
		Do: func(ctx context.Context, j *Job) (Result, error) {
			if err := j.awaitJobs(ctx); err != nil {
				return Result{}, err
			}
			err := j.record(ctx, func(t *Tenant) { t.Mode = Maintenance })
			return Result{Detail: j.Target.Name + " is in maintenance"}, err
		},
		Verify: func(ctx context.Context, j *Job) error {
			t, err := j.Ports.Directory.Tenant(ctx, j.Target.Name)
			if err == nil && t.Mode != Maintenance {
				err = fmt.Errorf("%s is %s", j.Target.Name, t.Mode)
			}
			return err
		},
		Undo: func(ctx context.Context, j *Job) error {
			s, err := read[stock](j, stockTask)
			if err != nil {
				return err
			}
			if err := j.record(ctx, func(t *Tenant) { t.Mode = s.Tenant.Mode }); err != nil {
				return err
			}
			return j.tellRolledBack(ctx)
		},
	}
}

func awaitJobs() Task {
	return Task{
		ID: "02-await-jobs", Number: 2, Title: "Wait for customer task to complete", Class: ReadOnly,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			if j.Profile.Jobs == nil {
				return Result{Skipped: true, Detail: "the profile names no scheduled tasks"}, nil
			}
			return Result{Detail: "none runs"}, j.awaitJobs(ctx)
		},
	}
}

// connectToOldCluster moves the target's requests aside. What the published list
// means by "old clusters" is not public; here it is the cluster that answers for
// the tenant while its database is being replaced.
func connectToOldCluster() Task {
	return Task{
		ID: "03-connect-old-cluster", Number: 3, Title: "Connecting customer to old clusters", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			err := j.record(ctx, func(t *Tenant) { t.Cluster = oldCluster })
			return Result{Detail: "requests go to cluster " + oldCluster}, err
		},
		Undo: func(ctx context.Context, j *Job) error {
			s, err := read[stock](j, stockTask)
			if err != nil {
				return err
			}
			return j.record(ctx, func(t *Tenant) { t.Cluster = s.Tenant.Cluster })
		},
	}
}

// oldCluster answers for a tenant that is being refreshed.
const oldCluster = "old"

func removeMailRoutes() Task {
	return Task{
		ID: "04-remove-mail-routes", Number: 4, Title: "Remove mail routes", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			s, err := read[stock](j, stockTask)
			if err != nil {
				return Result{}, err
			}
			setup := MailSetup{Mailboxes: s.Mail.Mailboxes}
			err = j.Ports.Mail.Replace(ctx, j.Target.Name, setup)
			return Result{Detail: fmt.Sprintf("%d routes removed", len(s.Mail.Routes))}, err
		},
		Verify: func(ctx context.Context, j *Job) error {
			m, err := j.Ports.Mail.Setup(ctx, j.Target.Name)
			if err == nil && len(m.Routes) > 0 {
				err = fmt.Errorf("%d routes are left", len(m.Routes))
			}
			return err
		},
		Undo: restoreMail,
	}
}

func restoreMail(ctx context.Context, j *Job) error {
	s, err := read[stock](j, stockTask)
	if err != nil {
		return err
	}
	return j.Ports.Mail.Replace(ctx, j.Target.Name, s.Mail)
}

// awaitJobs waits until no job of the target's runs.
func (j *Job) awaitJobs(ctx context.Context) error {
	if j.Profile.Jobs == nil {
		return nil
	}
	end := j.Ports.Clock.Now().Add(j.Config.Patience)
	for {
		now := j.Ports.Clock.Now()
		busy, err := j.DB.Busy(ctx, j.site(), *j.Profile.Jobs, now)
		if err != nil || len(busy) == 0 {
			return err
		}
		if !now.Before(end) {
			return bot.Errorf(bot.Denied, "clone: wait for jobs", "%s still run on %s", strings.Join(busy, ", "), j.Target.Name)
		}
		if err := j.Ports.Clock.Until(ctx, now.Add(poll)); err != nil {
			return err
		}
	}
}

// record changes the target's record in the directory. Where somebody else
// changes it at the same time, theirs is read and changed.
func (j *Job) record(ctx context.Context, change func(*Tenant)) error {
	for try := 1; ; try++ {
		t, err := j.Ports.Directory.Tenant(ctx, j.Target.Name)
		if err != nil {
			return err
		}
		change(&t)
		err = j.Ports.Directory.Put(ctx, t)
		if bot.KindOf(err) != bot.Conflict || try == attempts {
			return err
		}
	}
}
