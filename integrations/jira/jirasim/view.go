package jirasim

import (
	"encoding/json"
	"maps"
	"strconv"
	"time"
)

// A Ticket is how a ticket stands, internal comments included.
type Ticket struct {
	Key, Summary, Description string
	Reporter, Status          string
	Closed                    bool
	Created, Updated          time.Time // UTC
	Comments                  []Comment // oldest first
	Moves                     []Move    // from status to status, oldest first
}

// A Move is a change of a ticket's status.
type Move struct {
	To, By string // the status' name, and a person's
	ByBot  bool
	At     time.Time // UTC
}

// A Comment is a comment on a ticket.
type Comment struct {
	ID, Author, Body string
	Public           bool
	ByBot            bool
	Created, Updated time.Time                  // UTC
	Properties       map[string]json.RawMessage // as the bot wrote them, by key
}

// Ticket returns how a ticket stands; false: there is none.
func (s *Server) Ticket(key string) (Ticket, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.issues[key]
	if i == nil {
		return Ticket{}, false
	}
	return s.view(i), true
}

// Tickets returns all tickets, newest first.
func (s *Server) Tickets() []Ticket {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Ticket
	for _, i := range s.sorted() {
		all = append(all, s.view(i))
	}
	return all
}

// Public returns the comments that the client sees.
func (t Ticket) Public() []Comment { return t.comments(true) }

// Internal returns the comments that the client does not see.
func (t Ticket) Internal() []Comment { return t.comments(false) }

func (t Ticket) comments(public bool) []Comment {
	var all []Comment
	for _, c := range t.Comments {
		if c.Public == public {
			all = append(all, c)
		}
	}
	return all
}

// view copies what a test or a transcript may look at.
func (s *Server) view(i *issue) Ticket {
	t := Ticket{
		Key: i.key, Summary: i.summary, Description: i.description,
		Reporter: i.reporter.name, Status: i.status.name, Closed: i.status.category == "done",
		Created: i.created.UTC(), Updated: i.updated.UTC(),
	}
	for _, c := range i.comments {
		t.Comments = append(t.Comments, Comment{
			ID: strconv.FormatInt(c.id, 10), Author: c.author.name, Body: c.body,
			Public: !c.internal, ByBot: c.author == s.bot(),
			Created: c.created.UTC(), Updated: c.updated.UTC(),
			Properties: maps.Clone(c.properties),
		})
	}
	for _, c := range i.changes {
		if c.field == "status" {
			t.Moves = append(t.Moves, Move{To: c.to, By: c.by.name, ByBot: c.by == s.bot(), At: c.at.UTC()})
		}
	}
	return t
}
