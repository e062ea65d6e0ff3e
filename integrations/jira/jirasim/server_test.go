package jirasim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

// ask sends a request as the bot and returns the status and the body.
func ask(t *testing.T, s *jirasim.Server, method, path, body string) (int, string) {
	t.Helper()
	status, answer, err := askAs(s, "token", method, path, body)
	require.NoError(t, err)
	return status, answer
}

// askAs sends a request with a token; empty: as nobody.
func askAs(s *jirasim.Server, token, method, path, body string) (int, string, error) {
	req, err := http.NewRequest(method, "http://jira.sim/rest/api/2/"+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	if token != "" {
		req.SetBasicAuth("bot", token)
	}
	resp, err := s.Transport().RoundTrip(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(answer), err
}

func TestStraysAreAnsweredAsTheVendorDoesAndCounted(t *testing.T) {
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		stray              string
	}{
		"unknown route":     {"GET", "issue/HELP-1/votes", "", 404, "GET /rest/api/2/issue/HELP-1/votes: no such route"},
		"unknown method":    {"DELETE", "issue/HELP-1/comment", "", 405, "DELETE /rest/api/2/issue/HELP-1/comment: no such route"},
		"unknown parameter": {"GET", "issue/HELP-1?color=red", "", 200, "GET /rest/api/2/issue/{key}: parameter color"},
		"unknown field": {"POST", "issue/HELP-1/comment", `{"body":"x","public":false}`, 400,
			`POST /rest/api/2/issue/HELP-1/comment: body: json: unknown field "public"`},
		"no visibility": {"POST", "issue/HELP-1/comment", `{"body":"x"}`, 201,
			"POST /rest/api/2/issue/HELP-1/comment: no word on visibility: public by default"},
		"the old search":    {"GET", "search?jql=project+%3D+HELP", "", 410, "GET /rest/api/2/search: gone from Cloud"},
		"unbounded":         {"GET", "search/jql?fields=key&jql=status+%3D+Done", "", 400, "search: unbounded queries are not allowed"},
		"no fields":         {"GET", "search/jql?jql=project+%3D+HELP", "", 200, "GET /rest/api/2/search/jql: no fields asked for: ids alone"},
		"unreadable search": {"GET", "search/jql?fields=key&jql=project+%3D+HELP+AND+updated+%3E+now", "", 400, `search: can't read "updated > now"`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newDesk()
			s.File("Dana Reyes", "Refresh", "…")
			status, _ := ask(t, s, test.method, test.path, test.body)
			require.Equal(t, test.status, status)
			require.Equal(t, []string{test.stray}, s.Strays())
		})
	}
}

// A page can be asked for as long as not too many others were offered since.
func TestTokensOfPagesExpire(t *testing.T) {
	s := newDesk()
	for range 3 {
		s.File("Dana Reyes", "Refresh", "…")
	}
	search := func(token string) (int, string) {
		status, body := ask(t, s, "GET", "search/jql?fields=key&maxResults=1&jql=project+%3D+HELP&nextPageToken="+token, "")
		var page struct{ NextPageToken string }
		require.NoError(t, json.Unmarshal([]byte(body), &page))
		return status, page.NextPageToken
	}
	status, second := search("")
	require.Equal(t, http.StatusOK, status)
	for range 99 {
		search("")
	}
	status, _ = search(second) // and this offers one more
	require.Equal(t, http.StatusOK, status)
	status, _ = search(second)
	require.Equal(t, http.StatusBadRequest, status)
}

func TestACommentIsPublicUnlessItSaysOtherwise(t *testing.T) {
	s := newDesk()
	key := s.File("Dana Reyes", "Refresh", "…")
	ask(t, s, "POST", "issue/HELP-1/comment", `{"body":"a"}`)
	ask(t, s, "POST", "issue/HELP-1/comment", `{"body":"b","properties":[{"key":"sd.public.comment","value":{"internal":true}}]}`)
	view, _ := s.Ticket(key)
	require.Len(t, view.Public(), 1)
	require.Equal(t, "a", view.Public()[0].Body)
	require.True(t, view.Public()[0].ByBot)
	require.Equal(t, "b", view.Internal()[0].Body)
}

func TestCommentsThatAreNotTaken(t *testing.T) {
	s := newDesk()
	key := s.File("Dana Reyes", "Refresh", "…")
	theirs := s.Comment(key, "Dana Reyes", "mine")
	long, err := json.Marshal(strings.Repeat("x", 32768))
	require.NoError(t, err)
	for body, want := range map[string]string{
		`{"body":" "}`:                                     "can not be empty",
		`{"body":` + string(long) + `}`:                    "too long",
		`{"body":"x","properties":[{"key":"","value":1}]}`: "not valid",
	} {
		status, answer := ask(t, s, "POST", "issue/HELP-1/comment", body)
		require.Equal(t, 400, status)
		require.Contains(t, answer, want)
	}
	status, _ := ask(t, s, "PUT", "issue/HELP-1/comment/"+theirs, `{"body":"yours"}`)
	require.Equal(t, 400, status, "somebody else's")
	view, _ := s.Ticket(key)
	require.Len(t, view.Comments, 1)
}

