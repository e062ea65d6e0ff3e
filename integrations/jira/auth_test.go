package jira_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/jira"
)

func TestTheTokenStaysAtHome(t *testing.T) {
	var strangers []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		strangers = append(strangers, r.Header.Get("Authorization"))
		fmt.Fprint(w, "{}")
	}))
	defer elsewhere.Close()
	var home []string
	desk := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		home = append(home, r.Header.Get("Authorization"))
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}))
	defer desk.Close()

	c, err := jira.New(jira.Config{URL: desk.URL, Token: token, Project: "HELP", Clock: &clock{now: start}})
	require.NoError(t, err)
	require.Equal(t, bot.Denied, bot.KindOf(read(c)))
	require.Equal(t, bot.Denied, bot.KindOf(reply(c)))
	require.Equal(t, []string{"Bearer " + token, "Bearer " + token}, home)
	require.Empty(t, strangers)
}

// An answer that was made small for the way is not unpacked beyond what an answer may
// have, and one that does not end is cut off.
func TestABombIsNotUnpacked(t *testing.T) {
	for _, status := range []int{200, 400} {
		desk := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(status)
			packed := gzip.NewWriter(w)
			fmt.Fprint(packed, `{"deploymentType":"`)
			zeros := bytes.Repeat([]byte("0"), 1<<20)
			for range 200 {
				if _, err := packed.Write(zeros); err != nil {
					return // the reader has had enough
				}
			}
		}))
		c, err := jira.New(jira.Config{URL: desk.URL, Token: token, Project: "HELP", Clock: &clock{now: start}})
		require.NoError(t, err)
		err = read(c)
		require.Equal(t, map[int]bot.Kind{200: bot.Unavailable, 400: bot.Invalid}[status], bot.KindOf(err))
		require.Less(t, len(err.Error()), 1000)
		desk.Close()
	}
}

func TestNoOtherServerIsShownTheToken(t *testing.T) {
	home, err := url.Parse(base)
	require.NoError(t, err)
	for address, want := range map[string]string{
		base + "/x":                 "Bearer it",
		"http://desk.example/x":     "", // without encryption
		"https://desk.example:1/x":  "",
		"https://x.desk.example/":   "",
		"https://desk.example.evil": "",
	} {
		req, err := http.NewRequest(http.MethodGet, address, nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "left over from a redirect")
		got := "never asked"
		resp, err := jira.Authorize(home, "Bearer it", toHandler(func(_ http.ResponseWriter, r *http.Request) {
			got = r.Header.Get("Authorization")
		})).RoundTrip(req)
		require.NoError(t, err)
		resp.Body.Close()
		require.Equal(t, want, got, address)
	}
}

func TestAWriteFollowsNoRedirectAtAll(t *testing.T) {
	var methods []string
	c := over(t, toHandler(func(w http.ResponseWriter, r *http.Request) {
		methods = append(methods, r.Method)
		http.Redirect(w, r, base+"/elsewhere", http.StatusFound)
	}))
	require.Equal(t, bot.Denied, bot.KindOf(reply(c)))
	require.Equal(t, []string{"POST"}, methods)
}

func TestReadingFollowsARedirectAtHome(t *testing.T) {
	var seen []string
	c := over(t, toHandler(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		if r.URL.Path != "/moved" {
			http.Redirect(w, r, base+"/moved", http.StatusFound)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	require.Equal(t, bot.Unavailable, bot.KindOf(read(c)))
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("bot:"+token))
	require.Equal(t, []string{basic, basic}, seen)
}

func TestASecretIsNeverPrinted(t *testing.T) {
	cfg := jira.Config{Token: token}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		require.NotContains(t, fmt.Sprintf(format, cfg), token)
	}
	require.NotContains(t, fmt.Sprintf("%q %x %d", cfg.Token, cfg.Token, cfg.Token), "t0ken")
	data, err := json.Marshal(struct{ Token bot.Secret }{token})
	require.NoError(t, err)
	require.JSONEq(t, `{"Token":"[redacted]"}`, string(data))
	require.NotContains(t, errorOf(jira.New(cfg)).Error(), token)
}

func errorOf(_ *jira.Client, err error) error { return err }

func TestNewNamesEveryMistake(t *testing.T) {
	_, err := jira.New(jira.Config{URL: "desk.example", Project: "help", JQL: "labels = a ORDER BY key"})
	require.Equal(t, bot.Invalid, bot.KindOf(err))
	require.EqualError(t, errors.Unwrap(err), `url "desk.example": not an http or https address
token: missing
project "help": not a project key
jql: can't say an order of its own
clock: missing`)
	_, err = jira.New(jira.Config{
		URL: "https://bot:pass@desk.example", Token: token, Project: "HELP", Clock: &clock{},
	})
	require.ErrorContains(t, err, "url: holds more than an address and a path")
}

func TestThePathOfTheAddressIsKept(t *testing.T) {
	var path string
	c, err := jira.New(jira.Config{
		URL: "https://api.example/ex/jira/1234", Token: token, Project: "HELP", Clock: &clock{now: start},
		HTTP: &http.Client{Transport: toHandler(func(w http.ResponseWriter, r *http.Request) {
			path = r.URL.Path
			w.WriteHeader(http.StatusNotFound)
		})},
	})
	require.NoError(t, err)
	require.Error(t, reply(c))
	require.Equal(t, "/ex/jira/1234/rest/api/2/issue/HELP-1/comment", path)
}
