package runner_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// promptDesk tells when a reply arrives.
type promptDesk struct {
	*desk
	arrived chan bool
}

func (d promptDesk) Reply(ctx context.Context, t bot.TicketKey, key bot.EffectKey, text bot.PublicText) (bot.RemoteID, error) {
	id, err := d.desk.Reply(ctx, t, key, text)
	d.arrived <- true
	return id, err
}

// BenchmarkAnswer measures the way from a webhook to its reply, on a store that
// syncs, but for the vendors' own time.
func BenchmarkAnswer(b *testing.B) {
	clock := runner.SystemClock{}
	store, err := boltstore.Open(filepath.Join(b.TempDir(), "store.db"), boltstore.Options{Clock: clock})
	require.NoError(b, err)
	defer func() { require.NoError(b, store.Close()) }()
	d, w := promptDesk{newDesk(clock), make(chan bool)}, newRules(b)
	r := runner.New(runner.Config{
		Store: store, Desk: d, Chat: &chat{clock: clock}, Clock: clock, World: func() rules.World { return w },
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	ctx, stop := context.WithCancel(b.Context())
	var running sync.WaitGroup
	running.Go(func() { require.NoError(b, r.Run(ctx)) })
	defer running.Wait()
	defer stop()
	require.NoError(b, r.Begin(ctx))

	took := make([]time.Duration, b.N)
	for i := range took {
		key := bot.TicketKey(fmt.Sprint("HELP-", i+1))
		d.file(key, bot.Person{Jira: "ann", Email: "ann@abcd.example"}, "Please refresh.\nSource: ABCD_prod\nTarget: ABCD_test\n")
		began := time.Now()
		_, err := r.Receive(ctx, bot.Event{ID: string(key), Kind: bot.TicketTouched, Ticket: key, At: began})
		require.NoError(b, err)
		<-d.arrived
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
