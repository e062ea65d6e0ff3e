package jirasim

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

const (
	webhookTimeout  = 10 * time.Second
	webhookAttempts = 6               // the first and five more
	webhookPause    = 5 * time.Minute // before another attempt
)

// A delivery is a webhook on its way.
type delivery struct {
	id      string
	body    []byte
	due     time.Time
	attempt int
}

// A Mishap is what can happen to a webhook on its way.
type Mishap string

// The mishaps.
const (
	Lost      Mishap = "lost"
	Doubled   Mishap = "doubled"
	Overtaken Mishap = "overtaken" // the one behind it arrives first
	Late      Mishap = "late"      // by twenty minutes
)

// Mishaps lists every mishap.
var Mishaps = [...]Mishap{Lost, Doubled, Overtaken, Late}

// Spoil lets something happen to the webhook that would be sent next; false: none
// waits.
func (s *Server) Spoil(m Mishap) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.next()
	if n < 0 {
		return false
	}
	switch m {
	case Lost:
		s.queue = slices.Delete(s.queue, n, n+1)
	case Doubled:
		twin := *s.queue[n]
		s.queue = slices.Insert(s.queue, n, &twin)
	case Overtaken:
		if n+1 < len(s.queue) {
			s.queue[n], s.queue[n+1] = s.queue[n+1], s.queue[n]
		}
	case Late:
		s.queue[n].due = s.queue[n].due.Add(20 * time.Minute)
	}
	return true
}

// Pending returns how many webhooks wait, and when the next of them is due.
func (s *Server) Pending() (int, time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var first time.Time
	for _, d := range s.queue {
		if first.IsZero() || d.due.Before(first) {
			first = d.due
		}
	}
	return len(s.queue), first.UTC()
}

// Deliver sends the next webhook that is due; false: none is. One that is not
// taken is tried again later, as the vendor does: where the other side is not
// there, busy or at fault, and not where it refuses.
func (s *Server) Deliver() bool {
	d := s.take()
	if d == nil {
		return false
	}
	status := s.send(d)
	retried := status == 0 || status == 408 || status == 409 || status == 425 || status == 429 || status >= 500
	d.attempt++
	if !retried || d.attempt >= webhookAttempts {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d.due = s.now().Add(webhookPause)
	s.queue = append(s.queue, d)
	return true
}

func (s *Server) take() *delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.next()
	if n < 0 {
		return nil
	}
	d := s.queue[n]
	s.queue = slices.Delete(s.queue, n, n+1)
	return d
}

// next is the place of the first webhook that is due, or -1.
func (s *Server) next() int {
	now := s.now()
	return slices.IndexFunc(s.queue, func(d *delivery) bool { return !d.due.After(now) })
}

// send returns the status that a webhook was answered with; 0: no answer.
func (s *Server) send(d *delivery) int {
	req, err := http.NewRequest(http.MethodPost, s.opts.WebhookURL, bytes.NewReader(d.body))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json; charset=UTF-8")
	req.Header.Set("User-Agent", "Atlassian Webhook HTTP Client")
	req.Header.Set("X-Atlassian-Webhook-Identifier", d.id)
	if d.attempt > 0 {
		req.Header.Set("X-Atlassian-Webhook-Retry", strconv.Itoa(d.attempt))
	}
	req.Header.Set("X-Hub-Signature", Sign(s.opts.WebhookSecret, d.body))
	resp, err := s.client.Do(req)
	if err != nil {
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

// Sign returns the signature of a webhook's body, as the vendor makes it.
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// tell puts a webhook into the queue. Its body is made now: what it says is how
// things were when it happened, however late it arrives.
func (s *Server) tell(event map[string]any) {
	if s.opts.WebhookURL == "" {
		return
	}
	event["timestamp"] = s.now().UnixMilli()
	body, err := json.Marshal(event)
	if err != nil {
		panic(fmt.Sprintf("jirasim: encode a webhook: %v", err))
	}
	s.lastHook++
	s.queue = append(s.queue, &delivery{
		id: fmt.Sprintf("5f0a7c1e-0000-4000-8000-%012d", s.lastHook), body: body, due: s.now(),
	})
}

// tellIssue tells of a ticket, whole.
func (s *Server) tellIssue(event string, i *issue, by *person, c *change) {
	body := map[string]any{
		"webhookEvent":          event,
		"issue_event_type_name": "issue_generic",
		"user":                  s.userJSON(by),
		"issue":                 s.issueJSON(i, nil),
	}
	if c != nil {
		body["changelog"] = map[string]any{"id": strconv.FormatInt(c.id, 10), "items": []any{changeItemJSON(*c)}}
	}
	s.tell(body)
}

// tellComment tells of a comment: Cloud sends a little of the ticket along, Data
// Center nothing.
func (s *Server) tellComment(event string, i *issue, c *comment) {
	body := map[string]any{"webhookEvent": event, "comment": s.commentJSON(i, c)}
	if !s.opts.DataCenter {
		trimmed := []string{"summary", "issuetype", "project", "assignee", "priority", "status"}
		body["issue"] = s.issueJSON(i, trimmed)
	}
	s.tell(body)
}
