package race

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// effort returns how long processors have worked so far for the server's sessions
// that are over, on Linux; 0 where the system does not tell. On a machine that
// does something else besides it says more than the clock.
func (t *track) effort() time.Duration {
	pid, err := os.ReadFile(filepath.Join(t.server.Folder(), "data", "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(pid), "\n")
	text, err := os.ReadFile(filepath.Join("/proc", first, "stat"))
	if err != nil {
		return 0
	}
	return ofChildren(string(text))
}

// quiet waits until every session has ended, so that its effort is known.
func (t *track) quiet(ctx context.Context) error {
	for {
		n, err := value[int](ctx, t, "postgres", `SELECT count(*)::int FROM pg_stat_activity
			WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`)
		if err != nil || n == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// ofChildren reads from a process's line in /proc how long its children have
// worked that it has waited for: the 16th and 17th fields, in hundredths. The
// second one, the name in brackets, may hold anything.
func ofChildren(stat string) (sum time.Duration) {
	const tick = time.Second / 100
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	for _, at := range []int{13, 14} {
		if at >= len(fields) {
			return 0
		}
		ticks, err := strconv.Atoi(fields[at])
		if err != nil {
			return 0
		}
		sum += time.Duration(ticks) * tick
	}
	return sum
}
