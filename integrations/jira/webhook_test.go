package jira_test

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/jira"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

func TestEverythingThatHappensToATicketTouchesIt(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := string(b.file())
		id := b.sim.Comment(key, "Dana Reyes", "Hello")
		b.sim.EditComment(key, id, "Hello!")
		b.sim.DeleteComment(key, id)
		b.sim.Edit(key, "Dana Reyes", "Something else")
		b.deliver()
		require.Equal(t, []string{key, key, key, key, key}, b.inbox.tickets())
		for _, e := range b.inbox.events {
			require.Equal(t, bot.TicketTouched, e.Kind)
			require.Equal(t, start, e.At)
			require.True(t, strings.HasPrefix(e.ID, "jira/webhook/"), e.ID)
		}
	})
}

func TestADeletedAndAMovedTicketAreTouchedUnderTheOldKey(t *testing.T) {
	b := newBench(t)
	key := string(b.file())
	b.deliver()
	b.sim.Move(key, "Ivo Petrov", "OPS")
	b.deliver()
	require.Equal(t, []string{key, key}, b.inbox.tickets())

	gone := string(b.file())
	b.sim.Delete(gone, "Ivo Petrov")
	b.deliver()
	require.Equal(t, []string{key, key, gone, gone}, b.inbox.tickets())
}

func TestATicketOfAnotherProjectIsPassedOver(t *testing.T) {
	b := newBench(t)
	key := string(b.file())
	moved := b.sim.Move(key, "Ivo Petrov", "OPS")
	b.deliver()
	before := len(b.inbox.events)
	b.sim.Rename(moved, "Ivo Petrov", "Not ours any more")
	b.deliver()
	require.Len(t, b.inbox.events, before)
}

func TestACommentOnADeletedTicketIsPassedOver(t *testing.T) {
	b := newBench(t, dataCenter)
	key := string(b.file())
	b.deliver()
	b.sim.Comment(key, "Dana Reyes", "Hello")
	b.sim.Delete(key, "Ivo Petrov")
	b.deliver()
	require.Equal(t, []string{key, key}, b.inbox.tickets(), "filed and deleted")
}

func TestADeliveryComesAgainUntilItIsKept(t *testing.T) {
	b := newBench(t)
	key := string(b.file())
	b.inbox.down = true
	require.True(t, b.sim.Deliver())
	require.Empty(t, b.inbox.events)
	require.False(t, b.sim.Deliver(), "not before its time")

	b.inbox.down = false
	b.clock.pass(10 * time.Minute)
	b.deliver()
	require.Equal(t, []string{key}, b.inbox.tickets())
}

func TestADeliveryWhoseTicketCannotBeLookedUpComesAgain(t *testing.T) {
	b := newBench(t, dataCenter)
	key := string(b.file())
	b.deliver()
	b.sim.Comment(key, "Dana Reyes", "Hello")
	b.sim.Break(jirasim.GetIssue, jirasim.Fault{Status: 503})
	b.deliver()
	require.Len(t, b.inbox.events, 1)
	b.clock.pass(10 * time.Minute)
	b.deliver()
	require.Equal(t, []string{key, key}, b.inbox.tickets())
}

func TestMishapsOnTheWay(t *testing.T) {
	for _, test := range []struct {
		mishap jirasim.Mishap
		want   []string
	}{
		{jirasim.Lost, []string{"HELP-2"}},
		{jirasim.Doubled, []string{"HELP-1", "HELP-2"}},
		{jirasim.Overtaken, []string{"HELP-2", "HELP-1"}},
		{jirasim.Late, []string{"HELP-2"}},
	} {
		t.Run(string(test.mishap), func(t *testing.T) {
			b := newBench(t)
			b.file()
			b.file()
			require.True(t, b.sim.Spoil(test.mishap))
			b.deliver()
			require.Equal(t, test.want, b.inbox.tickets())
		})
	}
}

