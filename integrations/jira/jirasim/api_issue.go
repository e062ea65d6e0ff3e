package jirasim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// embeddedChanges is how many changes, the latest, come along with a ticket in
// Cloud.
const embeddedChanges = 100

// visible returns the ticket of a call, if the caller may see it.
func (s *Server) visible(r *request) *issue {
	if r.who == nil || s.denied["BROWSE_PROJECTS"] {
		return nil
	}
	return s.find(r.PathValue("key"))
}

func (s *Server) getIssue(r *request) answer {
	i := s.visible(r)
	if i == nil {
		return noTicket()
	}
	query := r.URL.Query()
	var only []string
	if names := query.Get("fields"); names != "" {
		only = strings.Split(names, ",")
	}
	body := s.issueJSON(i, only)
	if query.Get("expand") == "changelog" {
		body["changelog"] = s.embeddedChangelog(i)
	}
	if names := query.Get("properties"); names != "" {
		properties := map[string]json.RawMessage{}
		for _, name := range strings.Split(names, ",") {
			if value, ok := i.properties[name]; ok {
				properties[name] = value
			}
		}
		body["properties"] = properties
	}
	return ok(body)
}

// embeddedChangelog is what comes along with a ticket: Cloud sends the latest
// changes first and not all of them.
func (s *Server) embeddedChangelog(i *issue) map[string]any {
	histories := []any{}
	for _, c := range i.changes {
		histories = append(histories, s.changeJSON(c))
	}
	if !s.opts.DataCenter {
		slices.Reverse(histories)
		histories = histories[:min(len(histories), embeddedChanges)]
	}
	return map[string]any{
		"startAt": 0, "maxResults": len(histories), "total": len(i.changes), "histories": histories,
	}
}

// changelog is the whole history in pages, oldest first: the opposite order of what
// comes along with a ticket.
func (s *Server) changelog(r *request) answer {
	i := s.visible(r)
	if i == nil {
		return noTicket()
	}
	start, end := s.page(r, len(i.changes))
	values := []any{}
	for _, c := range i.changes[start:end] {
		values = append(values, s.changeJSON(c))
	}
	return ok(map[string]any{
		"startAt": start, "maxResults": s.opts.PageSize, "total": len(i.changes),
		"isLast": end == len(i.changes), "values": values,
	})
}

// page returns the bounds of the page that a call asks for, of n results.
func (s *Server) page(r *request, n int) (start, end int) {
	start, _ = strconv.Atoi(r.URL.Query().Get("startAt"))
	start = max(0, min(start, n))
	size := s.opts.PageSize
	if asked, err := strconv.Atoi(r.URL.Query().Get("maxResults")); err == nil && asked < size {
		size = max(asked, 0)
	}
	return start, min(start+size, n)
}

func (s *Server) listTransitions(r *request) answer {
	i := s.visible(r)
	if i == nil {
		return noTicket()
	}
	all := []any{}
	if !s.denied["TRANSITION_ISSUES"] {
		for _, t := range transitions(i.status) {
			all = append(all, map[string]any{"id": t.id, "name": t.name, "to": s.statusJSON(t.to), "isAvailable": true})
		}
	}
	return ok(map[string]any{"expand": "transitions", "transitions": all})
}

// doTransition moves a ticket and keeps the properties that come with the call, or
// does neither.
func (s *Server) doTransition(r *request) answer {
	i := s.visible(r)
	if i == nil {
		return noTicket()
	}
	var body struct {
		Transition struct {
			ID string `json:"id"`
		} `json:"transition"`
		Fields     map[string]any `json:"fields"`
		Properties []property     `json:"properties"`
	}
	if a, ok := s.decode(r, &body); !ok {
		return a
	}
	if s.denied["TRANSITION_ISSUES"] {
		return refuse(http.StatusForbidden, "You do not have permission to transition this issue.")
	}
	if errs := s.screen(body.Transition.ID, body.Fields); len(errs) > 0 {
		return answer{http.StatusBadRequest, map[string]any{"errorMessages": []string{}, "errors": errs}}
	}
	for _, t := range transitions(i.status) {
		if t.id == body.Transition.ID {
			for id, value := range body.Fields {
				i.fields[id] = value
			}
			for _, p := range body.Properties {
				i.properties[p.Key] = p.Value
			}
			s.setStatus(i, r.who, t.to)
			return answer{status: http.StatusNoContent}
		}
	}
	return refuse(http.StatusBadRequest, "It seems that you have tried to perform a workflow operation "+
		"that is not valid for the current state of this issue.")
}

// screen says what is wrong with the fields that come with a transition, by field:
// some are not on its screen, and some are asked for there.
func (s *Server) screen(transition string, fields map[string]any) map[string]string {
	errs := map[string]string{}
	for id := range fields {
		if _, known := s.opts.Fields[id]; !known {
			errs[id] = "Field '" + id + "' cannot be set. It is not on the appropriate screen, or unknown."
		}
	}
	if asked := s.opts.Screens[transition]; asked != "" && fields[asked] == nil {
		errs[asked] = s.opts.Fields[asked] + " is required."
	}
	return errs
}
