package jirasim

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// A role is what somebody is to the help center.
type role string

const (
	customer role = "customer"
	agent    role = "agent"
)

// A person is somebody with an account. The bot is one of them.
type person struct {
	name, email   string
	kind          role
	organizations []string
	number        int
}

// id is the account's id in Cloud, and its key in Data Center.
func (p *person) id(dataCenter bool) string {
	switch {
	case dataCenter:
		return fmt.Sprintf("JIRAUSER%d", 10100+p.number)
	case p.kind == customer:
		return fmt.Sprintf("qm:7a1c:%d", p.number)
	}
	return fmt.Sprintf("712020:b%03d", p.number)
}

// An issue is a ticket, as the vendor calls it.
type issue struct {
	id                   int64
	key, project         string
	summary, description string
	reporter             *person
	participants         []*person
	organizations        []string
	labels               []string
	fields               map[string]any // further custom fields, by id
	status               status
	created, updated     time.Time
	touched              []time.Time // every time it changed, for the search that lags
	changes              []change
	comments             []*comment
	properties           map[string]json.RawMessage
}

type change struct {
	id                            int64
	at                            time.Time
	by                            *person
	field, from, to, fromID, toID string
}

// A comment keeps its visibility apart from the property of that name, since the
// vendor does too: it is there for comments that were written on a page.
type comment struct {
	id               int64
	author           *person
	body             string
	internal         bool
	created, updated time.Time
	properties       map[string]json.RawMessage
}

// A status is a place in the workflow. Its category is what the vendor calls new,
// indeterminate or done, whatever the names are.
type status struct {
	id, name, category string
}

// The workflow. Every state is reached as the transitions say, by the bot and by
// people alike.
var (
	waiting    = status{"10010", "Waiting for support", "indeterminate"}
	inProgress = status{"10011", "In progress", "indeterminate"}
	resolved   = status{"10012", "Done", "done"}
	rejected   = status{"10013", "Declined", "done"}
)

type transition struct {
	id, name string
	to       status
}

// transitions returns those on offer in a status.
func transitions(from status) []transition {
	switch from {
	case waiting:
		return []transition{{"11", "Start work", inProgress}, {"21", "Mark as done", resolved}, {"31", "Decline", rejected}}
	case inProgress:
		return []transition{{"21", "Mark as done", resolved}, {"31", "Decline", rejected}, {"41", "Back to support", waiting}}
	default:
		return []transition{{"51", "Reopen", waiting}}
	}
}

func (s *Server) join(p *person) {
	p.number = len(s.people)
	s.people = append(s.people, p)
}

func (s *Server) person(name string) *person {
	i := slices.IndexFunc(s.people, func(p *person) bool { return p.name == name })
	if i < 0 {
		return nil
	}
	return s.people[i]
}

func (i *issue) comment(id int64) *comment {
	n := slices.IndexFunc(i.comments, func(c *comment) bool { return c.id == id })
	if n < 0 {
		return nil
	}
	return i.comments[n]
}

// touch marks a ticket as changed now.
func (s *Server) touch(i *issue) {
	i.updated = s.now()
	i.touched = append(i.touched, i.updated)
}

// seen returns the ticket's last change that the search knows of; false: none.
func (s *Server) seen(i *issue) (time.Time, bool) {
	horizon := s.now().Add(-s.opts.SearchLag)
	for _, at := range slices.Backward(i.touched) {
		if !at.After(horizon) {
			return at, true
		}
	}
	return time.Time{}, false
}

// record changes a ticket and tells of it.
func (s *Server) record(i *issue, c change) {
	s.touch(i)
	c.id, c.at = s.nextID(), i.updated
	i.changes = append(i.changes, c)
	s.tellIssue("jira:issue_updated", i, c.by, &c)
}

func (s *Server) setStatus(i *issue, by *person, to status) {
	from := i.status
	i.status = to
	s.record(i, change{by: by, field: "status", from: from.name, to: to.name, fromID: from.id, toID: to.id})
}

func (s *Server) addComment(i *issue, c *comment) *comment {
	s.touch(i)
	c.id, c.created, c.updated = s.nextID(), i.updated, i.updated
	if c.properties == nil {
		c.properties = map[string]json.RawMessage{}
	}
	i.comments = append(i.comments, c)
	s.tellComment("comment_created", i, c)
	return c
}

func (s *Server) changeComment(i *issue, c *comment, body string) {
	s.touch(i)
	c.body, c.updated = body, i.updated
	s.tellComment("comment_updated", i, c)
}

// newIssue files a ticket. It is shared with the reporter's organizations, which is
// the vendor's default.
func (s *Server) newIssue(reporter *person, summary, description string) *issue {
	s.numbers[s.opts.Project]++
	i := &issue{
		id:            s.nextID(),
		key:           fmt.Sprintf("%s-%d", s.opts.Project, s.numbers[s.opts.Project]),
		project:       s.opts.Project,
		summary:       summary,
		description:   description,
		reporter:      reporter,
		organizations: slices.Clone(reporter.organizations),
		fields:        map[string]any{},
		status:        waiting,
		properties:    map[string]json.RawMessage{},
	}
	s.touch(i)
	i.created = i.updated
	s.issues[i.key] = i
	return i
}

// find returns a ticket by its key or its number.
func (s *Server) find(keyOrID string) *issue {
	if i, ok := s.issues[keyOrID]; ok {
		return i
	}
	for i := range maps.Values(s.issues) {
		if fmt.Sprint(i.id) == keyOrID || slices.ContainsFunc(i.changes, func(c change) bool {
			return c.field == "Key" && c.from == keyOrID // it was moved from there
		}) {
			return i
		}
	}
	return nil
}
