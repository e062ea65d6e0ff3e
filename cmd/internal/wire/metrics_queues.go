package wire

import (
	"cmp"
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// A line is what waits for one ticket in a queue, by its first row.
type line struct{ since, due time.Time }

// mostLines bounds how much of a queue a scrape looks through.
const mostLines = 10_000

// ever is after everything that is due.
var ever = time.Date(2200, time.January, 1, 0, 0, 0, 0, time.UTC)

// collectQueues says how much waits in the inbox and the outbox, and since when.
func (g *gauges) collectQueues(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for queue, read := range map[string]func(context.Context) ([]line, error){"inbox": g.inbox, "outbox": g.outbox} {
		lines, err := read(ctx)
		if err != nil {
			continue // a store that can't be read says nothing
		}
		var oldest, next time.Time
		for _, l := range lines {
			oldest, next = earlier(oldest, l.since), earlier(next, cmp.Or(l.due, l.since))
		}
		for d, value := range map[*prometheus.Desc]float64{
			g.oldest: g.ago(oldest), g.overdue: g.ago(next), g.waiting: float64(len(lines)),
		} {
			to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, queue)
		}
	}
}

// inbox returns a line for each ticket with events that wait.
func (g *gauges) inbox(ctx context.Context) ([]line, error) {
	rows, err := g.app.Store.NextEvents(ctx, ever, mostLines)
	lines := make([]line, len(rows))
	for i, r := range rows {
		lines[i] = line{r.Received, r.Due}
	}
	return lines, err
}

// outbox returns a line for each ticket and vendor with messages that wait.
func (g *gauges) outbox(ctx context.Context) ([]line, error) {
	rows, err := g.app.Store.NextMessages(ctx, ever, mostLines)
	lines := make([]line, len(rows))
	for i, r := range rows {
		lines[i] = line{r.Queued, r.Due}
	}
	return lines, err
}

// earlier returns the earlier one of two instants of which the first may be none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
