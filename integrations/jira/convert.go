package jira

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// ticket converts what was read.
func (c *Client) ticket(s site, issue wireIssue, comments []wireComment) (bot.Ticket, error) {
	var f wireFields
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(issue.Fields, &f); err != nil {
		return bot.Ticket{}, fmt.Errorf("read the fields: %w", err)
	}
	if err := json.Unmarshal(issue.Fields, &raw); err != nil {
		return bot.Ticket{}, fmt.Errorf("read the fields: %w", err)
	}
	t := bot.Ticket{
		Key:           bot.TicketKey(issue.Key),
		Project:       f.Project.Key,
		Summary:       f.Summary,
		Description:   plainText(f.Description),
		Created:       f.Created.Time,
		Updated:       f.Updated.Time,
		DescribedAt:   describedAt(f.Created.Time, issue.Changelog.Histories),
		Reporter:      person(f.Reporter),
		Organizations: organizations(raw[s.organizations]),
		Participants:  people(raw[s.participants]),
		Status:        f.Status.Name,
		Closed:        f.Status.Category.Key == "done",
		Labels:        f.Labels,
		Fields:        answers(c.cfg.Fields, raw),
	}
	t.Shut = t.Closed && movedBy(f.Status.ID, issue.Changelog.Histories) == s.self
	t.Comments = convertComments(s, t, comments)
	return t, nil
}

// describedAt returns when the description got its present text.
func describedAt(created time.Time, changes []wireChange) time.Time {
	last := latest(changes, func(i wireChangeItem) bool { return i.Field == "description" })
	if last.Created.After(created) {
		return last.Created.Time
	}
	return created
}

// movedBy returns the account that brought the ticket into its status; empty: not
// known.
func movedBy(status string, changes []wireChange) (account string) {
	last := latest(changes, func(i wireChangeItem) bool { return i.Field == "status" && i.To == status })
	return last.Author.id()
}

// latest returns the last change of something; the zero change: there is none. The
// vendor's order differs from one address to another.
func latest(changes []wireChange, of func(wireChangeItem) bool) (last wireChange) {
	for _, change := range changes {
		if slices.ContainsFunc(change.Items, of) && change.Created.After(last.Created.Time) {
			last = change
		}
	}
	return last
}

// convertComments sorts by time: the vendor's order is asked for, but not by all
// versions of it respected.
func convertComments(s site, t bot.Ticket, comments []wireComment) []bot.Comment {
	inside := insiders(s, t, comments)
	var all []bot.Comment
	for _, w := range comments {
		c := bot.Comment{
			ID:      w.ID,
			Author:  person(w.Author),
			Body:    plainText(w.Body),
			Created: w.Created.Time,
			Edited:  w.Updated.Time,
			Public:  w.Public == nil || *w.Public,
			Own:     w.Author.id() == s.self,
			Insider: inside[w.Author.id()],
		}
		if c.Edited.Before(c.Created) {
			c.Edited = c.Created
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b bot.Comment) int { return a.Created.Compare(b.Created) })
	return all
}

// insiders returns the accounts of agents among the authors. Cloud tells a
// portal customer from a licensed account, but an employee of the client may be
// licensed too; so nobody who takes part in the request as a client counts. Data
// Center tells nothing: there, only somebody who wrote an internal comment, which
// no customer can, is known for an agent.
func insiders(s site, t bot.Ticket, comments []wireComment) map[string]bool {
	inside := map[string]bool{}
	for _, w := range comments {
		agent := w.Author != nil && w.Author.AccountType == "atlassian"
		if !s.cloud {
			agent = w.Public != nil && !*w.Public
		}
		if agent {
			inside[w.Author.id()] = true
		}
	}
	delete(inside, "")
	delete(inside, s.self)
	delete(inside, t.Reporter.Jira)
	for _, p := range t.Participants {
		delete(inside, p.Jira)
	}
	return inside
}

// person converts an account. Its e-mail address is empty where the account's
// owner, or Cloud on their behalf, keeps it private.
func person(u *wireUser) bot.Person {
	if u == nil {
		return bot.Person{}
	}
	return bot.Person{Jira: u.id(), Email: u.Email, Name: u.DisplayName}
}

// people reads a field that holds accounts.
func people(raw json.RawMessage) []bot.Person {
	var users []wireUser
	if json.Unmarshal(raw, &users) != nil { // no such field, or null
		return nil
	}
	var all []bot.Person
	for i := range users {
		all = append(all, person(&users[i]))
	}
	return all
}

// organizations reads the service desk's field of organizations.
func organizations(raw json.RawMessage) []string {
	var named []struct {
		Name string `json:"name"`
	}
	if json.Unmarshal(raw, &named) != nil { // no such field, or null
		return nil
	}
	var names []string
	for _, o := range named {
		names = append(names, o.Name)
	}
	return names
}

// answers picks the configured fields' values, by answer. An empty field is not
// an answer.
func answers(fields map[string]string, raw map[string]json.RawMessage) map[string]string {
	all := map[string]string{}
	for answer, id := range fields {
		if text := strings.TrimSpace(fieldText(raw[id])); text != "" {
			all[answer] = text
		}
	}
	return all
}

// fieldText returns a field's value as a person would read it, whatever kind of
// field it is: text, number, option, cascading option, user, or several of them.
func fieldText(raw json.RawMessage) string {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return ""
	}
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		var each []json.RawMessage
		_ = json.Unmarshal(raw, &each) // it is an array: that was just seen
		var texts []string
		for _, r := range each {
			texts = append(texts, fieldText(r))
		}
		return strings.Join(texts, ", ")
	case map[string]any:
		return objectText(raw)
	default:
		return string(raw) // a number or a truth value, as written
	}
}

// objectText returns what a person sees of a value that is an object.
func objectText(raw json.RawMessage) string {
	var o struct {
		Type        string          `json:"type"`
		Value       string          `json:"value"`
		Child       json.RawMessage `json:"child"`
		Name        string          `json:"name"`
		DisplayName string          `json:"displayName"`
	}
	if json.Unmarshal(raw, &o) != nil {
		return ""
	}
	switch {
	case o.Type == "doc":
		return plainText(raw)
	case o.Value != "" && len(o.Child) > 0:
		return o.Value + " " + fieldText(o.Child)
	case o.Value != "":
		return o.Value
	case o.DisplayName != "":
		return o.DisplayName
	}
	return o.Name
}

// plainText returns a rich text as package ticket reads it. Version 2 of the
// vendor's interface sends wiki markup, a string; some fields and servers send
// the document of version 3 all the same.
func plainText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil { // null too
		return s
	}
	s, err := ticket.PlainText(raw)
	if err != nil { // neither: nothing that a person wrote
		return ""
	}
	return s
}
