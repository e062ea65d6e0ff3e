package apps_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/apps"
)

// A listener is an app, without a socket: it answers with the next of its
// statuses, 0 for no answer.
type listener struct {
	t        *testing.T
	statuses []int
	heard    []string
}

func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	require.NoError(l.t, err)
	require.Equal(l.t, apps.Sign([]byte("shared"), r.Header.Get("X-Refreshbot-Timestamp"), body),
		r.Header.Get("X-Refreshbot-Signature"))
	l.heard = append(l.heard, r.Header.Get("X-Refreshbot-Event"))
	status := l.statuses[0]
	l.statuses = l.statuses[1:]
	if status == 0 {
		return nil, errors.New("connection reset")
	}
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Body: http.NoBody, Request: r}, nil
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Until(ctx context.Context, t time.Time) error {
	c.now = t
	return ctx.Err()
}

var event = clone.Event{ID: "r-1/backup_restored", Kind: clone.BackupRestored, Environment: "A_test"}

func open(t *testing.T, l *listener, dir string) *apps.Apps {
	t.Helper()
	c := apps.Config{
		Secret: []byte("shared"), Clock: &clock{time.Unix(1_770_000_000, 0)},
		Ledger: filepath.Join(dir, "ledger.json"), Nodes: filepath.Join(dir, "nodes"),
	}
	if l != nil {
		c.URL, c.Client = "http://app.example/hook", &http.Client{Transport: l}
	}
	a, err := apps.New(c)
	require.NoError(t, err)
	return a
}

func TestNotify(t *testing.T) {
	for _, c := range []struct {
		name     string
		statuses []int
		want     clone.Delivery
	}{
		{"at once", []int{204}, clone.Delivery{Acknowledged: true, Attempts: 1, Status: "acknowledged"}},
		{"after two failures", []int{500, 0, 200}, clone.Delivery{Acknowledged: true, Attempts: 3, Status: "acknowledged"}},
		{"never", []int{500, 0, 404}, clone.Delivery{Attempts: 3, Status: "listener answered Not Found"}},
		{"no answer", []int{500, 0, 0}, clone.Delivery{Attempts: 3, Status: "listener did not answer"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := &listener{t: t, statuses: c.statuses}
			dir := t.TempDir()
			d, err := open(t, l, dir).Notify(t.Context(), event)
			require.NoError(t, err)
			require.Equal(t, c.want, d)
			for _, id := range l.heard {
				require.Equal(t, event.ID, id)
			}
			written, ok, err := open(t, l, dir).Delivery(t.Context(), event.ID)
			require.NoError(t, err)
			require.True(t, ok)
			require.Equal(t, c.want, written)
		})
	}
}

func TestAcknowledgedIsNotSentAgain(t *testing.T) {
	l := &listener{t: t, statuses: []int{200}}
	dir := t.TempDir()
	for range 2 {
		d, err := open(t, l, dir).Notify(t.Context(), event)
		require.NoError(t, err)
		require.True(t, d.Acknowledged)
	}
	require.Len(t, l.heard, 1)
}

func TestNobodyListens(t *testing.T) {
	dir := t.TempDir()
	d, err := open(t, nil, dir).Notify(t.Context(), event)
	require.NoError(t, err)
	require.Equal(t, "no app listens", d.Status)
	_, ok, err := open(t, nil, dir).Delivery(t.Context(), event.ID)
	require.NoError(t, err)
	require.True(t, ok, "the ledger says so")
}

func TestListenerNeedsASecret(t *testing.T) {
	_, err := apps.New(apps.Config{URL: "http://app.example", Clock: &clock{}})
	require.ErrorContains(t, err, "no secret")
}

func TestNodesFollowOneAtALook(t *testing.T) {
	a := open(t, nil, t.TempDir())
	require.NoError(t, a.Recycle(t.Context(), "A_test", "r-1"))
	nodes, err := a.Nodes(t.Context(), "A_test")
	require.NoError(t, err)
	require.Equal(t, []clone.Node{{Name: "local", Wanted: "r-1", Applied: "r-1"}}, nodes)
}

func TestNodeWithAnAgentIsWaitedFor(t *testing.T) {
	dir := t.TempDir()
	a := open(t, nil, dir)
	writeNode(t, dir, "node-1", `{"wanted": "first", "applied": "first", "agent": true}`)
	writeNode(t, dir, "node-2", `{"wanted": "first", "applied": "first"}`)
	require.NoError(t, a.Recycle(t.Context(), "A_test", "r-1"))
	for range 3 {
		nodes, err := a.Nodes(t.Context(), "A_test")
		require.NoError(t, err)
		require.Equal(t, []clone.Node{
			{Name: "node-1", Wanted: "r-1", Applied: "first"}, {Name: "node-2", Wanted: "r-1", Applied: "r-1"},
		}, nodes)
	}
}

func writeNode(t *testing.T, dir, name, content string) {
	t.Helper()
	folder := filepath.Join(dir, "nodes", "A_test")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, name+".json"), []byte(content), 0o644))
}
