package wire

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/integrations/ics"
	"github.com/refreshbot/refreshbot/rules"
)

const (
	retryCalendars = 10 * time.Minute // after a failure, where that is sooner
	awaitCalendars = 15 * time.Second // for calendars that were never read, at the start
)

// World returns the world of a configuration for one command: with the local
// calendar files and the copies that a daemon keeps of the others. Nobody is
// asked. A file of which nothing can be had is a mistake of the configuration.
func World(c *config.Config, clock bot.Clock) (rules.World, error) {
	calendars, err := openCalendars(c, ics.Config{Folder: copiesOf(c), ReadOnly: true, Clock: clock})
	if err != nil {
		return rules.World{}, err
	}
	w := c.World()
	w.Stale = stale(calendars.Health(), clock.Now(), c.Policy.Holidays.MaxAge)
	if w.Calendar, err = c.CalendarWith(calendars.Imported()); err != nil {
		return rules.World{}, fmt.Errorf("build the calendar: %w", err)
	}
	return w, nil
}

// CheckCalendars reads the local calendar files. The error is of type
// [config.Mistakes] and names the event and the line of each mistake.
func CheckCalendars(c *config.Config, clock bot.Clock) error {
	_, err := openCalendars(c, ics.Config{ReadOnly: true, Clock: clock})
	return err
}

// ReadCalendars asks for every calendar, local or not, and says how each does. It
// keeps nothing of what it reads.
func ReadCalendars(ctx context.Context, c *config.Config, clock bot.Clock) (*ics.Calendars, error) {
	calendars, err := ics.Open(ics.Config{Sources: c.CalendarFiles(), Folder: copiesOf(c), ReadOnly: true, Clock: clock})
	if err == nil {
		_, _ = calendars.Reload(ctx) // what fails stands in Health
	}
	return calendars, err
}

// copiesOf returns the folder of the last good copies: beside the store, if that
// is a file.
func copiesOf(c *config.Config) string {
	path, found := strings.CutPrefix(string(c.Store), "bolt:")
	if !found {
		return ""
	}
	return filepath.Join(filepath.Dir(path), "calendars")
}

// openCalendars opens the calendars of a configuration. A local file that can't be
// read is a mistake where there is no good copy either.
func openCalendars(c *config.Config, cfg ics.Config) (*ics.Calendars, error) {
	cfg.Sources = c.CalendarFiles()
	calendars, err := ics.Open(cfg)
	if err != nil {
		return nil, fmt.Errorf("open the calendars: %w", err)
	}
	var unread config.Mistakes
	for i, h := range calendars.Health() {
		if cfg.Sources[i].Path != "" && h.Err != nil && h.Days == 0 {
			text := strings.ReplaceAll(h.Err.Error(), "\n", "; ")
			unread = append(unread, c.Amiss(fmt.Sprintf("policy.holidays.ics[%d]", i), text))
		}
	}
	return calendars, config.Merge(unread)
}

// stale returns the regions of which a calendar is too old, sorted, each since its
// oldest calendar was good.
func stale(health []ics.Health, now time.Time, maxAge time.Duration) []rules.Stale {
	var list []rules.Stale
	for _, h := range health {
		if !h.Stale(now, maxAge) {
			continue
		}
		list = append(list, rules.Stale{Region: strings.ToUpper(h.Region), Since: h.Loaded})
	}
	slices.SortFunc(list, func(a, b rules.Stale) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), a.Since.Compare(b.Since))
	})
	return slices.CompactFunc(list, func(a, b rules.Stale) bool { return a.Region == b.Region })
}

// CalendarsOnce reads every calendar again and puts in force what has changed. One
// that can't be read leaves in force what was.
func (a *App) CalendarsOnce(ctx context.Context) {
	s := a.setup.Load()
	before := s.calendars.Health()
	changed, _ := s.calendars.Reload(ctx) // what fails stands in Health
	if ctx.Err() != nil {
		return
	}
	a.tellCalendars(before, s.calendars.Health())
	if !changed {
		return
	}
	next, err := *s, error(nil)
	if next.world.Calendar, err = s.config.CalendarWith(s.calendars.Imported()); err != nil {
		a.log.Error("the old calendars stay in force", "error", err)
		return
	}
	a.setup.CompareAndSwap(s, &next) // else another configuration is in force, with calendars of its own
}

// tellCalendars writes to the log what became of each calendar, if anything did.
func (a *App) tellCalendars(before, after []ics.Health) {
	for i, h := range after {
		was, log := before[i], a.log.With("region", h.Region, "source", h.Source, "days", h.Days)
		switch {
		case h.Err != nil && (was.Err == nil || was.Err.Error() != h.Err.Error()):
			good := "never"
			if !h.Loaded.IsZero() {
				good = h.Loaded.UTC().Format(time.RFC3339)
			}
			log.Warn("calendar can't be read", "good", good, "error", h.Err)
		case h.Err == nil && was.Err != nil:
			log.Info("calendar can be read again")
		case h.Err == nil && h.Days != was.Days:
			log.Info("calendar read")
		}
	}
}

// keepCalendars reads the calendars at the start, whenever they are due, and when
// another configuration is put in force. It closes first when it has read them
// once.
func (a *App) keepCalendars(ctx context.Context, first chan struct{}) error {
	for ; ctx.Err() == nil; first = nil {
		s := a.setup.Load()
		a.CalendarsOnce(ctx)
		if first != nil {
			close(first)
		}
		a.restCalendars(ctx, s)
	}
	return nil
}

// restCalendars waits until the calendars of a setup are due, or another
// configuration takes its place.
func (a *App) restCalendars(ctx context.Context, s *setup) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.replaced, cancel)()
	health, every := s.calendars.Health(), s.config.Policy.Holidays.ReloadEvery
	if len(health) == 0 || every == 0 {
		<-ctx.Done()
		return
	}
	if slices.ContainsFunc(health, func(h ics.Health) bool { return h.Err != nil }) {
		every = min(every, retryCalendars)
	}
	_ = a.clock.Until(ctx, a.clock.Now().Add(every)) // an error is the end of the wait
}

// untilCalendars waits for the first reading of calendars of which there is no copy
// yet: the first tickets would be sent to the engineers for nothing. It does not
// wait for long.
func (a *App) untilCalendars(ctx context.Context, first <-chan struct{}) {
	unread := func(h ics.Health) bool { return h.Loaded.IsZero() }
	if !slices.ContainsFunc(a.setup.Load().calendars.Health(), unread) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, awaitCalendars)
	defer cancel()
	select {
	case <-first:
	case <-ctx.Done():
	}
}
