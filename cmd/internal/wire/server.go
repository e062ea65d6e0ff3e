package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

// Limits are what a server gives to those who call it. A vendor's call is small and
// quick; who is slower than this is not a vendor.
type limits struct {
	header  time.Duration // for the handshake and the header of a request
	request time.Duration // for a request with its body, and again for its answer
	idle    time.Duration // between two requests of a connection
	grace   time.Duration // for requests in hand when the end comes
	headers int           // bytes of a request's line and header, and 4 kB
	conns   int           // at once; who comes then waits until one ends
}

// usual returns the limits of the servers on the network. A request in hand takes
// at most a vendor's largest body, 1 MB, of which vendorsAtOnce are read at once;
// a connection that waits takes some 20 kB, so that all of them stay below 200 MB.
func usual() limits {
	return limits{
		header:  5 * time.Second,
		request: 10 * time.Second,
		idle:    60 * time.Second,
		grace:   5 * time.Second,
		headers: 64 << 10,
		conns:   512,
	}
}

// A server answers on one listener.
type server struct {
	listener net.Listener
	handler  http.Handler
	limits   limits
	// certificate returns what the server shows; nil: it speaks in the clear.
	certificate func() *tls.Certificate
	log         *slog.Logger
}

// serve answers until ctx ends, lets requests in hand finish, and returns nil.
func (s server) serve(ctx context.Context) error {
	srv := s.http()
	done := make(chan error, 1)
	go func() { done <- srv.Serve(s.listen()) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve %s: %w", s.listener.Addr(), err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.limits.grace)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		srv.Close()
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", s.listener.Addr(), err)
	}
	return nil
}

// http returns the server with its limits. It speaks HTTP/1.1 alone, where a
// connection is one request at a time: so the bound on connections bounds requests
// too.
func (s server) http() *http.Server {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: s.limits.header,
		ReadTimeout:       s.limits.request,
		WriteTimeout:      s.limits.request,
		IdleTimeout:       s.limits.idle,
		MaxHeaderBytes:    s.limits.headers,
		Protocols:         &protocols,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}

// listen returns the listener with its bound, and with encryption where there is a
// certificate. The certificate is asked for at every handshake, so that a new one
// takes no restart.
func (s server) listen() net.Listener {
	l := netutil.LimitListener(s.listener, s.limits.conns)
	if s.certificate == nil {
		return l
	}
	return tls.NewListener(l, &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			if c := s.certificate(); c != nil {
				return c, nil
			}
			return nil, errors.New("there is no certificate")
		},
	})
}
