package wire

import (
	"context"
	"math"
	"net/http"
	"os"
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

	events, messages, steps, missed, seen, loops *prometheus.Desc

	oldest, overdue, waiting, runs *prometheus.Desc

	backup, room, size *prometheus.Desc

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
		steps:    desc("run_steps_total", "Steps of the clone engine that brought news."),
		missed:   desc("deadlines_missed_total", "Windows that went by without a start, and reminders that were not written in time.", "of"),
		seen:     desc("last_contact_timestamp_seconds", "Last good answer of each vendor, and the last good poll; missing: none since the start.", "of"),
		loops:    desc("loop_last_round_timestamp_seconds", "When each loop came round last.", "loop"),

		oldest:  desc("oldest_age_seconds", "Since when the oldest row of a queue is there, whether or not it is due; 0: the queue is empty.", "queue"),
		overdue: desc("overdue_seconds", "For how long the next row of a queue could have been dealt with; 0: nothing is due.", "queue"),
		waiting: desc("waiting_tickets", "Tickets for which something waits in a queue.", "queue"),
		runs:    desc("runs_open", "Runs of the clone engine that are not settled."),

		backup: desc("last_backup_timestamp_seconds", "When the last backup was taken of the store; missing: never."),
		room:   desc("store_disk_free_bytes", "Bytes that are free on the store's disk."),
		size:   desc("store_size_bytes", "Bytes of the store's file."),

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
	counters(g.missed, map[string]uint64{"start": s.MissedStarts, "reminder": s.MissedReminders})
	to <- prometheus.MustNewConstMetric(g.steps, prometheus.CounterValue, float64(s.Tasks))
	instants := func(d *prometheus.Desc, by map[string]time.Time) {
		for label, at := range by {
			if !at.IsZero() {
				to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(at.UnixMilli())/1000, label)
			}
		}
	}
	instants(g.seen, map[string]time.Time{"jira": s.DeskSeen, "slack": s.ChatSeen, "poll": s.Polled})
	instants(g.loops, g.app.Runner.LoopsSeen())
	g.collectCalendars(to)
	g.collectQueues(to)
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
		to <- prometheus.MustNewConstMetric(g.overdue, prometheus.GaugeValue, g.ago(due.Timer), "timers")
	}
	if file, err := os.Stat(storePath(g.app.config)); err == nil {
		to <- prometheus.MustNewConstMetric(g.size, prometheus.GaugeValue, float64(file.Size()))
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

// ago returns how many seconds ago an instant was; 0 for one that is to come, or
// none.
func (g *gauges) ago(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return max(0, g.app.clock.Now().Sub(at).Seconds())
}
