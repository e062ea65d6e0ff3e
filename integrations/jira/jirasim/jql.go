package jirasim

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A jql is a search of the little language that the server knows: conditions
// joined by AND, in brackets if one likes, and an order.
type jql struct {
	conditions []condition
	order      []string // "updated", "key"
}

// A condition compares a field with a value.
type condition struct {
	field, op, value string
}

var (
	orderClause  = regexp.MustCompile(`(?i)\s+order\s+by\s+`)
	andClause    = regexp.MustCompile(`(?i)\s+and\s+`)
	conditionRe  = regexp.MustCompile(`(?i)^(project|status|labels|updated)\s*(=|!=|>=)\s*"?([^"()]+?)"?$`)
	orderPart    = regexp.MustCompile(`(?i)^(updated|key|created)(\s+asc)?$`)
	relativeTime = regexp.MustCompile(`^-([0-9]+)([mhd])$`)
)

// parseJQL reads a search, or says what of it the server does not know. One that is
// not bound to a project is refused, as the vendor does.
func parseJQL(text string) (jql, error) {
	var q jql
	where, order := cut(orderClause, text)
	for _, part := range andClause.Split(where, -1) {
		m := conditionRe.FindStringSubmatch(strings.Trim(part, " ()"))
		if m == nil {
			return q, fmt.Errorf("can't read %q", part)
		}
		c := condition{strings.ToLower(m[1]), m[2], m[3]}
		if c.field == "updated" && (c.op != ">=" || !relativeTime.MatchString(c.value)) {
			return q, fmt.Errorf("can't read the time %q", part)
		}
		q.conditions = append(q.conditions, c)
	}
	if !slices.ContainsFunc(q.conditions, func(c condition) bool { return c.field == "project" && c.op == "=" }) {
		return q, fmt.Errorf("unbounded queries are not allowed")
	}
	if order == "" {
		return q, nil
	}
	for _, part := range strings.Split(order, ",") {
		m := orderPart.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			return q, fmt.Errorf("can't order by %q", part)
		}
		q.order = append(q.order, strings.ToLower(m[1]))
	}
	return q, nil
}

func cut(at *regexp.Regexp, s string) (before, after string) {
	m := at.FindStringIndex(s)
	if m == nil {
		return s, ""
	}
	return s[:m[0]], s[m[1]:]
}

// run returns the keys of the tickets that fit, in order, as far as the search
// knows by now.
func (s *Server) run(q jql) []string {
	var found []*issue
	for _, i := range s.issues {
		at, known := s.seen(i)
		fits := func(c condition) bool { return c.fits(i, at, s.now()) }
		if known && !slices.ContainsFunc(q.conditions, func(c condition) bool { return !fits(c) }) {
			found = append(found, i)
		}
	}
	slices.SortFunc(found, func(a, b *issue) int { return s.compare(q.order, a, b) })
	keys := []string{}
	for _, i := range found {
		keys = append(keys, i.key)
	}
	return keys
}

func (s *Server) compare(order []string, a, b *issue) int {
	for _, by := range order {
		n := 0
		switch by {
		case "updated":
			x, _ := s.seen(a)
			y, _ := s.seen(b)
			n = x.Compare(y)
		case "created":
			n = a.created.Compare(b.created)
		}
		if n != 0 {
			return n
		}
	}
	return int(a.id - b.id)
}

// fits reports whether a ticket meets the condition. Updated is its last change as
// far as the search knows.
func (c condition) fits(i *issue, updated, now time.Time) bool {
	equal := false
	switch c.field {
	case "project":
		equal = i.project == c.value
	case "status":
		equal = strings.EqualFold(i.status.name, c.value)
	case "labels":
		if len(i.labels) == 0 { // the vendor's != passes over the empty
			return false
		}
		equal = slices.Contains(i.labels, c.value)
	case "updated":
		return !updated.Before(ago(now, c.value))
	}
	return equal == (c.op == "=")
}

// ago returns the instant that a relative time means.
func ago(now time.Time, value string) time.Time {
	m := relativeTime.FindStringSubmatch(value)
	n, _ := strconv.Atoi(m[1])
	unit := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[m[2]]
	return now.Add(-time.Duration(n) * unit)
}
