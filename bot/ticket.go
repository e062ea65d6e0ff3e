package bot

import (
	"strings"
	"time"
)

// A TicketKey names a ticket of the help center, "HELP-7". It names the
// conversation about that ticket too.
type TicketKey string

// A Person is somebody on the ticket or in Slack, as far as is known. Empty
// fields are unknown, not absent.
type Person struct {
	Jira  string `json:"jira,omitempty"`  // account id (Cloud) or user key (Data Center)
	Slack string `json:"slack,omitempty"` // member id
	Email string `json:"email,omitempty"`
	Name  string `json:"name,omitempty"` // for display only
}

// Same reports whether p and o are certainly the same person: they share an
// account, or an e-mail address regardless of case.
func (p Person) Same(o Person) bool {
	return p.Jira != "" && p.Jira == o.Jira ||
		p.Slack != "" && p.Slack == o.Slack ||
		p.Email != "" && strings.EqualFold(p.Email, o.Email)
}

// A Ticket is what the help center says of a ticket at one moment.
type Ticket struct {
	Key         TicketKey
	Project     string
	Summary     string
	Description string    // plain text or wiki markup, as package ticket reads it
	Created     time.Time // UTC
	Updated     time.Time // UTC; when anything of it last changed, as Touched tells it; zero: not known
	DescribedAt time.Time // UTC; when the description got its present text
	Reporter    Person
	// Organizations of the help center that the reporter, or the ticket, belongs to.
	Organizations []string
	Participants  []Person
	Status        string // its name
	Closed        bool   // its status is of the category "done"
	Shut          bool   // closed, and by the bot's own account
	Labels        []string
	Fields        map[string]string // answers that live in fields, by answer: "source", "target", …
	Comments      []Comment         // oldest first
}

// A Comment is one comment on a ticket.
type Comment struct {
	ID      string
	Author  Person
	Body    string    // plain text or wiki markup
	Created time.Time // UTC
	Edited  time.Time // UTC; equal to Created if never
	Public  bool
	Own     bool // written by the bot's own account
	// Insider marks an author who is an agent of the help center and not a
	// customer of it.
	Insider bool
}
