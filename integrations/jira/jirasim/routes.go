package jirasim

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
)

// A Route is one call of the interface: a method and a path.
type Route string

// The routes.
const (
	ServerInfo         Route = "GET /rest/api/2/serverInfo"
	Myself             Route = "GET /rest/api/2/myself"
	ListFields         Route = "GET /rest/api/2/field"
	GetProject         Route = "GET /rest/api/2/project/{key}"
	MyPermissions      Route = "GET /rest/api/2/mypermissions"
	SearchJQL          Route = "GET /rest/api/2/search/jql" // Cloud
	Search             Route = "GET /rest/api/2/search"     // Data Center
	GetIssue           Route = "GET /rest/api/2/issue/{key}"
	GetChangelog       Route = "GET /rest/api/2/issue/{key}/changelog" // Cloud
	ListComments       Route = "GET /rest/api/2/issue/{key}/comment"
	GetComment         Route = "GET /rest/api/2/issue/{key}/comment/{id}"
	AddComment         Route = "POST /rest/api/2/issue/{key}/comment"
	ChangeComment      Route = "PUT /rest/api/2/issue/{key}/comment/{id}"
	CommentsByID       Route = "POST /rest/api/2/comment/list" // Cloud
	GetCommentProperty Route = "GET /rest/api/2/comment/{id}/properties/{property}"
	ListTransitions    Route = "GET /rest/api/2/issue/{key}/transitions"
	DoTransition       Route = "POST /rest/api/2/issue/{key}/transitions"
	ListOrganizations  Route = "GET /rest/servicedeskapi/organization"
)

// An endpoint serves one route. It is called with the lock held.
type endpoint struct {
	route  Route
	params string // the query's parameters, by spaces
	open   bool   // answers anybody
	serve  func(*Server, *request) answer
}

// A request is a call that was let in.
type request struct {
	*http.Request
	body []byte
	who  *person // nil: nobody
}

// An answer is a status and, if any, its JSON.
type answer struct {
	status int
	body   any
}

// endpoints returns what the server's dialect has.
func (s *Server) endpoints() []endpoint {
	all := []endpoint{
		{ServerInfo, "", true, (*Server).serverInfo},
		{Myself, "", false, (*Server).myself},
		{ListFields, "", true, (*Server).listFields},
		{GetProject, "", true, (*Server).getProject},
		{MyPermissions, "projectKey permissions", false, (*Server).myPermissions},
		{GetIssue, "fields expand properties", true, (*Server).getIssue},
		{ListComments, "startAt maxResults orderBy", true, (*Server).listComments},
		{GetComment, "", true, (*Server).getComment},
		{AddComment, "", false, (*Server).postComment},
		{ChangeComment, "", false, (*Server).putComment},
		{GetCommentProperty, "", true, (*Server).commentProperty},
		{ListTransitions, "", true, (*Server).listTransitions},
		{DoTransition, "", false, (*Server).doTransition},
	}
	if s.opts.DataCenter {
		return append(all, endpoint{Search, "jql fields startAt maxResults", true, (*Server).search})
	}
	return append(all,
		endpoint{SearchJQL, "jql fields maxResults nextPageToken", true, (*Server).searchJQL},
		endpoint{Search, "jql fields startAt maxResults", true, (*Server).searchGone},
		endpoint{GetChangelog, "startAt maxResults", true, (*Server).changelog},
		endpoint{CommentsByID, "expand", true, (*Server).commentsByID},
		endpoint{ListOrganizations, "accountId start limit", false, (*Server).listOrganizations},
	)
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for _, e := range s.endpoints() {
		mux.Handle(string(e.route), s.handler(e))
	}
	mux.HandleFunc("/rest/", s.unknown)
	return mux
}

// handler lets a call through the faults, the door and the lock to its endpoint.
func (s *Server) handler(e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := s.fault(e.route)
		f.wait(r)
		if r.Context().Err() != nil && !f.Done {
			return
		}
		if f.fails() && !f.Done {
			f.strike(w)
			return
		}
		a := s.admit(e, r)
		if f.fails() {
			f.strike(w)
			return
		}
		a.write(w)
	})
}

// admit checks who calls and what with, and lets the endpoint answer.
func (s *Server) admit(e endpoint, r *http.Request) answer {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return refuse(http.StatusBadRequest, "There was an error parsing JSON.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range r.URL.Query() {
		if !slices.Contains(strings.Fields(e.params), name) {
			s.stray("%s: parameter %s", e.route, name)
		}
	}
	who, ok := s.signedIn(r)
	if !ok || who == nil && !e.open {
		return refuse(http.StatusUnauthorized, "Client must be authenticated to access this resource.")
	}
	return e.serve(s, &request{Request: r, body: body, who: who})
}

// signedIn returns who calls: nobody without a token, and false with a wrong one.
func (s *Server) signedIn(r *http.Request) (*person, bool) {
	given := r.Header.Get("Authorization")
	if given == "" {
		return nil, true
	}
	right := "Bearer " + s.opts.BotToken
	if s.opts.BotUser != "" {
		right = "Basic " + base64.StdEncoding.EncodeToString([]byte(s.opts.BotUser+":"+s.opts.BotToken))
	}
	return s.bot(), given == right && !s.revoked
}

// unknown answers what no endpoint serves.
func (s *Server) unknown(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.stray("%s %s: no such route", r.Method, r.URL.Path)
	s.mu.Unlock()
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.api.Handler(other); pattern != "/rest/" {
			refuse(http.StatusMethodNotAllowed, "Method Not Allowed").write(w)
			return
		}
	}
	refuse(http.StatusNotFound, "null for uri: "+r.URL.Path).write(w)
}

func ok(body any) answer { return answer{http.StatusOK, body} }

// refuse is an error in the platform's shape.
func refuse(status int, messages ...string) answer {
	return answer{status, map[string]any{"errorMessages": messages, "errors": map[string]string{}}}
}

// noTicket is the answer for a ticket that is not there or not to be seen.
func noTicket() answer {
	return refuse(http.StatusNotFound, "Issue does not exist or you do not have permission to see it.")
}

func (a answer) write(w http.ResponseWriter) {
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(a.status)
	_ = json.NewEncoder(w).Encode(a.body) // the other side hung up
}

// decode reads a body into its wire type; a field that the type does not have is
// refused and counted.
func (s *Server) decode(r *request, into any) (answer, bool) {
	d := json.NewDecoder(bytes.NewReader(r.body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		s.stray("%s %s: body: %v", r.Method, r.URL.Path, err)
		return refuse(http.StatusBadRequest,
			"Invalid request payload. Refer to the REST API documentation and try again."), false
	}
	return answer{}, true
}