func TestWhoIsLetIn(t *testing.T) {
	s := newDesk()
	s.File("Dana Reyes", "Refresh", "…")
	get := func(path, token string) (int, string) {
		status, body, err := askAs(s, token, "GET", path, "")
		require.NoError(t, err)
		return status, body
	}
	const search = "search/jql?fields=key&jql=project+%3D+HELP"
	status, _ := get("myself", "")
	require.Equal(t, 401, status)
	status, _ = get(search, "wrong")
	require.Equal(t, 401, status)
	status, body := get(search, "")
	require.Equal(t, 200, status, "nobody may search")
	require.JSONEq(t, `{"issues":[],"isLast":true}`, body, "and finds nothing")
	status, body = get(search, "token")
	require.Equal(t, 200, status)
	require.Contains(t, body, "HELP-1")
}

func TestFaultsComeInOrderAndEnd(t *testing.T) {
	s := newDesk()
	s.Break(jirasim.Myself, jirasim.Fault{Status: 429, RetryAfter: 3 * time.Second, Times: 2})
	s.Break(jirasim.Myself, jirasim.Fault{Status: 503})
	for _, want := range []int{429, 429, 503, 200} {
		status, _ := ask(t, s, "GET", "myself", "")
		require.Equal(t, want, status)
	}
	s.Break(jirasim.Myself, jirasim.Fault{Status: 503})
	s.Mend()
	status, _ := ask(t, s, "GET", "myself", "")
	require.Equal(t, 200, status)
}

func TestACutCallMayHaveTakenEffect(t *testing.T) {
	for _, done := range []bool{true, false} {
		s := newDesk()
		key := s.File("Dana Reyes", "Refresh", "…")
		s.Break(jirasim.AddComment, jirasim.Fault{Cut: true, Done: done})
		_, _, err := askAs(s, "token", "POST", "issue/HELP-1/comment", `{"body":"x"}`)
		require.ErrorContains(t, err, "no answer came")
		view, _ := s.Ticket(key)
		require.Equal(t, done, len(view.Comments) == 1)
	}
}

func TestWebhooksCanGoByThemselves(t *testing.T) {
	var got []string
	s := newDesk(func(o *jirasim.Options) {
		o.AutoDeliver, o.WebhookURL, o.WebhookSecret = true, "http://bot.example/jira/webhook", "secret"
		o.HTTP = roundTrip(func(r *http.Request) int {
			body, _ := io.ReadAll(r.Body)
			require.Equal(t, jirasim.Sign("secret", body), r.Header.Get("X-Hub-Signature"))
			got = append(got, r.Header.Get("X-Atlassian-Webhook-Identifier"))
			return 200
		})
	})
	key := s.File("Dana Reyes", "Refresh", "…")
	s.Close(key, "Dana Reyes")
	ask(t, s, "POST", "issue/HELP-1/comment", `{"body":"x"}`)
	require.Len(t, got, 3)
	left, _ := s.Pending()
	require.Zero(t, left)
}

func TestAWebhookIsTriedSixTimesAndARefusedOneOnce(t *testing.T) {
	for status, want := range map[int]int{503: 6, 401: 1} {
		now := time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)
		tries := 0
		s := newDesk(func(o *jirasim.Options) {
			o.Now, o.WebhookURL = func() time.Time { return now }, "http://bot.example/"
			o.HTTP = roundTrip(func(*http.Request) int { tries++; return status })
		})
		s.File("Dana Reyes", "Refresh", "…")
		for left, due := s.Pending(); left > 0; left, due = s.Pending() {
			now = due
			require.True(t, s.Deliver())
		}
		require.Equal(t, want, tries)
	}
}

type roundTrip func(*http.Request) int

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: f(r), Body: http.NoBody, Header: http.Header{}}, nil
}

func TestMistakesOfATestPanic(t *testing.T) {
	s := newDesk()
	key := s.File("Dana Reyes", "Refresh", "…")
	for name, act := range map[string]func(){
		"nobody":        func() { s.File("Nobody", "x", "y") },
		"no ticket":     func() { s.Comment("HELP-9", "Dana Reyes", "x") },
		"no comment":    func() { s.DeleteComment(key, "1") },
		"a client note": func() { s.Note(key, "Dana Reyes", "x") },
		"no way":        func() { s.Transition(key, "Ivo Petrov", "Reopen") },
		"no clock":      func() { jirasim.New(jirasim.Options{}) },
	} {
		require.Panics(t, act, name)
	}
	require.NotPanics(t, func() { s.Comment(key, "Dana Reyes", "the lock was let go") })
}
