package wire

import (
	"net/http"
	"path"
	"strings"
	"time"
)

const (
	// vendorsAtOnce is how many calls of the vendors are in hand at once. Each may
	// hold a body of 1 MB, twice while it grows; none takes longer than a commit and
	// a call to Slack.
	vendorsAtOnce = 64
	// vendorsWait is how long one waits for its turn. Slack gives three seconds for
	// all of it.
	vendorsWait = time.Second
	// scrapesAtOnce is how many times the metrics are collected at once.
	scrapesAtOnce = 4
)

// atMost lets so many requests through to a handler at once. One that waits for
// longer is answered 503, upon which vendors come again. What waits has not been
// read beyond its header.
func atMost(n int, wait time.Duration, next http.Handler) http.Handler {
	free := make(chan struct{}, n)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		late := time.NewTimer(wait)
		defer late.Stop()
		select {
		case free <- struct{}{}:
			defer func() { <-free }()
			next.ServeHTTP(w, r)
		case <-late.C:
			w.Header().Set("Retry-After", "1")
			http.Error(w, "too much at once, send it again", http.StatusServiceUnavailable)
		case <-r.Context().Done():
		}
	})
}

// exact answers a path that is not in its shortest form as one that is not there.
// The mux would redirect to the other, and say back what was asked.
func exact(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shortest := path.Clean(r.URL.Path)
		if shortest != "/" && strings.HasSuffix(r.URL.Path, "/") {
			shortest += "/"
		}
		if shortest != r.URL.Path || r.Method == http.MethodConnect {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
