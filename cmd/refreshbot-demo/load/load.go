package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/refreshbot/refreshbot/bot/runner"
)

// Options say how much there is to do. The zero value is not usable.
type Options struct {
	Rate    float64       // tickets and comments a second, together
	For     time.Duration // how long they come in
	Open    int           // tickets that are open before
	Ramp    bool          // raise the rate afterwards until replies fall behind
	Limited bool          // Slack limits the bot as the real one would
	Dir     string        // for the store; empty: a temporary folder
}

// A Report is what was measured.
type Report struct {
	Steady   Latencies
	Rate     float64 // that came in, by the clock
	Capacity float64 // the highest rate at which replies kept up; 0: not tried
}

// The ramp: each step comes in faster than the last, until the replies are late.
const (
	steeper    = 1.5
	stepLength = 5 * time.Second
	lateReply  = time.Second     // at the p99
	catchUp    = 2 * time.Second // for replies, after the last question
	drainPace  = 10 * time.Millisecond
	inHand     = 64 // questions at once while the desk is filled
)

// Run measures, and writes what it finds as it goes.
func Run(ctx context.Context, out io.Writer, o Options) (r Report, err error) {
	dir := o.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "refreshbot-load-"); err != nil {
			return r, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	s, err := openSite(ctx, setting{dir: dir, clock: runner.SystemClock{}, limited: o.Limited})
	if err != nil {
		return r, fmt.Errorf("set up the measurement: %w", err)
	}
	defer func() { err = errors.Join(err, s.close()) }()
	s.carry(ctx)
	m := measurement{site: s, out: out, traffic: newTraffic(s.desk, time.Now())}
	if err := m.fill(ctx, o.Open); err != nil {
		return r, err
	}
	fmt.Fprintf(out, "\n%8s %8s %9s %9s %8s %8s %8s %8s\n", "a second", "came in", "answered", "late", "p50", "p90", "p99", "max")
	r.Steady, r.Rate, err = m.step(ctx, o.Rate, o.For)
	if err != nil || !o.Ramp {
		return r, err
	}
	r.Capacity, err = m.ramp(ctx, o.Rate, r)
	if err == nil {
		fmt.Fprintf(out, "\nReplies keep up to %.0f tickets and comments a second (p99 below %s).\n", r.Capacity, lateReply)
	}
	return r, err
}

// A measurement is one Run.
type measurement struct {
	*site
	out     io.Writer
	traffic *traffic
}

// ask has a client file a ticket or write a comment.
func (m *measurement) ask(write func() string) {
	m.meter.ask(write)
	m.stir()
}

// fill files tickets as fast as they are answered.
func (m *measurement) fill(ctx context.Context, n int) error {
	began := time.Now()
	for filed := 0; filed < n; {
		batch := min(inHand, n-filed)
		for range batch {
			m.ask(m.traffic.file)
		}
		filed += batch
		if err := m.settle(ctx, time.Minute); err != nil {
			return fmt.Errorf("fill the desk: %w", err)
		}
		if late := m.meter.read().Unanswered; late > 0 {
			return fmt.Errorf("fill the desk: %d of %d tickets were not answered within a minute", late, batch)
		}
	}
	took := time.Since(began).Seconds()
	fmt.Fprintf(m.out, "%d tickets were filed and answered in %.1f s, %.0f a second.\n", n, took, float64(n)/max(took, 1e-9))
	return m.drain(ctx)
}

// drain waits until nothing is left to deal with or to send, such as cards.
func (m *measurement) drain(ctx context.Context) error {
	for {
		due, err := m.app.Store.NextDue(ctx)
		if err != nil || due.Event.IsZero() && due.Message.IsZero() {
			return err
		}
		if err := m.sleep(ctx, drainPace); err != nil {
			return err
		}
	}
}

// settle waits until nobody waits for a reply, or for a time at most.
func (m *measurement) settle(ctx context.Context, most time.Duration) error {
	select {
	case <-m.meter.quiet():
	case <-time.After(most):
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// step has tickets and comments come in by turns, evenly, and measures how they
// are answered. What falls behind because this machine is slow is made up for:
// the rate holds.
func (m *measurement) step(ctx context.Context, rate float64, length time.Duration) (Latencies, float64, error) {
	total := int(rate * length.Seconds())
	began := time.Now()
	for i := range total {
		due := began.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		if err := m.sleep(ctx, time.Until(due)); err != nil {
			return Latencies{}, 0, err
		}
		if i%2 == 0 {
			m.ask(m.traffic.file)
		} else {
			m.ask(m.traffic.comment)
		}
	}
	real := float64(total) / time.Since(began).Seconds()
	if err := m.settle(ctx, catchUp); err != nil {
		return Latencies{}, 0, err
	}
	l := m.meter.read()
	fmt.Fprintf(m.out, "%8.1f %8d %9d %9d %8s %8s %8s %8s\n", real, total, l.Answered, l.Unanswered, ms(l.P50), ms(l.P90), ms(l.P99), ms(l.Max))
	return l, real, nil
}

func (m *measurement) sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ramp raises the rate until replies fall behind, and returns the last rate at
// which they did not.
func (m *measurement) ramp(ctx context.Context, rate float64, before Report) (kept float64, err error) {
	for l, real := before.Steady, before.Rate; l.Unanswered == 0 && l.P99 <= lateReply; {
		kept = real
		rate *= steeper
		if l, real, err = m.step(ctx, rate, stepLength); err != nil {
			return kept, err
		}
	}
	return kept, nil
}

// ms writes a duration in milliseconds.
func ms(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}
