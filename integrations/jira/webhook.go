package jira

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

const (
	webhookLimit = 1 << 20         // bytes of a delivery
	noticeEvery  = time.Minute     // at most one notice of forged deliveries
	lookUpTime   = 5 * time.Second // for the ticket of a comment that does not name it
)

// Webhook returns the handler of the vendor's deliveries. What is signed and
// about a ticket of the project becomes a TicketTouched event, but for what the bot
// itself has written; the answer is 200 only after inbox has kept it, and 503 where
// it could not, so that the vendor sends it again. Other deliveries are answered 401 (not signed by secret), 413
// (over 1 MB) or 200 (signed, but nothing to keep). Nothing of a delivery but the
// ticket's name is used. An empty secret signs nothing.
func (c *Client) Webhook(inbox bot.Inbox, secret bot.Secret) http.Handler {
	return &webhook{client: c, inbox: inbox, secret: []byte(secret)}
}

// A webhook takes the vendor's deliveries.
type webhook struct {
	client *Client
	inbox  bot.Inbox
	secret []byte

	mu      sync.Mutex
	noticed time.Time // when a forged delivery was last told of
}

// ServeHTTP implements http.Handler.
func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "only POST", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, webhookLimit))
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		http.Error(w, "longer than 1 MB", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, "cut short", http.StatusBadRequest)
		return
	}
	if !signed(h.secret, r.Header.Values("X-Hub-Signature"), body) {
		h.notice(r)
		http.Error(w, "not signed", http.StatusUnauthorized)
		return
	}
	if err := h.receive(r.Context(), r.Header.Get("X-Atlassian-Webhook-Identifier"), body); err != nil {
		h.client.log.Warn("jira webhook not kept", "err", err)
		http.Error(w, "not kept, send it again", http.StatusServiceUnavailable)
	}
}

// signed reports whether the one header is the body's signature, "sha256=" and 64
// hexadecimal digits. No other method is taken, whatever the sender offers, and no
// second header: who stands in between may have looked at the other one.
func signed(secret []byte, headers []string, body []byte) bool {
	if len(secret) == 0 || len(headers) != 1 {
		return false
	}
	digits, ok := strings.CutPrefix(headers[0], "sha256=")
	if !ok || len(digits) != hex.EncodedLen(sha256.Size) {
		return false
	}
	given, err := hex.DecodeString(digits)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	return hmac.Equal(given, mac.Sum(nil))
}

// notice tells the engineers of a forged delivery, once a minute at most: an
// event's id of its own minute lets other replicas' notices fall together.
func (h *webhook) notice(r *http.Request) {
	now := h.client.cfg.Clock.Now()
	h.mu.Lock()
	due := now.Sub(h.noticed) >= noticeEvery
	if due {
		h.noticed = now
	}
	h.mu.Unlock()
	if !due {
		return
	}
	what := "Jira webhook without a signature"
	if r.Header.Get("X-Hub-Signature") != "" {
		what = "Jira webhook with a wrong signature"
	}
	source, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		source = r.RemoteAddr
	}
	_, err = h.inbox.Receive(r.Context(), bot.Event{
		ID:     "jira/forged/" + now.Truncate(noticeEvery).Format(time.RFC3339),
		Kind:   bot.SecurityNoticed,
		At:     now,
		Notice: &bot.Notice{What: what, Source: source},
	})
	if err != nil {
		h.client.log.Warn("notice of a forged jira webhook not kept", "err", err, "source", source)
	}
}

// receive keeps what a signed delivery is about. An error means that it has to
// come again.
func (h *webhook) receive(ctx context.Context, identifier string, body []byte) error {
	hint, err := decodeHint(body)
	if err != nil {
		h.client.log.Info("jira webhook passed over", "reason", err)
		return nil
	}
	if h.client.wrote(hint) {
		return nil
	}
	key, err := h.client.ticketOf(ctx, hint)
	if err != nil || key == "" {
		return err
	}
	if !identifiable.MatchString(identifier) {
		sum := sha256.Sum256(body)
		identifier = hex.EncodeToString(sum[:])
	}
	at := hint.at
	if at.IsZero() {
		at = h.client.cfg.Clock.Now()
	}
	_, err = h.inbox.Receive(ctx, bot.Event{
		ID: "jira/webhook/" + identifier, Kind: bot.TicketTouched, Ticket: key, At: at,
	})
	return err
}

