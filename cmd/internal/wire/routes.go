package wire

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store"
)

// Routes are what the vendors call, and the two health endpoints.
func (a *App) Routes() http.Handler {
	calls := http.NewServeMux()
	calls.Handle("POST /jira/webhook", a.webhook)
	a.intake.Routes(calls)
	mux := http.NewServeMux()
	mux.Handle("/", atMost(vendorsAtOnce, vendorsWait, calls))
	a.health(mux) // a flood of calls is no reason to be restarted
	return exact(mux)
}

// adminRoutes are what the operators look at.
func (a *App) adminRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.metrics())
	a.health(mux)
	return exact(mux)
}

// health registers whether the process lives and whether it can take work: the
// store is open and can be read and written, the loops go round, and nothing has
// told the process to stop. A vendor that was not heard of for long is named and no
// reason to take no work: what comes in is kept until it is back.
func (a *App) health(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		silent := a.silent()
		if err := a.ready(r.Context()); err != nil {
			http.Error(w, strings.Join(append([]string{err.Error()}, silent...), "\n"), http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte(strings.Join(append([]string{"ok"}, silent...), "\n") + "\n"))
	})
}

// silence is how long a vendor may not be heard of: the help center is polled every
// minute, but Slack is asked nothing while there is nothing to say.
const silence = 10 * time.Minute

// silent names, a line each, the vendors that have given no good answer for long
// although they were called.
func (a *App) silent() (lines []string) {
	s, now := a.Runner.Stats(), a.clock.Now()
	for _, v := range []struct {
		name         string
		tried, heard time.Time
	}{
		{"jira", s.DeskTried, s.DeskSeen}, {"slack", s.ChatTried, s.ChatSeen},
	} {
		last := v.heard
		if last.IsZero() {
			last = s.Began
		}
		if v.tried.After(v.heard) && now.Sub(last) >= silence {
			lines = append(lines, fmt.Sprintf("%s: no good answer for %s", v.name, now.Sub(last).Round(time.Minute)))
		}
	}
	return lines
}

func (a *App) ready(ctx context.Context) error {
	if a.stopping.Load() {
		return bot.Errorf(bot.Unavailable, "ready", "shutting down")
	}
	if _, err := a.Store.NextDue(ctx); err != nil {
		return err
	}
	if k, ok := a.Store.(store.Keeper); ok {
		if err := k.Writable(ctx); err != nil {
			return err
		}
	}
	if stuck := a.Runner.Stuck(); len(stuck) > 0 {
		return bot.Errorf(bot.Unavailable, "ready", "no worker comes round: %s", strings.Join(stuck, ", "))
	}
	return nil
}
