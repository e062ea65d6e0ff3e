package process

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
	"github.com/refreshbot/refreshbot/store"
)

// Argument makes a program the bot's process, where its main calls Run.
const Argument = "bot"

// Run is the bot's process: what `refreshbot serve` does, with the world's clock
// for the machine's. It ends when ctx does, or when there is no world any more.
func Run(ctx context.Context, args []string, log io.Writer) error {
	fs := flag.NewFlagSet(Argument, flag.ContinueOnError)
	path := fs.String("config", "", "the configuration")
	world := fs.String("clock", "", "URL of the world's clock")
	if err := fs.Parse(args); err != nil {
		return err
	}
	c, err := config.LoadFor(config.Serving, *path, os.Getenv)
	if err != nil {
		return err
	}
	b := &beater{url: *world, clock: &shifted{}}
	if err := b.beat(ctx, Pulse{}); err != nil { // the right time before anything else
		return err
	}
	const name = "refreshbot-demo"
	st, err := store.Open(string(c.Store), store.Options{Clock: b.clock, Program: name})
	if err != nil {
		return err
	}
	app, err := wire.Build(c, wire.Options{
		Clock: b.clock, Program: name, Store: telling{st, b.begins},
		Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelInfo})),
	})
	if err != nil {
		return err
	}
	b.app = app
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return app.Run(ctx) })
	g.Go(func() error { return b.run(ctx) })
	return errors.Join(g.Wait(), app.Close())
}

// A beater tells the world how the bot is, many times a second, and takes the
// world's time from the answer.
type beater struct {
	url   string
	clock *shifted
	app   *wire.App

	mu   sync.Mutex
	last Pulse
}

func (b *beater) run(ctx context.Context) error {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		p, err := b.feel(ctx)
		if err == nil {
			err = b.beat(ctx, p)
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// feel takes the bot's pulse from its store.
func (b *beater) feel(ctx context.Context) (p Pulse, err error) {
	agenda, err := b.app.Store.NextDue(ctx)
	if err != nil {
		return p, err
	}
	runs, err := b.app.Store.OpenRuns(ctx)
	if err != nil {
		return p, err
	}
	live, err := b.app.Store.Conversations(ctx, bot.Collecting, bot.Proposed, bot.Lapsed, bot.Confirmed, bot.Running, bot.Failed)
	if err != nil {
		return p, err
	}
	p.Live = len(live)
	p.Open = slices.ContainsFunc(live, func(c bot.Conversation) bool {
		return c.State == bot.Collecting || c.State == bot.Proposed || c.State == bot.Lapsed
	})
	p.Idle = agenda.Event.IsZero() && agenda.Message.IsZero() && len(runs) == 0
	p.Next, p.Due = agenda.Timer, agenda.Soonest()
	for _, r := range runs {
		p.Run = string(r.ID)
		if p.Task, err = b.done(ctx, r.ID); err != nil {
			return p, err
		}
		p.Back = r.Wish == bot.WishStop || r.Wish == bot.WishRollBack
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = p
	return p, nil
}

// begins tells of a task that a run begins now: most are over by the next pulse.
// Where there is no world any more, the next pulse will find out.
func (b *beater) begins(ctx context.Context, run bot.RunID, task string) {
	b.mu.Lock()
	p := b.last
	b.mu.Unlock()
	p.Run, p.Now, p.Idle = string(run), task, false
	_ = b.beat(ctx, p)
}

// done counts the tasks of a run that are done.
func (b *beater) done(ctx context.Context, id bot.RunID) (n int, err error) {
	report, err := b.app.Engine.Report(ctx, id)
	for _, t := range report.Tasks {
		if t.State == bot.TaskDone {
			n++
		}
	}
	return n, err
}

func (b *beater) beat(ctx context.Context, p Pulse) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask the world for the time: %w", err)
	}
	defer resp.Body.Close()
	var offset time.Duration
	if err := json.NewDecoder(resp.Body).Decode(&offset); err != nil {
		return fmt.Errorf("read the world's time: %w", err)
	}
	b.clock.set(offset)
	return nil
}
