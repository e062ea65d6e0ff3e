package jira

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// The properties of a comment.
const (
	visibilityProperty = "sd.public.comment" // the service desk's own
	effectProperty     = "refreshbot.effect" // ours; readable by whoever may read the comment
)

const (
	// clockSkew is by how much the vendor's clock and ours may differ.
	clockSkew = 5 * time.Minute
	// listPage is how many comments are asked for their properties at once: the
	// answer to more comes in pages.
	listPage = 50
)

// Reply writes a public comment.
func (c *Client) Reply(ctx context.Context, ticket bot.TicketKey, key bot.EffectKey, text bot.PublicText) (bot.RemoteID, error) {
	return c.addComment(ctx, ticket, c.newComment(key, text.Text, wireVisibility{Internal: false}))
}

// Note writes an internal comment.
func (c *Client) Note(ctx context.Context, ticket bot.TicketKey, key bot.EffectKey, text bot.InternalText) (bot.RemoteID, error) {
	return c.addComment(ctx, ticket, c.newComment(key, text.Text, wireVisibility{Internal: true}))
}

// Rewrite changes a public comment of the bot's own in place.
func (c *Client) Rewrite(ctx context.Context, ticket bot.TicketKey, id bot.RemoteID, key bot.EffectKey, text bot.PublicText) error {
	path := issuePath(ticket, "comment", url.PathEscape(string(id)))
	err := c.do(ctx, call{
		doing:  fmt.Sprintf("change comment %s of %s", id, ticket),
		method: http.MethodPut, path: path, writes: true,
		body: c.newComment(key, text.Text, wireVisibility{Internal: false}),
	})
	if bot.KindOf(err) != bot.Invalid {
		return err
	}
	// Some servers answer 400, not 404, for a comment that somebody deleted.
	gone := c.get(ctx, fmt.Sprintf("look for comment %s of %s", id, ticket), path, nil, nil)
	if bot.KindOf(gone) == bot.NotFound {
		return gone
	}
	return err
}

// newComment is the one place where a comment's body is put together, so that
// none goes out without its visibility and its key.
func (c *Client) newComment(key bot.EffectKey, text bot.Text, v wireVisibility) wireNewComment {
	return wireNewComment{
		Body: wikiMarkup(text),
		Properties: []wireNewProperty{
			{Key: visibilityProperty, Value: v},
			{Key: effectProperty, Value: wireEffect{Key: string(key), Epoch: c.cfg.Epoch}},
		},
	}
}

func (c *Client) addComment(ctx context.Context, ticket bot.TicketKey, w wireNewComment) (bot.RemoteID, error) {
	k := call{
		doing:  fmt.Sprintf("add a comment to %s", ticket),
		method: http.MethodPost, path: issuePath(ticket, "comment"), writes: true,
		body: w,
	}
	var made wireComment
	k.out = &made
	if err := c.do(ctx, k); err != nil {
		return "", err
	}
	if made.ID == "" {
		return "", bot.Errorf(bot.Ambiguous, k.op(), "the answer names no comment")
	}
	return bot.RemoteID(made.ID), nil
}

// Sent looks among the bot's own comments that were written or changed since an
// instant for the key. The instant keeps keys of a store that was restored from
// a backup, and counts versions again, from being mistaken for today's.
func (c *Client) Sent(ctx context.Context, ticket bot.TicketKey, key bot.EffectKey, since time.Time) (bot.RemoteID, bool, error) {
	s, err := c.where(ctx)
	if err != nil {
		return "", false, err
	}
	all, err := c.commentPages(ctx, ticket)
	if err != nil {
		return "", false, err
	}
	from := since.Add(-clockSkew)
	own := slices.DeleteFunc(all, func(w wireComment) bool {
		last := w.Updated
		if last.Before(w.Created.Time) {
			last = w.Created
		}
		return w.Author.id() != s.self || last.Before(from)
	})
	for some := range slices.Chunk(own, listPage) {
		keys, err := c.effects(ctx, s, some)
		if err != nil {
			return "", false, err
		}
		for _, w := range some {
			if keys[w.ID] == string(key) {
				return bot.RemoteID(w.ID), true, nil
			}
		}
	}
	return "", false, nil
}

// effects returns the keys that comments carry, by comment. Cloud tells those of
// many at once, Data Center one by one.
func (c *Client) effects(ctx context.Context, s site, comments []wireComment) (map[string]string, error) {
	if s.cloud {
		return c.listedEffects(ctx, comments)
	}
	keys := map[string]string{}
	for _, w := range comments {
		var e wireEffect
		if _, err := c.property(ctx, w.ID, effectProperty, &e); err != nil {
			return nil, err
		}
		keys[w.ID] = e.Key
	}
	return keys, nil
}

func (c *Client) listedEffects(ctx context.Context, comments []wireComment) (map[string]string, error) {
	const doing = "read the properties of comments"
	var ask struct {
		IDs []int64 `json:"ids"`
	}
	for _, w := range comments {
		id, err := strconv.ParseInt(w.ID, 10, 64)
		if err != nil {
			return nil, bot.Errorf(bot.Unavailable, "jira: "+doing, "comment id %q: not a number", w.ID)
		}
		ask.IDs = append(ask.IDs, id)
	}
	var page struct {
		Values []wireComment `json:"values"`
	}
	err := c.do(ctx, call{
		doing: doing, method: http.MethodPost, path: "rest/api/2/comment/list",
		query: url.Values{"expand": {"properties"}}, body: ask, out: &page,
	})
	keys := map[string]string{}
	for _, w := range page.Values {
		keys[w.ID] = effectOf(w.Properties)
	}
	return keys, err
}

func effectOf(properties []wireProperty) string {
	for _, p := range properties {
		var e wireEffect
		if p.Key == effectProperty && json.Unmarshal(p.Value, &e) == nil {
			return e.Key
		}
	}
	return ""
}
