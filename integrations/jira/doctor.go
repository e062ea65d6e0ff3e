package jira

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
)

// needed are the permissions that the bot can't do without, with what for.
var needed = []struct{ key, why string }{
	{"BROWSE_PROJECTS", "to read tickets"},
	{"ADD_COMMENTS", "to answer"},
	{"EDIT_OWN_COMMENTS", "to keep its status comment up to date"},
	{"TRANSITION_ISSUES", "to move tickets"},
}

// Doctor connects and returns a line for everything that is missing; none where
// all is well.
func (c *Client) Doctor(ctx context.Context) []string {
	s, err := c.where(ctx)
	if err != nil {
		return []string{err.Error()}
	}
	var missing []string
	var granted struct {
		Permissions map[string]struct {
			Have bool `json:"havePermission"`
		} `json:"permissions"`
	}
	var keys []string
	for _, p := range needed {
		keys = append(keys, p.key)
	}
	query := url.Values{"projectKey": {c.cfg.Project}, "permissions": {strings.Join(keys, ",")}}
	if err := c.get(ctx, "read the bot's permissions", "rest/api/2/mypermissions", query, &granted); err != nil {
		missing = append(missing, noProject(err, c.cfg.Project))
	} else {
		for _, p := range needed {
			if !granted.Permissions[p.key].Have {
				missing = append(missing, fmt.Sprintf("jira: permission %s in project %s, %s", p.key, c.cfg.Project, p.why))
			}
		}
	}
	if s.organizations == "" {
		missing = append(missing, "jira: no field for organizations: tenants are told by e-mail domain alone")
	}
	return append(missing, c.missingFields(ctx)...)
}

// noProject words the one failure that an operator meets first.
func noProject(err error, project string) string {
	if bot.KindOf(err) == bot.NotFound {
		return fmt.Sprintf("jira: project %s, or the permission to see it", project)
	}
	return err.Error()
}

// missingFields names the configured fields that the server does not have.
func (c *Client) missingFields(ctx context.Context) []string {
	if len(c.cfg.Fields) == 0 {
		return nil
	}
	var fields []wireField
	if err := c.get(ctx, "list the fields", "rest/api/2/field", nil, &fields); err != nil {
		return []string{err.Error()}
	}
	var missing []string
	for _, answer := range slices.Sorted(maps.Keys(c.cfg.Fields)) {
		id := c.cfg.Fields[answer]
		if !slices.ContainsFunc(fields, func(f wireField) bool { return f.ID == id }) {
			missing = append(missing, fmt.Sprintf("jira: field %s, configured for the answer %q", id, answer))
		}
	}
	return missing
}
