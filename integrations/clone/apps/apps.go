// Package apps is the embedded default of what runs around a tenant: partners'
// apps, told by a signed webhook, and the application's own nodes, each with a
// file that says which generation of the database it is to open and which it has
// open.
//
// A webhook's body is the event as JSON. Its signature is over timestamp and
// body, so that neither can be changed and an old one can't be sent again much
// later:
//
//	X-Refreshbot-Event:     <event id>      the same at every attempt
//	X-Refreshbot-Timestamp: <Unix seconds>
//	X-Refreshbot-Signature: sha256=<hex of HMAC-SHA256(secret, timestamp + "." + body)>
//
// What became of every event stands in a ledger for three months, written before
// the attempt and after it.
package apps

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/file"
)

const (
	attempts    = 3                // at a listener, before an event is given up
	callTimeout = 10 * time.Second // of one attempt, where Config.Client sets none

	// remembered is how long an event stands in the ledger, which is read and written
	// whole: its run asks for it, and that is over long before.
	remembered = 90 * 24 * time.Hour
)

// A Config says where apps and nodes are.
type Config struct {
	URL    string       // of the listener; empty: there is none
	Secret []byte       // of the signature
	Ledger string       // file: what became of every event lately
	Nodes  string       // folder: <nodes>/<environment>/<node>.json
	Client *http.Client // its Transport carries events; it follows no redirect, whatever it says; nil: the default
	Clock  bot.Clock
}

// Apps are apps and nodes.
type Apps struct {
	config Config
}

var _ clone.Apps = (*Apps)(nil)

// New returns the apps of a configuration. A listener without a secret is
// refused: anybody could speak in our name.
func New(c Config) (*Apps, error) {
	if c.URL != "" && len(c.Secret) == 0 {
		return nil, errors.New("set up apps: a listener and no secret")
	}
	if c.Clock == nil {
		return nil, errors.New("set up apps: no clock")
	}
	c.Client = straight(c.Client)
	return &Apps{config: c}, nil
}

// straight returns a copy of a client that follows no redirect, so that an event
// and its signature go to the configured listener alone: wherever it points, it
// has acknowledged nothing.
func straight(h *http.Client) *http.Client {
	var copied http.Client
	if h != nil {
		copied = *h
	}
	if copied.Timeout == 0 {
		copied.Timeout = callTimeout
	}
	copied.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &copied
}

// Notify implements clone.Apps. An event that was acknowledged is not sent
// again.
func (a *Apps) Notify(ctx context.Context, e clone.Event) (clone.Delivery, error) {
	d, known, err := a.Delivery(ctx, e.ID)
	if err != nil || known && d.Acknowledged {
		return d, err
	}
	if a.config.URL == "" {
		d.Status = "no app listens"
		return d, a.enter(e, d)
	}
	for try := 1; try <= attempts && !d.Acknowledged; try++ {
		d.Attempts++
		d.Status = "being sent"
		if err := a.enter(e, d); err != nil {
			return d, err
		}
		d.Acknowledged, d.Status = a.send(ctx, e)
		if err := a.enter(e, d); err != nil {
			return d, err
		}
		pause := a.config.Clock.Now().Add(time.Duration(try) * time.Second)
		if !d.Acknowledged && try < attempts {
			if err := a.config.Clock.Until(ctx, pause); err != nil {
				return d, err
			}
		}
	}
	return d, nil
}

// send makes one attempt and says how it went.
func (a *Apps) send(ctx context.Context, e clone.Event) (ok bool, status string) {
	body, err := json.Marshal(e)
	if err != nil {
		return false, "event can't be encoded: " + err.Error()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.config.URL, bytes.NewReader(body))
	if err != nil {
		return false, "listener can't be called: " + err.Error()
	}
	at := strconv.FormatInt(a.config.Clock.Now().Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Refreshbot-Event", e.ID)
	request.Header.Set("X-Refreshbot-Timestamp", at)
	request.Header.Set("X-Refreshbot-Signature", Sign(a.config.Secret, at, body))
	response, err := a.config.Client.Do(request)
	if err != nil {
		return false, "listener did not answer"
	}
	defer response.Body.Close()
	ok = response.StatusCode/100 == 2
	if !ok {
		return false, "listener answered " + response.Status
	}
	return true, "acknowledged"
}

// Sign returns the signature of a webhook.
func Sign(secret []byte, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// An entry is a line of the ledger.
type entry struct {
	Event    clone.Event    `json:"event"`
	Delivery clone.Delivery `json:"delivery"`
}

// Delivery implements clone.Apps.
func (a *Apps) Delivery(_ context.Context, id string) (clone.Delivery, bool, error) {
	ledger, err := a.ledger()
	e, ok := ledger[id]
	return e.Delivery, ok, err
}

// enter writes what is known of an event into the ledger.
func (a *Apps) enter(e clone.Event, d clone.Delivery) error {
	unlock, err := file.Lock(a.config.Ledger)
	if err != nil {
		return fmt.Errorf("enter event %s into ledger: %w", e.ID, err)
	}
	defer unlock()
	ledger, err := a.ledger()
	if err != nil {
		return err
	}
	old := a.config.Clock.Now().Add(-remembered)
	maps.DeleteFunc(ledger, func(_ string, other entry) bool { return other.Event.At.Before(old) })
	ledger[e.ID] = entry{Event: e, Delivery: d}
	if err := file.WriteJSON(a.config.Ledger, ledger); err != nil {
		return fmt.Errorf("enter event %s into ledger: %w", e.ID, err)
	}
	return nil
}

func (a *Apps) ledger() (map[string]entry, error) {
	var ledger map[string]entry
	err := file.ReadJSON("apps: read ledger", a.config.Ledger, &ledger)
	if ledger == nil { // there is no file, or it says null
		ledger = map[string]entry{}
	}
	return ledger, err
}
