package jirasim

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Ids of the service desk's own fields.
const (
	organizationsField = "customfield_10002"
	participantsField  = "customfield_10026"
	requestTypeField   = "customfield_10010"
)

// stamp is the vendor's form of a time.
func stamp(t time.Time) string { return t.Format("2006-01-02T15:04:05.000-0700") }

func (s *Server) link(format string, args ...any) string {
	return s.opts.BaseURL + "/rest/api/2/" + fmt.Sprintf(format, args...)
}

// userJSON is an account in the server's dialect: Cloud knows it by an id and its
// type, Data Center by a key and a name.
func (s *Server) userJSON(p *person) map[string]any {
	if p == nil {
		return nil
	}
	id := p.id(s.opts.DataCenter)
	user := map[string]any{
		"displayName": p.name, "active": true, "timeZone": "Europe/Oslo", "emailAddress": p.email,
	}
	if s.opts.DataCenter {
		user["key"], user["name"] = id, strings.ToLower(strings.ReplaceAll(p.name, " ", "."))
		user["self"] = s.link("user?username=%s", url.QueryEscape(user["name"].(string)))
		return user
	}
	user["accountId"], user["accountType"] = id, "atlassian"
	if p.kind == customer {
		user["accountType"] = "customer"
	}
	user["self"] = s.link("user?accountId=%s", url.QueryEscape(id))
	return user
}

// issueJSON is a ticket with some of its fields, or all where only is nil.
func (s *Server) issueJSON(i *issue, only []string) map[string]any {
	return map[string]any{
		"id": strconv.FormatInt(i.id, 10), "key": i.key,
		"self": s.link("issue/%d", i.id), "fields": s.fieldsJSON(i, only),
	}
}

// fieldsJSON is a ticket's fields. Those that nobody filled in are there and null.
func (s *Server) fieldsJSON(i *issue, only []string) map[string]any {
	all := map[string]any{
		"summary": i.summary, "description": i.description,
		"created": stamp(i.created), "updated": stamp(i.updated),
		"creator": s.userJSON(i.reporter), "reporter": s.userJSON(i.reporter), "assignee": nil,
		"status": s.statusJSON(i.status), "labels": append([]string{}, i.labels...),
		"project":   s.projectJSON(i.project),
		"issuetype": map[string]any{"id": "10012", "name": "[System] Service request", "subtask": false},
		"priority":  map[string]any{"id": "3", "name": "Medium"},
		requestTypeField: map[string]any{
			"requestType": map[string]any{"id": "63", "name": "Database refresh", "serviceDeskId": "7"},
		},
		organizationsField: s.organizationsJSON(i.organizations),
		participantsField:  s.usersJSON(i.participants),
	}
	for id := range s.opts.Fields {
		all[id] = i.fields[id]
	}
	if only == nil || slices.Contains(only, "*all") {
		return all
	}
	some := map[string]any{}
	for _, name := range only {
		if value, ok := all[name]; ok {
			some[name] = value
		}
	}
	return some
}

func (s *Server) projectJSON(key string) map[string]any {
	return map[string]any{"id": "10003", "key": key, "name": s.opts.ProjectName, "projectTypeKey": "service_desk"}
}

func (s *Server) statusJSON(st status) map[string]any {
	id := map[string]int{"new": 2, "indeterminate": 4, "done": 3}[st.category]
	return map[string]any{
		"id": st.id, "name": st.name, "self": s.link("status/%s", st.id),
		"statusCategory": map[string]any{"id": id, "key": st.category},
	}
}

func (s *Server) usersJSON(people []*person) []any {
	all := []any{}
	for _, p := range people {
		all = append(all, s.userJSON(p))
	}
	return all
}

func (s *Server) organizationsJSON(names []string) []any {
	all := []any{}
	for n, name := range names {
		all = append(all, map[string]any{"id": strconv.Itoa(n + 1), "name": name})
	}
	return all
}

func (s *Server) commentJSON(i *issue, c *comment) map[string]any {
	body := map[string]any{
		"id": strconv.FormatInt(c.id, 10), "self": s.link("issue/%d/comment/%d", i.id, c.id),
		"author": s.userJSON(c.author), "updateAuthor": s.userJSON(c.author),
		"body": c.body, "created": stamp(c.created), "updated": stamp(c.updated),
	}
	if !s.opts.DataCenter {
		body["jsdPublic"] = !c.internal
	}
	return body
}

func (s *Server) changeJSON(c change) map[string]any {
	return map[string]any{
		"id": strconv.FormatInt(c.id, 10), "author": s.userJSON(c.by),
		"created": stamp(c.at), "items": []any{changeItemJSON(c)},
	}
}

func changeItemJSON(c change) map[string]any {
	return map[string]any{
		"field": c.field, "fieldtype": "jira", "fieldId": strings.ToLower(c.field),
		"from": c.fromID, "fromString": c.from, "to": c.toID, "toString": c.to,
	}
}
