package jirasim

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (s *Server) serverInfo(*request) answer {
	kind, version := "Cloud", "1001.0.0-SNAPSHOT"
	if s.opts.DataCenter {
		kind, version = "Server", "10.3.2"
	}
	return ok(map[string]any{
		"baseUrl": s.opts.BaseURL, "version": version, "deploymentType": kind,
		"serverTitle": s.opts.ProjectName, "serverTime": stamp(s.now()),
	})
}

func (s *Server) myself(r *request) answer { return ok(s.userJSON(r.who)) }

func (s *Server) listFields(*request) answer {
	custom := func(id, name, kind string) map[string]any {
		return map[string]any{"id": id, "name": name, "custom": true, "schema": map[string]any{"type": "any", "custom": kind}}
	}
	all := []any{
		map[string]any{"id": "summary", "name": "Summary", "custom": false, "schema": map[string]any{"type": "string", "system": "summary"}},
		map[string]any{"id": "thumbnail", "name": "Images", "custom": false},
		custom(organizationsField, "Organizations", "com.atlassian.servicedesk:sd-customer-organizations"),
		custom(participantsField, "Request participants", "com.atlassian.servicedesk:sd-request-participants"),
	}
	for _, id := range slices.Sorted(maps.Keys(s.opts.Fields)) {
		all = append(all, custom(id, s.opts.Fields[id], "com.atlassian.jira.plugin.system.customfieldtypes:textfield"))
	}
	return ok(all)
}

func (s *Server) getProject(r *request) answer {
	key := r.PathValue("key")
	if r.who == nil || key != s.opts.Project || s.denied["BROWSE_PROJECTS"] {
		return noProject(key)
	}
	return ok(s.projectJSON(key))
}

func noProject(key string) answer {
	return refuse(http.StatusNotFound, "No project could be found with key '"+key+"'.")
}

func (s *Server) myPermissions(r *request) answer {
	if key := r.URL.Query().Get("projectKey"); key != s.opts.Project || s.denied["BROWSE_PROJECTS"] {
		return noProject(key)
	}
	asked := r.URL.Query().Get("permissions")
	if asked == "" && !s.opts.DataCenter {
		return refuse(http.StatusBadRequest, "The 'permissions' query parameter is required.")
	}
	all := map[string]any{}
	for _, key := range strings.Split(asked, ",") {
		all[key] = map[string]any{"key": key, "type": "PROJECT", "havePermission": !s.denied[key]}
	}
	return ok(map[string]any{"permissions": all})
}

func (s *Server) listOrganizations(r *request) answer {
	values := []any{}
	for _, p := range s.people {
		if p.id(false) != r.URL.Query().Get("accountId") {
			continue
		}
		for n, name := range p.organizations {
			values = append(values, map[string]any{"id": strconv.Itoa(n + 1), "name": name})
		}
	}
	return ok(map[string]any{"size": len(values), "start": 0, "limit": 50, "isLastPage": true, "values": values})
}
