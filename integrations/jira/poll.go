package jira

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

const (
	searchPage = 100  // tickets asked for at a time
	searchCap  = 1000 // pages; ends a listing that would not end
)

var orderBy = regexp.MustCompile(`(?i)\border\s+by\b`)

// Touched lists the project's tickets that changed at or after since, each once,
// oldest change first; a zero since lists all. The vendor's search lags behind
// by seconds to minutes: a caller lets its instants overlap.
func (c *Client) Touched(ctx context.Context, since time.Time) ([]bot.Touch, error) {
	s, err := c.where(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := c.whoami(ctx); err != nil { // see there: nobody finds nothing
		return nil, err
	}
	list := c.searchOffset
	if s.cloud {
		list = c.searchToken
	}
	found := map[bot.TicketKey]time.Time{}
	if err := list(ctx, c.jql(since), found); err != nil {
		return nil, err
	}
	var all []bot.Touch
	for key, updated := range found {
		all = append(all, bot.Touch{Ticket: key, Updated: updated})
	}
	slices.SortFunc(all, func(a, b bot.Touch) int {
		if n := a.Updated.Compare(b.Updated); n != 0 {
			return n
		}
		return strings.Compare(string(a.Ticket), string(b.Ticket))
	})
	return all, nil
}

// jql is the question, without an order. It counts back in minutes: absolute
// times would be read in the zone of the bot's profile. One minute more covers
// the vendor's rounding and the time that the question takes.
func (c *Client) jql(since time.Time) string {
	q := fmt.Sprintf("project = %q", c.cfg.Project)
	if narrower := strings.TrimSpace(c.cfg.JQL); narrower != "" {
		q += " AND (" + narrower + ")"
	}
	if since.IsZero() {
		return q
	}
	minutes := int(math.Ceil(c.cfg.Clock.Now().Sub(since).Minutes()))
	return q + fmt.Sprintf(` AND updated >= "-%dm"`, max(minutes, 0)+1)
}

// A wireFound is a page of a search's results.
type wireFound struct {
	Issues        []wireIssue `json:"issues"`
	NextPageToken string      `json:"nextPageToken"` // Cloud; empty on the last page
	Total         int         `json:"total"`         // Data Center
}

// searchToken is Cloud's search: pages may be short, and only the absence of a
// token ends them.
func (c *Client) searchToken(ctx context.Context, jql string, found map[bot.TicketKey]time.Time) error {
	query := url.Values{
		"jql":        {jql + " ORDER BY updated ASC, key ASC"},
		"fields":     {"updated"},
		"maxResults": {strconv.Itoa(searchPage)},
	}
	for range searchCap {
		var page wireFound
		if err := c.get(ctx, "search", "rest/api/2/search/jql", query, &page); err != nil {
			return err
		}
		if err := collect(page.Issues, found); err != nil {
			return err
		}
		if page.NextPageToken == "" {
			return nil
		}
		query.Set("nextPageToken", page.NextPageToken)
	}
	return bot.Errorf(bot.Unavailable, "jira: search", "no end after %d pages", searchCap)
}

// searchOffset is Data Center's. It is ordered by key: ordered by change, a
// ticket that changes between two pages would go to the end and pull another one
// over the boundary, unseen.
func (c *Client) searchOffset(ctx context.Context, jql string, found map[bot.TicketKey]time.Time) error {
	query := url.Values{
		"jql":        {jql + " ORDER BY key ASC"},
		"fields":     {"updated"},
		"maxResults": {strconv.Itoa(searchPage)},
	}
	seen := 0
	for range searchCap {
		query.Set("startAt", strconv.Itoa(seen))
		var page wireFound
		if err := c.get(ctx, "search", "rest/api/2/search", query, &page); err != nil {
			return err
		}
		if err := collect(page.Issues, found); err != nil {
			return err
		}
		seen += len(page.Issues)
		if len(page.Issues) == 0 || seen >= page.Total {
			return nil
		}
	}
	return bot.Errorf(bot.Unavailable, "jira: search", "no end after %d pages", searchCap)
}

func collect(issues []wireIssue, found map[bot.TicketKey]time.Time) error {
	for _, issue := range issues {
		if !ticketKey.MatchString(issue.Key) {
			return bot.Errorf(bot.Unavailable, "jira: search", "an answer's key is %.50q", issue.Key)
		}
		var f wireFields
		if err := json.Unmarshal(issue.Fields, &f); err != nil {
			return &bot.Error{Kind: bot.Unavailable, Op: "jira: search", Err: fmt.Errorf("read %s: %w", issue.Key, err)}
		}
		found[bot.TicketKey(issue.Key)] = f.Updated.Time
	}
	return nil
}
