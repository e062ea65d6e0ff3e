package jira

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
)

const (
	commentPage = 100  // comments asked for at a time
	commentCap  = 5000 // the vendor's own limit for a ticket; ends a listing that would not end
	pageCap     = 200  // pages of comments or of changes, some of them short; likewise
)

// ticketKey is the form of a ticket's key. A key goes into addresses, the store and
// every text, so one that a server made up is refused where it comes in.
var ticketKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]+-[0-9]{1,18}$`)

// Ticket reads a ticket with its comments. A ticket that was moved comes back
// under its new key and project.
func (c *Client) Ticket(ctx context.Context, key bot.TicketKey) (bot.Ticket, error) {
	s, err := c.where(ctx)
	if err != nil {
		return bot.Ticket{}, err
	}
	doing := fmt.Sprintf("read %s", key)
	query := url.Values{"fields": {c.fieldList(s)}, "expand": {"changelog"}}
	var issue wireIssue
	err = c.get(ctx, doing, issuePath(key), query, &issue)
	if bot.KindOf(err) == bot.NotFound {
		err = c.gone(ctx, err)
	}
	if err != nil {
		return bot.Ticket{}, err
	}
	if !ticketKey.MatchString(issue.Key) {
		return bot.Ticket{}, bot.Errorf(bot.Unavailable, "jira: "+doing, "the answer's key is %.50q", issue.Key)
	}
	if err := c.fullChangelog(ctx, s, &issue); err != nil {
		return bot.Ticket{}, err
	}
	comments, err := c.comments(ctx, s, key)
	if err != nil {
		return bot.Ticket{}, err
	}
	t, err := c.ticket(s, issue, comments)
	if err != nil {
		return bot.Ticket{}, &bot.Error{Kind: bot.Unavailable, Op: "jira: " + doing, Err: err}
	}
	if len(t.Organizations) == 0 && s.cloud {
		t.Organizations, err = c.organizationsOf(ctx, t.Reporter)
	}
	return t, err
}

// fieldList names the fields that are read; without it the search's default of
// "id" would leave all of them out.
func (c *Client) fieldList(s site) string {
	ids := []string{"summary", "description", "created", "updated", "reporter", "status", "labels", "project"}
	ids = append(ids, slices.Sorted(maps.Values(c.cfg.Fields))...)
	for _, id := range []string{s.organizations, s.participants} {
		if id != "" {
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, ",")
}

// fullChangelog adds what Cloud left out: it sends the latest hundred changes
// along with an issue and keeps the older ones at an address of their own.
func (c *Client) fullChangelog(ctx context.Context, s site, issue *wireIssue) error {
	log := &issue.Changelog
	if !s.cloud || log.Total <= len(log.Histories) {
		return nil
	}
	log.Histories = nil
	for range pageCap {
		var page wireChangePage
		query := url.Values{"startAt": {strconv.Itoa(len(log.Histories))}, "maxResults": {"100"}}
		path := issuePath(bot.TicketKey(issue.Key), "changelog")
		if err := c.get(ctx, "read the changes of "+issue.Key, path, query, &page); err != nil {
			return err
		}
		log.Histories = append(log.Histories, page.Values...)
		if len(page.Values) == 0 || len(log.Histories) >= page.Total {
			return nil
		}
	}
	return bot.Errorf(bot.Unavailable, "jira: read the changes of "+issue.Key, "no end after %d pages", pageCap)
}

// comments returns a ticket's comments, oldest first, each with its visibility.
func (c *Client) comments(ctx context.Context, s site, key bot.TicketKey) ([]wireComment, error) {
	all, err := c.commentPages(ctx, key)
	if err != nil || s.cloud {
		return all, err
	}
	for i := range all {
		var v wireVisibility
		_, err := c.property(ctx, all[i].ID, visibilityProperty, &v)
		if err != nil {
			return nil, err
		}
		public := !v.Internal // without the property a comment is public, as the vendor has it
		all[i].Public = &public
	}
	return all, nil
}

// commentPages reads comments by their own address: those that come along with a
// ticket end without a word where there are many.
func (c *Client) commentPages(ctx context.Context, key bot.TicketKey) ([]wireComment, error) {
	var all []wireComment
	doing := fmt.Sprintf("read the comments of %s", key)
	for range pageCap {
		var page wireCommentPage
		query := url.Values{
			"startAt":    {strconv.Itoa(len(all))},
			"maxResults": {strconv.Itoa(commentPage)},
			"orderBy":    {"created"},
		}
		err := c.get(ctx, doing, issuePath(key, "comment"), query, &page)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Comments...)
		if len(page.Comments) == 0 || len(all) >= min(page.Total, commentCap) {
			return all, nil
		}
	}
	return nil, bot.Errorf(bot.Unavailable, "jira: "+doing, "no end after %d pages", pageCap)
}

// property reads a property of a comment; false where there is none.
func (c *Client) property(ctx context.Context, comment, key string, value any) (bool, error) {
	var p wireProperty
	path := fmt.Sprintf("rest/api/2/comment/%s/properties/%s", url.PathEscape(comment), url.PathEscape(key))
	err := c.get(ctx, fmt.Sprintf("read property %s of comment %s", key, comment), path, nil, &p)
	if bot.KindOf(err) == bot.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return json.Unmarshal(p.Value, value) == nil, nil
}

// organizationsOf asks for the reporter's organizations, for a ticket that is
// shared with none. Where the bot may not ask, or the reporter has no account,
// there are none to be known.
func (c *Client) organizationsOf(ctx context.Context, p bot.Person) ([]string, error) {
	if p.Jira == "" {
		return nil, nil
	}
	var page struct {
		Values []struct {
			Name string `json:"name"`
		} `json:"values"`
	}
	err := c.get(ctx, "read the reporter's organizations", "rest/servicedeskapi/organization",
		url.Values{"accountId": {p.Jira}}, &page)
	kind := bot.KindOf(err)
	if kind == bot.Denied || kind == bot.NotFound || kind == bot.Invalid {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, o := range page.Values {
		names = append(names, o.Name)
	}
	return names, nil
}
