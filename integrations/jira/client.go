package jira

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	gojira "github.com/andygrunwald/go-jira"

	"github.com/refreshbot/refreshbot/bot"
)

// Config says which help center, and as whom.
type Config struct {
	URL     string // "https://example.atlassian.net"; a path is kept
	User    string // with Token: Basic; empty: Token is a personal access token
	Token   bot.Secret
	Project string            // the key of the project, "HELP"
	JQL     string            // narrows what Touched lists; empty: the whole project
	Fields  map[string]string // ids of the fields in which answers live, by answer
	// Screens are what goes along with a transition, by its name or id: the values
	// of the fields that its screen asks for, in Jira's own form, by their ids.
	Screens map[string]map[string]any

	HTTP  *http.Client // its Transport carries calls, its Timeout bounds them; nil: the default, 30 s
	Clock bot.Clock
	Log   *slog.Logger // nil: nowhere
}

// A Client is one project of a help center. It is safe for concurrent use.
type Client struct {
	cfg  Config
	jira *gojira.Client
	log  *slog.Logger

	mu   sync.Mutex
	site *site // nil until the server has said what it is
}

var _ bot.Desk = (*Client)(nil)

// callTimeout bounds a call, answer included, where Config.HTTP does not.
const callTimeout = 30 * time.Second

// New returns a client. It connects to nothing; a mistake in cfg is an error of
// the kind Invalid that names every one.
func New(cfg Config) (*Client, error) {
	base, err := cfg.check()
	if err != nil {
		return nil, &bot.Error{Kind: bot.Invalid, Op: "jira: configure", Err: err}
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	auth := &authorizer{base: base, header: authorization(cfg.User, cfg.Token), next: cfg.HTTP.Transport}
	if auth.next == nil {
		auth.next = http.DefaultTransport
	}
	carrier := &http.Client{Transport: auth, CheckRedirect: auth.CheckRedirect, Timeout: cfg.HTTP.Timeout}
	if carrier.Timeout == 0 {
		carrier.Timeout = callTimeout
	}
	j, err := gojira.NewClient(carrier, base.String())
	if err != nil {
		return nil, &bot.Error{Kind: bot.Invalid, Op: "jira: configure", Err: err}
	}
	return &Client{cfg: cfg, jira: j, log: cfg.Log}, nil
}

var projectKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]+$`)

// check returns the parsed address, or every mistake.
func (cfg Config) check() (*url.URL, error) {
	var wrong []error
	base, err := url.Parse(cfg.URL)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		wrong = append(wrong, fmt.Errorf("url %q: not an http or https address", cfg.URL))
	} else if base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		wrong = append(wrong, errors.New("url: holds more than an address and a path"))
	}
	if cfg.Token == "" {
		wrong = append(wrong, errors.New("token: missing"))
	}
	if !projectKey.MatchString(cfg.Project) {
		wrong = append(wrong, fmt.Errorf("project %q: not a project key", cfg.Project))
	}
	if orderBy.MatchString(cfg.JQL) {
		wrong = append(wrong, errors.New("jql: can't say an order of its own"))
	}
	if cfg.Clock == nil {
		wrong = append(wrong, errors.New("clock: missing"))
	}
	return base, errors.Join(wrong...)
}

// A call is one request to the vendor.
type call struct {
	doing  string // "add a comment to HELP-7"
	method string
	path   string // below the base, without a slash in front
	query  url.Values
	body   any  // nil: none
	out    any  // nil: the answer's body is of no interest
	writes bool // repeating it could do something twice
}

// op is the call's name in errors.
func (k call) op() string { return "jira: " + k.doing }

// do performs a call and decodes its answer.
func (c *Client) do(ctx context.Context, k call) error {
	target := k.path
	if len(k.query) > 0 {
		target += "?" + k.query.Encode()
	}
	req, err := c.jira.NewRequestWithContext(ctx, k.method, target, k.body)
	if err != nil {
		return &bot.Error{Kind: bot.Internal, Op: k.op(), Err: err}
	}
	if err := ctx.Err(); err != nil { // nothing has left yet: certain even for a write
		return &bot.Error{Kind: bot.Unavailable, Op: k.op(), Err: err}
	}
	resp, err := c.jira.Do(req, nil)
	if resp == nil {
		return k.broken(err)
	}
	defer resp.Body.Close()
	if err != nil { // not a 2xx; go-jira leaves the body to us
		return k.refused(resp.Response)
	}
	return k.decode(resp.Body)
}

// get reads path into out.
func (c *Client) get(ctx context.Context, doing, path string, query url.Values, out any) error {
	return c.do(ctx, call{doing: doing, method: http.MethodGet, path: path, query: query, out: out})
}

// issuePath returns the path of a ticket and of what lies below it.
func issuePath(ticket bot.TicketKey, below ...string) string {
	parts := append([]string{"rest/api/2/issue", url.PathEscape(string(ticket))}, below...)
	return strings.Join(parts, "/")
}
