package jira

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/refreshbot/refreshbot/bot"
)

const (
	answerLimit = 16 << 20 // bytes of an answer; a ticket with thousands of comments is read in pages
	reasonLimit = 64 << 10 // bytes of an error's body that are looked at
	reasonRunes = 400      // of it, what goes into an error

	longestWait = 24 * time.Hour // that the vendor can ask for: a slip of its clock must not silence the bot for a year
)

// broken makes an error of a call that got no answer.
func (k call) broken(err error) error {
	kind := bot.Unavailable
	if k.writes && !neverLeft(err) {
		kind = bot.Ambiguous
	}
	return &bot.Error{Kind: kind, Op: k.op(), Err: err}
}

// neverLeft reports whether the request certainly did not reach the server: no
// connection came about. Everything else, a timeout above all, leaves it open.
func neverLeft(err error) bool {
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "dial" {
		return true
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}

// refused makes an error of an answer that is not a 2xx.
func (k call) refused(resp *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, reasonLimit)) // a cut reason is still a reason
	after, asked := retryAfter(resp.Header)
	kind := k.kindOf(resp.StatusCode, asked)
	if kind == bot.NotFound && !isJSON(resp.Header) {
		kind = bot.Unavailable // a proxy's page, or no Jira at that address: it says nothing about a ticket
	}
	return &bot.Error{
		Kind:     kind,
		Op:       k.op(),
		After:    after,
		Answered: resp.StatusCode == http.StatusInternalServerError || resp.StatusCode == http.StatusServiceUnavailable,
		Err:      fmt.Errorf("status %d: %s", resp.StatusCode, reason(resp.Header, body)),
	}
}

// kindOf says what a status means. A 5xx to a write may come from a proxy that
// lost an answer, so it is ambiguous; only a 503 that names a time to come back
// is the server's own word that it did nothing.
func (k call) kindOf(status int, asked bool) bot.Kind {
	switch {
	case status == http.StatusTooManyRequests:
		return bot.RateLimited
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status/100 == 3:
		return bot.Denied
	case status == http.StatusNotFound:
		return bot.NotFound
	case status == http.StatusConflict:
		return bot.Conflict
	case status == http.StatusServiceUnavailable && asked:
		return bot.Unavailable
	case status >= 500 || status == http.StatusRequestTimeout:
		if k.writes {
			return bot.Ambiguous
		}
		return bot.Unavailable
	default:
		return bot.Invalid
	}
}

// retryAfter reads the header, which gives seconds or a date, as a wait of no
// more than longestWait.
func retryAfter(h http.Header) (time.Duration, bool) {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.Atoi(value); err == nil && seconds >= 0 {
		return min(time.Duration(seconds), longestWait/time.Second) * time.Second, true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	sent, err := http.ParseTime(h.Get("Date")) // the vendor's clock against itself
	if err != nil || at.Before(sent) {
		return 0, true
	}
	return min(at.Sub(sent), longestWait), true
}

// decode reads the answer of a call that succeeded. An answer that makes no
// sense, such as a login page, leaves a write's outcome open.
func (k call) decode(body io.Reader) error {
	if k.out == nil {
		return nil
	}
	kind := bot.Unavailable
	if k.writes {
		kind = bot.Ambiguous
	}
	data, err := io.ReadAll(io.LimitReader(body, answerLimit+1))
	if err != nil {
		return &bot.Error{Kind: kind, Op: k.op(), Err: fmt.Errorf("read the answer: %w", err)}
	}
	if len(data) > answerLimit {
		return bot.Errorf(kind, k.op(), "read the answer: longer than %d bytes", answerLimit)
	}
	if err := json.Unmarshal(data, k.out); err != nil {
		return &bot.Error{Kind: kind, Op: k.op(), Err: fmt.Errorf("read the answer: %w", err)}
	}
	return nil
}

// reason returns the vendor's own words for people: the messages of one of the
// three shapes it uses, or the beginning of whatever text came.
func reason(h http.Header, body []byte) string {
	words := string(body)
	if isJSON(h) {
		if m := messages(body); len(m) > 0 {
			words = strings.Join(m, "; ")
		}
	} else if strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		words = "a web page instead of an answer"
	}
	if where := h.Get("Location"); where != "" {
		words = "redirected to " + where
	}
	if why := h.Get("X-Authentication-Denied-Reason"); why != "" {
		words += " (" + why + ")"
	}
	return tidy(words)
}

// isJSON reports whether the vendor itself speaks: what stands before it, a proxy
// or a login page, answers in other forms.
func isJSON(h http.Header) bool {
	media, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && strings.HasSuffix(media, "json")
}

// messages collects the messages of an error's body: {"errorMessages", "errors"}
// of the platform, {"errorMessage"} of the service desk, {"title", "detail"} and
// {"message"} of the gateways before them.
func messages(body []byte) []string {
	var e struct {
		ErrorMessages []string                   `json:"errorMessages"`
		Errors        map[string]json.RawMessage `json:"errors"`
		ErrorMessage  string                     `json:"errorMessage"`
		Title         string                     `json:"title"`
		Detail        string                     `json:"detail"`
		Message       string                     `json:"message"`
	}
	if json.Unmarshal(body, &e) != nil {
		return nil
	}
	all := append(e.ErrorMessages, e.ErrorMessage, e.Title, e.Detail, e.Message)
	for _, field := range slices.Sorted(maps.Keys(e.Errors)) {
		var text string
		if json.Unmarshal(e.Errors[field], &text) != nil { // an object: shown as it stands
			text = string(e.Errors[field])
		}
		all = append(all, field+": "+text)
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// tidy makes a vendor's words fit for one line of a log.
func tidy(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "?"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}), " ")
	if s == "" {
		return "no reason given"
	}
	if r := []rune(s); len(r) > reasonRunes {
		return string(r[:reasonRunes]) + "…"
	}
	return s
}
