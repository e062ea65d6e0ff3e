package apps_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
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

// The ledger is read and written whole, so it must not grow for ever.
func TestOldEventsLeaveTheLedger(t *testing.T) {
	const day = 24 * time.Hour
	dir, now := t.TempDir(), time.Unix(1_770_000_000, 0)
	for i, age := range []time.Duration{100 * day, 80 * day, 0} {
		e := event
		e.ID, e.At = strconv.Itoa(i), now.Add(-age)
		_, err := open(t, nil, dir).Notify(t.Context(), e)
		require.NoError(t, err)
	}
	for id, known := range map[string]bool{"0": false, "1": true, "2": true} {
		_, is, err := open(t, nil, dir).Delivery(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, known, is, id)
	}
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

// Where a listener points is not where an event goes, and a redirect says nothing of
// the event having arrived.
func TestAnEventGoesToItsListenerAlone(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a stranger was called")
	}))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		home := httptest.NewServer(http.RedirectHandler(elsewhere.URL, status))
		a, err := apps.New(apps.Config{
			URL: home.URL, Secret: []byte("shared"), Clock: &clock{}, Ledger: filepath.Join(t.TempDir(), "ledger.json"),
		})
		require.NoError(t, err)
		d, err := a.Notify(t.Context(), event)
		require.NoError(t, err)
		require.False(t, d.Acknowledged, status)
		require.Contains(t, d.Status, "listener answered "+strconv.Itoa(status))
		home.Close()
	}
}

// A signature is of the body, the time and the secret, all three. The vector was
// made with openssl dgst -sha256 -hmac.
func TestSign(t *testing.T) {
	right := apps.Sign([]byte("shared"), "1770000000", []byte(`{}`))
	require.Equal(t, "sha256=168cce0acac54f8198c8c5255e3e8121f6231da1e0e31f35cea47202d05fe649", right)
	for _, other := range []string{
		apps.Sign([]byte("Shared"), "1770000000", []byte(`{}`)),
		apps.Sign([]byte("shared"), "1770000001", []byte(`{}`)),
		apps.Sign([]byte("shared"), "1770000000", []byte(`{} `)),
		apps.Sign(nil, "1770000000", []byte(`{}`)),
	} {
		require.NotEqual(t, right, other)
	}
}

// FuzzLedger holds that a ledger that somebody spoiled is named and left alone, and
// that in any other an event is entered once and found again.
func FuzzLedger(f *testing.F) {
	f.Add(`{"r-1/backup_restored": {"delivery": {"acknowledged": true}}}`)
	f.Add(`null`)
	f.Add(`[]`)
	f.Add(`{"x": null}`)
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		path := filepath.Join(dir, "ledger.json")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		a := open(t, nil, dir)
		d, err := a.Notify(t.Context(), event)
		if err != nil {
			require.Equal(t, bot.Invalid, bot.KindOf(err))
			require.ErrorContains(t, err, path)
			left, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, text, string(left))
			return
		}
		written, ok, err := a.Delivery(t.Context(), event.ID)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, d, written)
	})
}

// FuzzNode holds that whatever a node's file says, the node is told the generation,
// or the file is named.
func FuzzNode(f *testing.F) {
	f.Add(`{"wanted": "first", "applied": "first", "agent": true}`)
	f.Add(`null`)
	f.Add(`{"wanted": 7}`)
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		writeNode(t, dir, "node-1", text)
		a := open(t, nil, dir)
		if err := a.Recycle(t.Context(), "A_test", "r-1"); err != nil {
			require.Equal(t, bot.Invalid, bot.KindOf(err))
			require.ErrorContains(t, err, "node-1.json")
			return
		}
		nodes, err := a.Nodes(t.Context(), "A_test")
		require.NoError(t, err)
		require.Len(t, nodes, 1)
		require.Equal(t, "r-1", nodes[0].Wanted)
	})
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
