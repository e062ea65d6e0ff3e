package jira

import (
	"encoding/base64"
	"net/http"
	"net/url"

	"github.com/refreshbot/refreshbot/bot"
)

// An authorizer adds the token to requests to the configured server, and to no
// others: wherever a redirect or a link leads, the token stays at home.
type authorizer struct {
	base   *url.URL
	header string // of Authorization
	next   http.RoundTripper
}

// authorization returns the value of the header: Basic where there is a user,
// Bearer for a personal access token.
func authorization(user string, token bot.Secret) string {
	if user == "" {
		return "Bearer " + string(token)
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+string(token)))
}

// RoundTrip implements http.RoundTripper.
func (a *authorizer) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "refreshbot")
	req.Header.Del("Authorization")
	if sameOrigin(req.URL, a.base) {
		req.Header.Set("Authorization", a.header)
	}
	return a.next.RoundTrip(req)
}

// CheckRedirect lets a reading request follow a redirect within the server. All
// others end with the redirect as their answer: one to another host is a login
// page or worse, and a redirected write would come back as a successful read of
// something else.
func (a *authorizer) CheckRedirect(req *http.Request, via []*http.Request) error {
	const hops = 5
	if via[0].Method != http.MethodGet || !sameOrigin(req.URL, a.base) || len(via) > hops {
		return http.ErrUseLastResponse
	}
	return nil
}

// sameOrigin tells addresses apart by scheme too: a redirect from https to http
// would send the token in the clear.
func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }
