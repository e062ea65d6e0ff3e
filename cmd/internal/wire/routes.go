package wire

import (
	"context"
	"net/http"

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
// store is open and can be read and written, and nothing has told the process to stop. How
// the vendors are is in the metrics.
func (a *App) health(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := a.ready(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ok\n"))
	})
}

func (a *App) ready(ctx context.Context) error {
	if a.stopping.Load() {
		return bot.Errorf(bot.Unavailable, "ready", "shutting down")
	}
	if _, err := a.Store.NextDue(ctx); err != nil {
		return err
	}
	if k, ok := a.Store.(store.Keeper); ok {
		return k.Writable(ctx)
	}
	return nil
}
