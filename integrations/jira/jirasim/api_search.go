package jirasim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// searchJQL is Cloud's search. A further page is asked for with the token of the
// one before.
func (s *Server) searchJQL(r *request) answer {
	query := r.URL.Query()
	keys, a := s.matches(r)
	if a.status != 0 {
		return a
	}
	if token := query.Get("nextPageToken"); token != "" {
		rest, known := s.results[token]
		if !known {
			return refuse(http.StatusBadRequest, "The provided next page token is invalid or expired.")
		}
		keys = rest
	}
	if query.Get("fields") == "" {
		s.stray("%s: no fields asked for: ids alone", SearchJQL)
	}
	_, end := s.page(r, len(keys))
	body := map[string]any{"issues": s.issuesJSON(keys[:end], query.Get("fields")), "isLast": end == len(keys)}
	if end < len(keys) {
		body["nextPageToken"] = s.keepPage(keys[end:])
	}
	return ok(body)
}

// pagesKept is how many further pages may be asked for. The vendor's tokens expire
// too, after days; here they would only be a leak.
const pagesKept = 100

// keepPage keeps further results of a search and returns the token for them. The
// oldest token expires for it, once there are too many.
func (s *Server) keepPage(keys []string) (token string) {
	token = fmt.Sprintf("page-%d", s.nextID())
	s.results[token] = slices.Clone(keys)
	s.tokens = append(s.tokens, token)
	if len(s.tokens) > pagesKept {
		delete(s.results, s.tokens[0])
		s.tokens = slices.Delete(s.tokens, 0, 1)
	}
	return token
}

// search is Data Center's.
func (s *Server) search(r *request) answer {
	keys, a := s.matches(r)
	if a.status != 0 {
		return a
	}
	start, end := s.page(r, len(keys))
	return ok(map[string]any{
		"startAt": start, "maxResults": s.opts.PageSize, "total": len(keys),
		"issues": s.issuesJSON(keys[start:end], r.URL.Query().Get("fields")),
	})
}

// searchGone is what became of the old search in Cloud.
func (s *Server) searchGone(*request) answer {
	s.stray("%s: gone from Cloud", Search)
	return refuse(http.StatusGone, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.")
}

// matches returns the tickets that a search finds. Nobody finds nothing, which
// is no error.
func (s *Server) matches(r *request) ([]string, answer) {
	q, err := parseJQL(r.URL.Query().Get("jql"))
	if err != nil {
		s.stray("search: %v", err)
		return nil, refuse(http.StatusBadRequest, "Error in the JQL Query: "+err.Error())
	}
	if r.who == nil || s.denied["BROWSE_PROJECTS"] {
		return nil, answer{}
	}
	return s.run(q), answer{}
}

// issuesJSON is a page of a search's results.
func (s *Server) issuesJSON(keys []string, fields string) []any {
	all := []any{}
	for _, key := range keys {
		i := s.issues[key]
		if i == nil { // deleted between two pages
			continue
		}
		one := s.issueJSON(i, strings.Split(fields, ","))
		// What the search knows of a ticket is as old as the search.
		if at, known := s.seen(i); known && one["fields"].(map[string]any)["updated"] != nil {
			one["fields"].(map[string]any)["updated"] = stamp(at)
		}
		all = append(all, one)
	}
	return all
}
