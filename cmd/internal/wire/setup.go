package wire

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/ics"
	"github.com/refreshbot/refreshbot/rules"
)

// A setup is what of the configuration can change while the App runs: policy,
// tenants, people, mode and calendars. It is not changed itself: another takes its
// place, so that every decision rests on one alone.
type setup struct {
	config    *config.Config
	world     rules.World // but for what is stale
	house     bot.House
	calendars *ics.Calendars
	// certificate is what the vendors' server shows; nil: it speaks in the clear.
	certificate *tls.Certificate

	replaced context.Context // ends when another configuration takes its place
	replace  context.CancelFunc
}

// World returns what the rules know now.
func (a *App) World() rules.World {
	s := a.setup.Load()
	w := s.world
	w.Stale = stale(s.calendars.Health(), a.clock.Now(), s.config.Policy.Holidays.MaxAge)
	return w
}

// House returns how the bot is set up now.
func (a *App) House() bot.House { return a.setup.Load().house }

// newSetup makes a setup, with the local calendar files and the kept copies of the
// others. It writes to the log which of them can't be read.
func (a *App) newSetup(c *config.Config) (*setup, error) {
	calendars, err := openCalendars(c, ics.Config{Folder: copiesOf(c), Clock: a.clock})
	if err != nil {
		return nil, err
	}
	s := &setup{config: c, world: c.World(), calendars: calendars}
	if s.world.Calendar, err = c.CalendarWith(calendars.Imported()); err != nil {
		return nil, fmt.Errorf("build the calendar: %w", err)
	}
	if s.house, err = house(c); err != nil {
		return nil, err
	}
	if s.certificate, err = c.TLS.Pair(); err != nil {
		return nil, err
	}
	s.replaced, s.replace = context.WithCancel(context.Background())
	a.tellCalendars(make([]ics.Health, len(calendars.Health())), calendars.Health())
	return s, nil
}

// Reload reads the configuration again and puts in force what can change while the
// App runs; what can't is named in the log. Of a configuration that can't be taken
// every mistake is in the log and in the error, and the old one stays in force.
func (a *App) Reload() error {
	fresh, err := a.read()
	if err == nil {
		err = a.adopt(fresh)
	}
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			a.log.Error("configuration not taken", "mistake", line)
		}
		a.log.Warn("the old configuration stays in force")
		return err
	}
	a.log.Info("configuration read again", "policy", a.House().Policy)
	return nil
}

// adopt puts a configuration in force, less what the App was built with.
func (a *App) adopt(fresh *config.Config) error {
	built, next := a.config, *fresh
	next.Listen, next.AdminListen = built.Listen, built.AdminListen
	next.Store, next.Password = built.Store, built.Password
	next.Jira, next.Slack, next.Engine = built.Jira, built.Slack, built.Engine
	s, err := a.newSetup(&next)
	if err != nil {
		return err
	}
	if next.TLS.On() != built.TLS.On() {
		s.certificate = a.setup.Load().certificate // the listener is what it was
	}
	for _, part := range needRestart(built, fresh) {
		a.log.Warn("this change of the configuration needs a restart", "of", part)
	}
	a.setup.Swap(s).replace()
	a.Runner.Rouse()
	return nil
}

// needRestart names what differs between the configuration that an App was built
// with and another, and can't change while it runs.
func needRestart(built, fresh *config.Config) []string {
	var parts []string
	for _, part := range []struct {
		key      string
		old, new any
	}{
		{"listen", built.Listen, fresh.Listen},
		{"admin_listen", built.AdminListen, fresh.AdminListen},
		{"tls, on or off", built.TLS.On(), fresh.TLS.On()},
		{"store", built.Store, fresh.Store},
		{"password", built.Password, fresh.Password},
		{"jira", built.Jira, fresh.Jira},
		{"slack", built.Slack, fresh.Slack},
		{"policy.window, in Slack's forms", built.Policy.Window, fresh.Policy.Window},
		{"engine", built.Engine, fresh.Engine},
	} {
		if !reflect.DeepEqual(part.old, part.new) {
			parts = append(parts, part.key)
		}
	}
	return append(parts, movedDatabases(built, fresh)...)
}

// movedDatabases names the environments that the clone engine knows otherwise, or
// not at all.
func movedDatabases(built, fresh *config.Config) []string {
	known := map[string]clone.Environment{}
	for _, e := range environments(built) {
		known[e.Name] = e
	}
	var moved []string
	for _, e := range environments(fresh) {
		if was := known[e.Name]; was != e && cmp.Or(was.Database, e.Database) != "" {
			moved = append(moved, "environment "+e.Name+", in the clone engine")
		}
		delete(known, e.Name)
	}
	for name, e := range known {
		if e.Database != "" {
			moved = append(moved, "environment "+name+", in the clone engine")
		}
	}
	slices.Sort(moved)
	return moved
}

// heedHangups reads the configuration again whenever somebody asks for it.
func (a *App) heedHangups(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.hangup:
			_ = a.Reload() // it is in the log
		}
	}
}
