package clone

import (
	"context"
	"fmt"
	"time"

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// captured is what is known of the rows that were kept aside.
type captured struct {
	Kept  []Proof `json:"kept"`
	Whole *Proof  `json:"whole,omitempty"` // of the target, where it is production
}

// filled is what is known of the copy.
type filled struct {
	AsOf   time.Time `json:"as_of"` // UTC
	Proofs []Proof   `json:"proofs"`
	Masked int64     `json:"masked,omitempty"` // values
}

func createDatabase() Task {
	return Task{
		ID: "06-create-database", Number: 6, Title: "Create customer database", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			return Result{Detail: "empty, beside the target"}, j.DB.Create(ctx, j.site())
		},
		Undo: func(ctx context.Context, j *Job) error { return j.DB.Discard(ctx, j.site()) },
	}
}

func createLogin() Task {
	return Task{
		ID: "07-create-login", Number: 7, Title: "Create SQL login", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			return Result{Detail: "those who may open the target may open the new one"}, j.DB.Adopt(ctx, j.site())
		},
	}
}

// captureKept keeps the target's own rows aside while nobody works on it. A
// production target is closed first: whatever were written later would be lost.
func captureKept() Task {
	return Task{
		ID: captureTask, Number: 7, Title: "Capture the rows that the target keeps", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			var c captured
			if j.Target.Production {
				whole, err := j.DB.Close(ctx, j.site())
				if err != nil {
					return Result{}, err
				}
				c.Whole = &whole
			}
			var err error
			if c.Kept, err = j.DB.Capture(ctx, j.site(), j.keep()); err != nil {
				return Result{}, err
			}
			return Result{Detail: fmt.Sprintf("%d rows of %d tables", rows(c.Kept), len(c.Kept)), Data: c}, nil
		},
	}
}

// keep says which of the target's rows are kept.
func (j *Job) keep() Keep {
	k := Keep{Users: j.Profile.Users, Only: j.Profile.Protected, Except: map[string][]string{}}
	for _, r := range j.Profile.Roles() {
		if !r.Role.Own() && (r.Role != profile.UserList || !j.Run.Order.PreserveUsers) {
			continue
		}
		k.Tables = append(k.Tables, r.Table)
		k.Except[r.Table] = j.Profile.Set(r.Table)
	}
	if j.Run.Order.PreserveUsers {
		k.Only = nil // they are among all of them
	}
	return k
}

func copyDatabase() Task {
	return Task{
		ID: copyTask, Number: 8, Title: "Copy customer database", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			recipe, err := j.recipe()
			if err != nil {
				return Result{}, err
			}
			at := j.now()
			c, err := j.DB.Copy(ctx, j.site(), recipe)
			if err != nil {
				return Result{}, err
			}
			detail := fmt.Sprintf("%d rows from %s, %d values masked", c.Rows, j.Source.Name, c.Masked)
			return Result{Detail: detail, Data: filled{AsOf: at, Proofs: c.Proofs, Masked: c.Masked}}, nil
		},
	}
}

// recipe says how the new database is made, by what was found at the start.
func (j *Job) recipe() (Recipe, error) {
	s, err := read[stock](j, stockTask)
	if err != nil {
		return Recipe{}, err
	}
	r := Recipe{Tables: s.Tables, Loose: s.Loose, Domain: j.Config.MailDomain, Key: j.Config.MaskKey, Users: j.Profile.Users}
	if !j.Run.Order.PreserveUsers {
		r.Protected = j.Profile.Protected
	}
	return r, nil
}

func rows(proofs []Proof) (n int64) {
	for _, p := range proofs {
		n += p.Rows
	}
	return n
}
