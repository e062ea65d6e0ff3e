package slack_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/slack"
)

// at returns a client of the API at an address.
func at(t *testing.T, url string) *slack.Client {
	t.Helper()
	return slack.New(slack.Config{
		APIURL: url + "/api/", BotToken: "xoxb-sim", AppToken: "xapp-sim", Channel: desk,
		Clock: newClock(), Log: slog.New(slog.DiscardHandler),
	})
}

// stranger is a server that nothing may be sent to.
func stranger(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a stranger was called")
	}))
	t.Cleanup(s.Close)
	return s
}

// No redirect leads a token, or a message, to another host.
func TestNothingGoesToAnotherHost(t *testing.T) {
	elsewhere := stranger(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		home := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, status)
		}))
		_, err := at(t, home.URL).Post(t.Context(), cardMessage(theCard()), "")
		require.Equal(t, bot.Denied, bot.KindOf(err), "%d: %v", status, err)
		home.Close()
	}
}

// Nor into the clear, on the host that it belongs to.
func TestNothingGoesIntoTheClear(t *testing.T) {
	v := &vendor{status: 307, header: http.Header{"Location": {"http://slack.test/api/chat.postMessage"}}}
	_, err := over(v).Post(t.Context(), cardMessage(theCard()), "")
	require.Equal(t, bot.Denied, bot.KindOf(err), "%v", err)
	require.Len(t, v.sent, 1)
}

// The address of the link comes out of an answer: one on another host is not called.
func TestALinkToAnotherHostIsNotOpened(t *testing.T) {
	elsewhere := stranger(t)
	link := "ws" + strings.TrimPrefix(elsewhere.URL, "http") + "/link"
	asked := make(chan struct{}, 100)
	home := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		fmt.Fprintf(w, `{"ok":true,"url":%q}`, link)
	}))
	defer home.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- at(t, home.URL).Intake(newInbox()).Listen(ctx) }()
	<-asked
	<-asked // it tried again: the first time led nowhere
	cancel()
	require.NoError(t, <-ended)
}

// An answer that does not end is cut off, also one that was made small for the way.
func TestAnswersAreBounded(t *testing.T) {
	v := &vendor{status: 200, header: http.Header{}, body: `{"ok":true,"x":"` + strings.Repeat("x", 17<<20)}
	_, err := over(v).Post(t.Context(), cardMessage(theCard()), "")
	require.Equal(t, bot.Ambiguous, bot.KindOf(err), "it may have been posted")
	require.ErrorContains(t, err, "longer than 16 MB")
}

// Whatever stands in the header, the wait is one that a person could mean.
func TestTheWaitIsBounded(t *testing.T) {
	for retry, want := range map[string]time.Duration{
		"7": 7 * time.Second, " 7 ": 7 * time.Second, "0": 0, "": 0, "-7": 0, "soon": 0, "7.5": 0,
		"31536000": 24 * time.Hour, "9223372036854775807": 24 * time.Hour, "99999999999999999999": 0,
		"Wed, 04 Mar 2026 09:31:00 GMT": 45 * time.Second, "Wed, 04 Mar 2027 09:31:00 GMT": 24 * time.Hour,
		"Wed, 04 Mar 2026 09:30:00 GMT": 0,
	} {
		v := &vendor{status: 429, header: http.Header{"Retry-After": {retry}, "Date": {"Wed, 04 Mar 2026 09:30:15 GMT"}}}
		_, err := over(v).Post(t.Context(), cardMessage(theCard()), "")
		require.Equal(t, bot.RateLimited, bot.KindOf(err), "%q: %v", retry, err)
		var e *bot.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, want, e.After, "%q", retry)
	}
}
