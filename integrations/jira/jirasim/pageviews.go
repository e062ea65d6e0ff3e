package jirasim

import (
	"html/template"
	"slices"
	"strings"
	"time"
)

// A frameView is what every page has around it.
type frameView struct {
	Title, Project string
	Engineer       bool // the reader's side of the desk
	Here           string
}

type listView struct {
	frameView
	Open, Closed []cardView
}

// A cardView is a ticket in the list.
type cardView struct {
	Key, Summary, When, URL string
	Status                  statusView
	Reporter                faceView
	Comments                int
}

type ticketView struct {
	frameView
	Key, Summary, When string
	Status             statusView
	Closed             bool
	Reporter           faceView
	Organizations      []string
	Participants       []faceView
	Labels             []string
	Description        template.HTML
	Source             string // of the description
	Remarks            []remarkView
	Writers            []string // who the reader can write as
}

// A remarkView is a comment.
type remarkView struct {
	Author           faceView
	When             string
	Edited, Internal bool
	Body             template.HTML
}

type newView struct {
	frameView
	Customers []customerView
}

type customerView struct {
	Name, Organization string
}

type statusView struct {
	Name, Class string
}

// A faceView is somebody, with initials on one of a few colours.
type faceView struct {
	Name, Initials, Role string
	Tint                 int
}

const tints = 6

func (s *Server) frame(engineer bool, title string) frameView {
	return frameView{Title: title, Project: s.opts.ProjectName, Engineer: engineer}
}

func (s *Server) listPage(engineer bool) listView {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := listView{frameView: s.frame(engineer, "Requests")}
	v.Here = "list"
	for _, i := range s.sorted() {
		card := cardView{
			Key: i.key, Summary: i.summary, When: when(i.updated), URL: ticketURL(i.key, engineer),
			Status: shownStatus(i.status), Reporter: s.face(i.reporter), Comments: len(i.shown(engineer)),
		}
		if i.status.category == "done" {
			v.Closed = append(v.Closed, card)
		} else {
			v.Open = append(v.Open, card)
		}
	}
	return v
}

func (s *Server) newPage(engineer bool) newView {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := newView{frameView: s.frame(engineer, "Raise a request")}
	v.Here = "new"
	for _, p := range s.people {
		if p.kind == customer {
			v.Customers = append(v.Customers, customerView{p.name, strings.Join(p.organizations, ", ")})
		}
	}
	return v
}

func (s *Server) ticketPage(key string, engineer bool) (ticketView, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.issues[key]
	if i == nil {
		return ticketView{}, false
	}
	v := ticketView{
		frameView: s.frame(engineer, i.key+" "+i.summary),
		Key:       i.key, Summary: i.summary, When: when(i.created),
		Status: shownStatus(i.status), Closed: i.status.category == "done",
		Reporter: s.face(i.reporter), Organizations: i.organizations, Labels: i.labels,
		Description: Wiki(i.description), Source: i.description,
		Writers: s.writers(i, engineer),
	}
	for _, p := range i.participants {
		v.Participants = append(v.Participants, s.face(p))
	}
	for _, c := range i.shown(engineer) {
		v.Remarks = append(v.Remarks, remarkView{
			Author: s.face(c.author), When: when(c.created),
			Edited: c.updated.After(c.created), Internal: c.internal, Body: Wiki(c.body),
		})
	}
	return v, true
}

// shown returns the comments that one side of the desk sees.
func (i *issue) shown(engineer bool) []*comment {
	var some []*comment
	for _, c := range i.comments {
		if engineer || !c.internal {
			some = append(some, c)
		}
	}
	return some
}

// writers are the people of the reader's side, the reporter first.
func (s *Server) writers(i *issue, engineer bool) []string {
	var names []string
	if !engineer {
		names = append(names, i.reporter.name)
	}
	for _, p := range s.people[1:] { // not the bot
		colleague := p.kind == customer && p != i.reporter && sharesOrganization(p, i.reporter)
		if engineer && p.kind == agent || !engineer && colleague {
			names = append(names, p.name)
		}
	}
	return names
}

func sharesOrganization(a, b *person) bool {
	return slices.ContainsFunc(a.organizations, func(o string) bool { return slices.Contains(b.organizations, o) })
}

func (s *Server) face(p *person) faceView {
	f := faceView{Name: p.name, Role: "Client", Tint: p.number % tints}
	for _, word := range strings.Fields(p.name) {
		f.Initials += string([]rune(word)[0])
	}
	switch {
	case p == s.bot():
		f.Role = "Bot"
	case p.kind == agent:
		f.Role = "Support"
	}
	return f
}

func shownStatus(st status) statusView {
	class := map[status]string{
		waiting: "waiting", inProgress: "progress", resolved: "done", rejected: "declined",
	}
	return statusView{st.name, class[st]}
}

func when(t time.Time) string { return t.UTC().Format("Mon 2 Jan 2006, 15:04") + " UTC" }
