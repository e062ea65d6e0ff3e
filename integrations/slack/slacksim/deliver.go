package slacksim

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// An Ack is how the bot answered a delivery.
type Ack struct {
	OK     bool   // it was acknowledged
	Status int    // over HTTP
	Body   []byte // what came with it
}

// Text returns the words that the answer shows to whoever acted, if any.
func (a Ack) Text() string {
	var body struct {
		Text string `json:"text"`
	}
	json.Unmarshal(a.Body, &body) //nolint:errcheck // most answers are empty
	return body.Text
}

// blocks returns the blocks that the answer shows to whoever acted, if any.
func (a Ack) blocks() json.RawMessage {
	var body struct {
		Blocks json.RawMessage `json:"blocks"`
	}
	json.Unmarshal(a.Body, &body) //nolint:errcheck // most answers are empty
	return body.Blocks
}

// Errors returns what a submitted form was sent back with, by block.
func (a Ack) Errors() map[string]string {
	var body struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
	}
	json.Unmarshal(a.Body, &body) //nolint:errcheck // most answers are empty
	if body.Action != "errors" {
		return nil
	}
	return body.Errors
}

// An outward is the way to the bot: signed HTTP, or the links it has opened.
type outward struct {
	mu      sync.Mutex
	changed *sync.Cond // of mu; the links
	base    string
	client  *http.Client
	links   []*link
	opened  int // links in all
	last    *delivery
}

// A delivery is one thing that the bot is told.
type delivery struct {
	kind    string // "events_api", "interactive", "slash_commands"
	payload []byte // JSON
	form    url.Values
	retries int
}

// PostTo delivers over HTTP from now on, to the routes below base. Without it
// deliveries go through the socket.
func (s *Server) PostTo(base string, client *http.Client) {
	s.outward.mu.Lock()
	defer s.outward.mu.Unlock()
	s.outward.base, s.outward.client = base, client
}

// Redeliver sends the last delivery once more, as Slack does when it believes that
// an event got lost.
func (s *Server) Redeliver() (Ack, error) {
	s.outward.mu.Lock()
	d := s.outward.last
	s.outward.mu.Unlock()
	if d == nil {
		return Ack{}, errors.New("slacksim: nothing was delivered yet")
	}
	d.retries++
	return s.deliver(d)
}

// deliver tells the bot something and waits for the answer. The server's lock is
// not held: the bot calls back while it answers.
func (s *Server) deliver(d *delivery) (Ack, error) {
	s.outward.mu.Lock()
	s.outward.last = d
	base, client := s.outward.base, s.outward.client
	s.outward.mu.Unlock()
	if base == "" {
		return s.deliverThroughLink(d)
	}
	path := map[string]string{
		"events_api": "/slack/events", "interactive": "/slack/interactions", "slash_commands": "/slack/commands",
	}[d.kind]
	body, contentType := d.body()
	req, err := http.NewRequest(http.MethodPost, base+path, bytes.NewReader(body))
	if err != nil {
		return Ack{}, err
	}
	Sign(req.Header, s.options.SigningSecret, time.Now(), body)
	req.Header.Set("Content-Type", contentType)
	if d.retries > 0 {
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(d.retries))
		req.Header.Set("X-Slack-Retry-Reason", "http_timeout")
	}
	resp, err := client.Do(req)
	if err != nil {
		return Ack{}, fmt.Errorf("slacksim: deliver %s: %w", d.kind, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return Ack{OK: resp.StatusCode == http.StatusOK, Status: resp.StatusCode, Body: answer}, err
}

// body is a delivery as it goes over HTTP.
func (d *delivery) body() ([]byte, string) {
	const form = "application/x-www-form-urlencoded"
	switch d.kind {
	case "interactive":
		return []byte(url.Values{"payload": {string(d.payload)}}.Encode()), form
	case "slash_commands":
		return []byte(d.form.Encode()), form
	}
	return d.payload, "application/json"
}

// Sign puts Slack's v0 signature of a body into a header.
func Sign(h http.Header, secret string, at time.Time, body []byte) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	h.Set("X-Slack-Request-Timestamp", stamp)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

// SigningSecret returns the secret that deliveries are signed with.
func (s *Server) SigningSecret() string { return s.options.SigningSecret }

func marshal(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own plain values
	}
	return raw
}
