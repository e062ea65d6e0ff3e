package ics

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// How long a server may take, and how much it may say around a calendar.
const (
	fetchTimeout   = 30 * time.Second // for everything, redirects included
	connectTimeout = 10 * time.Second
	headerTimeout  = 15 * time.Second
	maxHeader      = 64 << 10 // bytes
	maxMark        = 1 << 10  // bytes of an ETag or a date, which are kept and sent back
	maxRedirects   = 3
)

// newClient returns the client that fetches calendars. A nil transport stands for
// one with narrow limits.
func newClient(transport http.RoundTripper) *http.Client {
	if transport == nil {
		transport = &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSHandshakeTimeout:    connectTimeout,
			ResponseHeaderTimeout:  headerTimeout,
			MaxResponseHeaderBytes: maxHeader,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			DisableKeepAlives:      true, // hours lie between two calls
			ForceAttemptHTTP2:      true,
		}
	}
	return &http.Client{Transport: transport, Timeout: fetchTimeout, CheckRedirect: stay}
}

// stay follows a redirect only within the host and port that are configured, and
// never from https to http.
func stay(next *http.Request, via []*http.Request) error {
	from := via[0].URL
	switch {
	case len(via) > maxRedirects:
		return fmt.Errorf("more than %d redirects", maxRedirects)
	case next.URL.Hostname() != from.Hostname(), next.URL.Port() != from.Port():
		return fmt.Errorf("it redirects to another host, %s: configure that address if it is right", next.URL.Host)
	case from.Scheme == "https" && next.URL.Scheme != "https":
		return errors.New("it redirects from https to http")
	}
	return nil
}

// fetch asks for a calendar, but for one that is not the copy at hand, if there
// is one. It returns that copy where it is still good.
func fetch(ctx context.Context, client *http.Client, s Source, last *stored) (*stored, error) {
	const op = "fetch"
	address, err := s.address()
	if err != nil {
		return nil, bot.Errorf(bot.Invalid, op, "%w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, bot.Errorf(bot.Invalid, op, "%w", err)
	}
	req.Header.Set("Accept", "text/calendar, text/plain;q=0.5, */*;q=0.1")
	req.Header.Set("User-Agent", "refreshbot")
	if last != nil {
		condition(req.Header, "If-None-Match", last.ETag)
		condition(req.Header, "If-Modified-Since", last.Modified)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, bot.Errorf(bot.Unavailable, op, "%w", withoutAddress(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified && last != nil {
		return last, nil
	}
	if resp.StatusCode != http.StatusOK {
		return nil, refused(op, resp)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxBytes+1))
	if err != nil {
		return nil, bot.Errorf(bot.Unavailable, op, "read the answer: %w", withoutAddress(err))
	}
	return &stored{Body: body, ETag: resp.Header.Get("ETag"), Modified: resp.Header.Get("Last-Modified")}, nil
}

// condition sends back what a server marked its calendar with, unless it is longer
// than any mark is: then all is asked for.
func condition(h http.Header, name, value string) {
	if value != "" && len(value) <= maxMark {
		h.Set(name, value)
	}
}

// refused returns the error of an answer that is no calendar.
func refused(op string, resp *http.Response) error {
	kind := bot.Unavailable
	switch resp.StatusCode {
	case http.StatusNotFound, http.StatusGone:
		kind = bot.NotFound
	case http.StatusUnauthorized, http.StatusForbidden:
		kind = bot.Denied
	case http.StatusTooManyRequests:
		kind = bot.RateLimited
	}
	err := bot.Errorf(kind, op, "the server answers %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	if seconds, bad := strconv.Atoi(resp.Header.Get("Retry-After")); bad == nil && kind == bot.RateLimited {
		err.After = time.Duration(min(max(seconds, 0), 24*60*60)) * time.Second
	}
	return err
}

// withoutAddress takes the address out of an error of the client, since it may be
// all that protects a private calendar.
func withoutAddress(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// readFile reads a calendar from the disk.
func readFile(path string) (*stored, error) {
	const op = "read file"
	f, err := os.Open(path)
	if err != nil {
		kind := bot.Unavailable
		if errors.Is(err, os.ErrNotExist) {
			kind = bot.NotFound
		}
		return nil, bot.Errorf(kind, op, "%w", err)
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	if err != nil {
		return nil, bot.Errorf(bot.Unavailable, op, "%w", err)
	}
	return &stored{Body: body}, nil
}
