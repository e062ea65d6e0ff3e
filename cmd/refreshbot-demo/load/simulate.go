package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/process"
)

// A Simulation says for how long, and how much of it. The zero value is not
// usable.
type Simulation struct {
	For     time.Duration // by the simulated clock, in whole hours
	Tickets int           // a day
	Dir     string        // for the store; empty: a temporary folder
}

// morning is when a simulation begins: a Tuesday. On none of the days that windows
// are asked for is a holiday, nor are clocks changed: every hour is like the last.
var morning = time.Date(2026, time.March, 10, 0, 0, 0, 0, time.UTC)

// What becomes of a ticket: its client adds what is missing, an engineer approves,
// the client cancels after all; and soon after that everybody forgets it, so that a
// day shows what months would.
const (
	addsAfter    = 10 * time.Minute
	decidesAfter = 30 * time.Minute
	cancelsAfter = 2 * time.Hour
	keptFor      = time.Hour     // by the product, once it is over
	archived     = 4 * time.Hour // by the vendors
	remembered   = 2 * time.Hour // the ids of its events, by the product
)

// Simulate plays a busy desk, and writes what the process holds at the end of each
// hour as it goes.
func Simulate(ctx context.Context, out io.Writer, o Simulation) (c Course, err error) {
	dir := o.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "refreshbot-load-"); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	d := day{clock: process.NewClock(morning), pause: 24 * time.Hour / time.Duration(o.Tickets)}
	if d.site, err = openSite(ctx, setting{dir: dir, clock: d.clock, hasty: true}); err != nil {
		return nil, fmt.Errorf("set up the simulation: %w", err)
	}
	defer func() { err = errors.Join(err, d.close()) }()
	d.traffic = newTraffic(d.desk, morning)
	fmt.Fprintf(out, "%5s %9s %9s %10s %9s %9s %9s\n", "hour", "heap kB", "system kB", "goroutines", "store kB", "requests", "sent")
	for n := range int(o.For / time.Hour) {
		if err := d.hour(ctx, morning.Add(time.Duration(n+1)*time.Hour)); err != nil {
			return c, err
		}
		h, err := d.measure(ctx)
		if err != nil {
			return c, err
		}
		c = append(c, h)
		fmt.Fprintf(out, "%5d %9d %9d %10d %9d %9d %9d\n", n+1, h.Heap>>10, h.System>>10, h.Goroutines, h.Store>>10, h.Open, h.Sent)
	}
	return c, nil
}

// A day is one Simulation.
type day struct {
	*site
	clock   *process.Clock
	traffic *traffic
	pause   time.Duration // between two tickets
	filed   []filed       // those that are not archived yet, oldest first
	next    time.Time     // when the next one is filed
}

// A filed is a ticket with what was done about it.
type filed struct {
	ticket
	at                       time.Time
	added, decided, canceled bool
}

// hour plays on until an instant, from one thing that is due to the next.
func (d *day) hour(ctx context.Context, end time.Time) error {
	for d.clock.Now().Before(end) {
		d.act()
		if err := d.rest(ctx); err != nil {
			return err
		}
		until := end
		agenda, err := d.app.Store.NextDue(ctx)
		if err != nil {
			return err
		}
		for _, at := range []time.Time{d.next, agenda.Soonest()} {
			if !at.IsZero() && at.Before(until) {
				until = at
			}
		}
		d.clock.JumpTo(until) // what is due by now is seen to first
	}
	for ctx.Err() == nil {
		n, err := d.app.Store.Forget(ctx, end.Add(-keptFor), end, 200)
		if n == 0 || err != nil {
			return err
		}
	}
	return ctx.Err()
}

// act has everybody do what is due.
func (d *day) act() {
	now := d.clock.Now()
	for ; !d.next.After(now); d.next = now.Add(d.pause) {
		d.traffic.file()
		d.filed = append(d.filed, filed{ticket: d.traffic.open[0], at: now})
		d.traffic.open = nil
	}
	for i := range d.filed {
		d.follow(&d.filed[i], now)
	}
	d.filed = slices.DeleteFunc(d.filed, func(f filed) bool {
		old := now.Sub(f.at) >= archived
		if old {
			d.desk.Forget(f.key)
		}
		return old
	})
	d.chat.Channel(channel).Forget(now.Add(-archived))
}

// follow has one thing done about a ticket, if its time has come.
func (d *day) follow(f *filed, now time.Time) {
	switch age := now.Sub(f.at); {
	case age >= addsAfter && !f.added:
		f.added = true
		d.desk.Comment(f.key, f.reporter, f.more)
	case age >= decidesAfter && !f.decided:
		f.decided = true
		d.approve(f.key)
	case age >= cancelsAfter && !f.canceled:
		f.canceled = true
		d.desk.Comment(f.key, f.reporter, "cancel")
	}
}

// rest delivers webhooks and waits, in real time, until nothing is in hand.
func (d *day) rest(ctx context.Context) error {
	for ctx.Err() == nil {
		for d.desk.Deliver() {
		}
		agenda, err := d.app.Store.NextDue(ctx)
		if err != nil {
			return err
		}
		now := d.clock.Now()
		waiting, webhook := d.desk.Pending()
		if !agenda.Due(now) && (waiting == 0 || webhook.After(now)) {
			return nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Millisecond):
		}
	}
	return ctx.Err()
}

// approve presses the first button of a ticket's card, if that approves.
func (d *day) approve(key string) {
	for _, m := range slices.Backward(d.chat.Channel(channel).Messages()) {
		if labels := m.Buttons(); strings.HasPrefix(m.Header(), key+":") && len(labels) > 0 {
			_, _ = m.Click(approver, labels[0]) // who is not heard tries no more
			return
		}
	}
}

// measure tells what the process holds.
func (d *day) measure(ctx context.Context) (h Hour, err error) {
	for range 2 { // what the first collection finishes the second one frees
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	h = Hour{Heap: m.HeapAlloc, System: m.Sys, Goroutines: runtime.NumGoroutine(), Sent: d.app.Runner.Stats().Sent}
	file, err := d.store.Check(ctx, false)
	if err != nil {
		return h, err
	}
	h.Store = file.Bytes / int64(file.Pages+file.Free) * int64(file.Pages)
	all, err := d.app.Store.Conversations(ctx)
	for _, c := range all {
		if c.State != bot.Silent {
			h.Open++
		}
	}
	return h, err
}
