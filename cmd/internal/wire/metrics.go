package wire

import (
	"context"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/refreshbot/refreshbot/store"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// metrics returns the page that Prometheus reads.
func (a *App) metrics() http.Handler {
	reg := prometheus.NewRegistry()
	reg.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		newGauges(a),
	)
	return promhttp.HandlerFor(reg, promhttp.HandlerOpts{Registry: reg, MaxRequestsInFlight: scrapesAtOnce})
}

// gauges collects what the runner has counted and how the store stands. It reads
// both at every scrape and keeps nothing.
type gauges struct {
	app *App

	events, messages, seen, overdue, runs *prometheus.Desc

	backup, room *prometheus.Desc

	calendarAge, calendarFailed *prometheus.Desc
}

func newGauges(a *App) *gauges {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("refreshbot_"+name, help, labels, nil)
	}
	return &gauges{
		app:      a,
		events:   desc("events_total", "Events by what became of them.", "outcome"),
		messages: desc("messages_total", "Attempts to send a message by outcome.", "outcome"),
		seen:     desc("last_contact_timestamp_seconds", "Last good answer of each vendor, and the last good poll.", "of"),
		overdue:  desc("overdue_seconds", "How long the oldest due row of a queue has waited.", "queue"),
		runs:     desc("runs_open", "Runs of the clone engine that are not settled."),

		backup: desc("last_backup_timestamp_seconds", "When the last backup was taken of the store; missing: never."),
		room:   desc("store_disk_free_bytes", "Bytes that are free on the store's disk."),

		calendarAge:    desc("calendar_age_seconds", "Since when a calendar file was last confirmed; infinite: it was never read.", "region", "source"),
		calendarFailed: desc("calendar_failed", "1 where the last reading of a calendar file failed, else 0.", "region", "source"),
	}
}

// Describe implements prometheus.Collector.
func (g *gauges) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(g, to) }

// Collect implements prometheus.Collector.
func (g *gauges) Collect(to chan<- prometheus.Metric) {
	s := g.app.Runner.Stats()
	counters := func(d *prometheus.Desc, by map[string]uint64) {
		for label, n := range by {
			to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), label)
		}
	}
	counters(g.events, map[string]uint64{
		"received": s.Received, "duplicate": s.Duplicates, "found_by_poll": s.FoundByPoll,
		"decided": s.Decisions, "conflict": s.Conflicts, "put_off": s.PutOff, "panic": s.Panics,
	})
	counters(g.messages, map[string]uint64{
		"sent": s.Sent, "found": s.Found, "retried": s.Retried,
		"unknown": s.Unsure, "expired": s.Expired, "dead": s.Dead,
	})
	for of, at := range map[string]time.Time{"jira": s.DeskSeen, "slack": s.ChatSeen, "poll": s.Polled} {
		if !at.IsZero() {
			to <- prometheus.MustNewConstMetric(g.seen, prometheus.GaugeValue, float64(at.UnixMilli())/1000, of)
		}
	}
	g.collectCalendars(to)
	g.collectStore(to)
}

// collectCalendars says how old each calendar file is, and how its last reading
// went.
func (g *gauges) collectCalendars(to chan<- prometheus.Metric) {
	for _, h := range g.app.setup.Load().calendars.Health() {
		seconds, failed := math.Inf(1), 0.0
		if age, read := h.Age(g.app.clock.Now()); read {
			seconds = age.Seconds()
		}
		if h.Err != nil {
			failed = 1
		}
		region := strings.ToUpper(h.Region)
		to <- prometheus.MustNewConstMetric(g.calendarAge, prometheus.GaugeValue, seconds, region, h.Source)
		to <- prometheus.MustNewConstMetric(g.calendarFailed, prometheus.GaugeValue, failed, region, h.Source)
	}
}

// collectStore says how the store stands; one that can't be read says nothing.
func (g *gauges) collectStore(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if due, err := g.app.Store.NextDue(ctx); err == nil {
		for queue, at := range map[string]time.Time{"inbox": due.Event, "outbox": due.Message, "timers": due.Timer} {
			to <- prometheus.MustNewConstMetric(g.overdue, prometheus.GaugeValue, g.late(at), queue)
		}
	}
	if at, err := g.app.Store.Mark(ctx, store.LastBackup); err == nil && !at.IsZero() {
		to <- prometheus.MustNewConstMetric(g.backup, prometheus.GaugeValue, float64(at.Unix()))
	}
	if free, err := boltstore.Room(storePath(g.app.config)); err == nil {
		to <- prometheus.MustNewConstMetric(g.room, prometheus.GaugeValue, float64(free))
	}
	if runs, err := g.app.Store.OpenRuns(ctx); err == nil {
		to <- prometheus.MustNewConstMetric(g.runs, prometheus.GaugeValue, float64(len(runs)))
	}
}

// late returns for how many seconds something that is due at an instant waits.
func (g *gauges) late(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return max(0, g.app.clock.Now().Sub(at).Seconds())
}
