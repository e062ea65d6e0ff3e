package simulation

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// landing is how long after it was sent a write may still take effect: see the
// constant of that name in bot/runner.
const landing = 29 * time.Second

// A line is the way to a vendor, on which every call has every way of going wrong.
type line struct {
	to    http.RoundTripper
	slack bool // which of the two it is: they refuse in different words
	d     *dice
	clock bot.Clock

	// down and revoked are until when the vendor does not answer at all, and until
	// when it does not take the token.
	down, revoked time.Time
	limited       map[string]time.Time // paths that may not be called for so long
	flying        []flight
}

// A flight is a write that lands late.
type flight struct {
	at   time.Time
	land func()
}

// lostAnswer is the end of a call to which no answer came.
type lostAnswer struct{}

func (lostAnswer) Error() string   { return "no answer came" }
func (lostAnswer) Timeout() bool   { return true }
func (lostAnswer) Temporary() bool { return true }

var errRefused = errors.New("connection refused")

// RoundTrip implements http.RoundTripper. Where something goes wrong people may act
// on what the process does not know yet, or before it tries again.
func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := l.call(r)
	if err != nil || resp.StatusCode >= http.StatusBadRequest {
		l.d.stir()
	}
	return resp, err
}

func (l *line) call(r *http.Request) (*http.Response, error) {
	l.d.interrupt(l.d.weather.meanwhile, false)
	l.d.tell("  calls %s %s", r.Method, r.URL.Path)
	if l.d.crash("before a call") {
		return nil, errDead
	}
	if resp, err := l.refuse(r); resp != nil || err != nil {
		closeBody(r)
		return resp, err
	}
	resp, err := l.carry(r)
	if l.d.crash("after a call") {
		return nil, errDead
	}
	return resp, err
}

// refuse answers a call that has no effect; neither answer nor error: it is let
// through.
func (l *line) refuse(r *http.Request) (*http.Response, error) {
	now := l.clock.Now()
	switch d := l.d; {
	case now.Before(l.down) || l.outage(now):
		return nil, errRefused
	case now.Before(l.revoked) || l.revoke(now):
		return l.unauthorized(r), nil
	case now.Before(l.limited[r.URL.Path]):
		return l.answer(r, http.StatusTooManyRequests, http.Header{"Retry-After": {"40"}}), nil
	case d.fault(d.weather.trouble, "busy, for so long"):
		return l.answer(r, http.StatusTooManyRequests, http.Header{"Retry-After": {strconv.Itoa(1 + d.IntN(40))}}), nil
	case d.fault(d.weather.trouble, "busy"):
		return l.answer(r, http.StatusTooManyRequests, nil), nil
	case d.fault(d.weather.trouble, "at fault"):
		return l.answer(r, http.StatusBadGateway, nil), nil
	case d.fault(d.weather.trouble, "call lost"):
		return nil, lostAnswer{}
	}
	return nil, nil
}

// outage begins one now and then.
func (l *line) outage(now time.Time) bool {
	if l.d.fault(l.d.weather.outage, "outage") {
		l.down = now.Add(l.d.upTo(20 * time.Minute))
	}
	return now.Before(l.down)
}

// revoke takes the token away now and then, and gives it back later.
func (l *line) revoke(now time.Time) bool {
	if l.d.fault(400, "token revoked") {
		l.revoked = now.Add(l.d.upTo(3 * time.Hour))
	}
	return now.Before(l.revoked)
}

// mend ends what would go on for a while.
func (l *line) mend() { l.down, l.revoked, l.limited = time.Time{}, time.Time{}, nil }

// carry lets a call take effect; the answer may be lost, or the effect be late.
func (l *line) carry(r *http.Request) (*http.Response, error) {
	switch {
	case l.d.fault(l.d.weather.trouble, "effect late"):
		later, err := copied(r)
		if err != nil {
			return nil, err
		}
		l.flying = append(l.flying, flight{l.clock.Now().Add(l.d.upTo(landing)), func() { l.drop(later) }})
		return nil, lostAnswer{}
	case l.d.fault(l.d.weather.trouble, "answer lost"):
		l.drop(r)
		return nil, lostAnswer{}
	case l.d.fault(l.d.weather.trouble/3, "at fault afterwards"):
		l.drop(r)
		if l.d.chance(2) { // and what was written stays in doubt while others go on
			l.limited = map[string]time.Time{r.URL.Path: l.clock.Now().Add(l.d.upTo(20 * time.Minute))}
		}
		return l.answer(r, http.StatusInternalServerError, nil), nil
	}
	return l.to.RoundTrip(r)
}

// drop makes a call whose answer nobody gets.
func (l *line) drop(r *http.Request) {
	if resp, err := l.to.RoundTrip(r); err == nil {
		resp.Body.Close()
	}
}

// land lets what is due take effect.
func (l *line) land() {
	flying := l.flying
	l.flying = nil
	for _, f := range flying {
		if f.at.After(l.clock.Now()) {
			l.flying = append(l.flying, f)
			continue
		}
		f.land()
	}
}

// copied returns a call that can be made after r is over.
func copied(r *http.Request) (*http.Request, error) {
	later := r.Clone(r.Context())
	if r.Body == nil {
		return later, nil
	}
	body, err := io.ReadAll(r.Body)
	closeBody(r)
	later.Body = io.NopCloser(bytes.NewReader(body))
	return later.WithContext(context.WithoutCancel(r.Context())), err
}

// unauthorized is how the vendor refuses a token.
func (l *line) unauthorized(r *http.Request) *http.Response {
	if !l.slack {
		return l.answer(r, http.StatusUnauthorized, nil)
	}
	resp := l.answer(r, http.StatusOK, http.Header{"Content-Type": {"application/json"}})
	resp.Body = io.NopCloser(strings.NewReader(`{"ok":false,"error":"token_revoked"}`))
	return resp
}

func (l *line) answer(r *http.Request, status int, h http.Header) *http.Response {
	if h == nil {
		h = http.Header{}
	}
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(strings.NewReader("trouble")), Request: r,
	}
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		r.Body.Close()
	}
}