const delivery = `{"timestamp":1772617800000,"webhookEvent":"jira:issue_created","issue":{"id":"10001","key":"HELP-1"}}`

func post(body, signature string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/jira/webhook", strings.NewReader(body))
	if signature != "" {
		r.Header.Set("X-Hub-Signature", signature)
	}
	return r
}

func TestOnlyTheRightSignatureIsTaken(t *testing.T) {
	right := jirasim.Sign(secret, []byte(delivery))
	for name, test := range map[string]struct {
		body, signature string
		status          int
	}{
		"right":              {delivery, right, 200},
		"in capitals":        {delivery, "sha256=" + strings.ToUpper(right[7:]), 200},
		"none":               {delivery, "", 401},
		"of another secret":  {delivery, jirasim.Sign("guess", []byte(delivery)), 401},
		"of another body":    {delivery + " ", right, 401},
		"another method":     {delivery, "sha1=" + right[7:47], 401},
		"no method":          {delivery, right[7:], 401},
		"too short":          {delivery, right[:len(right)-2], 401},
		"too long":           {delivery, right + "00", 401},
		"not hexadecimal":    {delivery, "sha256=" + strings.Repeat("zz", 32), 401},
		"sha1, in full":      {delivery, "sha1=" + sha1Of(delivery), 401},
		"method in capitals": {delivery, "SHA256=" + right[7:], 401},
		"two in one":         {delivery, right + ", " + right, 401},
		"blanks around it":   {delivery, " " + right, 401},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			w := httptest.NewRecorder()
			b.client.Webhook(b.inbox, secret).ServeHTTP(w, post(test.body, test.signature))
			require.Equal(t, test.status, w.Code)
			for _, e := range b.inbox.events {
				require.Equal(t, test.status == 200, e.Kind == bot.TicketTouched)
			}
		})
	}
}

// sha1Of signs as the vendor's oldest versions did, with the right secret.
func sha1Of(body string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}

// With two signatures it is open which of them whoever stands in between has seen.
func TestTwoSignaturesAreNone(t *testing.T) {
	right := jirasim.Sign(secret, []byte(delivery))
	for _, headers := range [][]string{{right, right}, {right, "sha256=00"}, {"sha256=00", right}, {right, ""}} {
		b, r, w := newBench(t), post(delivery, ""), httptest.NewRecorder()
		r.Header["X-Hub-Signature"] = headers
		b.client.Webhook(b.inbox, secret).ServeHTTP(w, r)
		require.Equal(t, 401, w.Code, headers)
	}
}

// The identifier is not signed: one that could trouble the store or the log is
// passed over for the body's own.
func TestAnOddIdentifierIsPassedOver(t *testing.T) {
	b := newBench(t)
	h := b.client.Webhook(b.inbox, secret)
	for _, identifier := range []string{"", strings.Repeat("x", 129), "a b", "a\x1b[2J", "é"} {
		r := post(delivery, jirasim.Sign(secret, []byte(delivery)))
		r.Header["X-Atlassian-Webhook-Identifier"] = []string{identifier}
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	require.Len(t, b.inbox.events, 1, "the body is the same")
	require.Regexp(t, "^jira/webhook/[0-9a-f]{64}$", b.inbox.events[0].ID)
}

// What is packed is not unpacked: the signature is of the bytes that came, and the
// vendor packs nothing.
func TestAPackedDeliveryIsNotUnpacked(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte(delivery))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	r := post(packed.String(), jirasim.Sign(secret, packed.Bytes()))
	r.Header.Set("Content-Encoding", "gzip")
	b, answer := newBench(t), httptest.NewRecorder()
	b.client.Webhook(b.inbox, secret).ServeHTTP(answer, r)
	require.Equal(t, 200, answer.Code)
	require.Empty(t, b.inbox.events)
}

