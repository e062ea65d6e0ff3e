package race_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/race"
)

// The process of a lap is this program again.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == race.RefreshArgument {
		if err := race.Refresh(context.Background(), os.Args[2:], os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A small race: everybody arrives, and what they bring is right.
func TestRun(t *testing.T) {
	var out strings.Builder
	r, err := race.Run(t.Context(), &out, race.Options{Megabytes: 1, Rounds: 1})
	require.NoError(t, err, out.String())
	require.Empty(t, r.Missed(), "of a small database nothing is asked but to be right")
	for _, line := range []string{"31 tasks", "nothing masked", "pg_restore", "TEMPLATE", "cp of the files", "engine's memory"} {
		require.Contains(t, out.String(), line)
	}
	t.Log("\n" + out.String())
}
