package slacksim

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// pingEvery is how often a link is pinged, of wall time.
const pingEvery = 5 * time.Second

// A link is one open Socket Mode connection.
type link struct {
	conn *websocket.Conn
	mu   sync.Mutex // of writing
	acks map[string]chan json.RawMessage
	gone chan struct{}
}

// openLink says where to connect.
func (s *Server) openLink(c call) (fields, *refusal) {
	return fields{"url": "ws://" + c.host + "/link?ticket=" + s.name("L")}, nil
}

// serveLink is a connection's life.
func (s *Server) serveLink(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // it has answered
	}
	l := &link{conn: conn, acks: map[string]chan json.RawMessage{}, gone: make(chan struct{})}
	defer s.dropLink(l)
	if l.send(fields{
		"type": "hello", "num_connections": 1,
		"debug_info":      fields{"host": "applink-sim", "build_number": 1, "approximate_connection_time": 18060},
		"connection_info": fields{"app_id": appID},
	}) != nil {
		return
	}
	s.addLink(l)
	go l.ping()
	for {
		var ack struct {
			ID      string          `json:"envelope_id"`
			Payload json.RawMessage `json:"payload"`
		}
		if conn.ReadJSON(&ack) != nil {
			return
		}
		l.acknowledged(ack.ID, ack.Payload)
	}
}

func (s *Server) addLink(l *link) {
	s.outward.mu.Lock()
	defer s.outward.mu.Unlock()
	s.outward.links = append(s.outward.links, l)
	s.outward.opened++
	s.outward.changed.Broadcast()
}

func (s *Server) dropLink(l *link) {
	s.outward.mu.Lock()
	s.outward.links = slices.DeleteFunc(s.outward.links, func(o *link) bool { return o == l })
	s.outward.changed.Broadcast()
	s.outward.mu.Unlock()
	close(l.gone)
	l.conn.Close() //nolint:errcheck // it is over
}

// ping keeps the other side from believing that the link is dead. It ends with
// the link.
func (l *link) ping() {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-l.gone:
			return
		case <-tick.C:
			deadline := time.Now().Add(time.Second)
			l.conn.WriteControl(websocket.PingMessage, []byte("sim"), deadline) //nolint:errcheck // reading notices
		}
	}
}

// send writes one message; a connection takes one writer at a time.
func (l *link) send(v any) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn.WriteJSON(v)
}

// acknowledged hands an acknowledgement to whoever waits for it. One that is late,
// or of nothing, is dropped.
func (l *link) acknowledged(id string, payload json.RawMessage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if waiting, ok := l.acks[id]; ok {
		delete(l.acks, id)
		waiting <- payload
	}
}

// deliverThroughLink sends an envelope through the newest link and waits for its
// acknowledgement.
func (s *Server) deliverThroughLink(d *delivery) (Ack, error) {
	s.outward.mu.Lock()
	links := slices.Clone(s.outward.links)
	s.outward.mu.Unlock()
	if len(links) == 0 {
		return Ack{}, errors.New("slacksim: the bot has no link open and no URL for deliveries")
	}
	l := links[len(links)-1]
	s.mu.Lock()
	id := s.name("E")
	s.mu.Unlock()
	answer := make(chan json.RawMessage, 1)
	l.mu.Lock()
	l.acks[id] = answer
	l.mu.Unlock()
	err := l.send(fields{
		"type": d.kind, "envelope_id": id, "payload": json.RawMessage(d.payload),
		"accepts_response_payload": d.kind != "events_api", "retry_attempt": d.retries,
	})
	if err != nil {
		return Ack{}, err
	}
	return l.wait(answer, s.options.AckWithin), nil
}

// wait waits for an acknowledgement as long as Slack would. None at all is an Ack
// that is not OK.
func (l *link) wait(answer <-chan json.RawMessage, within time.Duration) Ack {
	timeout := time.NewTimer(within)
	defer timeout.Stop()
	select {
	case payload := <-answer:
		return Ack{OK: true, Body: payload}
	case <-l.gone:
		return Ack{}
	case <-timeout.C:
		return Ack{}
	}
}

// Envelope sends an envelope of any type and content through the socket.
func (s *Server) Envelope(kind string, payload any) (Ack, error) {
	return s.deliverThroughLink(&delivery{kind: kind, payload: marshal(payload)})
}

// AwaitLink returns when the bot has a link open and has opened n in all.
func (s *Server) AwaitLink(ctx context.Context, n int) error {
	return s.outward.await(ctx, func() bool { return s.outward.opened >= n && len(s.outward.links) > 0 })
}

// AwaitNoLink returns when the bot has no link open.
func (s *Server) AwaitNoLink(ctx context.Context) error {
	return s.outward.await(ctx, func() bool { return len(s.outward.links) == 0 })
}

// await waits until something about the links is so.
func (o *outward) await(ctx context.Context, so func() bool) error {
	defer context.AfterFunc(ctx, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.changed.Broadcast()
	})()
	o.mu.Lock()
	defer o.mu.Unlock()
	for !so() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		o.changed.Wait()
	}
	return nil
}

// Disconnect asks the bot to connect anew, as Slack does every few hours.
func (s *Server) Disconnect() {
	s.outward.mu.Lock()
	links := slices.Clone(s.outward.links)
	s.outward.mu.Unlock()
	goodbye := fields{
		"type": "disconnect", "reason": "refresh_requested",
		"debug_info": fields{"host": "applink-sim"},
	}
	for _, l := range links {
		l.send(goodbye) //nolint:errcheck // it is gone already
	}
}

// CutLinks breaks every link without a word.
func (s *Server) CutLinks() {
	s.outward.mu.Lock()
	links := slices.Clone(s.outward.links)
	s.outward.mu.Unlock()
	for _, l := range links {
		l.conn.Close() //nolint:errcheck // that is the point
	}
}