// The vector is the vendor's own, of its page on webhooks.
func TestTheVendorsVector(t *testing.T) {
	b := newBench(t)
	w := httptest.NewRecorder()
	b.client.Webhook(b.inbox, "It's a Secret to Everybody").ServeHTTP(w,
		post("Hello World!", "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"))
	require.Equal(t, 200, w.Code, "signed nonsense is taken and passed over")
	require.Empty(t, b.inbox.events)
}

func TestAnEmptySecretSignsNothing(t *testing.T) {
	b := newBench(t)
	w := httptest.NewRecorder()
	b.client.Webhook(b.inbox, "").ServeHTTP(w, post(delivery, jirasim.Sign("", []byte(delivery))))
	require.Equal(t, 401, w.Code)
}

func TestForgedDeliveriesAreToldOfOnceAMinute(t *testing.T) {
	b := newBench(t)
	h := b.client.Webhook(b.inbox, secret)
	forge := func() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, post(delivery, "sha256=00"))
		require.Equal(t, 401, w.Code)
	}
	for range 50 {
		forge()
	}
	require.Equal(t, []bot.Event{{
		ID: "jira/forged/2026-03-04T09:30:00Z", Kind: bot.SecurityNoticed, At: start,
		Notice: &bot.Notice{What: "Jira webhook with a wrong signature", Source: "192.0.2.1"},
	}}, b.inbox.events)
	require.Equal(t, 1, b.inbox.asked, "the store is not bothered with the others")
	b.clock.pass(time.Minute)
	forge()
	require.Len(t, b.inbox.events, 2)
}

func TestWhatCannotBeUsedIsAnsweredAsTheVendorUnderstands(t *testing.T) {
	huge := `{"x":"` + strings.Repeat("x", 1<<20) + `"}`
	for name, test := range map[string]struct {
		request *http.Request
		status  int
	}{
		"not a POST":       {httptest.NewRequest(http.MethodGet, "/jira/webhook", nil), 405},
		"over a megabyte":  {post(huge, jirasim.Sign(secret, []byte(huge))), 413},
		"no JSON":          {post("{", jirasim.Sign(secret, []byte("{"))), 200},
		"another shape":    {post("[]", jirasim.Sign(secret, []byte("[]"))), 200},
		"an unknown event": {post(`{"webhookEvent":"board_moved"}`, jirasim.Sign(secret, []byte(`{"webhookEvent":"board_moved"}`))), 200},
		"no ticket":        {post(`{"webhookEvent":"comment_created"}`, jirasim.Sign(secret, []byte(`{"webhookEvent":"comment_created"}`))), 200},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			w := httptest.NewRecorder()
			b.client.Webhook(b.inbox, secret).ServeHTTP(w, test.request)
			require.Equal(t, test.status, w.Code)
			require.Empty(t, b.inbox.events)
		})
	}
}

