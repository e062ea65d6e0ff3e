package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/process"
	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/tenants"
	"github.com/refreshbot/refreshbot/integrations/clone/postgres/throwaway"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// opening is when the stories begin: a Tuesday on which nobody has a holiday, a
// week before one in Singapore.
var opening = time.Date(2026, time.August, 4, 2, 0, 0, 0, time.UTC)

// A stage is the world in which the stories take place.
type stage struct {
	ctx   context.Context
	out   *transcript
	dir   string
	keep  bool // dir is somebody's own
	clock *process.Clock
	desk  *jirasim.Server
	chat  *slacksim.Server
	bot   process.Bot
	apps  notified

	place   tenants.Place
	clients [2]client
	told    map[string]bool // the ids of what the bot wrote and the transcript told
	doors   doors
	end     []func() error // what close does, last first
}

// doors are the addresses of the stage's servers on this machine.
type doors struct {
	desk, chat, clock, apps, vendors, admin string // host:port
}

// newStage sets the stage in a folder, or in a temporary one where it is empty,
// with the clients' databases on files or on a PostgreSQL server of its own.
func newStage(ctx context.Context, out io.Writer, dir string, postgres bool) (s *stage, err error) {
	s = &stage{ctx: ctx, clock: process.NewClock(opening), dir: dir, keep: dir != "", told: map[string]bool{}}
	s.out = &transcript{out: out, now: s.clock.Now}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	steps := []func() error{s.openFolder, s.openDoors, s.furnish, s.configure, s.bot.Start}
	if postgres {
		steps = slices.Insert(steps, 1, s.openServer)
	}
	for _, set := range steps {
		if err := set(); err != nil {
			return s, err
		}
	}
	s.onClose(s.bot.Stop)
	return s, s.await("the bot to come up", func() bool { p, settled := s.clock.Pulse(); return settled && p.Idle })
}

func (s *stage) onClose(f func() error) { s.end = append(s.end, f) }

// close takes the stage down.
func (s *stage) close() error {
	var errs []error
	for i := len(s.end) - 1; i >= 0; i-- {
		errs = append(errs, s.end[i]())
	}
	s.end = nil
	return errors.Join(errs...)
}

func (s *stage) openFolder() (err error) {
	if s.keep {
		if s.dir, err = filepath.Abs(s.dir); err != nil {
			return err
		}
		return os.MkdirAll(s.dir, 0o700)
	}
	if s.dir, err = os.MkdirTemp("", "refreshbot-demo-"); err != nil {
		return err
	}
	s.onClose(func() error { return os.RemoveAll(s.dir) })
	return nil
}

// openServer starts a PostgreSQL server that nobody else has.
func (s *stage) openServer() error {
	server, err := throwaway.Start(s.ctx, throwaway.Options{})
	if err != nil {
		return err
	}
	s.onClose(server.Stop)
	s.place.Server = server
	fmt.Fprintf(s.out.out, "A PostgreSQL server of the demo's own is running in %s.\n", server.Folder())
	return nil
}

// openDoors puts the help center, Slack, the apps' listener and the clock on
// addresses of this machine, and finds two that the bot can have.
func (s *stage) openDoors() error {
	s.place.Folder = s.dir
	s.clients = clients(s.place)
	listeners := make([]net.Listener, 6)
	for i := range listeners {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("find a free address: %w", err)
		}
		listeners[i] = l
	}
	at := func(i int) string { return listeners[i].Addr().String() }
	s.doors = doors{desk: at(0), chat: at(1), clock: at(2), apps: at(3), vendors: at(4), admin: at(5)}
	listeners[4].Close()
	listeners[5].Close()

	s.desk = newHelpCenter(s.clock.Now, s.doors, s.clients)
	s.chat = newWorkspace(s.clock.Now)
	for i, h := range []http.Handler{s.desk, s.chat, s.clock, s.appListener()} {
		srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
		go func() { _ = srv.Serve(listeners[i]) }() // ends with Close
		s.onClose(srv.Close)
	}
	return s.deliverWebhooks()
}

// deliverWebhooks sends the help center's webhooks as they come up.
func (s *stage) deliverWebhooks() error {
	ctx, cancel := context.WithCancel(s.ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			if s.desk.Deliver() {
				s.clock.Stir()
				continue
			}
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
	}()
	s.onClose(func() error { cancel(); <-done; return nil })
	return nil
}

// furnish makes the sample tenants.
func (s *stage) furnish() error {
	begun := time.Now()
	if err := tenants.Create(s.ctx, s.place, s.clock.Now()); err != nil {
		return fmt.Errorf("make the sample tenants: %w", err)
	}
	fmt.Fprintf(s.out.out, "Two clients with four databases of about 50,000 rows each were made in %.1f s.\n", time.Since(begun).Seconds())
	return nil
}

// await waits, in real time, until something in the world is so.
func (s *stage) await(what string, so func() bool) error {
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-s.ctx.Done():
			return s.ctx.Err()
		case err := <-s.bot.Ended():
			return fmt.Errorf("the bot ended by itself while the demo waited for %s: %w", what, err)
		case <-deadline:
			return fmt.Errorf("waited 30 s for %s", what)
		case <-tick.C:
		}
	}
	return nil
}

// settle waits until only time can make something happen.
func (s *stage) settle() error { return s.await("the bot to have nothing in hand", s.idle) }

// idle reports whether only time can make something happen.
func (s *stage) idle() bool {
	p, settled := s.clock.Pulse()
	waiting, _ := s.desk.Pending()
	return settled && p.Idle && waiting == 0
}

// forward moves the clock from one due time to the next until something is so.
func (s *stage) forward(what string, so func() bool) error {
	for range 200 {
		err := s.await(what, func() bool { return so() || s.idle() })
		if err != nil || so() {
			return err
		}
		p, _ := s.clock.Pulse()
		if p.Next.IsZero() {
			return fmt.Errorf("nothing is due any more, and still waiting for %s", what)
		}
		s.clock.JumpTo(p.Next)
	}
	return fmt.Errorf("200 due times went by without %s", what)
}

// lastWords prints the end of the bot's log, for whoever has to find out what
// went wrong.
func (s *stage) lastWords() error {
	data, err := os.ReadFile(s.bot.Log)
	if err != nil {
		return err
	}
	const most = 4000
	if len(data) > most {
		data = data[len(data)-most:]
	}
	return fmt.Errorf("the end of the bot's log:\n%s", data)
}
