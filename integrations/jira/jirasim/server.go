package jirasim

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options says what kind of help center it is.
type Options struct {
	Now         func() time.Time // required
	Project     string           // its key; empty: "HELP"
	ProjectName string           // empty: "Help center"
	BaseURL     string           // of links and of the pages; empty: "http://jira.sim"
	DataCenter  bool             // its dialect instead of Cloud's
	Filed       int              // how many tickets there were before, which are of no interest

	// BotUser and BotToken are what the bot signs in with: Basic, or Bearer
	// where there is no user.
	BotUser, BotToken string

	WebhookURL, WebhookSecret string            // no URL: no webhooks
	HTTP                      http.RoundTripper // carries webhooks; nil: the default
	// AutoDeliver sends webhooks at the end of the call that caused them.
	AutoDeliver bool

	PageSize  int               // the most that a page of results holds; 0: 50
	SearchLag time.Duration     // by how much the search is behind
	Fields    map[string]string // names of further custom fields, by id
	Screens   map[string]string // by the id of a transition: the field that its screen asks for
}

// A Server is a help center. It is safe for concurrent use.
type Server struct {
	opts   Options
	zone   *time.Location
	api    *http.ServeMux
	pages  http.Handler
	client *http.Client

	mu       sync.Mutex
	people   []*person // in order of joining; the first is the bot
	issues   map[string]*issue
	numbers  map[string]int // the last ticket's, by project
	lastID   int64
	denied   map[string]bool // permissions taken from the bot
	revoked  bool
	faults   map[Route][]Fault
	strays   []string
	results  map[string][]string // further results of a search, by token
	tokens   []string            // of those, oldest first
	queue    []*delivery
	lastHook int
}

// New returns an empty help center.
func New(opts Options) *Server {
	if opts.Now == nil {
		panic("jirasim: no clock")
	}
	opts.Project = or(opts.Project, "HELP")
	opts.ProjectName = or(opts.ProjectName, "Help center")
	opts.BaseURL = or(opts.BaseURL, "http://jira.sim")
	if opts.PageSize == 0 {
		opts.PageSize = 50
	}
	s := &Server{
		opts:    opts,
		zone:    time.FixedZone("", 2*60*60), // not UTC, so that nobody gets away with dropping it
		client:  &http.Client{Transport: opts.HTTP, Timeout: webhookTimeout},
		issues:  map[string]*issue{},
		numbers: map[string]int{opts.Project: opts.Filed},
		lastID:  10000,
		denied:  map[string]bool{},
		faults:  map[Route][]Fault{},
		results: map[string][]string{},
	}
	s.join(&person{name: "Refresh Bot", email: opts.BotUser, kind: agent})
	s.api = s.routes()
	s.pages = s.site()
	return s
}

// ServeHTTP implements http.Handler: the interface below /rest/, pages elsewhere.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer s.settle() // also where the connection is cut
	if strings.HasPrefix(r.URL.Path, "/rest/") {
		s.api.ServeHTTP(w, r)
	} else {
		s.pages.ServeHTTP(w, r)
	}
}

// settle sends what waits, where that goes by itself.
func (s *Server) settle() {
	for s.opts.AutoDeliver && s.Deliver() {
	}
}

// Strays returns what was asked of the server that it does not know, or that was
// not said as clearly as it should be, in order.
func (s *Server) Strays() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.strays)
}

func (s *Server) stray(format string, args ...any) {
	s.strays = append(s.strays, fmt.Sprintf(format, args...))
}

// Revoke takes the bot's token away, or gives it back.
func (s *Server) Revoke(revoked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = revoked
}

// Deny takes permissions from the bot, such as ADD_COMMENTS.
func (s *Server) Deny(permissions ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range permissions {
		s.denied[p] = true
	}
}

func (s *Server) now() time.Time { return s.opts.Now().In(s.zone).Truncate(time.Millisecond) }

func (s *Server) nextID() int64 {
	s.lastID++
	return s.lastID
}

func (s *Server) bot() *person { return s.people[0] }

// sorted returns the tickets, newest first.
func (s *Server) sorted() []*issue {
	all := slices.Collect(maps.Values(s.issues))
	slices.SortFunc(all, func(a, b *issue) int { return int(b.id - a.id) })
	return all
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
