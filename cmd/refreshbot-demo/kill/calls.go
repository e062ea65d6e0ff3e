package kill

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
)

// calls knows which calls are on their way, out of the daemon and into it, and
// holds the trap for one of them.
type calls struct {
	mu    sync.Mutex
	going map[string]int // by what they do
	trap  *trap
}

// A trap waits for a call of the daemon's, or one to it.
type trap struct {
	into   bool // the daemon
	writes bool // only what changes something
	skip   int  // how many such calls go through before
	effect effect

	sprung chan struct{} // closed when the call is there
	struck chan struct{} // closed when the daemon is dead
}

// An effect is what a call that is cut has, of the daemon's.
type effect int

const (
	none   effect = iota // it never arrives
	taken                // it took effect, and the answer is lost
	landed               // it takes effect after its sender's death
)

// begin notes that a call is on its way.
func (c *calls) begin(what string) (end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.going == nil {
		c.going = map[string]int{}
	}
	c.going[what]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.going[what]--
	}
}

// cut names what is on its way now.
func (c *calls) cut() (whats []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for what, n := range c.going {
		if n > 0 {
			whats = append(whats, what)
		}
	}
	return whats
}

// set lays a trap; nil takes it away.
func (c *calls) set(t *trap) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trap = t
}

// spring returns the trap if it is for this call, and then holds it no longer.
func (c *calls) spring(into, writes bool) *trap {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.trap
	if t == nil || t.into != into || t.writes && !writes {
		return nil
	}
	if t.skip--; t.skip >= 0 {
		return nil
	}
	c.trap = nil
	return t
}

// of puts the calls to a simulator under watch.
func (c *calls) of(whom string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writes, counts := kindOf(r)
		if !counts {
			next.ServeHTTP(w, r)
			return
		}
		verb := "reading from "
		if writes {
			verb = "writing to "
		}
		defer c.begin(verb + whom)()
		t := c.spring(false, writes)
		if t == nil {
			next.ServeHTTP(w, r)
			return
		}
		t.hold(next, r)
		panic(http.ErrAbortHandler) // whoever called is dead
	})
}

// hold keeps a call until the daemon is dead; the effect comes when it is to come.
func (t *trap) hold(next http.Handler, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // what can't be read never arrives
	r = r.WithContext(context.WithoutCancel(r.Context()))
	r.Body = io.NopCloser(bytes.NewReader(body))
	if t.effect == taken {
		next.ServeHTTP(nowhere{}, r)
	}
	close(t.sprung)
	<-t.struck
	if t.effect == landed {
		next.ServeHTTP(nowhere{}, r)
	}
}

// nowhere is where an answer goes that nobody waits for.
type nowhere struct{}

// Header implements http.ResponseWriter.
func (nowhere) Header() http.Header { return http.Header{} }

// Write implements http.ResponseWriter.
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader implements http.ResponseWriter.
func (nowhere) WriteHeader(int) {}

// kindOf says whether a call of the daemon's writes, and whether it counts: the
// link of Socket Mode is no call.
func kindOf(r *http.Request) (writes, counts bool) {
	switch path := r.URL.Path; {
	case strings.HasPrefix(path, "/rest/"):
		return r.Method != http.MethodGet && !strings.HasSuffix(path, "/comment/list"), true
	case strings.HasPrefix(path, "/api/"):
		return strings.HasPrefix(path, "/api/chat.") || strings.HasPrefix(path, "/api/views."), true
	case r.Method == http.MethodPost:
		return true, true // the partner's app
	}
	return false, false
}

// inwards watches the calls to the daemon.
func (c *calls) inwards(carrier http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		whose := "taking in a webhook"
		if strings.HasPrefix(r.URL.Path, "/slack/") {
			whose = "taking in a click"
		}
		defer c.begin(whose)()
		if t := c.spring(true, true); t != nil {
			close(t.sprung)
		}
		return carrier.RoundTrip(r)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
