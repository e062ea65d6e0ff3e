package control_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
)

// A desk notes what it is asked.
type desk struct {
	states  []bot.State
	sending []bot.DeliveryState
	resent  bot.EffectKey
	order   bot.Run
	wish    bot.WishFor
	command bot.Event
	saved   time.Time
	bytes   string
	err     error
	hold    chan struct{} // if set, Plan waits for it or for the end
}

func (d *desk) Plan(ctx context.Context, o bot.RunOrder) (string, error) {
	if d.hold != nil {
		close(d.hold)
		<-ctx.Done()
		return "", ctx.Err()
	}
	return "from " + o.Source + " to " + o.Target, d.err
}

func (d *desk) Order(_ context.Context, r bot.Run) error     { d.order = r; return d.err }
func (d *desk) Wish(_ context.Context, w bot.WishFor) error  { d.wish = w; return d.err }
func (d *desk) Command(_ context.Context, e bot.Event) error { d.command = e; return d.err }

func (d *desk) Report(_ context.Context, id bot.RunID) (bot.RunReport, error) {
	return bot.RunReport{Run: id, State: bot.RunRunning, Tasks: []bot.TaskReport{{Number: 1, ID: "01", State: bot.TaskDone}}}, d.err
}

func (d *desk) Requests(_ context.Context, states []bot.State) ([]control.Request, error) {
	d.states = states
	return []control.Request{{Key: "HELP-7", State: bot.Proposed, Environments: []string{"a"}}}, d.err
}

func (d *desk) Story(_ context.Context, key bot.TicketKey) (control.Story, error) {
	return control.Story{
		Conversation: bot.Conversation{Key: key, Version: 3, State: bot.Done},
		History:      []bot.Audit{{Ticket: key, What: "approved", Refused: &bot.Whisper{Why: bot.WhyState}}},
		Messages:     []bot.OutboxRow{{Message: bot.Message{Key: "HELP-7/1/0"}, State: bot.Dead}},
		Run:          &bot.RunReport{Run: "r1"},
	}, d.err
}

func (d *desk) Messages(_ context.Context, states []bot.DeliveryState) ([]bot.OutboxRow, error) {
	d.sending = states
	return []bot.OutboxRow{{Message: bot.Message{Key: "HELP-7/1/0"}, State: bot.Dead}}, d.err
}

func (d *desk) Resend(_ context.Context, key bot.EffectKey) error { d.resent = key; return d.err }

func (d *desk) Saved(_ context.Context, at time.Time) error { d.saved = at; return d.err }

// Snapshot writes the first half of the bytes before it notices an error.
func (d *desk) Snapshot(_ context.Context, to func(int64) io.Writer) error {
	if d.bytes == "" {
		return d.err
	}
	w := to(int64(len(d.bytes)))
	_, _ = io.WriteString(w, d.bytes[:len(d.bytes)/2])
	if d.err != nil {
		return d.err
	}
	_, err := io.WriteString(w, d.bytes[len(d.bytes)/2:])
	return err
}

func (d *desk) CheckStore(_ context.Context, rows bool) (control.StoreState, error) {
	s := control.StoreState{LastBackup: d.saved}
	s.Path, s.Conversations = "bot.db", 7
	if rows {
		s.Wrong = []string{"page 3 does not begin as a page"}
	}
	return s, d.err
}

// serve starts a daemon and returns how to end it; it waits until it answers.
func serve(t *testing.T, path string, d *desk) (end func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- control.Serve(ctx, path, d) }()
	require.Eventually(t, func() bool {
		c, running, err := control.Dial(path)
		if running {
			c.Close()
		}
		return err == nil && running
	}, 5*time.Second, time.Millisecond)
	return func() error { cancel(); return <-done }
}

func dial(t *testing.T, path string) *control.Client {
	t.Helper()
	c, running, err := control.Dial(path)
	require.NoError(t, err)
	require.True(t, running)
	t.Cleanup(c.Close)
	return c
}

