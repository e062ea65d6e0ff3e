package jira_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/jira"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

// over returns a client whose every request is carried by rt.
func over(t *testing.T, rt http.RoundTripper) *jira.Client {
	t.Helper()
	c, err := jira.New(jira.Config{
		URL: base, User: "bot", Token: token, Project: "HELP", Clock: &clock{now: start},
		HTTP: &http.Client{Transport: rt},
	})
	require.NoError(t, err)
	return c
}

func reply(c *jira.Client) error {
	_, err := c.Reply(context.Background(), "HELP-1", "HELP-1/1/0", public("Hello"))
	return err
}

func read(c *jira.Client) error {
	_, err := c.Ticket(context.Background(), "HELP-1")
	return err
}

func TestTheKindOfAnAnswer(t *testing.T) {
	soon := http.Header{"Retry-After": {"7"}}
	for name, test := range map[string]struct {
		status      int
		header      http.Header
		read, write bot.Kind
		after       time.Duration
	}{
		"redirect to a login page":     {302, http.Header{"Location": {"https://login.example/"}}, bot.Denied, bot.Denied, 0},
		"bad request":                  {400, nil, bot.Invalid, bot.Invalid, 0},
		"not signed in":                {401, nil, bot.Denied, bot.Denied, 0},
		"not allowed":                  {403, nil, bot.Denied, bot.Denied, 0},
		"not there, says a proxy":      {404, nil, bot.Unavailable, bot.Unavailable, 0},
		"gone":                         {410, nil, bot.Invalid, bot.Invalid, 0},
		"took too long to arrive":      {408, nil, bot.Unavailable, bot.Ambiguous, 0},
		"changed by somebody else":     {409, nil, bot.Conflict, bot.Conflict, 0},
		"too large":                    {413, nil, bot.Invalid, bot.Invalid, 0},
		"form not filled in":           {422, nil, bot.Invalid, bot.Invalid, 0},
		"too many":                     {429, soon, bot.RateLimited, bot.RateLimited, 7 * time.Second},
		"too many, no time":            {429, nil, bot.RateLimited, bot.RateLimited, 0},
		"too many, until a date":       {429, http.Header{"Retry-After": {"Wed, 04 Mar 2026 09:31:00 GMT"}, "Date": {"Wed, 04 Mar 2026 09:30:15 GMT"}}, bot.RateLimited, bot.RateLimited, 45 * time.Second},
		"broken":                       {500, nil, bot.Unavailable, bot.Ambiguous, 0},
		"behind a proxy":               {502, nil, bot.Unavailable, bot.Ambiguous, 0},
		"down, come back":              {503, soon, bot.Unavailable, bot.Unavailable, 7 * time.Second},
		"down, perhaps only the proxy": {503, nil, bot.Unavailable, bot.Ambiguous, 0},
		"proxy gave up":                {504, nil, bot.Unavailable, bot.Ambiguous, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := over(t, answering(test.status, test.header, ""))
			err := read(c)
			require.Equal(t, test.read, bot.KindOf(err), "%v", err)
			require.Equal(t, test.after, after(t, err))
			err = reply(c)
			require.Equal(t, test.write, bot.KindOf(err), "%v", err)
			require.Equal(t, test.after, after(t, err))
		})
	}
}

func TestATicketThatIsNotThere(t *testing.T) {
	asJSON := http.Header{"Content-Type": {"application/json"}}
	require.Equal(t, bot.NotFound, bot.KindOf(reply(over(t, answering(404, asJSON, `{"errorMessages":["No."]}`)))))
	require.Equal(t, bot.Unavailable, bot.KindOf(read(over(t, answering(404, asJSON, `{}`)))), "it is no Jira at all")
}

