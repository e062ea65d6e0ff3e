package clone

import (
	"context"
	"fmt"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
)

// verified is what the verification found.
type verified struct {
	New   Identity `json:"new"`
	Facts []string `json:"facts"`
}

// verifyDatabase holds the new database against what the plan said would become
// of every table. Any difference stops the run.
func verifyDatabase() Task {
	return Task{
		ID: verifyTask, Number: 5, Title: "Verify the new database", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			e, err := j.expectation()
			if err != nil {
				return Result{}, err
			}
			v, err := j.DB.Verify(ctx, j.site(), e)
			if err != nil {
				return Result{}, err
			}
			if len(v.Differences) > 0 {
				return Result{}, bot.Errorf(bot.Denied, "clone: verify", "%s", strings.Join(v.Differences, "; "))
			}
			return Result{Detail: "as planned", Data: verified{New: v.Identity, Facts: v.Facts}}, nil
		},
	}
}

// expectation gathers what the new database has to be.
func (j *Job) expectation() (Expectation, error) {
	recipe, err := j.recipe()
	if err != nil {
		return Expectation{}, err
	}
	f, err := read[filled](j, copyTask)
	if err != nil {
		return Expectation{}, err
	}
	c, err := read[captured](j, captureTask)
	if err != nil {
		return Expectation{}, err
	}
	e := Expectation{
		Recipe: recipe, Copied: f.Proofs, Kept: c.Kept,
		Made: map[string]int64{}, Secrets: map[string][]string{},
	}
	for _, id := range []TaskID{mailTask, grantTask, planTask} {
		if _, ok := j.results[id]; !ok {
			continue
		}
		m, err := read[made](j, id)
		if err != nil {
			return Expectation{}, err
		}
		if m.Table != "" {
			e.Made[m.Table] = m.Rows
		}
	}
	for _, t := range recipe.Tables {
		if t.Fate != FateCopied && t.Fate != FateMasked {
			e.Secrets[t.Table] = j.Profile.Secrets[t.Table]
		}
	}
	return e, nil
}

func setInMigration() Task {
	return Task{
		ID: "21-set-in-migration", Number: 21, Title: "Set tenant state to: In migration", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			err := j.record(ctx, func(t *Tenant) { t.SignIn = InMigration })
			return Result{Detail: "nobody can sign in"}, err
		},
		Undo: func(ctx context.Context, j *Job) error {
			s, err := read[stock](j, stockTask)
			if err != nil {
				return err
			}
			return j.record(ctx, func(t *Tenant) { t.SignIn = s.Tenant.SignIn })
		},
	}
}

// dropDatabase puts the new database into the target's place. The published list
// drops the target; here it is parked. It is the point of no return: before it
// every failure leads back, after it the way is forward.
func dropDatabase() Task {
	return Task{
		ID: swapTask, Number: 5, Class: Probed,
		Title:   "Drop database: the new one takes its place, the old one is parked",
		Do:      doSwap,
		Probe:   probeSwap,
		Undo:    undoSwap,
		CanUndo: canUndoSwap,
	}
}

func doSwap(ctx context.Context, j *Job) (Result, error) {
	w, err := j.swap()
	if err != nil {
		return Result{}, err
	}
	if err := j.DB.Swap(ctx, j.site(), w); err != nil {
		return Result{}, err
	}
	return Result{Detail: "swapped; the old one can be brought back for " + j.Config.Retention.String()}, nil
}

// probeSwap tells by the system's identities on which side of the swap the
// engine died.
func probeSwap(ctx context.Context, j *Job) (Finding, error) {
	w, err := j.swap()
	if err != nil {
		return Finding{}, err
	}
	now, err := j.DB.Serving(ctx, j.site())
	if err != nil {
		return Finding{}, err
	}
	switch now {
	case w.New:
		return Finding{Done: true, Result: Result{Detail: "swapped; found so after an interruption"}}, nil
	case w.Old:
		return Finding{Not: true}, nil
	}
	question := fmt.Sprintf("%s is neither the old database (%s) nor the new one (%s) but %s: which should it be?",
		j.Target.Name, w.Old, w.New, now)
	return Finding{Question: question}, nil
}

// undoSwap brings the old database back and lets the nodes open it, before the
// tenant is opened again.
func undoSwap(ctx context.Context, j *Job) error {
	s, err := read[stock](j, stockTask)
	if err != nil {
		return err
	}
	if err := j.DB.Restore(ctx, j.site(), s.Old); err != nil {
		return err
	}
	return j.recycle(ctx, s.Tenant.Generation)
}

func canUndoSwap(ctx context.Context, j *Job) error {
	s, err := read[stock](j, stockTask)
	if err != nil {
		return err
	}
	w, err := j.swap()
	if err != nil {
		return err
	}
	now, err := j.DB.Serving(ctx, j.site())
	if err != nil {
		return err
	}
	if now != w.New && now != s.Old {
		return bot.Errorf(bot.Denied, "clone: roll back",
			"what this run made does not stand under %s any more: the run that took its place has to be rolled back first", j.Target.Name)
	}
	there, err := j.DB.Parked(ctx, j.site(), s.Old)
	if err == nil && !there {
		err = bot.Errorf(bot.Denied, "clone: roll back",
			"the parked database of %s is gone: its retention has ended", j.Target.Name)
	}
	return err
}

// swap returns what has to hold for the swap.
func (j *Job) swap() (Swap, error) {
	s, err := read[stock](j, stockTask)
	if err != nil {
		return Swap{}, err
	}
	v, err := read[verified](j, verifyTask)
	if err != nil {
		return Swap{}, err
	}
	c, err := read[captured](j, captureTask)
	if err != nil {
		return Swap{}, err
	}
	return Swap{Old: s.Old, New: v.New, At: j.now(), Kept: c.Kept, Keep: j.keep(), Whole: c.Whole}, nil
}

// publishObjects lets the staged objects take the target's places. What was kept
// aside is in the new database by now and goes.
func publishObjects() Task {
	return Task{
		ID: "05b-publish-objects", Number: 5, Title: "Publish the staged objects", Class: Repeatable,
		Do: func(ctx context.Context, j *Job) (Result, error) {
			at := j.now()
			for _, name := range j.stores() {
				if err := j.Ports.Objects.Publish(ctx, j.store(name), at); err != nil {
					return Result{}, err
				}
			}
			return Result{Detail: strings.Join(j.stores(), ", ")}, j.DB.Discard(ctx, j.site())
		},
		Undo: func(ctx context.Context, j *Job) error {
			for _, name := range j.stores() {
				if err := j.Ports.Objects.Restore(ctx, j.store(name)); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
