package load

import (
	"fmt"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

const (
	// clients is how many tenants there are, with two environments each.
	clients = 40
	// slots is how many windows a day are asked for, each two hours long.
	slots = 8
	// days is over how many days windows are spread.
	days = 30
)

func tenant(i int) string   { return fmt.Sprintf("T%02d", i%clients) }
func reporter(i int) string { return "Client of " + tenant(i) }

// A traffic is what clients write, one after another: tickets of four kinds, and
// comments on those that are open, one on each. Every one of them asks for
// exactly one public reply.
type traffic struct {
	desk  *jirasim.Server
	first time.Time // midnight of the first day that windows are asked for
	filed int
	open  []ticket // those nobody has commented on yet
}

// A ticket is one that was filed, with what its client would add.
type ticket struct{ key, reporter, more string }

func newTraffic(desk *jirasim.Server, now time.Time) *traffic {
	return &traffic{desk: desk, first: now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 8)}
}

// file files the next ticket and returns its key.
func (t *traffic) file() string {
	i := t.filed
	t.filed++
	name := tenant(i)
	// A tenant's tickets take turns through all windows that there are.
	turn := i / clients * 2
	a, b := t.window(turn), t.window(turn+1)
	head := fmt.Sprintf("Please refresh our test database.\n\n1. Source: %s_prod\n", name)
	target := fmt.Sprintf("2. Target: %s_test\n", name)
	lines, more := []string{head, target, "3. Window 1: " + a, "\nWindow 2: " + b, "\n4. No"}, "status"
	switch i % 4 {
	case 1: // the second window is missing
		lines[3], more = "", "Window 2: "+b
	case 2: // the target is
		lines[1], more = "", "The target is "+name+"_test."
	case 3: // both windows are on weekends
		lines[2], lines[3], more = "3. "+t.weekend(10), "\n"+t.weekend(14), "1 please"
	}
	key := t.desk.File(reporter(i), "Refresh of "+name+"_test", strings.Join(lines, ""))
	t.open = append(t.open, ticket{key, reporter(i), more})
	return key
}

// comment has a client add to an open ticket and returns its key; where every one
// has a comment already, a ticket is filed instead.
func (t *traffic) comment() string {
	if len(t.open) == 0 {
		return t.file()
	}
	next := t.open[0]
	t.open = t.open[1:]
	t.desk.Comment(next.key, next.reporter, next.more)
	return next.key
}

// window writes the n-th window, on weekdays.
func (t *traffic) window(n int) string {
	day := t.first
	for left := n / slots % days; left > 0 || isWeekend(day); day = day.AddDate(0, 0, 1) {
		if !isWeekend(day) {
			left--
		}
	}
	return written(day, 2+n%slots*2)
}

// weekend writes a window on the first Saturday.
func (t *traffic) weekend(hour int) string {
	day := t.first
	for day.Weekday() != time.Saturday {
		day = day.AddDate(0, 0, 1)
	}
	return written(day, hour)
}

func isWeekend(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}

func written(day time.Time, hour int) string {
	return fmt.Sprintf("%s %02d:00-%02d:00 UTC", day.Format("Monday 2 January 2006"), hour, hour+2)
}