func TestSignedNonsenseIsLoggedOnce(t *testing.T) {
	var log strings.Builder
	b := newBench(t, func(_ *jirasim.Options, c *jira.Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	b.client.Webhook(b.inbox, secret).ServeHTTP(httptest.NewRecorder(), post("{", jirasim.Sign(secret, []byte("{"))))
	require.Equal(t, 1, strings.Count(log.String(), "\n"), log.String())
	require.Contains(t, log.String(), "jira webhook passed over")
}

func TestDeliveriesWithoutAnIdentifierAreToldApartByTheirBodies(t *testing.T) {
	b := newBench(t)
	h := b.client.Webhook(b.inbox, secret)
	for _, at := range []int{1, 1, 2} {
		body := fmt.Sprintf(`{"timestamp":%d,"webhookEvent":"jira:issue_updated","issue":{"key":"HELP-1"}}`, at)
		h.ServeHTTP(httptest.NewRecorder(), post(body, jirasim.Sign(secret, []byte(body))))
	}
	require.Len(t, b.inbox.events, 2)
	require.Equal(t, time.UnixMilli(1).UTC(), b.inbox.events[0].At)
}

// What the bot itself writes is acknowledged and not kept, once the bot knows who it
// is; what others write, also with the same words or under the bot's, is.
func TestTheBotsOwnCommentsArePassedOver(t *testing.T) {
	eachDialect(t, func(t *testing.T, b *bench) {
		key := b.file()
		b.ticket(key)
		b.deliver()
		require.Len(t, b.inbox.events, 1)
		id, err := b.client.Reply(t.Context(), key, "HELP-1/1/0/e", public("Thank you."))
		require.NoError(t, err)
		_, err = b.client.Note(t.Context(), key, "HELP-1/1/1/e", bot.InternalText{Text: words("Noted.")})
		require.NoError(t, err)
		require.NoError(t, b.client.Rewrite(t.Context(), key, id, "HELP-1/2/0/e", public("Thank you!")))
		b.deliver()
		require.Len(t, b.inbox.events, 1)
		b.sim.Comment(string(key), "Dana Reyes", "Thank you.")
		b.sim.DeleteComment(string(key), string(id))
		b.deliver()
		require.Len(t, b.inbox.events, 3)
	})
}

// Who changes a comment of somebody else's is not its author, and a comment that
// comes with a change of the ticket does not hide that.
func TestOnlyTheBotsOwnCommentsArePassedOver(t *testing.T) {
	b := newBench(t)
	key := b.file()
	_, err := b.client.Reply(t.Context(), key, "HELP-1/1/0/e", public("Thank you."))
	require.NoError(t, err)
	self := b.ticket(key).Comments[0].Author.Jira
	h := b.client.Webhook(b.inbox, secret)
	for i, body := range []string{
		`{"webhookEvent":"comment_updated","issue":{"key":"HELP-1"},"comment":{"author":{"accountId":"` + self + `"},"updateAuthor":{"accountId":"x"}}}`,
		`{"webhookEvent":"comment_updated","issue":{"key":"HELP-1"},"comment":{"author":{"accountId":"` + self + `"}}}`,
		`{"webhookEvent":"comment_created","issue":{"key":"HELP-1"},"comment":{"author":{},"updateAuthor":{}}}`,
		`{"webhookEvent":"comment_deleted","issue":{"key":"HELP-1"},"comment":{"author":{"accountId":"` + self + `"},"updateAuthor":{"accountId":"` + self + `"}}}`,
		`{"webhookEvent":"jira:issue_updated","issue":{"key":"HELP-1"},"comment":{"author":{"accountId":"` + self + `"},"updateAuthor":{"accountId":"` + self + `"}}}`,
	} {
		h.ServeHTTP(httptest.NewRecorder(), post(body, jirasim.Sign(secret, []byte(body))))
		require.Len(t, b.inbox.events, i+1, body)
	}
}

// FuzzWebhook holds that whatever is signed is answered below 500 and never
// becomes an event about something that is not a ticket of the project.
func FuzzWebhook(f *testing.F) {
	f.Add(delivery)
	f.Add(`{"webhookEvent":"comment_created","comment":{"self":"https://x/rest/api/2/issue/10001/comment/3","body":{"type":"doc"}}}`)
	f.Add(`{"webhookEvent":"jira:issue_updated","issue":{"key":"OPS-3"},"changelog":{"items":[{"field":"Key","fromString":"HELP-1"}]}}`)
	f.Add(`{"timestamp":999999999999999,"webhookEvent":"jira:issue_updated","issue":{"key":"HELP-1"}}`)
	f.Add(`{"timestamp":"soon","webhookEvent":["a"],"issue":7}`)
	f.Fuzz(func(t *testing.T, body string) {
		b := newBench(t)
		b.file()
		w := httptest.NewRecorder()
		b.client.Webhook(b.inbox, secret).ServeHTTP(w, post(body, jirasim.Sign(secret, []byte(body))))
		require.Less(t, w.Code, 500)
		for _, e := range b.inbox.events {
			require.Regexp(t, `^HELP-[0-9]{1,18}$`, string(e.Ticket))
			_, err := json.Marshal(e)
			require.NoError(t, err, "a store could not keep it")
		}
	})
}
