package slack

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/refreshbot/refreshbot/bot"
)

const (
	// pingsWithin is how long a link may be silent. Slack pings every few seconds.
	pingsWithin = 30 * time.Second
	// leaveWithin is how long Slack has to answer our goodbye.
	leaveWithin = 2 * time.Second
	// handsMost is how many deliveries are in hand at once.
	handsMost = 16

	firstWait = 500 * time.Millisecond
	longWait  = time.Minute
)

// errRefresh is Slack's wish to be called again.
var errRefresh = errors.New("slack asked to connect anew")

// Listen keeps a Socket Mode link until ctx ends, and connects anew whenever one
// breaks: at once where Slack asked for it, else after half a second that doubles
// up to a minute. It returns nil after what was in hand has been finished.
func (in *Intake) Listen(ctx context.Context) error {
	wait := firstWait
	for {
		greeted, err := in.link(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if greeted {
			wait = firstWait
		}
		if errors.Is(err, errRefresh) && greeted {
			continue
		}
		after := max(wait, retryAfter(err))
		in.client.config.Log.Warn("slack: no link", "again_in", after, "err", err)
		if in.client.config.Clock.Until(ctx, in.client.config.Clock.Now().Add(after)) != nil {
			return nil
		}
		wait = min(2*wait, longWait)
	}
}

func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*bot.Error](err); ok {
		return e.After
	}
	return 0
}

// link opens one link and serves it until it breaks. It reports whether Slack
// said hello, which is when a link counts as one.
func (in *Intake) link(ctx context.Context) (greeted bool, err error) {
	conn, err := in.client.dial(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close() //nolint:errcheck // what mattered was acknowledged before
	l := &link{conn: conn}
	l.listenForPings()
	defer context.AfterFunc(ctx, l.leave)()

	var hands sync.WaitGroup
	defer hands.Wait()
	free := make(chan struct{}, handsMost)
	for {
		var e envelope
		if err := conn.ReadJSON(&e); err != nil {
			return greeted, &bot.Error{Kind: bot.Unavailable, Op: "slack: read from link", Err: err}
		}
		switch e.Type {
		case "hello":
			greeted = true
		case "disconnect":
			return greeted, errRefresh
		default:
			free <- struct{}{}
			hands.Go(func() {
				in.serve(ctx, l, e)
				<-free
			})
		}
	}
}

// An envelope is one message of the link.
type envelope struct {
	Type    string          `json:"type"`
	ID      string          `json:"envelope_id"`
	Payload json.RawMessage `json:"payload"`
}

// serve takes in one delivery and acknowledges it. What was not kept is not
// acknowledged: Slack delivers events again, and shows a person whose click or
// command it was that it failed. What is not known is acknowledged, since
// delivering it again would not help.
func (in *Intake) serve(ctx context.Context, l *link, e envelope) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
	defer cancel()
	answer, err := in.open(ctx, e)
	if err != nil {
		in.client.config.Log.Error("slack: envelope not taken in", "type", e.Type, "envelope", e.ID, "err", err)
		if bot.KindOf(err) != bot.Invalid {
			return
		}
	}
	if err := l.acknowledge(e.ID, answer); err != nil {
		in.client.config.Log.Warn("slack: envelope not acknowledged", "envelope", e.ID, "err", err)
	}
}

// open takes in what is in an envelope.
func (in *Intake) open(ctx context.Context, e envelope) (any, error) {
	switch e.Type {
	case "events_api":
		return in.event(ctx, e.Payload)
	case "interactive":
		return in.interaction(ctx, e.Payload)
	case "slash_commands":
		w, err := decode[slashWire]("read slash command", e.Payload)
		if err != nil {
			return nil, err
		}
		return in.slash(ctx, w)
	}
	in.client.config.Log.Debug("slack: envelope of no interest", "type", e.Type)
	return nil, nil
}

// dial asks Slack where to connect and connects there.
func (c *Client) dial(ctx context.Context) (*websocket.Conn, error) {
	const op = "slack: open link"
	_, address, err := c.api.StartSocketModeContext(ctx)
	if err != nil {
		return nil, reading(op, err)
	}
	if !linkable(c.config.APIURL, address) {
		return nil, bot.Errorf(bot.Denied, op, "%s is not where slack.api_url would send us", address)
	}
	dialer := websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: c.config.HTTP.Timeout,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
	conn, answer, err := dialer.DialContext(ctx, address, nil)
	if answer != nil && answer.Body != nil {
		answer.Body.Close()
	}
	if err != nil {
		return nil, reading(op, err)
	}
	conn.SetReadLimit(maxBody)
	return conn, nil
}

// linkable reports whether a link's address is one that the API at base may name:
// Slack's own hosts, encrypted, for Slack; the same host for anything else, and
// encrypted where the API is.
func linkable(base, address string) bool {
	api, err := url.Parse(base)
	if err != nil {
		return false
	}
	link, err := url.Parse(address)
	if err != nil {
		return false
	}
	for _, domain := range []string{"slack.com", "slack-gov.com"} {
		if api.Hostname() == domain {
			return link.Scheme == "wss" && strings.HasSuffix(link.Hostname(), "."+domain)
		}
	}
	return link.Host == api.Host && (link.Scheme == "wss" || link.Scheme == "ws" && api.Scheme == "http")
}

// A link is one connection. Acknowledgements are written one at a time.
type link struct {
	conn *websocket.Conn

	write sync.Mutex

	mu      sync.Mutex
	leaving bool // the read deadline is for the goodbye and is not moved any more
}

// listenForPings gives the link up when Slack has not been heard for a while.
func (l *link) listenForPings() {
	l.extend()
	l.conn.SetPingHandler(func(data string) error {
		l.extend()
		deadline := time.Now().Add(leaveWithin)
		return l.conn.WriteControl(websocket.PongMessage, []byte(data), deadline)
	})
}

func (l *link) extend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.leaving {
		l.conn.NetConn().SetReadDeadline(time.Now().Add(pingsWithin)) //nolint:errcheck // reading notices
	}
}

// leave says goodbye, so that reading ends while what is in hand can still be
// acknowledged.
func (l *link) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.leaving = true
	deadline := time.Now().Add(leaveWithin)
	l.conn.NetConn().SetReadDeadline(deadline) //nolint:errcheck // reading notices
	goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	l.conn.WriteControl(websocket.CloseMessage, goodbye, deadline) //nolint:errcheck // we leave either way
}

// acknowledge tells Slack that an envelope was taken in, with an answer if there
// is one.
func (l *link) acknowledge(id string, answer any) error {
	if id == "" {
		return nil
	}
	l.write.Lock()
	defer l.write.Unlock()
	if err := l.conn.SetWriteDeadline(time.Now().Add(leaveWithin)); err != nil {
		return err
	}
	return l.conn.WriteJSON(struct {
		ID      string `json:"envelope_id"`
		Payload any    `json:"payload,omitempty"`
	}{id, answer})
}
