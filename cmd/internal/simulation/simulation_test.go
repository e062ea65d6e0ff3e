package simulation_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/simulation"
)

var (
	seeds  = flag.Int("seeds", few, "how many seeds TestSimulation plays")
	first  = flag.Uint64("first", 1, "the first of them")
	seed   = flag.Uint64("seed", 0, "the one seed that TestSimulation plays, with its story")
	enough = flag.Bool("enough", false, "end with the first seed that breaks something")
)

// TestSimulation plays the main job under faults, as many seeds at once as there
// are processors.
func TestSimulation(t *testing.T) {
	town, err := simulation.NewTown(t.Context(), fast(t))
	require.NoError(t, err)
	if *seed != 0 {
		o, err := play(t.Context(), town, *seed)
		t.Logf("\n%s", o.Story)
		judge(t, *seed, o, err)
		return
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // plays are small, and make much that is garbage at once
	began := time.Now()
	var next, copies, stormy, restored atomic.Int64
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for n := next.Add(1); n <= int64(*seeds) && !(*enough && t.Failed()); n = next.Add(1) {
				number := *first + uint64(n) - 1
				o, err := play(t.Context(), town, number)
				judge(t, number, o, err)
				copies.Add(int64(o.Clones))
				stormy.Add(int64(o.Stormy))
				restored.Add(int64(o.Faults["backup restored"]))
			}
		})
	}
	all.Wait()
	t.Logf("%.0f seeds a minute; %d clones, %d of them in a storm; %d backups restored",
		float64(*seeds)/time.Since(began).Minutes(), copies.Load(), stormy.Load(), restored.Load())
	require.NotZero(t, copies.Load(), "nothing was cloned: nothing was proved")
}

// play plays a seed in a folder of its own.
func play(ctx context.Context, town *simulation.Town, n uint64) (o simulation.Outcome, err error) {
	folder, err := os.MkdirTemp(memory(), "refreshbot-simulation-")
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	return town.Play(ctx, simulation.Script{Seed: n, Folder: folder, Tell: n == *seed})
}

// judge says what a seed has broken, and how to see it again.
func judge(t *testing.T, n uint64, o simulation.Outcome, err error) {
	var wrong []string
	for _, v := range o.Violations {
		wrong = append(wrong, v.String())
	}
	if err != nil {
		wrong = append(wrong, err.Error())
	}
	if len(wrong) > 0 {
		t.Errorf("seed %d:\n%s\nplay it again with: go test ./cmd/internal/simulation -run Simulation -v -args -seed %d", n, strings.Join(wrong, "\n"), n)
	}
}

// fast returns a folder of the test's own, in memory where the machine has such a
// place.
func fast(t *testing.T) string {
	folder, err := os.MkdirTemp(memory(), "refreshbot-town-")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	return filepath.Clean(folder)
}

// memory is where files are kept in memory; "" where the machine has no such place.
func memory() string {
	const memory = "/dev/shm"
	if _, err := os.Stat(memory); err != nil {
		return ""
	}
	return memory
}

// A seed that is played again takes the same course.
func TestSeedReplays(t *testing.T) {
	town, err := simulation.NewTown(t.Context(), fast(t))
	require.NoError(t, err)
	var stories [2]string
	for i := range stories {
		o, err := town.Play(t.Context(), simulation.Script{Seed: 4, Folder: fast(t), Tell: true})
		require.NoError(t, err)
		stories[i] = o.Story
	}
	require.Equal(t, stories[0], stories[1])
	require.Greater(t, strings.Count(stories[0], "\n"), 100, fmt.Sprint("a story of seed 4:\n", stories[0]))
}
