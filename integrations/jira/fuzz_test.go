package jira_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

// A vendor answers with what it is told to, whatever that is, and counts the calls.
type vendor struct {
	cloud   bool
	answers map[string]string // by the end of the path
	asked   int
}

// callsMost is how many calls anything may take: every comment of the vendor's
// largest ticket needs one for its property.
const callsMost = 6_000

func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	v.asked++
	if v.asked > callsMost {
		panic("a listing that does not end")
	}
	body := v.answers[r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]]
	switch {
	case strings.HasSuffix(r.URL.Path, "/serverInfo"):
		body = map[bool]string{true: `{"deploymentType":"Cloud"}`, false: `{"deploymentType":"Server"}`}[v.cloud]
	case strings.HasSuffix(r.URL.Path, "/myself"):
		body = `{"accountId":"712020:b07","key":"JIRAUSER7"}`
	case strings.HasSuffix(r.URL.Path, "/field"):
		body = `[{"id":"customfield_1","schema":{"custom":"com.atlassian.servicedesk:sd-customer-organizations"}}]`
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

// orderly demands what every error of the client's must be, of a kind, of one line,
// and silent about the token, and returns the kind.
func orderly(t *testing.T, err error) bot.Kind {
	t.Helper()
	e, ok := errors.AsType[*bot.Error](err)
	require.True(t, ok, "%v", err)
	require.NotEqual(t, bot.Internal, e.Kind, "%v", err)
	require.True(t, e.After >= 0 && e.After <= 24*time.Hour, "%v", e.After)
	require.NotContains(t, err.Error(), token)
	require.True(t, utf8.ValidString(err.Error()))
	unseen := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }
	require.False(t, strings.ContainsFunc(err.Error(), unseen), "%q", err)
	return e.Kind
}

// FuzzTicket holds that whatever the vendor says of a ticket, reading it ends, with
// a ticket that has a key and comments in order, or with an error of one line.
func FuzzTicket(f *testing.F) {
	const issue = `{"key":"HELP-1","fields":{"summary":"a","description":"b","created":"2026-03-04T09:30:00.000+0100","project":{"key":"HELP"},"customfield_1":[{"name":"ABCD"}]}}`
	const comments = `{"total":2,"comments":[{"id":"2","author":{"accountId":"x"},"body":"later","created":"2026-03-04T10:00:00.000+0000"},{"id":"1","body":{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"first"}]}]},"created":"2026-03-04T09:00:00.000+0000","jsdPublic":false}]}`
	f.Add(true, issue, comments, `{"total":0}`)
	f.Add(false, issue, comments, `{"value":{"internal":true}}`)
	f.Add(true, `{"key":"HELP-1","fields":{},"changelog":{"total":1000000000}}`, `{"total":9,"comments":[{"id":"x"}]}`, `{"total":1000000000,"values":[{"created":"2026-03-04T09:30:00.000+0100","items":[{"field":"description"}]}]}`)
	f.Add(true, `{"key":"../../../myself","fields":null}`, `[]`, `7`)
	f.Add(true, `{"key":"HELP-1","fields":{"created":"9999-12-31T23:00:00.000-1200"}}`, comments, ``)
	f.Add(true, `{"key":"HELP-1","fields":{"created":"0000-01-01T00:00:00.000+1400"}}`, comments, ``)
	f.Add(false, `{"key":"HELP-1","fields":{"created":"yesterday\n"}}`, `{"comments":{}}`, ``)
	f.Fuzz(func(t *testing.T, cloud bool, issue, comments, rest string) {
		v := &vendor{cloud: cloud, answers: map[string]string{
			"HELP-1": issue, "comment": comments, "changelog": rest, "sd.public.comment": rest, "organization": rest,
		}}
		got, err := over(t, v).Ticket(t.Context(), "HELP-1")
		if err != nil {
			orderly(t, err)
			return
		}
		require.Regexp(t, `^[A-Z][A-Z0-9_]+-[0-9]+$`, string(got.Key))
		require.Equal(t, time.UTC, got.Created.Location())
		_, err = json.Marshal(got)
		require.NoError(t, err, "a store could not keep it")
		for i, c := range got.Comments {
			require.True(t, i == 0 || !c.Created.Before(got.Comments[i-1].Created))
			require.False(t, c.Edited.Before(c.Created))
			require.False(t, c.Own && c.Insider)
		}
	})
}