// A hint is what is taken from a delivery: which tickets it may be about.
type hint struct {
	keys  []string  // the ticket's, and the one it had before it was moved
	issue string    // its number, where the delivery has no key
	by    string    // whose comment was written or changed, and by nobody else; empty: not said
	at    time.Time // UTC; zero: not said
}

// A wireDelivery is the little of a delivery that is read: what the vendor sends
// varies too much for more.
type wireDelivery struct {
	Timestamp json.Number `json:"timestamp"` // milliseconds
	Event     string      `json:"webhookEvent"`
	Issue     struct {
		Key string `json:"key"`
	} `json:"issue"`
	Comment struct {
		Self         string   `json:"self"`
		Author       wireUser `json:"author"`
		UpdateAuthor wireUser `json:"updateAuthor"`
	} `json:"comment"`
	Changelog struct {
		Items []wireChangeItem `json:"items"`
	} `json:"changelog"`
}

// lastInstant is the last that is believed, in milliseconds: no store can write one
// whose year has five figures.
const lastInstant = 250_000_000_000_000

// known are the events that touch a ticket.
var known = regexp.MustCompile(`^(jira:issue_|comment_)(created|updated|deleted)$`)

// written are the events that say who wrote or changed a comment; whose it is that
// was deleted does not tell who did that.
var written = regexp.MustCompile(`^comment_(created|updated)$`)

// ownIssue finds the ticket's number in a comment's address, all that Data
// Center says of it.
var ownIssue = regexp.MustCompile(`/issue/([0-9]+)/comment/`)

// decodeHint reads a delivery; an error says why there is nothing in it for us.
func decodeHint(body []byte) (hint, error) {
	var d wireDelivery
	if err := json.Unmarshal(body, &d); err != nil {
		return hint{}, fmt.Errorf("decode the delivery: %w", err)
	}
	if !known.MatchString(d.Event) {
		return hint{}, fmt.Errorf("event %.50q is none of ours", d.Event)
	}
	var h hint
	if ms, err := d.Timestamp.Int64(); err == nil && ms > 0 && ms <= lastInstant {
		h.at = time.UnixMilli(ms).UTC()
	}
	if a := d.Comment.Author.id(); a == d.Comment.UpdateAuthor.id() && written.MatchString(d.Event) {
		h.by = a
	}
	if d.Issue.Key != "" {
		h.keys = append(h.keys, d.Issue.Key)
		for _, item := range d.Changelog.Items {
			if item.Field == "Key" {
				h.keys = append(h.keys, item.FromString)
			}
		}
		return h, nil
	}
	if m := ownIssue.FindStringSubmatch(d.Comment.Self); m != nil {
		h.issue = m[1]
		return h, nil
	}
	return hint{}, errors.New("it names no ticket")
}

// wrote reports whether a delivery tells of nothing but a comment of the bot's own.
// In doubt it does not: what is missed here is read for nothing, no more.
func (c *Client) wrote(h hint) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.site != nil && h.by != "" && h.by == c.site.self
}

// ticketOf returns the ticket of the project that a hint is about; empty: of
// another project, or gone.
func (c *Client) ticketOf(ctx context.Context, h hint) (bot.TicketKey, error) {
	keys := h.keys
	if h.issue != "" {
		ctx, cancel := context.WithTimeout(ctx, lookUpTime)
		defer cancel()
		var issue wireIssue
		err := c.get(ctx, "read which ticket is number "+h.issue, issuePath(bot.TicketKey(h.issue)),
			url.Values{"fields": {"project"}}, &issue)
		if bot.KindOf(err) == bot.NotFound {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		keys = []string{issue.Key}
	}
	for _, key := range keys {
		if strings.HasPrefix(key, c.cfg.Project+"-") && ticketKey.MatchString(key) {
			return bot.TicketKey(key), nil
		}
	}
	return "", nil
}

// identifiable is the form of a delivery's identifier. The signature does not
// cover it, and it goes into the store and the log.
var identifiable = regexp.MustCompile(`^[!-~]{1,128}$`)
