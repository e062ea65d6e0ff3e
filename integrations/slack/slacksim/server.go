package slacksim

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options say what the workspace is like. The zero value is a usable one.
type Options struct {
	Now func() time.Time // nil: time.Now

	BotToken      string // default "xoxb-sim"
	AppToken      string // default "xapp-sim"
	SigningSecret string // default "sim-signing-secret"
	// Scopes are what the app was granted; nil: everything that it could want.
	Scopes []string
	// Limits answers with 429 as Slack's rate tiers would.
	Limits bool
	// NoPlans makes it a workspace that refuses plan blocks.
	NoPlans bool
	// Commands are slash commands that the pages offer to click on.
	Commands []string
	// AckWithin is how long a delivery waits for its acknowledgement; default
	// three seconds, of wall time.
	AckWithin time.Duration
}

// The app that is simulated.
const (
	BotUser = "U0REFRESH" // the bot's member id
	BotName = "refreshbot"
	botID   = "B0REFRESH"
	appID   = "A0REFRESH"
	teamID  = "T0SIM"
)

// allScopes is what the app could want.
func allScopes() []string {
	return []string{
		"app_mentions:read", "channels:history", "channels:read", "chat:write", "commands",
		"groups:history", "groups:read", "usergroups:read", "users:read", "users:read.email",
	}
}

// A Server is a workspace. It is safe for concurrent use.
type Server struct {
	options Options
	methods map[string]method

	mu       sync.Mutex // of everything down to version; never held during a delivery
	channels []*channel
	users    map[string]User
	groups   map[string]group
	views    []*View
	triggers map[string]*trigger
	faults   map[string][]Fault
	late     []func()
	strays   []string
	calls    map[string]int
	recent   map[string][]time.Time // of the rate limits
	lastTS   int64                  // microseconds
	serial   int
	version  int // counts changes; the pages ask for it

	outward outward
}

// New returns a workspace with nobody but the bot in it.
func New(o Options) *Server {
	o.Now = orElse(o.Now, time.Now)
	o.BotToken = orDefault(o.BotToken, "xoxb-sim")
	o.AppToken = orDefault(o.AppToken, "xapp-sim")
	o.SigningSecret = orDefault(o.SigningSecret, "sim-signing-secret")
	if o.Commands == nil {
		o.Commands = []string{"/refresh status", "/refresh list", "/refresh windows", "/refresh help"}
	}
	if o.Scopes == nil {
		o.Scopes = allScopes()
	}
	if o.AckWithin == 0 {
		o.AckWithin = 3 * time.Second
	}
	s := &Server{
		options:  o,
		users:    map[string]User{},
		groups:   map[string]group{},
		triggers: map[string]*trigger{},
		faults:   map[string][]Fault{},
		calls:    map[string]int{},
		recent:   map[string][]time.Time{},
	}
	s.methods = methods()
	s.outward.changed = sync.NewCond(&s.outward.mu)
	s.users[BotUser] = User{ID: BotUser, Name: BotName, RealName: "Refreshbot", Bot: true}
	return s
}

func orElse(f, other func() time.Time) func() time.Time {
	if f == nil {
		return other
	}
	return f
}

func orDefault(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// ServeHTTP serves the API below /api/, the socket at /link, and the pages.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/api/"):
		s.serveAPI(w, r)
	case r.URL.Path == "/link":
		s.serveLink(w, r)
	default:
		s.servePages(w, r)
	}
}

// A call is a method with its arguments. Arguments of a JSON body are strings
// here too: a text as it is, anything else as its JSON.
type call struct {
	method string
	args   url.Values
	token  string
	host   string // by which we were called
}

func (c call) arg(name string) string { return c.args.Get(name) }

// A fields value is an answer's JSON object, less "ok".
type fields map[string]any

// A refusal is an answer with "ok": false.
type refusal struct {
	code   string
	more   fields
	silent bool // the caller did nothing wrong
}

// refuse refuses a call that a correct client would not have made.
func refuse(code string) *refusal { return &refusal{code: code} }

// A method is one of the API's methods.
type method struct {
	scope    []string // any of these; none: no scope is needed
	app      bool     // wants the app-level token
	required []string
	optional []string
	perMin   int // calls a minute
	do       func(*Server, call) (fields, *refusal)
}

