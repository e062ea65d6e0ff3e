package slack

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"github.com/refreshbot/refreshbot/bot"
)

// eventType marks the metadata of our messages. Metadata can be read by every
// app in the channel: it holds the effect's key and nothing about anybody.
const (
	eventType = "refreshbot_effect"
	eventKey  = "key"
)

// clockSkew is how far Slack's clock may be behind ours when messages since an
// instant are looked for.
const clockSkew = 2 * time.Minute

// A Config says how to reach a workspace.
type Config struct {
	APIURL        string     // default https://slack.com/api/
	BotToken      bot.Secret // xoxb-…
	AppToken      bot.Secret // xapp-…; Socket Mode alone
	SigningSecret bot.Secret // HTTP alone
	Channel       string     // the id of the channel for cards and alerts
	Approvers     Approvers
	// Window is how long a window that an engineer proposes is; default two hours.
	Window time.Duration

	// Inquiries answers what engineers ask, and draws their homes. Nil: nothing
	// can be asked, and there is no home.
	Inquiries bot.Inquiries

	// HTTP is copied, pinned to APIURL's origin and given a timeout of ten seconds
	// where it has none. Nil: a client of our own.
	HTTP  *http.Client
	Clock bot.Clock    // required
	Log   *slog.Logger // nil: slog.Default()
}

// A Client is a workspace's Slack as the bot sees it. It is safe for concurrent
// use.
type Client struct {
	api    *slack.Client
	config Config
	groups groupCache
	homes  *homes
	pace   pace

	// plain is set once the workspace has refused a plan block: from then on
	// progress is drawn with sections.
	plain atomic.Bool
}

var _ bot.Chat = (*Client)(nil)

