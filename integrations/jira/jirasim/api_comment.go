package jirasim

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// visibilityProperty tells an internal comment from a public one.
const visibilityProperty = "sd.public.comment"

// The vendor's limits.
const (
	maxBody     = 32767 // characters of a comment
	maxProperty = 32768 // characters of a property's value
	maxIDs      = 1000  // comments asked for by their ids
)

// A property is a named value on a comment or a ticket.
type property struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

// A newComment is the body of a comment that is written or changed.
type newComment struct {
	Body       string     `json:"body"`
	Properties []property `json:"properties"`
}

func (s *Server) listComments(r *request) answer {
	i := s.visible(r)
	if i == nil {
		return noTicket()
	}
	start, end := s.page(r, len(i.comments))
	all := []any{}
	for _, c := range i.comments[start:end] {
		all = append(all, s.commentJSON(i, c))
	}
	return ok(map[string]any{
		"startAt": start, "maxResults": s.opts.PageSize, "total": len(i.comments), "comments": all,
	})
}

func (s *Server) getComment(r *request) answer {
	i := s.visible(r)
	if i == nil {
		return noTicket()
	}
	c := i.comment(number(r.PathValue("id")))
	if c == nil {
		return noComment(r)
	}
	return ok(s.commentJSON(i, c))
}

func (s *Server) postComment(r *request) answer {
	i, body, a := s.commentBody(r)
	if i == nil {
		return a
	}
	c := &comment{author: r.who, body: body.Body}
	if !c.apply(body.Properties) {
		s.stray("%s %s: no word on visibility: public by default", r.Method, r.URL.Path)
	}
	s.addComment(i, c)
	return answer{http.StatusCreated, s.commentJSON(i, c)}
}

// putComment changes a comment of the caller's own. Properties that are not named
// stay as they are.
func (s *Server) putComment(r *request) answer {
	i, body, a := s.commentBody(r)
	if i == nil {
		return a
	}
	c := i.comment(number(r.PathValue("id")))
	if c == nil {
		return noComment(r)
	}
	if c.author != r.who || s.denied["EDIT_OWN_COMMENTS"] {
		return refuse(http.StatusBadRequest, "You do not have permission to edit this comment.")
	}
	if !c.apply(body.Properties) {
		s.stray("%s %s: no word on visibility", r.Method, r.URL.Path)
	}
	s.changeComment(i, c, body.Body)
	return ok(s.commentJSON(i, c))
}

// commentBody reads what a comment is to say; no ticket: refused.
func (s *Server) commentBody(r *request) (*issue, newComment, answer) {
	var body newComment
	i := s.visible(r)
	if i == nil {
		return nil, body, noTicket()
	}
	if a, ok := s.decode(r, &body); !ok {
		return nil, body, a
	}
	if s.denied["ADD_COMMENTS"] {
		return nil, body, refuse(http.StatusForbidden, "You do not have the permission to comment on this issue.")
	}
	if a, wrong := checkComment(body); wrong {
		return nil, body, a
	}
	return i, body, answer{}
}

// checkComment refuses what the vendor refuses, in the shape that it uses for a
// form's fields.
func checkComment(body newComment) (answer, bool) {
	field := func(message string) (answer, bool) {
		return answer{http.StatusBadRequest, map[string]any{
			"errorMessages": []string{}, "errors": map[string]string{"comment": message},
		}}, true
	}
	if strings.TrimSpace(body.Body) == "" {
		return field("Comment body can not be empty!")
	}
	if len([]rune(body.Body)) > maxBody {
		return field("The entered text is too long. It exceeds the allowed limit of 32,767 characters.")
	}
	for _, p := range body.Properties {
		if p.Key == "" || len(p.Key) > 255 || len(p.Value) == 0 || len(p.Value) > maxProperty {
			return field("The property is not valid.")
		}
	}
	return answer{}, false
}

// apply keeps properties on a comment and reports whether they tell whether the
// client may see it.
func (c *comment) apply(properties []property) bool {
	if c.properties == nil {
		c.properties = map[string]json.RawMessage{}
	}
	told := false
	for _, p := range properties {
		c.properties[p.Key] = bytes.Clone(p.Value)
		var v struct {
			Internal *bool `json:"internal"`
		}
		if p.Key == visibilityProperty && json.Unmarshal(p.Value, &v) == nil && v.Internal != nil {
			c.internal, told = *v.Internal, true
		}
	}
	return told
}

// commentsByID tells of many comments at once, a page of them at most, and passes
// over those that are not there.
func (s *Server) commentsByID(r *request) answer {
	var body struct {
		IDs []int64 `json:"ids"`
	}
	if a, ok := s.decode(r, &body); !ok {
		return a
	}
	if len(body.IDs) == 0 || len(body.IDs) > maxIDs {
		return refuse(http.StatusBadRequest, "Between 1 and 1000 comment ids are allowed.")
	}
	values := []any{}
	for _, id := range body.IDs {
		i, c := s.anyComment(id)
		if c == nil || r.who == nil {
			continue
		}
		one := s.commentJSON(i, c)
		if r.URL.Query().Get("expand") == "properties" {
			one["properties"] = propertiesJSON(c)
		}
		values = append(values, one)
	}
	total := len(values)
	values = values[:min(total, s.opts.PageSize)]
	return ok(map[string]any{
		"startAt": 0, "maxResults": s.opts.PageSize, "total": total, "isLast": len(values) == total, "values": values,
	})
}

func (s *Server) commentProperty(r *request) answer {
	_, c := s.anyComment(number(r.PathValue("id")))
	if c == nil || r.who == nil {
		return noComment(r)
	}
	for _, p := range propertiesJSON(c) {
		if p.Key == r.PathValue("property") {
			return ok(p)
		}
	}
	return refuse(http.StatusNotFound, "The property does not exist.")
}

// propertiesJSON is a comment's properties; an internal one has that as one too,
// whoever wrote it.
func propertiesJSON(c *comment) []property {
	all := []property{}
	for _, key := range slices.Sorted(maps.Keys(c.properties)) {
		all = append(all, property{key, c.properties[key]})
	}
	if _, told := c.properties[visibilityProperty]; !told && c.internal {
		all = append(all, property{visibilityProperty, json.RawMessage(`{"internal":true}`)})
	}
	return all
}

func (s *Server) anyComment(id int64) (*issue, *comment) {
	for _, i := range s.issues {
		if c := i.comment(id); c != nil {
			return i, c
		}
	}
	return nil, nil
}

func noComment(r *request) answer {
	return refuse(http.StatusNotFound, "Can not find a comment for the id: "+r.PathValue("id")+".")
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}
