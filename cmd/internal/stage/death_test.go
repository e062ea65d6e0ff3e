package stage_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

// A death is when processes die in a play. Whatever it is, people see the same.
type death string

const (
	never  death = ""
	always death = "after every step" // each process lives for one
	after  death = "after a send"     // that took effect, and before its answer was heard
	before death = "before a send"    // that was noted, and never left
)

// A reaper ends processes as a death says, over each message once.
type reaper struct {
	death death
	dead  atomic.Bool // the process has died, and does not know it yet
	spent sync.Map    // what processes have died over: request and body
}

// errDead is what a dead process meets with.
var errDead = errors.New("the process is dead")

// between lets another process take the place of a dead one.
func (p *play) between(ctx context.Context, failure error) error {
	if p.reaper.death == always || p.reaper.dead.Swap(false) {
		return p.Reboot(ctx)
	}
	return failure
}

// A mortal store takes nothing from a dead process.
type mortalStore struct {
	bot.Store
	reaper *reaper
}

// Settle implements bot.Store.
func (s mortalStore) Settle(ctx context.Context, key bot.EffectKey, o bot.Outcome) error {
	if s.reaper.dead.Load() {
		return errDead
	}
	return s.Store.Settle(ctx, key, o)
}

// A mortal way is a process's way to a vendor.
type mortalWay struct {
	next   http.RoundTripper
	reaper *reaper
}

// RoundTrip implements http.RoundTripper.
func (w mortalWay) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.reaper.death != after && w.reaper.death != before || !sends(r) {
		return w.next.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	_, survives := w.reaper.spent.LoadOrStore(r.URL.String()+" "+string(body), true)
	if survives || w.reaper.death == after {
		answer, err := w.next.RoundTrip(r)
		if survives || err != nil || answer.StatusCode >= http.StatusBadRequest {
			return answer, err
		}
		answer.Body.Close()
	}
	w.reaper.dead.Store(true)
	return nil, errDead
}

// sends reports whether a call says something to people.
func sends(r *http.Request) bool {
	said := strings.Contains(r.URL.Path, "/chat.") || strings.HasSuffix(r.URL.Path, "/transitions") ||
		strings.Contains(r.URL.Path, "/comment") && !strings.HasSuffix(r.URL.Path, "/comment/list")
	return said && r.Method != http.MethodGet
}

// wait lets the time pass that messages in doubt take, and turns the clock back: the
// script has its own. It reports whether there were any.
func (p *play) wait() (any bool) {
	const doubt = 5 * time.Minute
	now := p.Clock.Now()
	for p.reaper.death != never && p.App != nil {
		agenda, err := p.App.Store.NextDue(p.context())
		require.NoError(p.t, err)
		if agenda.Message.IsZero() || agenda.Message.After(now.Add(doubt)) {
			break
		}
		if agenda.Message.After(p.Clock.Now()) {
			p.Clock.Set(agenda.Message)
		}
		_, err = p.App.Runner.OutboxOnce(p.context())
		require.NoError(p.t, p.between(p.context(), err))
		any = true
	}
	for p.Desk.Deliver() { // what is told of those messages is for now, too
		any = true
	}
	p.Clock.Set(now)
	return any
}
