package slacksim

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
)

// Client returns an HTTP client whose requests reach the workspace inside the
// process, whatever host they name: no sockets, so it works under synctest. Socket
// Mode needs a real server (net/http/httptest).
func (s *Server) Client() *http.Client { return &http.Client{Transport: Transport(s)} }

// Transport returns a RoundTripper that hands requests to a handler inside the
// process. A handler that aborts gives an error, as a cut connection would.
func Transport(h http.Handler) http.RoundTripper { return transport{h} }

type transport struct{ handler http.Handler }

func (t transport) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	defer func() {
		p := recover()
		if cut, is := p.(error); is && errors.Is(cut, http.ErrAbortHandler) {
			resp, err = nil, fmt.Errorf("%s %s: connection reset", r.Method, r.URL.Path)
		} else if p != nil {
			panic(p)
		}
	}()
	inner := r.Clone(r.Context())
	inner.RequestURI = r.URL.RequestURI()
	inner.Host = r.URL.Host
	if inner.Body == nil {
		inner.Body = http.NoBody
	}
	defer inner.Body.Close()
	w := httptest.NewRecorder()
	t.handler.ServeHTTP(w, inner)
	resp = w.Result()
	resp.Request = r
	return resp, nil
}
