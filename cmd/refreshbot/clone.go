package main

import (
	"context"
	"flag"
	"fmt"
	"regexp"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/nearest"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/rules"
)

// orderFlags are the flags of those commands that say what is to be cloned.
const orderFlags = "--config FILE --source NAME --target NAME [--preserve-users] [--as-of RFC3339] [--go-live]"

func clonePlanCommand() command {
	return command{
		name: "clone plan", args: orderFlags, run: runClonePlan,
		summary: "what a clone would do, table by table, and what is missing for it",
	}
}

func cloneRunCommand() command {
	return command{
		name: "clone run", args: orderFlags + " [--id ID]", run: runCloneRun,
		summary: "clone one environment over another",
	}
}

func cloneResumeCommand() command {
	return command{
		name: "clone resume", args: "--config FILE --id ID", run: runCloneResume,
		summary: "go on with a run that was interrupted or has failed",
	}
}

func cloneRollbackCommand() command {
	return command{
		name: "clone rollback", args: "--config FILE --id ID", run: runCloneRollback,
		summary: "bring back what a run has replaced",
	}
}

func cloneStatusCommand() command {
	return command{
		name: "clone status", args: "--config FILE --id ID [--format text|json]", run: runCloneStatus,
		summary: "how far a run is, task by task",
	}
}

func runClonePlan(ctx context.Context, sys system, args []string) error {
	var opts cloneOptions
	d, err := opts.start(sys, "clone plan", args)
	if err != nil {
		return err
	}
	defer d.close()
	text, err := d.Plan(ctx, opts.order)
	if err == nil {
		fmt.Fprint(sys.stdout, text)
	}
	return err
}

func runCloneRun(ctx context.Context, sys system, args []string) error {
	var opts cloneOptions
	d, err := opts.start(sys, "clone run", args)
	if err != nil {
		return err
	}
	defer d.close()
	now := sys.clock.Now()
	if opts.id == "" {
		opts.id = now.Format("cli-20060102-150405.000")
	}
	run := bot.Run{
		ID: bot.RunID(opts.id), Order: opts.order, Ordered: now, State: bot.RunPending,
		Actor: bot.Person{Name: user(sys)},
	}
	if err := d.Order(ctx, run); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "run %s: %s over %s\n", run.ID, run.Order.Source, run.Order.Target)
	return d.follow(ctx, sys, bot.RunReport{Run: run.ID}, bot.RunSucceeded)
}

func runCloneResume(ctx context.Context, sys system, args []string) error {
	return wishAndFollow(ctx, sys, args, "clone resume", func(r bot.RunReport) (bot.RunWish, bot.RunState) {
		if r.State == bot.RunFailed || r.Question != "" {
			return bot.WishRetry, bot.RunSucceeded
		}
		return bot.WishProceed, bot.RunSucceeded
	})
}

func runCloneRollback(ctx context.Context, sys system, args []string) error {
	return wishAndFollow(ctx, sys, args, "clone rollback", func(r bot.RunReport) (bot.RunWish, bot.RunState) {
		if r.State == bot.RunRolledBack {
			return bot.WishProceed, bot.RunRolledBack
		}
		return bot.WishRollBack, bot.RunRolledBack
	})
}

// wishAndFollow tells a run what is wanted of it, as choose says by its report,
// and follows it to the state that is hoped for.
func wishAndFollow(ctx context.Context, sys system, args []string, name string,
	choose func(bot.RunReport) (bot.RunWish, bot.RunState)) error {
	opts := cloneOptions{known: true}
	d, err := opts.start(sys, name, args)
	if err != nil {
		return err
	}
	defer d.close()
	id := bot.RunID(opts.id)
	report, err := d.Report(ctx, id)
	if err != nil {
		return err
	}
	wish, hope := choose(report)
	if wish == bot.WishProceed && report.State.Over() {
		return verdictOn(sys.stdout, report, hope)
	}
	if wish != bot.WishProceed {
		if err := d.Wish(ctx, bot.WishFor{Run: id, Wish: wish}); err != nil {
			return err
		}
	}
	return d.follow(ctx, sys, report, hope)
}

func runCloneStatus(ctx context.Context, sys system, args []string) error {
	opts := cloneOptions{known: true}
	d, err := opts.start(sys, "clone status", args)
	if err != nil {
		return err
	}
	defer d.close()
	report, err := d.Report(ctx, bot.RunID(opts.id))
	if err != nil {
		return err
	}
	status := clone.StatusOf(report)
	if opts.format == "json" {
		return status.WriteJSON(sys.stdout)
	}
	return status.WriteText(sys.stdout)
}

// cloneOptions are what the clone commands are told. A known run has an id; any
// other needs an order.
type cloneOptions struct {
	known    bool
	file, id string
	format   string
	order    bot.RunOrder
}

// start reads a command's flags and finds who will do what it asks for.
func (o *cloneOptions) start(sys system, name string, args []string) (*desk, error) {
	fs := newFlags()
	fs.StringVar(&o.file, "config", "", "")
	needed := []string{"config", "id"}
	if o.known || name == "clone run" {
		fs.StringVar(&o.id, "id", "", "")
	}
	if name == "clone status" {
		formatFlag(fs, &o.format)
	}
	if !o.known {
		o.orderFlags(fs)
		needed = []string{"config", "source", "target"}
	}
	if _, err := parse(fs, args, 0); err != nil {
		return nil, err
	}
	if err := required(fs, needed...); err != nil {
		return nil, err
	}
	if o.id != "" && !runName.MatchString(o.id) {
		return nil, usagef("%q can't be a run's id: want up to 64 letters, digits, -, _ and .", o.id)
	}
	c, err := config.LoadFor(config.Cloning, o.file, sys.env)
	if err != nil {
		return nil, usageError{err}
	}
	if err := o.settleNames(c.World().Registry); err != nil {
		return nil, err
	}
	return openDesk(c, sys, "refreshbot "+name)
}

func (o *cloneOptions) orderFlags(fs *flag.FlagSet) {
	fs.StringVar(&o.order.Source, "source", "", "")
	fs.StringVar(&o.order.Target, "target", "", "")
	fs.BoolVar(&o.order.PreserveUsers, "preserve-users", false, "")
	fs.BoolVar(&o.order.GoLive, "go-live", false, "")
	instantFlag(fs, "as-of", &o.order.AsOf)
}

// runName is the form of a run's id: it becomes a part of file names.
var runName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// settleNames spells the environments of an order as the registry does.
func (o *cloneOptions) settleNames(r *rules.Registry) error {
	if o.known {
		return nil
	}
	for _, name := range []*string{&o.order.Source, &o.order.Target} {
		var all []string
		if r != nil {
			if _, env, found := r.Find(*name); found {
				*name = env.Name
				continue
			}
			for _, t := range r.Tenants {
				all = append(all, t.Names()...)
			}
		}
		return usagef("no environment %q is configured%s", *name, nearest.Hint(*name, all))
	}
	if strings.EqualFold(o.order.Source, o.order.Target) {
		return usagef("%s can't be cloned over itself", o.order.Source)
	}
	return nil
}

// user returns whom the system says the caller is.
func user(sys system) string {
	for _, name := range []string{"USER", "LOGNAME"} {
		if value := sys.env(name); value != "" {
			return value
		}
	}
	return "the command line"
}
