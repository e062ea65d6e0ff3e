package process_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/process"
)

// beat sends a pulse whose task is a name, and returns what the bot's process gets
// for it within a while; empty: nothing.
func beat(ctx context.Context, c *process.Clock, task string) string {
	w := httptest.NewRecorder()
	body := strings.NewReader(`{"now":"` + task + `"}`)
	c.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodPost, "/", body))
	return w.Body.String()
}

// is reports whether a channel is closed.
func is(came <-chan struct{}) bool {
	select {
	case <-came:
		return true
	default:
		return false
	}
}

func TestWatch(t *testing.T) {
	copying := func(p process.Pulse) bool { return p.Now == "copy" }
	dead, die := context.WithCancel(t.Context())
	die()
	for name, tt := range map[string]struct{ hold bool }{"answered": {false}, "held": {true}} {
		t.Run(name, func(t *testing.T) {
			c := process.NewClock(time.Date(2026, 8, 4, 2, 0, 0, 0, time.UTC))
			came := c.Watch(copying, tt.hold)
			require.NotEmpty(t, beat(t.Context(), c, "plan"))
			require.False(t, is(came))
			require.Equal(t, tt.hold, beat(dead, c, "copy") == "")
			require.True(t, is(came))
			p, _ := c.Pulse()
			require.Equal(t, "copy", p.Now)
			require.NotEmpty(t, beat(t.Context(), c, "copy"), "it was for once")
		})
	}
}

func TestWatchEnds(t *testing.T) {
	c := process.NewClock(time.Now())
	came := c.Watch(func(process.Pulse) bool { return true }, true)
	require.Nil(t, c.Watch(nil, false))
	require.NotEmpty(t, beat(t.Context(), c, "plan"))
	require.False(t, is(came))
}
