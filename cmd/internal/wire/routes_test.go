package wire_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/wire"
)

// What is not there is answered in the same few words, whatever was asked for.
func TestRoutesSayNothingBack(t *testing.T) {
	s := newSite(t)
	s.configure("  capacity: 2\n")
	require.NoError(t, s.build())
	const marker = "m4rk3r"
	for name, door := range map[string]http.Handler{"vendors": s.app.Routes(), "admin": wire.AdminRoutes(s.app)} {
		for _, path := range []string{
			"/" + marker, "/" + marker + "/", "//" + marker, "/x/../" + marker, "/./" + marker, "/jira/webhook/" + marker,
			"/slack//" + marker, "/%2e%2e/" + marker, "/" + marker + "\x00", "//evil.example/" + marker, "/jira/webhook/", "//",
		} {
			for _, method := range []string{"GET", "POST", "PUT", "CONNECT", "BREW"} {
				r := &http.Request{Method: method, URL: &url.URL{Path: path, RawQuery: "q=" + marker}, Host: marker, Header: http.Header{}, Body: http.NoBody}
				w := httptest.NewRecorder()
				door.ServeHTTP(w, r)
				require.Equal(t, http.StatusNotFound, w.Code, "%s: %s %s", name, method, path)
				require.NotContains(t, w.Body.String(), marker)
				require.Empty(t, w.Header().Get("Location"))
			}
		}
	}
	for _, path := range []string{"/jira/webhook", "/slack/events", "/slack/interactions", "/slack/commands"} {
		for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "BREW"} {
			w := httptest.NewRecorder()
			s.app.Routes().ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader("x")))
			require.Equal(t, http.StatusMethodNotAllowed, w.Code, "%s %s", method, path)
			require.Equal(t, "POST", w.Header().Get("Allow"))
		}
	}
}

// So many calls are in hand at once, the next waits for its turn, and one that has
// waited for long is told to come again.
func TestAtMost(t *testing.T) {
	for name, wait := range map[string]time.Duration{"waits": time.Minute, "gives up": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			began, goOn := make(chan struct{}, 3), make(chan struct{})
			h := wire.AtMost(2, wait, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				began <- struct{}{}
				<-goOn
			}))
			answers := make(chan *httptest.ResponseRecorder, 3)
			call := func() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest("POST", "/", nil))
				answers <- w
			}
			go call()
			go call()
			<-began
			<-began
			go call()
			if wait < time.Second {
				w := <-answers
				require.Equal(t, http.StatusServiceUnavailable, w.Code)
				require.Equal(t, "1", w.Header().Get("Retry-After"))
				close(goOn)
				return
			}
			require.Empty(t, began, "the third is not begun")
			close(goOn)
			for range 3 {
				require.Equal(t, http.StatusOK, (<-answers).Code)
			}
		})
	}
}
