package wire

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/rules/calendar"
)

// A Finding is what Doctor found of one part.
type Finding struct {
	Part    string // "jira", "engine"
	About   string // what was looked at, for people
	Missing string // what to mend; empty: it is as it should be
	Beware  string // what to be sure of, where it may well be meant so
}

// examination is how long Doctor looks at one part at most.
const examination = 30 * time.Second

// Doctor connects to everything that a configuration names and says what it found,
// part by part. It changes nothing at the vendors and in the databases.
func Doctor(ctx context.Context, c *config.Config, o Options) []Finding {
	a := &App{config: c, carriers: carriersOf(o), clock: o.Clock, log: o.Log}
	var all []Finding
	for _, look := range []func(context.Context) []Finding{
		a.examineDoors, a.examineDesk, a.examineChat,
		func(ctx context.Context) []Finding { return a.examineStore(ctx, o) },
		a.examineEngine, a.examineCalendars,
	} {
		ctx, cancel := context.WithTimeout(ctx, examination)
		all = append(all, look(ctx)...)
		cancel()
	}
	return all
}

// findings turns what is missing into findings, or says that nothing is.
func findings(part, about string, missing []string) []Finding {
	if len(missing) == 0 {
		return []Finding{{Part: part, About: about}}
	}
	all := make([]Finding, len(missing))
	for i, m := range missing {
		all[i] = Finding{Part: part, About: about, Missing: strings.TrimPrefix(m, part+": ")}
	}
	return all
}

func (a *App) examineDesk(ctx context.Context) []Finding {
	about := a.config.Jira.URL + ", project " + a.config.Jira.Project
	desk, err := a.desk()
	if err != nil {
		return findings("jira", about, []string{err.Error()})
	}
	return findings("jira", about, desk.Doctor(ctx))
}

func (a *App) examineChat(ctx context.Context) []Finding {
	missing, err := a.chat().Check(ctx)
	if err != nil {
		missing = append(missing, err.Error())
	}
	return findings("slack", "channel "+a.config.Slack.Channel, missing)
}

// unread stands in for a journal where none is read: a forecast looks at the
// databases alone.
type unread struct{ bot.Runs }

// PastRuns knows of none.
func (unread) PastRuns(context.Context, string, int) ([]bot.Run, error) { return nil, nil }

// examineEngine opens every database that has a driver, as source or as target,
// and holds it against the profile.
func (a *App) examineEngine(ctx context.Context) []Finding {
	if a.config.Engine.Runner == config.Manual {
		return findings("engine", "clones are made by hand", nil)
	}
	engine, err := Engine(a.config, unread{}, a.clock)
	if err != nil {
		return findings("engine", "", []string{err.Error()})
	}
	var all []Finding
	for _, t := range a.config.Tenants {
		for _, order := range pairs(t) {
			f, err := engine.Forecast(ctx, order)
			about := order.Source + " over " + order.Target
			if err != nil && bot.KindOf(err) != bot.NotFound {
				f.Missing = append(f.Missing, err.Error())
			} else if err != nil {
				about += ", by hand: no driver"
			}
			all = append(all, findings("engine", about, f.Missing)...)
		}
	}
	return all
}

// pairs returns orders in which each of a tenant's databases takes part: from
// production, or else the first, to each of the others.
func pairs(t config.Tenant) (orders []bot.RunOrder) {
	with := slices.DeleteFunc(slices.Clone(t.Environments), func(e config.Environment) bool { return e.Database == "" })
	from := max(0, slices.IndexFunc(with, func(e config.Environment) bool { return e.Role == "production" }))
	for i, e := range with {
		if i != from {
			orders = append(orders, bot.RunOrder{Source: with[from].Name, Target: e.Name, GoLive: e.Role == "production"})
		}
	}
	return orders
}

// examineCalendars asks for every calendar file, and looks how far ahead the
// holidays of every region are known: a window beyond needs an approval of its own.
func (a *App) examineCalendars(ctx context.Context) []Finding {
	holidays, all := a.examineFiles(ctx)
	regions := slices.Clone(a.config.Policy.DeskRegions)
	for _, t := range a.config.Tenants {
		regions = append(regions, t.Regions...)
	}
	slices.Sort(regions)
	horizon := calendar.DateOf(a.clock.Now().Add(a.config.World().Policy.Suggest.Horizon))
	for _, r := range slices.Compact(regions) {
		_, last, known := holidays.Years(r)
		about, missing := fmt.Sprintf("holidays of %s, known to the end of %d", r, last), []string(nil)
		if !known || !holidays.Covered(r, horizon) {
			missing = append(missing, fmt.Sprintf(
				"the holidays of %s on %s, up to which windows are suggested: install a newer program, or give them in policy.holidays", r, horizon))
		}
		all = append(all, findings("calendar", about, missing)...)
	}
	return all
}

// examineFiles asks for every calendar file, and returns the holidays that are
// known with those that answer and the copies of those that don't.
func (a *App) examineFiles(ctx context.Context) (*calendar.Calendar, []Finding) {
	files, err := ReadCalendars(ctx, a.config, a.clock)
	if err != nil {
		return a.config.Calendar(), findings("calendar", "calendar files", []string{err.Error()})
	}
	var all []Finding
	for _, h := range files.Health() {
		about, missing := fmt.Sprintf("%s from %s, never read", h.Region, h.Source), []string(nil)
		if age, read := h.Age(a.clock.Now()); read {
			about = fmt.Sprintf("%s from %s, days: %d, read %s ago", h.Region, h.Source, h.Days, age.Round(time.Second))
		}
		if h.Err != nil {
			missing = []string{h.Err.Error()}
		}
		all = append(all, findings("calendar", about, missing)...)
	}
	holidays, err := a.config.CalendarWith(files.Imported())
	if err != nil {
		return a.config.Calendar(), append(all, findings("calendar", "calendar files", []string{err.Error()})...)
	}
	return holidays, all
}
