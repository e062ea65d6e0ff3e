package wire_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/storetest"
)

// webhook delivers news of a ticket and returns the status of the answer.
func (s *site) webhook(n int) int {
	body := fmt.Sprintf(`{"webhookEvent": "jira:issue_updated", "issue": {"key": "HELP-%d"}}`, n)
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte(body))
	r := httptest.NewRequest(http.MethodPost, "/jira/webhook", strings.NewReader(body))
	r.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	r.Header.Set("X-Atlassian-Webhook-Identifier", fmt.Sprint(n))
	return s.status(r)
}

func (s *site) status(r *http.Request) int {
	w := httptest.NewRecorder()
	s.app.Routes().ServeHTTP(w, r)
	return w.Code
}

func (s *site) ready() int { return s.status(httptest.NewRequest(http.MethodGet, "/readyz", nil)) }

// On a full disk a webhook is told to come again, and the process is not ready. What
// was acknowledged is there, and with room everything goes on by itself.
func TestFullDisk(t *testing.T) {
	if !storetest.Alone(t) {
		return
	}
	s := newSite(t)
	s.configure("  capacity: 2\n")
	require.NoError(t, s.build())
	require.Equal(t, http.StatusOK, s.ready())
	info, err := os.Stat(filepath.Join(s.folder, "refreshbot.db"))
	require.NoError(t, err)
	room := storetest.FullDisk(t, info.Size()+100<<10)
	kept := 0
	for s.webhook(kept+1) == http.StatusOK {
		kept++
		require.Less(t, kept, 5000, "there is no end of room")
	}
	require.Positive(t, kept)
	require.Equal(t, http.StatusServiceUnavailable, s.webhook(kept+1))
	require.Equal(t, http.StatusServiceUnavailable, s.ready())

	room()
	require.Equal(t, http.StatusOK, s.ready())
	require.Equal(t, http.StatusOK, s.webhook(kept+1), "the vendor sends it again")
	rows, err := s.app.Store.NextEvents(t.Context(), s.clock.now, 10_000)
	require.NoError(t, err)
	require.Len(t, rows, kept+1)
}

// What has been over for longer than the retention is forgotten, by portions; by
// the configuration of now.
func TestForget(t *testing.T) {
	s := newSite(t)
	s.configure("  capacity: 2\nretention: 30d\n")
	require.NoError(t, s.build())
	for i := range 45 {
		require.NoError(t, s.app.Store.Commit(t.Context(), bot.Commit{
			Next: bot.Conversation{Key: bot.TicketKey(fmt.Sprint("HELP-", i)), Version: 1, State: bot.Done},
			Now:  s.clock.now.Add(time.Duration(i) * time.Minute),
		}))
	}
	forget := func(after time.Duration) int {
		t.Helper()
		s.clock.now = s.clock.now.Add(after)
		n, err := s.app.Forget(t.Context())
		require.NoError(t, err)
		return n
	}
	require.Equal(t, 0, forget(30*24*time.Hour))
	require.Equal(t, 44, forget(44*time.Minute))
	require.Equal(t, 1, forget(time.Minute))
	require.Equal(t, 0, forget(time.Hour))
}
