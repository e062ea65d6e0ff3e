package jirasim

import (
	"bytes"
	"io"
	"net/http"
)

// Transport returns a way to the server without a socket. A connection that the
// server breaks comes back as a timeout.
func (s *Server) Transport() http.RoundTripper { return inProcess{s} }

type inProcess struct{ handler http.Handler }

// errNoAnswer is the end of a call whose answer got lost.
type errNoAnswer struct{}

func (errNoAnswer) Error() string   { return "jirasim: no answer came" }
func (errNoAnswer) Timeout() bool   { return true }
func (errNoAnswer) Temporary() bool { return true }

// RoundTrip implements http.RoundTripper.
func (t inProcess) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	in := req.Clone(req.Context())
	in.RequestURI = req.URL.RequestURI()
	in.RemoteAddr = "192.0.2.7:40000"
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer in.Body.Close()
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			resp, err = nil, errNoAnswer{}
		default:
			panic(p)
		}
	}()
	w := &recorder{header: http.Header{}}
	t.handler.ServeHTTP(w, in)
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	return w.response(req), nil
}

// A recorder keeps an answer.
type recorder struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *recorder) response(req *http.Request) *http.Response {
	w.WriteHeader(http.StatusOK)
	return &http.Response{
		Status:     http.StatusText(w.status),
		StatusCode: w.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        w.header,
		Body:          io.NopCloser(&w.body),
		ContentLength: int64(w.body.Len()),
		Request:       req,
	}
}
