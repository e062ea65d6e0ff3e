package jira

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
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
	// listPage is how many comments are asked for their properties at once.
	listPage = 50
)

// Reply writes a public comment.
func (c *Client) Reply(
	ctx context.Context, ticket bot.TicketKey, key bot.EffectKey, text bot.PublicText,
) (bot.RemoteID, error) {
	return c.addComment(ctx, ticket, newComment(key, text.Text, wireVisibility{Internal: false}))
}

// Note writes an internal comment.
func (c *Client) Note(
	ctx context.Context, ticket bot.TicketKey, key bot.EffectKey, text bot.InternalText,
) (bot.RemoteID, error) {
	return c.addComment(ctx, ticket, newComment(key, text.Text, wireVisibility{Internal: true}))
}

// Rewrite changes a public comment of the bot's own in place.
func (c *Client) Rewrite(
	ctx context.Context, ticket bot.TicketKey, id bot.RemoteID, key bot.EffectKey, text bot.PublicText,
) error {
	path := issuePath(ticket, "comment", url.PathEscape(string(id)))
	err := c.do(ctx, call{
		doing:  fmt.Sprintf("change comment %s of %s", id, ticket),
		method: http.MethodPut, path: path, writes: true,
		body: newComment(key, text.Text, wireVisibility{Internal: false}),
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
func newComment(key bot.EffectKey, text bot.Text, v wireVisibility) wireNewComment {
	return wireNewComment{
		Body: fit(text),
		Properties: []wireNewProperty{
			{Key: visibilityProperty, Value: v},
			{Key: effectProperty, Value: wireEffect{Key: string(key)}},
		},
	}
}

// addComment writes a comment. An answer that names none leaves open what
// happened, as no answer does.
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
// instant for the key.
func (c *Client) Sent(
	ctx context.Context, ticket bot.TicketKey, key bot.EffectKey, since time.Time,
) (bot.RemoteID, bool, error) {
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
			if key.Finds(bot.EffectKey(keys[w.ID])) {
				return bot.RemoteID(w.ID), true, nil
			}
		}
	}
	return "", false, nil
}

// effects returns the keys that comments carry, by comment.
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

// commentID is the form of a comment's id on Cloud, which takes it as a number.
var commentID = regexp.MustCompile(`^[1-9][0-9]{0,18}$`)

// listedEffects asks Cloud, which tells the keys of many comments at once. How
// many is its own affair: those it left out are asked for again, as long as each
// answer tells of one.
func (c *Client) listedEffects(ctx context.Context, comments []wireComment) (map[string]string, error) {
	var ask wireIDs
	for _, w := range comments {
		if !commentID.MatchString(w.ID) {
			return nil, bot.Errorf(bot.Unavailable, "jira: read the properties of comments", "a comment's id is %.50q", w.ID)
		}
		ask.IDs = append(ask.IDs, json.Number(w.ID))
	}
	keys := map[string]string{}
	for len(ask.IDs) > 0 {
		var page wireListed
		err := c.do(ctx, call{
			doing: "read the properties of comments", method: http.MethodPost, path: "rest/api/2/comment/list",
			query: url.Values{"expand": {"properties"}}, body: ask, out: &page,
		})
		if err != nil {
			return nil, err
		}
		for _, w := range page.Values {
			keys[w.ID] = effectOf(w.Properties)
		}
		asked := len(ask.IDs)
		ask.IDs = slices.DeleteFunc(ask.IDs, func(id json.Number) bool {
			_, told := keys[id.String()]
			return told
		})
		if page.IsLast || len(ask.IDs) == asked {
			break
		}
	}
	return keys, nil
}

// effectOf returns the key among a comment's properties; empty: not of this bot,
// or not of a version of it that wrote keys.
func effectOf(properties []wireProperty) string {
	for _, p := range properties {
		var e wireEffect
		if p.Key == effectProperty && json.Unmarshal(p.Value, &e) == nil {
			return e.Key
		}
	}
	return ""
}