func TestTheVendorsReasonIsPassedOn(t *testing.T) {
	asJSON := http.Header{"Content-Type": {"application/json;charset=UTF-8"}}
	for name, test := range map[string]struct {
		header http.Header
		body   string
		want   string
	}{
		"platform":       {asJSON, `{"errorMessages":["One thing.","Another."],"errors":{}}`, "status 400: One thing.; Another."},
		"fields":         {asJSON, `{"errorMessages":[],"errors":{"b":"is bad","a":"is empty"}}`, "status 400: a: is empty; b: is bad"},
		"nested":         {asJSON, `{"errors":{"a":{"code":7}}}`, `status 400: a: {"code":7}`},
		"service desk":   {asJSON, `{"errorMessage":"Not for you.","i18nErrorMessage":{"i18nKey":"x"}}`, "status 400: Not for you."},
		"problem":        {http.Header{"Content-Type": {"application/problem+json"}}, `{"title":"Quota","detail":"Used up."}`, "status 400: Quota; Used up."},
		"web page":       {http.Header{"Content-Type": {"text/html"}}, "<html>…", "status 400: a web page instead of an answer"},
		"text":           {http.Header{"Content-Type": {"text/plain"}}, "line\none\x00", "status 400: line one"},
		"nothing":        {asJSON, "", "status 400: no reason given"},
		"too many words": {http.Header{}, strings.Repeat("é", 5000), "status 400: " + strings.Repeat("é", 400) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			err := reply(over(t, answering(400, test.header, test.body)))
			require.EqualError(t, err, "jira: add a comment to HELP-1: "+test.want)
		})
	}
}

// failing carries no request anywhere.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestTheKindOfABrokenConnection(t *testing.T) {
	for name, test := range map[string]struct {
		err   error
		write bot.Kind
	}{
		"refused":              {&net.OpError{Op: "dial", Err: errors.New("connection refused")}, bot.Unavailable},
		"no such name":         {&net.DNSError{Name: "desk.example", IsNotFound: true}, bot.Unavailable},
		"certificate":          {&tls.CertificateVerificationError{Err: errors.New("expired")}, bot.Unavailable},
		"reset while reading":  {&net.OpError{Op: "read", Err: errors.New("connection reset")}, bot.Ambiguous},
		"reset while writing":  {&net.OpError{Op: "write", Err: errors.New("broken pipe")}, bot.Ambiguous},
		"closed early":         {io.ErrUnexpectedEOF, bot.Ambiguous},
		"our own time is over": {context.DeadlineExceeded, bot.Ambiguous},
	} {
		t.Run(name, func(t *testing.T) {
			c := over(t, failing{test.err})
			require.Equal(t, test.write, bot.KindOf(reply(c)))
			require.Equal(t, bot.Unavailable, bot.KindOf(read(c)))
			require.ErrorIs(t, reply(c), test.err)
		})
	}
}

func TestACallOfAContextThatIsOverCertainlyDidNothing(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.client.Reply(ctx, b.file(), "HELP-1/1/0", public("Hello"))
	require.Equal(t, bot.Unavailable, bot.KindOf(err))
	require.ErrorIs(t, err, context.Canceled)
}

func TestASlowAnswerToAWriteIsAmbiguous(t *testing.T) {
	b := newBench(t)
	key := b.file()
	b.sim.Break(jirasim.AddComment, jirasim.Fault{Slow: time.Hour, Done: true})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	_, err := b.client.Reply(ctx, key, "HELP-1/1/0", public("Hello"))
	require.Equal(t, bot.Ambiguous, bot.KindOf(err))
	require.Len(t, b.view(key).Comments, 1, "it took effect all the same")
}

func TestAnAnswerThatMakesNoSense(t *testing.T) {
	for name, body := range map[string]string{"a page": "<html>", "cut": `{"id":`, "empty": "", "no id": "{}"} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, bot.Ambiguous, bot.KindOf(reply(over(t, answering(201, nil, body)))))
		})
	}
	require.Equal(t, bot.Unavailable, bot.KindOf(read(over(t, answering(200, nil, "<html>")))))
	require.Equal(t, bot.Unavailable, bot.KindOf(read(over(t, answering(200, nil, strings.Repeat(" ", 17<<20))))))
}
