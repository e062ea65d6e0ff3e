package config

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/nearest"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// A checker finds values that can be read but not meant.
type checker struct {
	config *Config
	found  Mistakes
}

// add notes a mistake at a key, or at the nearest key around it that the file
// has. A key that already has a mistake gets no second one: the first explains it.
func (c *checker) add(path, format string, args ...any) {
	if slices.ContainsFunc(c.found, func(m Mistake) bool { return m.Path == path }) {
		return
	}
	c.found = append(c.found, c.config.Amiss(path, fmt.Sprintf(format, args...)))
}

// Amiss returns the mistake of a key, for what turns out to be wrong only when it
// is used. Its line is that of the nearest key around it that the file has.
func (c *Config) Amiss(path, text string) Mistake {
	m := Mistake{File: c.file, Path: path, Text: text}
	for at := path; at != ""; at = parent(at) {
		if line, known := c.lines[at]; known {
			m.Line = line
			break
		}
	}
	return m
}

// parent returns the path of what holds a key or an item.
func parent(path string) string {
	return path[:max(0, strings.LastIndexAny(path, ".["))]
}

func (c *checker) all() {
	c.top()
	c.jira()
	c.slack()
	c.people()
	c.policy()
	c.tenants()
	c.engine()
}

// shortestRetention is how long requests are kept at least.
const shortestRetention = 7 * 24 * time.Hour

func (c *checker) top() {
	oneOf(c, "mode", c.config.Mode, Live, Shadow)
	c.address("listen", c.config.Listen)
	c.address("admin_listen", c.config.AdminListen)
	scheme, _, _ := strings.Cut(string(c.config.Store), ":")
	if !slices.Contains([]string{"bolt", "postgres", "postgresql"}, scheme) {
		c.add("store", "a store is bolt:PATH or postgres://…")
	}
	if keep := c.config.Retention; keep > 0 && keep < shortestRetention {
		c.add("retention", "is %s: has to be 7d or more, so that nobody asks after a request that is forgotten; 0s keeps all", keep)
	}
}

func (c *checker) jira() {
	j := c.config.Jira
	c.url("jira.url", j.URL)
	if j.PollEvery == 0 && !j.Webhook {
		c.add("jira.poll_every", "without webhook and poll no ticket would ever be seen: turn one of them on")
	}
	c.fields()
	c.screens()
}

// answers are the names of answers that a field of Jira can hold, as
// `refreshbot check` calls them.
func answers() map[string]ticket.Question {
	return map[string]ticket.Question{
		"source": ticket.AskSource, "target": ticket.AskTarget, "environments": ticket.AskEnvironments,
		"windows": ticket.AskWindows, "preserve_users": ticket.AskPreserve, "point_in_time": ticket.AskPointInTime,
	}
}

// fields checks the names of answers and puts the reader's in their place.
func (c *checker) fields() {
	known, fields := answers(), map[string]string{}
	for name, id := range c.config.Jira.Fields {
		question, ok := known[name]
		if !ok {
			c.add("jira.fields."+name, "no answer has this name%s", nearestKey(name, slices.Sorted(maps.Keys(known))))
		}
		if id == "" {
			c.add("jira.fields."+name, "is empty: want the id of a field such as customfield_10071")
		}
		fields[string(question)] = id
	}
	c.config.Jira.Fields = fields
}

// screens checks that what goes along with a transition has one to go with.
func (c *checker) screens() {
	t := c.config.Jira.Transitions
	known := map[string]string{"confirmed": t.Confirmed, "done": t.Done, "declined": t.Declined}
	for name := range c.config.Jira.Screens {
		switch transition, ok := known[name]; {
		case !ok:
			c.add("jira.screens."+name, "there is no such transition%s", nearestKey(name, slices.Sorted(maps.Keys(known))))
		case transition == "":
			c.add("jira.screens."+name, "jira.transitions.%s is empty: name the transition that this goes along with", name)
		}
	}
}

func (c *checker) slack() {
	oneOf(c, "slack.mode", c.config.Slack.Mode, SocketMode, HTTPMode)
	c.url("slack.api_url", c.config.Slack.APIURL)
}

func (c *checker) people() {
	for i, p := range c.config.People {
		known := 0
		for _, account := range []string{p.Slack, p.Jira, p.Email} {
			if account != "" {
				known++
			}
		}
		if known < 2 {
			c.add(fmt.Sprintf("people[%d]", i), "says nothing: give two or more of slack, jira and email")
		}
	}
}

func (c *checker) engine() {
	e := c.config.Engine
	oneOf(c, "engine.runner", e.Runner, Local, Temporal, Manual)
	if !domain(e.MailDomain) {
		c.add("engine.mail_domain", "%q is not a mail domain: want one such as refresh.invalid", e.MailDomain)
	}
	c.url("engine.systems.apps.url", e.Systems.Apps.URL)
}

// address checks a host and port to listen on.
func (c *checker) address(path, value string) {
	_, port, err := net.SplitHostPort(value)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil || port == "" {
		c.add(path, "%q can't be listened on: want host and port such as 127.0.0.1:8080", value)
	}
}

// url checks an address of HTTP, if there is one. One that holds a password is not
// quoted.
func (c *checker) url(path, value string) {
	u, err := url.Parse(value)
	switch {
	case value == "":
	case holdsPassword(value):
		c.add(path, "an address holds no password: take it out")
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		c.add(path, "%q is not an address: want https://host, with a path if need be", value)
	}
}

// region checks that holidays of a region are known.
func (c *checker) region(path, code string) {
	cal := c.config.calendar
	if cal.Known(code) || c.config.hasCalendarFile(code) {
		return
	}
	hint := nearest.Hint(code, cal.Regions())
	if country, _, part := strings.Cut(code, "-"); part && cal.Known(country) {
		hint = "; " + country + " as a whole is known"
	}
	c.add(path, "no holidays are known of region %q%s (ISO 3166, such as SG or DE-HH; `refreshbot holidays` lists them)", code, hint)
}

// oneOf checks that a word is one of a few.
func oneOf[T ~string](c *checker, path string, value T, known ...T) {
	words := make([]string, len(known))
	for i, k := range known {
		if k == value {
			return
		}
		words[i] = string(k)
	}
	c.add(path, "%q is not known%s (%s)", value, nearest.Hint(string(value), words), strings.Join(words, ", "))
}

// domain reports whether a name can end an address.
func domain(name string) bool {
	if !strings.Contains(name, ".") || strings.ContainsAny(name, "@/: \t") {
		return false
	}
	return !slices.Contains(strings.Split(name, "."), "")
}
