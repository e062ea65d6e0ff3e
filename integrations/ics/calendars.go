package ics

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules/calendar"
)

// The years around the present one that are read of a calendar.
const (
	yearsBack  = 2
	yearsAhead = 10
)

// Config says which calendars to keep.
type Config struct {
	Sources   []Source
	Folder    string            // of the last good copies; empty: none are kept
	ReadOnly  bool              // copies in the folder are read, and none is written
	Clock     bot.Clock         // says the year, and when a source was read
	Transport http.RoundTripper // nil: the network, with narrow limits
}

// Health is how one source does.
type Health struct {
	Region string
	Source string    // its name, as in messages
	Loaded time.Time // when what is in force was last confirmed; zero: never
	Days   int       // in force
	Err    error     // of the last attempt; nil if it was good
}

// Age returns how long ago the source last confirmed what is in force; ok is
// false if it never did.
func (h Health) Age(now time.Time) (age time.Duration, ok bool) {
	if h.Loaded.IsZero() {
		return 0, false
	}
	return max(0, now.Sub(h.Loaded)), true
}

// Stale reports whether the source was never read, or was last confirmed longer
// ago than maxAge. A maxAge of zero or less sets no limit to age.
func (h Health) Stale(now time.Time, maxAge time.Duration) bool {
	age, ok := h.Age(now)
	return !ok || maxAge > 0 && age > maxAge
}

// Calendars keeps the calendars of all sources. Its methods may be called at the
// same time; those that read never wait for a server.
type Calendars struct {
	folder   folder
	readOnly bool
	clock    bot.Clock
	client   *http.Client

	reload  sync.Mutex // one at a time
	mu      sync.Mutex // of what follows, never held over a call to a source
	entries []entry
}

// An entry is a source and what is in force of it.
type entry struct {
	source Source
	file   File
	loaded time.Time
	err    error
}

// Open returns the calendars of all sources as far as that takes no network:
// files are read, of addresses the last good copy. What a source lacks stands in
// [Calendars.Health]; the error is one of the configuration or the folder, and
// tells of all sources that can't be used.
func Open(cfg Config) (*Calendars, error) {
	c := &Calendars{folder: folder(cfg.Folder), readOnly: cfg.ReadOnly, clock: cfg.Clock, client: newClient(cfg.Transport)}
	var errs []error
	for i, s := range cfg.Sources {
		if err := s.check(); err != nil {
			errs = append(errs, fmt.Errorf("calendar %d (%s): %w", i+1, s, err))
		}
		c.entries = append(c.entries, entry{source: s})
	}
	if len(cfg.Sources) > 0 && !cfg.ReadOnly {
		errs = append(errs, c.folder.create())
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for i, e := range c.entries {
		c.entries[i] = c.restore(e)
	}
	return c, nil
}

// Reload reads every source again, one after the other. Changed says whether any
// day did. What can't be read leaves in force what was, and is in the error,
// which names every such source; the kind of the first is that of the error.
func (c *Calendars) Reload(ctx context.Context) (changed bool, err error) {
	c.reload.Lock()
	defer c.reload.Unlock()
	var errs []error
	for i, was := range c.snapshot() {
		now := c.read(ctx, was)
		if now.err != nil {
			errs = append(errs, now.err)
		}
		changed = changed || !reflect.DeepEqual(was.file, now.file)
		c.mu.Lock()
		c.entries[i] = now
		c.mu.Unlock()
	}
	return changed, errors.Join(errs...)
}

// restore returns an entry with what can be had without the network.
func (c *Calendars) restore(e entry) entry {
	kept, err := c.folder.load(e.source.key())
	if err == nil && kept != nil {
		e, err = c.take(e, kept, kept.Checked)
	}
	e.err = named(e.source, err)
	if e.source.Path != "" {
		return c.read(context.Background(), e)
	}
	return e
}

// read returns an entry with what its source says now, or as it was, with the
// error.
func (c *Calendars) read(ctx context.Context, was entry) entry {
	now := c.clock.Now()
	fresh, err := c.get(ctx, was)
	if err != nil {
		was.err = named(was.source, err)
		return was
	}
	next, err := c.take(was, fresh, now)
	if err == nil && !c.readOnly {
		fresh.Checked = now
		err = c.folder.save(was.source.key(), fresh) // what is read is in force, kept or not
	}
	next.err = named(was.source, err)
	return next
}

// get returns what a source says. A server is told what is in force, and only
// that: a copy that can't be read is fetched again.
func (c *Calendars) get(ctx context.Context, was entry) (*stored, error) {
	if was.source.Path != "" {
		return readFile(was.source.Path)
	}
	var last *stored
	if !was.loaded.IsZero() {
		last, _ = c.folder.load(was.source.key()) // without it all is asked for
	}
	return fetch(ctx, c.client, was.source, last)
}

// take returns an entry with a calendar in force that was confirmed at a time, or
// as it was, with an error.
func (c *Calendars) take(e entry, copied *stored, confirmed time.Time) (entry, error) {
	year := c.clock.Now().Year()
	file, err := Parse(bytes.NewReader(copied.Body), Years{First: year - yearsBack, Last: year + yearsAhead}, e.source.Zone)
	if err != nil {
		return e, bot.Errorf(bot.Invalid, "read calendar", "%w", err)
	}
	e.file, e.loaded = file, confirmed
	return e, nil
}

// named adds the source to an error, and keeps its kind.
func named(s Source, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("calendar of %s from %s: %w", s.Region, s, err)
}

func (c *Calendars) snapshot() []entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.entries)
}

// Imported returns what is in force, in the order of the sources. The days are
// shared: they must not be changed.
func (c *Calendars) Imported() []calendar.Imported {
	var all []calendar.Imported
	for _, e := range c.snapshot() {
		if len(e.file.Days) > 0 {
			all = append(all, calendar.Imported{Region: e.source.Region, Days: e.file.Days, Through: e.file.Through})
		}
	}
	return all
}

// Health returns how each source does, in their order.
func (c *Calendars) Health() []Health {
	var all []Health
	for _, e := range c.snapshot() {
		all = append(all, Health{
			Region: e.source.Region, Source: e.source.String(),
			Loaded: e.loaded, Days: len(e.file.Days), Err: e.err,
		})
	}
	return all
}

// Stale returns the regions, in capitals and sorted, of which a source is stale;
// see [Health.Stale].
func (c *Calendars) Stale(now time.Time, maxAge time.Duration) []string {
	var regions []string
	for _, h := range c.Health() {
		if h.Stale(now, maxAge) {
			regions = append(regions, strings.ToUpper(h.Region))
		}
	}
	slices.Sort(regions)
	return slices.Compact(regions)
}