func TestCalls(t *testing.T) {
	path, d := filepath.Join(t.TempDir(), "bot.db.sock"), &desk{}
	end := serve(t, path, d)
	c, ctx := dial(t, path), t.Context()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

	text, err := c.Plan(ctx, bot.RunOrder{Source: "ABCD_prod", Target: "ABCD_test"})
	require.NoError(t, err)
	require.Equal(t, "from ABCD_prod to ABCD_test", text)

	run := bot.Run{ID: "r1", Order: bot.RunOrder{Source: "a", AsOf: at}, Actor: bot.Person{Name: "alice"}, Ordered: at}
	require.NoError(t, c.Order(ctx, run))
	require.Equal(t, run, d.order)

	wish := bot.WishFor{Run: "r1", Wish: bot.WishRollBack}
	require.NoError(t, c.Wish(ctx, wish))
	require.Equal(t, wish, d.wish)

	report, err := c.Report(ctx, "r1")
	require.NoError(t, err)
	require.Equal(t, bot.RunID("r1"), report.Run)
	require.Equal(t, bot.TaskDone, report.Tasks[0].State)

	event := bot.Event{
		ID: "cli/1", Kind: bot.CommandGiven, Ticket: "HELP-7", At: at,
		Command: &bot.Command{Verb: bot.Approve, Actor: bot.Person{Name: "alice"}, Surface: bot.CommandLine},
	}
	require.NoError(t, c.Command(ctx, event))
	require.Equal(t, event, d.command)

	require.NoError(t, end())
	require.NoFileExists(t, path)
	_, running, err := control.Dial(path)
	require.NoError(t, err)
	require.False(t, running)
}

// What is looked up arrives as it was sent.
func TestRecords(t *testing.T) {
	path, d := filepath.Join(t.TempDir(), "bot.db.sock"), &desk{}
	end := serve(t, path, d)
	c, ctx := dial(t, path), t.Context()

	list, err := c.Requests(ctx, []bot.State{bot.Proposed, bot.Failed})
	require.NoError(t, err)
	require.Equal(t, []bot.State{bot.Proposed, bot.Failed}, d.states)
	require.Equal(t, []control.Request{{Key: "HELP-7", State: bot.Proposed, Environments: []string{"a"}}}, list)

	story, err := c.Story(ctx, "HELP-7")
	require.NoError(t, err)
	want, _ := d.Story(ctx, "HELP-7")
	require.Equal(t, want, story)

	rows, err := c.Messages(ctx, []bot.DeliveryState{bot.Dead})
	require.NoError(t, err)
	require.Equal(t, []bot.DeliveryState{bot.Dead}, d.sending)
	require.Equal(t, bot.EffectKey("HELP-7/1/0"), rows[0].Message.Key)

	require.NoError(t, c.Resend(ctx, "HELP-7/1/0"))
	require.Equal(t, bot.EffectKey("HELP-7/1/0"), d.resent)

	d.err = bot.Errorf(bot.NotFound, "tell of HELP-8", "nothing is known of that ticket")
	_, err = c.Story(ctx, "HELP-8")
	require.Equal(t, bot.NotFound, bot.KindOf(err))
	require.NoError(t, end())
}

// A snapshot arrives whole, or is an error.
func TestSnapshot(t *testing.T) {
	path, d := filepath.Join(t.TempDir(), "bot.db.sock"), &desk{bytes: strings.Repeat("0123456789abcdef", 10_000)}
	end := serve(t, path, d)
	c, ctx := dial(t, path), t.Context()
	var got bytes.Buffer
	size := int64(0)
	to := func(n int64) io.Writer { size = n; got.Reset(); return &got }
	require.NoError(t, c.Snapshot(ctx, to))
	require.EqualValues(t, len(d.bytes), size)
	require.Equal(t, d.bytes, got.String())

	d.err = bot.Errorf(bot.Unavailable, "store", "the disk went away")
	require.Error(t, c.Snapshot(ctx, to))
	require.Less(t, got.Len(), len(d.bytes))
	d.bytes = ""
	err := c.Snapshot(ctx, to)
	require.Equal(t, bot.Unavailable, bot.KindOf(err))
	require.ErrorContains(t, err, "the disk went away")
	require.NoError(t, end())
}

