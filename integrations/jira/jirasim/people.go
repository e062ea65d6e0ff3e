package jirasim

import (
	"fmt"
	"slices"
	"strconv"
)

// What people do. Everybody goes by their name, tickets by their key; naming
// somebody or something that is not there is a mistake in the test or the demo
// and panics.

// AddCustomer lets a customer of some organizations use the help center.
func (s *Server) AddCustomer(name, email string, organizations ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.join(&person{name: name, email: email, kind: customer, organizations: organizations})
}

// AddAgent lets somebody work on tickets.
func (s *Server) AddAgent(name, email string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.join(&person{name: name, email: email, kind: agent})
}

// File files a ticket, shared with the reporter's organizations, and returns its
// key.
func (s *Server) File(reporter, summary, description string) string {
	defer s.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.newIssue(s.must(reporter), summary, description)
	s.tellIssue("jira:issue_created", i, i.reporter, nil)
	return i.key
}

// Comment writes a public comment and returns its id.
func (s *Server) Comment(key, who, text string) string {
	return s.write(key, who, text, false)
}

// Note writes an internal comment, as an agent can, and returns its id.
func (s *Server) Note(key, who, text string) string {
	return s.write(key, who, text, true)
}

func (s *Server) write(key, who, text string, internal bool) string {
	defer s.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	author := s.must(who)
	if internal && author.kind != agent {
		panic(fmt.Sprintf("jirasim: %s is no agent and can't write a note", who))
	}
	c := s.addComment(s.ticket(key), &comment{author: author, body: text, internal: internal})
	return strconv.FormatInt(c.id, 10)
}

// EditComment changes a comment.
func (s *Server) EditComment(key, id, text string) {
	s.onComment(key, id, func(i *issue, c *comment) { s.changeComment(i, c, text) })
}

// DeleteComment deletes a comment.
func (s *Server) DeleteComment(key, id string) {
	s.onComment(key, id, func(i *issue, c *comment) {
		i.comments = slices.DeleteFunc(i.comments, func(o *comment) bool { return o == c })
		s.touch(i)
		s.tellComment("comment_deleted", i, c)
	})
}

// Edit changes a ticket's description.
func (s *Server) Edit(key, who, description string) {
	s.onTicket(key, func(i *issue) {
		from := i.description
		i.description = description
		s.record(i, change{by: s.must(who), field: "description", from: from, to: description})
	})
}

// Rename changes a ticket's summary.
func (s *Server) Rename(key, who, summary string) {
	s.onTicket(key, func(i *issue) {
		from := i.summary
		i.summary = summary
		s.record(i, change{by: s.must(who), field: "summary", from: from, to: summary})
	})
}

// Label puts a label on a ticket.
func (s *Server) Label(key, who, label string) {
	s.onTicket(key, func(i *issue) {
		i.labels = append(i.labels, label)
		s.record(i, change{by: s.must(who), field: "labels", to: label})
	})
}

// Fill sets a custom field of Options.Fields to a value in the vendor's form.
func (s *Server) Fill(key, who, field string, value any) {
	s.onTicket(key, func(i *issue) {
		if _, known := s.opts.Fields[field]; !known {
			panic(fmt.Sprintf("jirasim: no field %q", field))
		}
		i.fields[field] = value
		s.record(i, change{by: s.must(who), field: s.opts.Fields[field], to: fmt.Sprint(value)})
	})
}

// Join makes somebody a participant of a ticket.
func (s *Server) Join(key, who string) {
	s.onTicket(key, func(i *issue) {
		p := s.must(who)
		i.participants = append(i.participants, p)
		s.record(i, change{by: p, field: "Request participants", to: p.name})
	})
}

// Unshare takes a ticket away from all organizations.
func (s *Server) Unshare(key, who string) {
	s.onTicket(key, func(i *issue) {
		i.organizations = nil
		s.record(i, change{by: s.must(who), field: "Organizations"})
	})
}

// Transition moves a ticket by the transition of that name.
func (s *Server) Transition(key, who, name string) {
	s.onTicket(key, func(i *issue) {
		for _, t := range transitions(i.status) {
			if t.name == name {
				s.setStatus(i, s.must(who), t.to)
				return
			}
		}
		panic(fmt.Sprintf("jirasim: %s can't be moved by %q from %q", key, name, i.status.name))
	})
}

// Close marks a ticket as done, if it is not closed.
func (s *Server) Close(key, who string) {
	s.onTicket(key, func(i *issue) {
		if i.status.category != "done" {
			s.setStatus(i, s.must(who), resolved)
		}
	})
}

// Move moves a ticket to another project and returns its new key.
func (s *Server) Move(key, who, project string) string {
	var moved string
	s.onTicket(key, func(i *issue) {
		s.numbers[project]++
		moved = fmt.Sprintf("%s-%d", project, s.numbers[project])
		delete(s.issues, i.key)
		from := i.key
		i.key, i.project = moved, project
		s.issues[moved] = i
		s.record(i, change{by: s.must(who), field: "Key", from: from, to: moved})
	})
	return moved
}

// Delete deletes a ticket.
func (s *Server) Delete(key, who string) {
	s.onTicket(key, func(i *issue) {
		delete(s.issues, i.key)
		s.tellIssue("jira:issue_deleted", i, s.must(who), nil)
	})
}

// onTicket lets somebody act on a ticket. The lock is let go even where the act
// panics, so that a test that expects it can go on.
func (s *Server) onTicket(key string, act func(*issue)) {
	defer s.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	act(s.ticket(key))
}

func (s *Server) onComment(key, id string, act func(*issue, *comment)) {
	s.onTicket(key, func(i *issue) {
		n, _ := strconv.ParseInt(id, 10, 64)
		c := i.comment(n)
		if c == nil {
			panic(fmt.Sprintf("jirasim: %s has no comment %s", key, id))
		}
		act(i, c)
	})
}

func (s *Server) must(name string) *person {
	p := s.person(name)
	if p == nil {
		panic(fmt.Sprintf("jirasim: nobody is called %q", name))
	}
	return p
}

func (s *Server) ticket(key string) *issue {
	i := s.issues[key]
	if i == nil {
		panic(fmt.Sprintf("jirasim: no ticket %q", key))
	}
	return i
}