// serveAPI answers one call, or breaks as it was told to.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	c, err := read(r)
	if err != nil {
		http.Error(w, "unreadable request", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.calls[c.method]++
	fault, broken := s.nextFault(c.method)
	if !broken {
		if wait := s.limited(c); wait > 0 {
			fault, broken = Limited(wait), true
		}
	}
	if broken {
		s.breakDown(w, c, fault) // unlocks
		return
	}
	answer := s.answer(c)
	s.mu.Unlock()
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.options.Scopes, ","))
	writeJSON(w, http.StatusOK, answer)
}

// answer performs a call. The lock is held.
func (s *Server) answer(c call) fields {
	result, no := s.perform(c)
	if no == nil {
		if result == nil {
			result = fields{}
		}
		result["ok"] = true
		return result
	}
	if !no.silent {
		s.stray(c.method + ": " + no.code)
	}
	answer := fields{"ok": false, "error": no.code}
	for k, v := range no.more {
		answer[k] = v
	}
	return answer
}

// perform checks who calls and with what, then does it.
func (s *Server) perform(c call) (fields, *refusal) {
	m, known := s.methods[c.method]
	if !known {
		return nil, refuse("unknown_method")
	}
	if no := s.authorize(c, m); no != nil {
		return nil, no
	}
	for _, name := range m.required {
		if c.arg(name) == "" {
			return nil, &refusal{code: "invalid_arguments", more: fields{
				"response_metadata": fields{"messages": []string{"[ERROR] missing required field: " + name}},
			}}
		}
	}
	for name := range c.args {
		if name != "token" && !slices.Contains(m.required, name) && !slices.Contains(m.optional, name) {
			s.stray(fmt.Sprintf("%s: argument %q is not one of Slack's", c.method, name))
		}
	}
	return m.do(s, c)
}

// authorize checks the token and its scopes.
func (s *Server) authorize(c call, m method) *refusal {
	want := s.options.BotToken
	if m.app {
		want = s.options.AppToken
	}
	switch c.token {
	case "":
		return refuse("not_authed")
	case want:
	case s.options.BotToken, s.options.AppToken:
		return refuse("not_allowed_token_type")
	default:
		return refuse("invalid_auth")
	}
	return s.needs(m.scope...)
}

// needs refuses where none of the scopes was granted.
func (s *Server) needs(scopes ...string) *refusal {
	granted := func(scope string) bool { return slices.Contains(s.options.Scopes, scope) }
	if len(scopes) == 0 || slices.ContainsFunc(scopes, granted) {
		return nil
	}
	return &refusal{code: "missing_scope", more: fields{
		"needed": scopes[0], "provided": strings.Join(s.options.Scopes, ","),
	}}
}

// read takes a call out of a request: a form, JSON, or a query.
func read(r *http.Request) (call, error) {
	c := call{method: strings.TrimPrefix(r.URL.Path, "/api/"), args: r.URL.Query(), host: r.Host}
	body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
	if err != nil {
		return c, err
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		err = readJSON(body, c.args)
	} else {
		err = readForm(body, c.args)
	}
	c.token = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if c.token == "" {
		c.token = c.arg("token")
	}
	return c, err
}

// readForm adds the arguments of a form.
func readForm(body []byte, into url.Values) error {
	form, err := url.ParseQuery(string(body))
	for k, v := range form {
		into[k] = v
	}
	return err
}

// readJSON adds the arguments of a JSON object.
func readJSON(body []byte, into url.Values) error {
	if len(body) == 0 || string(body) == "null" {
		return nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(body, &object); err != nil {
		return err
	}
	for k, raw := range object {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		into.Set(k, text)
	}
	return nil
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) //nolint:errcheck // the caller hung up
}

// stray counts a call that a correct client would not have made.
func (s *Server) stray(what string) { s.strays = append(s.strays, what) }

// Strays returns what a correct client would not have done, in order: unknown
// methods and arguments, refused blocks, missing scopes, and the like.
func (s *Server) Strays() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.strays)
}

// Calls returns how often a method was called, faults included.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// stamp returns a new timestamp, unlike any other and later than all.
func (s *Server) stamp() string {
	s.lastTS = max(s.lastTS+1, s.options.Now().UnixMicro())
	s.version++
	return fmt.Sprintf("%d.%06d", s.lastTS/1e6, s.lastTS%1e6)
}

// name returns a new id with a prefix.
func (s *Server) name(prefix string) string {
	s.serial++
	return fmt.Sprintf("%s%08d", prefix, s.serial)
}
