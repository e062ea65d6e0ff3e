package kill_test

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/kill"
	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/process"
)

// TestMain makes the test's own program the daemon where it is started as one, so
// that the race detector, if there is one, looks at the daemon too.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == process.Argument {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		if err := process.Run(ctx, os.Args[2:], os.Stderr); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// A few kills; `make kill` has hundreds.
func TestRun(t *testing.T) {
	for name, o := range map[string]kill.Options{
		"HTTP":        {Kills: 4, Tickets: 2, Seed: 4},
		"Socket Mode": {Kills: 1, Tickets: 1, Seed: 2, Socket: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			o.Dir = t.TempDir()
			r, err := kill.Run(t.Context(), &out, o)
			require.NoError(t, err, out.String())
			require.Empty(t, r.Violations)
			require.Equal(t, o.Kills, r.Kills)
			require.NotEmpty(t, r.Hits)
			require.Positive(t, r.Requests)
			log, err := os.ReadFile(filepath.Join(o.Dir, "bot.log"))
			require.NoError(t, err)
			require.NotContains(t, string(log), "DATA RACE")
		})
	}
}
