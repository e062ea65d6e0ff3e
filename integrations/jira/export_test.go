package jira

import (
	"net/http"
	"net/url"
)

// Authorize is the way of a request below the client's own rules on redirects.
func Authorize(base *url.URL, header string, next http.RoundTripper) http.RoundTripper {
	return &authorizer{base: base, header: header, next: next}
}

// WikiMarkup is how a text goes out, for the tests of this folder.
var WikiMarkup = wikiMarkup
