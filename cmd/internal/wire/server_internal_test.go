package wire

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A wharf is a listener without sockets: any number of connections can lie at it.
type wharf struct {
	arrived chan net.Conn
	closed  chan struct{}
	once    sync.Once

	mu       sync.Mutex
	accepted int
}

func newWharf() *wharf {
	return &wharf{arrived: make(chan net.Conn, 20_000), closed: make(chan struct{})}
}

func (w *wharf) Accept() (net.Conn, error) {
	select {
	case c := <-w.arrived:
		w.mu.Lock()
		defer w.mu.Unlock()
		w.accepted++
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wharf) Close() error   { w.once.Do(func() { close(w.closed) }); return nil }
func (w *wharf) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// dial returns the caller's end of a new connection.
func (w *wharf) dial(t *testing.T) net.Conn {
	here, there := net.Pipe()
	w.arrived <- there
	t.Cleanup(func() { here.Close() })
	return here
}

// taken is how many connections were accepted so far.
func (w *wharf) taken() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.accepted
}

// brief are limits that a test can wait for.
func brief() limits {
	l := usual()
	l.header, l.request, l.idle = 60*time.Millisecond, 150*time.Millisecond, 60*time.Millisecond
	return l
}

// patience is longer than any limit of brief, and short beside those of usual.
const patience = 20 * time.Second

// launch serves a handler until the test ends.
func launch(t *testing.T, l limits, h http.HandlerFunc) *wharf {
	w := newWharf()
	s := server{listener: w, handler: h, limits: l, log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return w
}

func answerOK(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") }

// trickle writes a byte now and then until the other side hangs up, and reports
// whether it did.
func trickle(c net.Conn, what byte) (cut bool) {
	now := time.NewTicker(5 * time.Millisecond)
	defer now.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-now.C {
		if _, err := c.Write([]byte{what}); err != nil {
			return true
		}
	}
	return false
}

// Whoever sends a byte at a time is cut off, in the header and in the body.
func TestSlowCallersAreCutOff(t *testing.T) {
	for name, begin := range map[string]string{
		"nothing at all":    "",
		"in the header":     "POST /jira/webhook HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"in the first line": "POST /jira/",
		"in the body":       "POST /jira/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n",
		"in a chunk":        "POST /jira/webhook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			w := launch(t, brief(), func(w http.ResponseWriter, r *http.Request) {
				_, err := io.ReadAll(r.Body)
				require.Error(t, err)
				w.WriteHeader(http.StatusBadRequest)
			})
			c := w.dial(t)
			go func() { _, _ = io.Copy(io.Discard, c) }()
			if begin != "" {
				_, err := io.WriteString(c, begin)
				require.NoError(t, err)
				require.True(t, trickle(c, 'a'))
				return
			}
			require.True(t, trickle(c, '\n'), "blank lines before a request")
		})
	}
}

// Whoever does not take the answer does not keep the handler.
func TestACallerThatDoesNotListenIsCutOff(t *testing.T) {
	stopped := make(chan error, 1)
	w := launch(t, brief(), func(w http.ResponseWriter, _ *http.Request) {
		var err error
		for chunk := make([]byte, 64<<10); err == nil; {
			_, err = w.Write(chunk)
		}
		stopped <- err
	})
	c := w.dial(t)
	_, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	select {
	case err := <-stopped:
		require.Error(t, err)
	case <-time.After(patience):
		require.Fail(t, "the handler still writes")
	}
}

// A connection that is not used any more is closed.
func TestIdleConnectionsEnd(t *testing.T) {
	w := launch(t, brief(), answerOK)
	c := w.dial(t)
	_, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	require.NoError(t, c.SetReadDeadline(time.Now().Add(patience)))
	answer, err := io.ReadAll(c)
	require.NoError(t, err, "the server hung up by itself")
	require.Contains(t, string(answer), "200 OK")
}

// A header larger than any vendor's, and an address longer than any, are refused
// before they are read whole.
func TestFloodsOfHeaderAreRefused(t *testing.T) {
	for name, request := range map[string]string{
		"one long header": "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("a", 1<<20),
		"many headers":    "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-Many: a\r\n", 100_000),
		"a long address":  "GET /" + strings.Repeat("a", 1<<20) + " HTTP/1.1\r\nHost: x\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			w := launch(t, usual(), func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") })
			c := w.dial(t)
			go func() { _, _ = io.WriteString(c, request+"\r\n\r\n") }()
			require.NoError(t, c.SetReadDeadline(time.Now().Add(patience)))
			answer, err := http.ReadResponse(bufio.NewReader(c), nil)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, answer.StatusCode)
		})
	}
}

// Of ten thousand connections 512 are taken, and the next when one of them ends. The
// operators' server has its own, and answers meanwhile.
func TestConnectionFlood(t *testing.T) {
	const flood = 10_000
	l := usual()
	w, admin := launch(t, l, answerOK), launch(t, l, answerOK)
	all := make([]net.Conn, flood)
	for i := range all {
		all[i] = w.dial(t)
	}
	require.Eventually(t, func() bool { return w.taken() == l.conns }, patience, time.Millisecond)
	require.Equal(t, "ok", ask(t, admin.dial(t)))

	last := w.dial(t)
	answered := make(chan string, 1)
	go func() { answered <- ask(t, last) }()
	require.Equal(t, l.conns, w.taken(), "the others wait, and cost no goroutine")
	for _, c := range all {
		c.Close()
	}
	select {
	case answer := <-answered:
		require.Equal(t, "ok", answer)
	case <-time.After(patience):
		require.Fail(t, "whoever came last was never heard")
	}
}

// ask sends a request over a connection and returns the answer's body.
func ask(t *testing.T, c net.Conn) string {
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
		return err.Error()
	}
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err.Error()
	}
	return string(body)
}

// Requests that are sent without waiting for answers are dealt with one by one.
func TestPipelinedRequestsAreOneAtATime(t *testing.T) {
	const many = 200
	var now, most int
	w := launch(t, usual(), func(w http.ResponseWriter, r *http.Request) {
		now++ // without a lock: the race detector would tell
		most = max(most, now)
		fmt.Fprint(w, r.URL.Path)
		now--
	})
	c := w.dial(t)
	var requests strings.Builder
	for i := range many {
		fmt.Fprintf(&requests, "GET /%d HTTP/1.1\r\nHost: x\r\n\r\n", i)
	}
	go func() { _, _ = io.WriteString(c, requests.String()) }()
	from := bufio.NewReader(c)
	for i := range many {
		answer, err := http.ReadResponse(from, nil)
		require.NoError(t, err)
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, fmt.Sprintf("/%d", i), string(body))
	}
	require.Equal(t, 1, most)
}

// HTTP/2, with its hundreds of requests a connection, is not spoken.
func TestHTTP2IsNotSpoken(t *testing.T) {
	w := launch(t, usual(), exact(http.NewServeMux()).ServeHTTP)
	c := w.dial(t)
	go func() { _, _ = io.WriteString(c, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") }()
	require.NoError(t, c.SetReadDeadline(time.Now().Add(patience)))
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.GreaterOrEqual(t, answer.StatusCode, 400)
}