// New returns a client. It connects to nothing.
func New(c Config) *Client {
	if c.APIURL == "" {
		c.APIURL = slack.APIURL
	}
	if !strings.HasSuffix(c.APIURL, "/") {
		c.APIURL += "/"
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Window == 0 {
		c.Window = 2 * time.Hour
	}
	c.HTTP = pinned(c.HTTP, c.APIURL)
	api := slack.New(string(c.BotToken),
		slack.OptionAPIURL(c.APIURL),
		slack.OptionAppLevelToken(string(c.AppToken)),
		slack.OptionHTTPClient(c.HTTP)) // and no OptionRetry: the outbox has its own schedule
	return &Client{api: api, config: c, homes: newHomes()}
}

// Post implements [bot.Chat]. A whisper can't be looked for afterwards, since
// Slack keeps no metadata of messages that one member alone sees.
func (c *Client) Post(ctx context.Context, m bot.Message, thread bot.RemoteID) (bot.RemoteID, error) {
	op := "slack: post " + string(m.Kind) + " for " + string(m.Ticket)
	to, err := c.place(thread)
	if err != nil {
		return "", &bot.Error{Kind: bot.Invalid, Op: op, Err: err}
	}
	if m.Kind == bot.ChatWhisper {
		return c.whisper(ctx, op, m)
	}
	if wait := c.pace.wait("", m, c.config.Clock.Now()); wait > 0 {
		return "", &bot.Error{Kind: bot.RateLimited, Op: op, After: wait, Err: errPace}
	}
	var at place
	err = c.drawn(op, m, func(options []slack.MsgOption) (err error) {
		options = append(options, slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
		if to.ts != "" {
			options = append(options, slack.MsgOptionTS(to.ts))
		}
		at.channel, at.ts, err = c.api.PostMessageContext(ctx, to.channel, options...)
		return err
	})
	if err != nil {
		return "", err
	}
	return at.id(), nil
}

// Redraw implements [bot.Chat]. The message carries m's key afterwards.
func (c *Client) Redraw(ctx context.Context, id bot.RemoteID, m bot.Message) error {
	op := "slack: redraw " + string(m.Kind) + " for " + string(m.Ticket)
	at, err := c.place(id)
	if err != nil || at.ts == "" {
		return bot.Errorf(bot.Invalid, op, "%q names no message", id)
	}
	now := c.config.Clock.Now()
	if wait := c.pace.wait(id, m, now); wait > 0 {
		return &bot.Error{Kind: bot.RateLimited, Op: op, After: wait, Err: errPace}
	}
	err = c.drawn(op, m, func(options []slack.MsgOption) error {
		_, _, _, err := c.api.UpdateMessageContext(ctx, at.channel, at.ts, options...)
		return err
	})
	if err == nil {
		c.pace.drew(id, m, now)
	}
	return err
}

// drawn sends a message through send: once, and a second time in plain blocks
// where the workspace turns out not to know plan blocks. A refusal of blocks
// means that nothing was posted, so the second send can't double anything.
func (c *Client) drawn(op string, m bot.Message, send func([]slack.MsgOption) error) error {
	plain := c.plain.Load()
	d, err := draw(m, plain)
	if err != nil {
		return &bot.Error{Kind: bot.Invalid, Op: op, Err: err}
	}
	err = send(d.options(m.Key))
	if m.Kind == bot.ChatProgress && !plain && code(err) == "invalid_blocks" {
		c.plain.Store(true)
		c.config.Log.Info("slack: the workspace takes no plan blocks; progress is drawn plainly now")
		if d, err = draw(m, true); err == nil {
			err = send(d.options(m.Key))
		}
	}
	err = writing(op, err)
	c.pace.answered(err, c.config.Clock.Now())
	if err == nil && (m.Kind == bot.ChatCard || m.Kind == bot.ChatProgress) {
		c.homes.stir() // what a card shows, homes may show too
	}
	return err
}

// whisper shows a message to one member alone.
func (c *Client) whisper(ctx context.Context, op string, m bot.Message) (bot.RemoteID, error) {
	at := place{channel: m.Origin}
	if at.channel == "" {
		at.channel = c.config.Channel
	}
	d, err := draw(m, false)
	if err != nil {
		return "", &bot.Error{Kind: bot.Invalid, Op: op, Err: err}
	}
	at.ts, err = c.api.PostEphemeralContext(ctx, at.channel, m.To, d.options("")...)
	if err != nil {
		return "", writing(op, err)
	}
	return at.id(), nil
}

// Posted implements [bot.Chat]. A reply whose thread was deleted stands in the
// channel, so that is where it is looked for then.
func (c *Client) Posted(
	ctx context.Context, key bot.EffectKey, thread bot.RemoteID, since time.Time,
) (bot.RemoteID, bool, error) {
	op := "slack: look for " + string(key)
	in, err := c.place(thread)
	if err != nil {
		return "", false, &bot.Error{Kind: bot.Invalid, Op: op, Err: err}
	}
	ts, err := c.search(ctx, in, key, since)
	if code(err) == "thread_not_found" {
		ts, err = c.search(ctx, place{channel: in.channel}, key, since)
	}
	if err != nil || ts == "" {
		return "", false, reading(op, err)
	}
	return place{in.channel, ts}.id(), true, nil
}

// pagesMost ends a search that would not end. Of 200 messages each, they hold more
// than a desk's channel says between an attempt and the look for it.
const pagesMost = 100

// search reads a thread or a channel page by page, from since on, for our own
// message with the key, and returns its timestamp or "".
func (c *Client) search(ctx context.Context, in place, key bot.EffectKey, since time.Time) (string, error) {
	cursor := ""
	for range pagesMost {
		page, next, err := c.page(ctx, in, cursor, timestamp(since.Add(-clockSkew)))
		if err != nil {
			return "", err
		}
		for _, m := range page {
			sent, _ := m.Metadata.EventPayload[eventKey].(string)
			if m.Metadata.EventType == eventType && key.Finds(bot.EffectKey(sent)) {
				return m.Timestamp, nil
			}
		}
		if cursor = next; cursor == "" {
			return "", nil
		}
	}
	return "", bot.Errorf(bot.Unavailable, "slack: search", "no end after %d pages", pagesMost)
}

func (c *Client) page(ctx context.Context, in place, cursor, oldest string) ([]slack.Message, string, error) {
	const limit = 200
	if in.ts != "" {
		page, _, next, err := c.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: in.channel, Timestamp: in.ts, Cursor: cursor,
			Oldest: oldest, Inclusive: true, Limit: limit, IncludeAllMetadata: true,
		})
		return page, next, err
	}
	h, err := c.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
		ChannelID: in.channel, Cursor: cursor,
		Oldest: oldest, Inclusive: true, Limit: limit, IncludeAllMetadata: true,
	})
	if err != nil {
		return nil, "", err
	}
	return h.Messages, h.ResponseMetaData.NextCursor, nil
}

// A place is a channel, or a message in it.
type place struct {
	channel string
	ts      string // empty: the channel itself
}

func (p place) id() bot.RemoteID { return bot.RemoteID(p.channel + "/" + p.ts) }

// place reads a RemoteID; the empty one is the desk's channel.
func (c *Client) place(id bot.RemoteID) (place, error) {
	if id == "" {
		return place{channel: c.config.Channel}, nil
	}
	channel, ts, found := strings.Cut(string(id), "/")
	if !found || channel == "" || ts == "" {
		return place{}, bot.Errorf(bot.Invalid, "slack: read message id", "%q is not channel/ts", id)
	}
	return place{channel, ts}, nil
}

// timestamp writes an instant as Slack does: seconds, a point, six digits. It is
// a name more than a number; as a float it would lose digits.
func timestamp(t time.Time) string {
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)
}

// instant reads a Slack timestamp; what is none gives false.
func instant(ts string) (time.Time, bool) {
	seconds, rest, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || s <= 0 || s > 1<<35 {
		return time.Time{}, false
	}
	micros, err := strconv.ParseInt((rest + "000000")[:6], 10, 64)
	if err != nil || micros < 0 {
		return time.Time{}, false
	}
	return time.Unix(s, micros*1000).UTC(), true
}
