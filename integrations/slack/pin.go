package slack

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

const (
	// callTimeout bounds a call, answer included, where Config.HTTP does not.
	callTimeout = 10 * time.Second
	// answerLimit bounds what is read of an answer, in bytes. The largest that is
	// asked for is a page of 200 messages with their blocks.
	answerLimit = 16 << 20
	// longestWait is the most that Slack, or what stands before it, can ask for:
	// a slip there must not silence the bot for a year.
	longestWait = 24 * time.Hour
)

// pinned returns a copy of a client that talks to the origin of base alone, so that
// no redirect and no address out of a payload can lead a token elsewhere, or into
// the clear. What is read of an answer is bounded.
func pinned(h *http.Client, base string) *http.Client {
	var copied http.Client
	if h != nil {
		copied = *h
	}
	if copied.Timeout == 0 {
		copied.Timeout = callTimeout
	}
	if copied.Transport == nil {
		copied.Transport = http.DefaultTransport
	}
	p := pin{next: copied.Transport}
	if u, err := url.Parse(base); err == nil {
		p.scheme, p.host = u.Scheme, u.Host
	}
	copied.Transport = p
	return &copied
}

// A pin refuses requests to any other origin.
type pin struct {
	scheme, host string
	next         http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (p pin) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.host == "" || r.URL.Host != p.host || r.URL.Scheme != p.scheme {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, bot.Errorf(bot.Denied, "slack: send request", "%s://%s is not where slack.api_url is", r.URL.Scheme, r.URL.Host)
	}
	resp, err := p.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = &bounded{ReadCloser: resp.Body, left: answerLimit}
	plainWait(resp)
	return resp, nil
}

// plainWait puts the header Retry-After into the one form that slack-go reads,
// seconds, and takes it away where it is in none: a 429 without it is still a 429.
func plainWait(resp *http.Response) {
	value := strings.TrimSpace(resp.Header.Get("Retry-After"))
	resp.Header.Del("Retry-After")
	most := int(longestWait / time.Second)
	if seconds, err := strconv.Atoi(value); err == nil && seconds >= 0 {
		resp.Header.Set("Retry-After", strconv.Itoa(min(seconds, most)))
		return
	}
	at, err := http.ParseTime(value)
	sent, unsaid := http.ParseTime(resp.Header.Get("Date")) // Slack's clock against itself
	if err == nil && unsaid == nil {
		wait := min(max(at.Sub(sent), 0), longestWait)
		resp.Header.Set("Retry-After", strconv.Itoa(int(wait/time.Second)))
	}
}

// errLongAnswer ends an answer that is longer than any that is asked for.
var errLongAnswer = errors.New("the answer is longer than 16 MB")

// bounded is an answer's body that ends with an error after so many bytes.
type bounded struct {
	io.ReadCloser
	left int
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongAnswer
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