func TestStore(t *testing.T) {
	path, d := filepath.Join(t.TempDir(), "bot.db.sock"), &desk{}
	end := serve(t, path, d)
	c, ctx := dial(t, path), t.Context()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	require.NoError(t, c.Saved(ctx, at))
	require.Equal(t, at, d.saved)
	for _, rows := range []bool{false, true} {
		want, _ := d.CheckStore(ctx, rows)
		got, err := c.CheckStore(ctx, rows)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	require.NoError(t, end())
}

// An error keeps its kind and its words.
func TestFaults(t *testing.T) {
	path, d := filepath.Join(t.TempDir(), "bot.db.sock"), &desk{err: bot.Errorf(bot.Conflict, "store: order", "run r1 is there")}
	end := serve(t, path, d)
	c := dial(t, path)
	err := c.Order(t.Context(), bot.Run{ID: "r1"})
	require.Equal(t, bot.Conflict, bot.KindOf(err))
	require.ErrorContains(t, err, "store: order: run r1 is there")

	d.err = errors.New("the disk is on fire")
	_, err = c.Report(t.Context(), "r1")
	require.Equal(t, bot.Internal, bot.KindOf(err))
	require.ErrorContains(t, err, "the disk is on fire")
	require.NoError(t, end())

	_, err = c.Report(t.Context(), "r1")
	require.Equal(t, bot.Ambiguous, bot.KindOf(err), "the daemon went away in between")
}

// What is no call, too large or of another version is refused, and nothing is done.
func TestOddCalls(t *testing.T) {
	path, d := filepath.Join(t.TempDir(), "bot.db.sock"), &desk{}
	end := serve(t, path, d)
	raw := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", path) },
	}}
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"POST", "/wish", `{"Run": "r1", "Wish": "stop", "Whom": "alice"}`, 422},
		{"POST", "/wish", `[`, 422},
		{"POST", "/wish", `{"Run": "` + strings.Repeat("r", 2<<20) + `"}`, 422},
		{"POST", "/wsh", `{}`, 404},
		{"GET", "/wish", ``, 405},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, "http://daemon"+c.path, strings.NewReader(c.body))
		require.NoError(t, err)
		resp, err := raw.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, c.want, resp.StatusCode, c.body[:min(40, len(c.body))])
	}
	require.Zero(t, d.wish)
	require.NoError(t, end())
}

func TestSocketIsForItsOwner(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "bot.db.sock")
	end := serve(t, path, &desk{})
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, end())
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestLeftovers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bot.db.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	require.NoError(t, err)
	l.SetUnlinkOnClose(false)
	require.NoError(t, l.Close()) // as a killed process leaves it

	_, running, err := control.Dial(path)
	require.NoError(t, err)
	require.False(t, running)
	end := serve(t, path, &desk{})

	err = control.Serve(t.Context(), path, &desk{})
	require.Equal(t, bot.Conflict, bot.KindOf(err), "the first one goes on")
	dial(t, path)
	require.NoError(t, end())

	require.NoError(t, os.WriteFile(path, []byte("notes"), 0o600))
	err = control.Serve(t.Context(), path, &desk{})
	require.Equal(t, bot.Invalid, bot.KindOf(err))
	require.FileExists(t, path, "what is no socket is not ours to remove")
}

// A daemon whose socket was replaced leaves the new one alone.
func TestReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bot.db.sock")
	endFirst := serve(t, path, &desk{})
	require.NoError(t, os.Remove(path))
	endSecond := serve(t, path, &desk{})
	require.NoError(t, endFirst())
	dial(t, path)
	require.NoError(t, endSecond())
}

func TestLongPath(t *testing.T) {
	folder := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	require.NoError(t, os.Mkdir(folder, 0o700))
	path := filepath.Join(folder, "bot.db.sock")
	end := serve(t, path, &desk{})
	text, err := dial(t, path).Plan(t.Context(), bot.RunOrder{Source: "a", Target: "b"})
	require.NoError(t, err)
	require.Equal(t, "from a to b", text)
	require.NoError(t, end())
	require.NoFileExists(t, path)

	_, _, err = control.Dial(filepath.Join(folder, strings.Repeat("x", 120)))
	require.ErrorContains(t, err, "longer than the 103 bytes")
}

// A call in hand is cut short when the daemon ends, and told so.
func TestEndDuringCall(t *testing.T) {
	path, d := filepath.Join(t.TempDir(), "bot.db.sock"), &desk{hold: make(chan struct{})}
	end := serve(t, path, d)
	c := dial(t, path)
	answered := make(chan error, 1)
	go func() {
		_, err := c.Plan(t.Context(), bot.RunOrder{})
		answered <- err
	}()
	<-d.hold
	require.NoError(t, end())
	require.ErrorContains(t, <-answered, context.Canceled.Error())
}
