package stage

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// botURL is where the vendors find the bot.
const botURL = "http://bot.stage"

// errNobody is what the vendors meet with while no process is there.
var errNobody = errors.New("connection refused: no process is there")

// A door lets the vendors' calls into the process, inside this one.
type door struct {
	mu     sync.Mutex
	routes http.Handler // nil: nobody is there
}

func (d *door) open(routes http.Handler) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.routes = routes
}

func (d *door) close() { d.open(nil) }

// RoundTrip implements http.RoundTripper.
func (d *door) RoundTrip(r *http.Request) (*http.Response, error) {
	d.mu.Lock()
	routes := d.routes
	d.mu.Unlock()
	if routes == nil {
		return nil, errNobody
	}
	return slacksim.Transport(routes).RoundTrip(r)
}

// A link is Socket Mode: Slack behind a listener of this machine, and the process
// that listens to it. The zero one is none.
type link struct {
	server *http.Server
	at     string // host:port
	opened int    // links so far

	stop  context.CancelFunc // ends the process's listening
	ended chan error         // and what it ended with
	calls http.Transport     // to Slack
}

// linkTime bounds how long a link takes to come up or to end, of wall time.
const linkTime = 10 * time.Second

// listen puts Slack behind a listener.
func (l *link) listen(chat *slacksim.Server) error {
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	l.at = at.Addr().String()
	l.server = &http.Server{Handler: chat, ReadHeaderTimeout: linkTime}
	go func() { _ = l.server.Serve(at) }() // ends with Close
	return nil
}

func (l *link) apiURL() string { return "http://" + l.at + "/api/" }

// transport carries the process's calls to Slack: over the listener, or inside.
func (l *link) transport(chat *slacksim.Server) http.RoundTripper {
	if l.server == nil {
		return slacksim.Transport(chat)
	}
	return &l.calls
}

// connect lets a process listen and waits until Slack has its link.
func (l *link) connect(ctx context.Context, chat *slacksim.Server, listen func(context.Context) error) error {
	listening, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop, l.ended = stop, make(chan error, 1)
	go func() { l.ended <- listen(listening) }() // ends with stop
	ctx, cancel := context.WithTimeout(ctx, linkTime)
	defer cancel()
	l.opened++
	return chat.AwaitLink(ctx, l.opened)
}

// disconnect ends the process's listening and waits until Slack knows.
func (l *link) disconnect(chat *slacksim.Server) error {
	if l.stop == nil {
		return nil
	}
	l.stop()
	err := <-l.ended
	l.stop = nil
	ctx, cancel := context.WithTimeout(context.Background(), linkTime)
	defer cancel()
	return errors.Join(err, chat.AwaitNoLink(ctx))
}

// end closes the listener.
func (l *link) end() error {
	if l.server == nil {
		return nil
	}
	l.calls.CloseIdleConnections()
	return l.server.Close()
}
