package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"

	"github.com/refreshbot/refreshbot/bot"
)

// The limits of the server. A plan looks at whole databases, hence the long answer.
// Whoever calls is the store's owner, so it is slips that are bounded and not
// attacks.
const (
	headerTime = 5 * time.Second
	readTime   = 10 * time.Second
	answerTime = 10 * time.Minute
	idleTime   = time.Minute
	grace      = 3 * time.Second // for calls in hand when the end comes
	headers    = 16 << 10        // bytes of a call's header
	conns      = 32              // at once; the next command waits for one to end
)

// Serve answers calls on the socket at path until ctx ends, and then removes the
// socket. A socket that a killed process left behind is replaced; one that answers
// is an error of the kind Conflict.
func Serve(ctx context.Context, path string, h Handler) error {
	l, err := listen(path)
	if err != nil {
		return &bot.Error{Kind: bot.KindOf(err), Op: "control: listen on " + path, Err: err}
	}
	defer func() { _ = l.Close() }() // a second time, for the sake of the file
	srv := server(ctx, h)
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		if srv.Shutdown(last) != nil {
			_ = srv.Close()
		}
	})
	if err := srv.Serve(netutil.LimitListener(l, conns)); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return fmt.Errorf("serve commands on %s: %w", path, err)
	}
	<-ended
	return nil
}

// server returns the server of a handler, with its limits.
func server(ctx context.Context, h Handler) *http.Server {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler:           routes(h),
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		WriteTimeout:      answerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headers,
		Protocols:         &protocols,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
}

func routes(h Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST "+callPlan, answer(h.Plan))
	mux.Handle("POST "+callReport, answer(h.Report))
	mux.Handle("POST "+callOrder, answer(without(h.Order)))
	mux.Handle("POST "+callWish, answer(without(h.Wish)))
	mux.Handle("POST "+callCommand, answer(without(h.Command)))
	mux.Handle("POST "+callRequests, answer(h.Requests))
	mux.Handle("POST "+callStory, answer(h.Story))
	mux.Handle("POST "+callMessages, answer(h.Messages))
	mux.Handle("POST "+callResend, answer(without(h.Resend)))
	mux.Handle("POST "+callSnapshot, snapshot(h))
	mux.Handle("POST "+callSaved, answer(without(h.Saved)))
	mux.Handle("POST "+callCheck, answer(h.CheckStore))
	return mux
}

// without makes a call that has no answer into one that has.
func without[Q any](call func(context.Context, Q) error) func(context.Context, Q) (nothing, error) {
	return func(ctx context.Context, q Q) (nothing, error) { return nothing{}, call(ctx, q) }
}

// answer reads a call's question, strictly: a field that is not known comes from
// a program of another version, and passing it over would do something else than
// was asked.
func answer[Q, A any](call func(context.Context, Q) (A, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var question Q
		dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, largestQuestion))
		dec.DisallowUnknownFields()
		err := dec.Decode(&question)
		if _, after := dec.Token(); err == nil && !errors.Is(after, io.EOF) {
			err = errors.New("something follows the question")
		}
		if err != nil {
			refuse(w, bot.Errorf(bot.Invalid, "control: read "+r.URL.Path, "%w", err))
			return
		}
		a, err := call(r.Context(), question)
		if err != nil {
			refuse(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(a) // a caller that is gone needs no answer
	})
}

func refuse(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnprocessableEntity)
	_ = json.NewEncoder(w).Encode(fault{Kind: bot.KindOf(err), Text: err.Error()})
}