// FuzzSearch holds that whatever a search answers, it ends, and names tickets alone.
func FuzzSearch(f *testing.F) {
	f.Add(true, `{"issues":[{"key":"HELP-1","fields":{"updated":"2026-03-04T09:30:00.000+0100"}}],"nextPageToken":"more"}`)
	f.Add(false, `{"issues":[{"key":"HELP-1","fields":{"updated":"2026-03-04T09:30:00.000+0100"}}],"total":1000000000}`)
	f.Add(true, `{"issues":[{"key":"HELP-1\u001b[2J","fields":{}}]}`)
	f.Add(false, `{"issues":[{"key":"HELP-1","fields":[]}]}`)
	f.Fuzz(func(t *testing.T, cloud bool, answer string) {
		v := &vendor{cloud: cloud, answers: map[string]string{"jql": answer, "search": answer}}
		touched, err := over(t, v).Touched(t.Context(), start)
		if err != nil {
			orderly(t, err)
			return
		}
		for i, touch := range touched {
			require.Regexp(t, `^[A-Z][A-Z0-9_]+-[0-9]+$`, string(touch.Ticket))
			require.True(t, i == 0 || !touch.Updated.Before(touched[i-1].Updated))
		}
	})
}

// FuzzSent holds that looking for a comment of our own ends, and finds one only
// where its property says so.
func FuzzSent(f *testing.F) {
	const own = `{"total":1,"comments":[{"id":"7","author":{"accountId":"712020:b07"},"created":"2026-03-04T09:30:00.000+0000"}]}`
	f.Add(true, own, `{"values":[{"id":"7","properties":[{"key":"refreshbot.effect","value":{"key":"HELP-1/1/0"}}]}],"isLast":true}`)
	f.Add(true, own, `{"values":[{"id":"8"}]}`)
	f.Add(true, strings.Replace(own, `"7"`, `"seven"`, 1), `{}`)
	f.Add(false, own, `{"value":{"key":"HELP-1/1/0"}}`)
	f.Fuzz(func(t *testing.T, cloud bool, comments, properties string) {
		v := &vendor{cloud: cloud, answers: map[string]string{
			"comment": comments, "list": properties, "refreshbot.effect": properties,
		}}
		_, found, err := over(t, v).Sent(t.Context(), "HELP-1", "HELP-1/1/0", start)
		if err != nil {
			orderly(t, err)
			return
		}
		require.True(t, !found || strings.Contains(properties, "HELP-1") || strings.Contains(properties, `\`))
	})
}

// FuzzRefusal holds that any answer to a write is of a kind that loses and doubles
// nothing, and that no vendor can silence the bot for longer than a day.
func FuzzRefusal(f *testing.F) {
	f.Add(429, "7", "", "application/json", `{"errorMessages":["slow down"]}`)
	f.Add(503, "Wed, 04 Mar 2126 09:31:00 GMT", "Wed, 04 Mar 2026 09:30:15 GMT", "text/html; charset=utf-8", "<h1>\x1b[2J</h1>")
	f.Add(429, "99999999999999999999", "", "application/problem+json", `{"title":"a","detail":"\u202eb"}`)
	f.Add(400, "-1", "", "application/json", `{"errors":{"a":{"b":[1]}},"errorMessage":"\n"}`)
	f.Add(201, "", "", "application/json", `{"id":7}`)
	f.Fuzz(func(t *testing.T, status int, retry, date, media, body string) {
		status = 200 + (status&0xffff)%400
		header := http.Header{"Retry-After": {retry}, "Date": {date}, "Content-Type": {media}, "Location": {retry}}
		err := reply(over(t, answering(status, header, body)))
		if err == nil {
			require.Equal(t, 2, status/100)
			return
		}
		kind := orderly(t, err)
		switch {
		case status/100 == 2:
			require.Equal(t, bot.Ambiguous, kind, "it was written, and the answer can't be read")
		case status >= 500 && kind != bot.Ambiguous:
			require.Equal(t, http.StatusServiceUnavailable, status)
			require.NotEmpty(t, strings.TrimSpace(retry), "only who names a time has certainly done nothing")
		case status == http.StatusTooManyRequests:
			require.Equal(t, bot.RateLimited, kind)
		}
	})
}

// FuzzSignature holds that of all headers only the body's own signature is taken.
func FuzzSignature(f *testing.F) {
	f.Add(delivery, "sha256=", uint8(0), uint8(0))
	f.Add(delivery, "sha1=", uint8(3), uint8(1))
	f.Add("", "SHA256=", uint8(63), uint8(0x20))
	f.Fuzz(func(t *testing.T, body, method string, at, change uint8) {
		right := jirasim.Sign(secret, []byte(body))
		digits := []byte(right[len("sha256="):])
		digits[int(at)%len(digits)] ^= change
		given := method + string(digits)
		r := httptest.NewRequest(http.MethodPost, "/jira/webhook", strings.NewReader(body))
		r.Header["X-Hub-Signature"] = []string{given}
		b := newBench(t)
		w := httptest.NewRecorder()
		b.client.Webhook(b.inbox, secret).ServeHTTP(w, r)

		want, _ := hex.DecodeString(right[len("sha256="):])
		same, err := hex.DecodeString(string(digits))
		if method == "sha256=" && err == nil && string(same) == string(want) {
			require.Less(t, w.Code, 300)
			return
		}
		require.Equal(t, http.StatusUnauthorized, w.Code, given)
	})
}
